import type { Context } from '../../context.ts'
import type { Delivery } from '../delivery.ts'
import type { Letter } from '../letter.ts'
import { post } from '../post.ts'
import { translateSmsru } from './translate.ts'

/** https://sms.ru/api/send */
export async function sendBySmsru(ctx: Context, message: Letter): Promise<Delivery> {
  const { baseUrl, apiId, sender, test } = ctx.config.sms.smsru
  const body = new URLSearchParams({ api_id: apiId, to: message.to.replace('+', ''), msg: message.text, json: '1' })
  if (sender) body.set('from', sender)
  if (test) body.set('test', '1')
  return translateSmsru(await post(ctx, `${baseUrl}/sms/send`, { body }))
}
