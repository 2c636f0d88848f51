import * as z from 'zod'
import type { Cli } from '../cli.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit.ts'
import { mark, paint } from '../output.ts'

const schema = z.object({
  url: z.string(),
  registered: z.boolean(),
  active: z.boolean(),
  self_sending: z.boolean().nullable(),
  missing_events: z.array(z.string()),
  addresses: z.array(z.object({ url: z.string(), whose: z.enum(['current', 'outdated', 'foreign']) })),
  merged: z.array(z.string()),
  differs: z.boolean(),
  written: z.boolean(),
})
type Settings = z.infer<typeof schema>

const PATH = '/admin/yclients/webhook'

export const webhookSetup = defineCommand({
  name: 'webhook setup',
  summary: {
    ru: 'адрес вебхука и как его поставить; с --register поставит сама',
    en: "the webhook's address and how to set it; sets it itself with --register",
  },
  options: {
    register: {
      type: 'boolean',
      help: {
        ru: 'записать в YClients, не трогая адреса других',
        en: 'write it into YClients, leaving those of others',
      },
    },
    reveal: {
      type: 'boolean',
      help: { ru: 'показать адрес вместе с секретом', en: 'show the address with its secret' },
    },
    yes: { type: 'boolean', help: { ru: 'не переспрашивать', en: 'do not ask' } },
  },
  example: 'webhook setup --register',
  async run(cli, { register, reveal, yes }) {
    const read = await cli.api.call({ path: `${PATH}?reveal=${reveal}`, schema })
    let settings = read.body
    if (register && settings.differs) {
      cli.print(tellMerge(cli, settings))
      await cli.ask.consent(cli.say({ ru: 'Записать в YClients?', en: 'Write it into YClients?' }), yes)
      settings = (await cli.api.call({ method: 'POST', path: PATH, body: {}, schema })).body
    }
    const isWell = settings.registered && !settings.differs
    cli.result(settings, () => tell(cli, settings, isWell))
    return isWell ? EXIT.fine : EXIT.wrong
  },
})

function tellMerge(cli: Cli, { addresses, merged, active, missing_events: missing }: Settings): string {
  const before = addresses.map(({ url, whose }) => {
    const note = {
      current: '',
      outdated: cli.say({ ru: ' — наш прежний, уйдёт', en: ' — ours of before, goes' }),
      foreign: '',
    }
    return `  ${url}${note[whose]}`
  })
  return [
    paint('bold', cli.say({ ru: 'Сейчас в YClients:', en: 'In YClients now:' })),
    ...(before.length > 0 ? before : [`  ${cli.t.none}`]),
    paint('bold', cli.say({ ru: 'Станет:', en: 'To become:' })),
    ...merged.map((url) => `  ${url}`),
    ...(active ? [] : [cli.say({ ru: '  отправка включится', en: '  sending is switched on' })]),
    ...(missing.length > 0
      ? [
          cli.say({
            ru: `  включатся события: ${missing.join(', ')}`,
            en: `  events switched on: ${missing.join(', ')}`,
          }),
        ]
      : []),
  ].join('\n')
}

/** Always the address, those of others and the steps: whoever set it wants to see what stands there. */
function tell(cli: Cli, settings: Settings, isWell: boolean): string {
  const foreign = settings.addresses.filter(({ whose }) => whose === 'foreign').map(({ url }) => `  ${url}`)
  return [
    isWell
      ? `${mark('ok')} ${cli.say({ ru: 'Вебхук зарегистрирован.', en: 'The webhook is registered.' })}`
      : `${mark('red')} ${cli.say({ ru: 'Вебхук не зарегистрирован как надо.', en: 'The webhook is not registered as it has to be.' })}`,
    `${paint('bold', cli.say({ ru: 'Наш адрес:', en: 'Our address:' }))}\n  ${settings.url}`,
    [
      paint(
        'bold',
        cli.say({ ru: 'Чужие адреса в YClients, их не трогаем:', en: 'Addresses of others in YClients, left alone:' }),
      ),
      ...(foreign.length > 0 ? foreign : [`  ${cli.t.none}`]),
    ].join('\n'),
    tellSteps(cli, settings),
    ...(isWell ? [] : [tellMerge(cli, settings)]),
  ].join('\n\n')
}

const tellSteps = (cli: Cli, { url }: Settings): string =>
  cli.say({
    ru: `Сама: spa webhook setup --register
Вручную:
  1. YClients → Настройки → Интеграции → Webhooks.
  2. Добавьте адрес, не удаляя чужих: ${url}
     (полностью, с секретом: spa webhook setup --reveal)
  3. Отметьте события: записи, клиенты, услуги, категории, сотрудники. Включите отправку и сохраните.
  4. Проверьте: spa webhook test`,
    en: `By itself: spa webhook setup --register
By hand:
  1. YClients → Settings → Integrations → Webhooks.
  2. Add this address, leaving those of others: ${url}
     (whole, with its secret: spa webhook setup --reveal)
  3. Tick records, clients, services, categories and staff. Switch sending on and save.
  4. Try it: spa webhook test`,
  })
