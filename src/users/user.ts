/** A client of the salon, with the newest verified contact of each kind. */
export interface User {
  readonly id: number
  readonly uniqueCode: string | null
  readonly name: string
  readonly surname: string
  readonly bonusBalancePoints: number
  readonly phone: string | null
  readonly email: string | null
}
