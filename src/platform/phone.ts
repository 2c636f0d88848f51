import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Digits of a telephone number as typed by anyone: "+7 (916) 123-45-67" → "79161234567". */
export function phoneDigits(phone: string): string {
  return phone.replace(/\D/g, '')
}

/**
 * The part that identifies a Russian subscriber whatever the prefix (+7, 7, 8, none): the last ten digits.
 * Shorter numbers identify nobody and give undefined.
 */
export function phoneLast10(phone: string): string | undefined {
  const digits = phoneDigits(phone)
  return digits.length >= 10 && digits.length <= 15 ? digits.slice(-10) : undefined
}

/**
 * A number as typed by anyone → E.164 ("+79161234567"). Numbers without a country are Russian. Undefined if no number can
 * look like this; whether it exists is for the one-time code to find out, since number plans change faster than libraries.
 */
export function toE164(phone: string): string | undefined {
  const number = parse(phone) ?? parse(`+${phoneDigits(phone)}`)
  return number?.number
}

/** The country of a number in E.164, two letters ("RU"); undefined if its prefix belongs to none. */
export const countryOfPhone = (phone: string): string | undefined => parse(phone)?.country

function parse(phone: string) {
  const number = parsePhoneNumberFromString(phone, 'RU')
  return number?.isPossible() ? number : undefined
}
