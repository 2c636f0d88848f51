import { changeBonuses, MONEY_OPTIONS, pointsOf } from '../change-bonuses.ts'
import { defineCommand } from '../command.ts'

export const bonusesSpend = defineCommand({
  name: 'bonuses spend',
  summary: { ru: 'списать бонусы клиента по его коду', en: "write a client's bonuses off by his code" },
  args: ['CODE', 'POINTS'],
  options: {
    booking: { type: 'string', value: 'ID', help: { ru: 'за какой визит', en: 'for which visit' } },
    ...MONEY_OPTIONS,
  },
  example: 'bonuses spend ABC23456 300 --reason "Оплата массажа"',
  async run(cli, { booking, ...values }, [code = '', amount]) {
    const points = pointsOf(cli, 'POINTS', amount)
    const bookingId = booking === undefined ? undefined : pointsOf(cli, '--booking', booking)
    const body = { amount: points, ...(bookingId === undefined ? {} : { booking_id: bookingId }) }
    return await changeBonuses(cli, { path: '/admin/bonuses/spend', code, points: -points, body, ...values })
  },
})
