/**
 * The part of an internet address that one caller has: all of IPv4; of IPv6 the network, of which every household has
 * eighteen quintillion addresses.
 */
export const callerPart = (address: string): string => firstGroups(address, 4)

/** The part that one provider's customer can have at most: 65,536 networks of the above. */
export const widestCallerPart = (address: string): string => firstGroups(address, 3)

function firstGroups(address: string, count: number): string {
  // IPv4 written as IPv6: "::ffff:203.0.113.7".
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0')
  return [...groups, ...zeros, ...after]
    .slice(0, count)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}
