import type { Context } from '../../context.ts'
import type { Delivery } from '../delivery.ts'
import type { Letter } from '../letter.ts'
import { post } from '../post.ts'
import { fcmAccessToken, forgetFcmToken } from './access-token.ts'
import { translateFcm } from './translate.ts'

/** https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send */
export async function sendByFcm(ctx: Context, message: Letter): Promise<Delivery> {
  const access = await fcmAccessToken(ctx)
  if (access.kind !== 'token') return access
  const { baseUrl, projectId } = ctx.config.push.fcm
  const answer = await post(ctx, `${baseUrl}/v1/projects/${projectId}/messages:send`, {
    headers: { 'content-type': 'application/json', authorization: `Bearer ${access.token}` },
    body: JSON.stringify({
      message: {
        token: message.to,
        notification: { title: message.subject, body: message.text },
        data: { ...message.data, message_id: message.id },
        // The same message again takes the place of the first one on the screen.
        android: { priority: 'HIGH', notification: { tag: message.id } },
        apns: { headers: { 'apns-collapse-id': message.id }, payload: { aps: { sound: 'default' } } },
      },
    }),
  })
  if (answer?.status === 401) forgetFcmToken()
  return translateFcm(answer)
}
