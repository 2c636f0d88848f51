import { changeBonuses, MONEY_OPTIONS, pointsOf } from '../change-bonuses.ts'
import { defineCommand } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'

export const bonusesAdjust = defineCommand({
  name: 'bonuses adjust',
  summary: { ru: 'добавить или убавить бонусы клиента вручную', en: 'give a client bonuses or take them, by hand' },
  args: ['CODE'],
  options: {
    give: { type: 'string', value: 'POINTS', help: { ru: 'добавить', en: 'how many to give' } },
    take: { type: 'string', value: 'POINTS', help: { ru: 'убавить', en: 'how many to take' } },
    ...MONEY_OPTIONS,
  },
  example: 'bonuses adjust ABC23456 --give 200 --reason "Извинение за ожидание"',
  async run(cli, { give, take, ...values }, [code = '']) {
    if ((give === undefined) === (take === undefined)) throw new CliError(EXIT.usage, '--give | --take')
    const points = give === undefined ? -pointsOf(cli, '--take', take) : pointsOf(cli, '--give', give)
    return await changeBonuses(cli, {
      path: '/admin/bonuses/adjust',
      code,
      points,
      body: { amount: points },
      ...values,
    })
  },
})
