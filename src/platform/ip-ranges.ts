/** Blocks of addresses as providers publish them. Pure. */
export interface IpRange {
  readonly first: bigint
  readonly last: bigint
}

const V4_IN_V6 = 0xffffn << 32n
const BITS = 128n

/** `185.71.76.0/27`, `2a02:5180::/32`, or a single address. Undefined if it is none. */
export function parseIpRange(text: string): IpRange | undefined {
  const [, base, length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? []
  const address = parseIp(base ?? '')
  if (address === undefined) return undefined
  const isV4 = !base?.includes(':')
  if (length !== undefined && Number(length) > (isV4 ? 32 : 128)) return undefined
  const prefix = length === undefined ? BITS : BigInt(length) + (isV4 ? 96n : 0n)
  const rest = (1n << (BITS - prefix)) - 1n
  return { first: address & ~rest, last: address | rest }
}

/** False for what is no address at all. */
export function isInRanges(address: string, ranges: readonly IpRange[]): boolean {
  const number = parseIp(address.trim())
  return number !== undefined && ranges.some(({ first, last }) => number >= first && number <= last)
}

/** As a number of 128 bits; IPv4 as `::ffff:a.b.c.d`, so that both ways of writing one address are the same. */
function parseIp(text: string): bigint | undefined {
  if (!text.includes(':')) {
    const v4 = parseIpv4(text)
    return v4 === undefined ? undefined : V4_IN_V6 | v4
  }
  const [, groups = '', tail] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? ['', text]
  if (tail === undefined) return parseIpv6(groups)
  const v4 = parseIpv4(tail)
  return v4 === undefined ? undefined : parseIpv6(`${groups}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`)
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.')
  // A leading zero is octal to some programs and decimal to others.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - before.length - after.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}
