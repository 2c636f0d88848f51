import { Hono } from 'hono'
import { badGateway, type Context } from './context.ts'
import type { Knobs } from './knobs.ts'

const WORDS: Readonly<Record<number, string>> = {
  200: 'Неправильный api_id',
  201: 'Не хватает средств на лицевом счету',
  202: 'Неправильно указан номер телефона получателя, либо на него нет маршрута',
  203: 'Нет текста сообщения',
  204: 'Имя отправителя не согласовано с администрацией',
  209: 'Вы добавили этот номер в стоп-лист',
  220: 'Сервис временно недоступен, попробуйте чуть позже',
}

/** Refusals of the whole request. */
const OF_ALL: { readonly [K in Knobs['sms']]?: number } = { no_sender: 204, busy: 220 }
/** Refusals of each number. */
const OF_EACH: { readonly [K in Knobs['sms']]?: number } = { no_money: 201, bad_number: 202, stop_list: 209 }

const MAX_NUMBERS = 100

/** `/sms/send` of SMS.ru. Everything but a dead proxy is HTTP 200; the code is in the body. */
export function smsruRoutes(ctx: Context): Hono {
  const app = new Hono()

  app.on(['GET', 'POST'], '/sms/send', async (c) => {
    if (ctx.knobs.sms === 'down') return badGateway()
    const params = new URLSearchParams(new URL(c.req.url).search)
    const form = new TextDecoder().decode(await c.req.arrayBuffer())
    for (const [name, value] of new URLSearchParams(form)) params.set(name, value)

    const refusedAll = (code: number) => answer(params, code, [])
    if (params.get('api_id') !== ctx.keys.smsru) return refusedAll(200)
    const refusal = OF_ALL[ctx.knobs.sms]
    if (refusal !== undefined) return refusedAll(refusal)
    const texts = textsByNumber(params)
    if (texts.length === 0 || texts.length > MAX_NUMBERS) return refusedAll(202)

    return answer(
      params,
      100,
      texts.map(([number, text]) => ({ number, ...take(number, text, params) })),
    )
  })

  function take(number: string, text: string, params: URLSearchParams): { code: number; id?: string } {
    const refusal = OF_EACH[ctx.knobs.sms]
    if (refusal !== undefined) return { code: refusal }
    if (!/^\d{10,15}$/.test(number)) return { code: 202 }
    if (text === '') return { code: 203 }
    const id = ctx.keep({
      channel: 'sms',
      to: `+${number}`,
      from: params.get('from') ?? '',
      subject: '',
      text,
      test: params.get('test') === '1',
    })
    return { code: 100, id: `000000-${id}` }
  }
  return app
}

/** `to=1,2&msg=text`, or a text for each: `to[1]=text&to[2]=other`. */
function textsByNumber(params: URLSearchParams): [number: string, text: string][] {
  const own = [...params].flatMap(([name, text]): [string, string][] => {
    const number = /^to\[(.+)\]$/.exec(name)?.[1]
    return number === undefined ? [] : [[number, text]]
  })
  const numbers = (params.get('to') ?? '').split(',').filter((number) => number !== '')
  return [...own, ...numbers.map((number): [string, string] => [number, params.get('msg') ?? ''])]
}

function answer(
  params: URLSearchParams,
  code: number,
  numbers: readonly { number: string; code: number; id?: string }[],
): Response {
  if (params.get('json') !== '1') {
    const lines = [code, ...numbers.map((each) => each.id ?? each.code), ...(code === 100 ? ['balance=4122.56'] : [])]
    return new Response(lines.join('\n'), { headers: { 'content-type': 'text/plain; charset=utf-8' } })
  }
  if (code !== 100) return Response.json(verdict(code))
  return Response.json({
    ...verdict(code),
    sms: Object.fromEntries(
      numbers.map((each) => [each.number, { ...verdict(each.code), ...(each.id && { sms_id: each.id }) }]),
    ),
    balance: 4122.56,
  })
}

const verdict = (code: number) =>
  code === 100
    ? { status: 'OK', status_code: code }
    : { status: 'ERROR', status_code: code, status_text: WORDS[code] ?? 'Ошибка' }
