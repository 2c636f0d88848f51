import type { Stage } from './stage.ts'

/** Services of the demo salon; the price of the first one shows the rounding of bonuses. */
export const SERVICES = { first: 'Тайский массаж', second: 'Массаж спины', third: 'Классический массаж тела' } as const

/** Numbers that nobody has. */
export const PHONES = { anna: '+79000009001', boris: '+79000009002' } as const

/** The app's registration for push messages, and two of the provider's test cards. */
export const ANNAS_APP = 'demo-app-of-anna'
export const CARDS = { good: '5555 5555 5555 4444', noMoney: '5555 5555 5555 4600' } as const

export interface Offer {
  /** Its number in our catalogue. */
  readonly ourServiceId: number
  readonly serviceId: number
  readonly title: string
  readonly priceKopecks: number
  readonly staffId: number
  readonly master: string
}

/** A service with somebody who does it. */
export function findOffer({ catalogue }: Stage, title: string): Offer {
  const service = catalogue.services.find((one) => one.title === title)
  const ours = catalogue.ours.find(({ name }) => name === title)
  const staffId = service?.staff?.[0]?.id
  const master = catalogue.staff.find(({ id }) => id === staffId)
  if (!service || !ours || staffId === undefined || !master) throw new Error(`the demo salon does not offer ${title}`)
  const priceKopecks = service.price_min * 100
  return { ourServiceId: ours.id, serviceId: service.id, title, priceKopecks, staffId, master: master.name }
}

/** The first free time on the n-th day that has one (0 = the nearest). */
export async function findTime({ yclients }: Stage, { staffId, serviceId }: Offer, nth: number): Promise<string> {
  const day = (await yclients.bookDates(staffId, serviceId))[nth]
  const [time] = day === undefined ? [] : await yclients.bookTimes(staffId, serviceId, day)
  if (time === undefined) throw new Error('the demo salon has no free time')
  return time
}

/** Cashback of a price, worked out here by itself: whole points, one a ruble. */
export const cashback = (priceKopecks: number, percent: number) => Math.floor((priceKopecks * percent) / 100 / 100)
