import type { Context } from '../context.ts'
import type { Config } from '../platform/config.ts'
import { sendByCloudflare } from './cloudflare/client.ts'
import type { Delivery } from './delivery.ts'
import { sendByFcm } from './fcm/client.ts'
import type { Letter } from './letter.ts'
import type { Channel } from './notice.ts'
import { sendBySmsru } from './smsru/client.ts'
import { sendByUnisender } from './unisender/client.ts'

export function channelIsOn(config: Config, channel: Channel): boolean {
  const { provider } = { sms: config.sms, email: config.mail, push: config.push }[channel]
  return config.messagesEnabled && provider !== 'off'
}

/** One attempt to send, by the provider of the settings. The log gets the message's id and codes, never what is in it. */
export async function deliver(ctx: Context, message: Letter): Promise<Delivery> {
  const { id, channel } = message
  const delivery: Delivery = channelIsOn(ctx.config, channel) ? await send(ctx, message) : { kind: 'switched_off' }
  switch (delivery.kind) {
    case 'accepted':
    case 'switched_off':
      ctx.log.info(`message.${delivery.kind}`, { message_id: id, channel })
      break
    case 'account_trouble':
      ctx.log.error('message.account_trouble', { message_id: id, channel, code: delivery.code })
      break
    default:
      ctx.log.warn(`message.${delivery.kind}`, { message_id: id, channel, code: delivery.code })
  }
  return delivery
}

function send(ctx: Context, message: Letter): Promise<Delivery> {
  if (message.channel === 'sms') return sendBySmsru(ctx, message)
  if (message.channel === 'push') return sendByFcm(ctx, message)
  return ctx.config.mail.provider === 'cloudflare' ? sendByCloudflare(ctx, message) : sendByUnisender(ctx, message)
}
