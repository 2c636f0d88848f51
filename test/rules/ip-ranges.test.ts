import { describe, expect, test } from 'vitest'
import { type IpRange, isInRanges, parseIpRange } from '../../src/platform/ip-ranges.ts'

const ranges = (...texts: string[]) => texts.map((text) => parseIpRange(text) as IpRange) // all of them are well formed

describe('a block of addresses', () => {
  test.each([
    ['185.71.76.0/27', '185.71.76.0', true],
    ['185.71.76.0/27', '185.71.76.31', true],
    ['185.71.76.0/27', '185.71.76.32', false],
    ['185.71.76.0/27', '185.71.75.255', false],
    ['77.75.154.128/25', '77.75.154.127', false],
    ['77.75.154.128/25', '77.75.154.128', true],
    ['77.75.156.11', '77.75.156.11', true],
    ['77.75.156.11', '77.75.156.12', false],
    ['2a02:5180::/32', '2a02:5180::1', true],
    ['2a02:5180::/32', '2a02:5180:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['2a02:5180::/32', '2A02:5180:0:1505::1', true],
    ['2a02:5180::/32', '2a02:5181::', false],
    ['2a02:5180::/32', '2a02:517f:ffff::1', false],
    ['::1/128', '::1', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2a02:5180::1', false],
  ])('%s and %s', (range, address, inside) => {
    expect(isInRanges(address, ranges(range))).toBe(inside)
  })

  test.each(['::ffff:185.71.76.5', '::FFFF:185.71.76.5', '::ffff:b947:4c05', '0:0:0:0:0:ffff:185.71.76.5'])(
    'contains its addresses when they are written as IPv6: %s',
    (address) => {
      expect(isInRanges(address, ranges('185.71.76.0/27'))).toBe(true)
    },
  )

  test('does not contain an IPv6 address that only looks like a mapped one', () => {
    for (const address of ['::185.71.76.5', '64:ff9b::185.71.76.5', '::fffe:185.71.76.5']) {
      expect(isInRanges(address, ranges('185.71.76.0/27')), address).toBe(false)
    }
  })

  test.each([
    '',
    ' ',
    'unknown',
    '185.71.76',
    '185.71.76.5.1',
    '185.71.76.05',
    '0xb9.71.76.5',
    '185.71.76.256',
    '185.71.76.5, 203.0.113.9',
    '185.71.76.5:443',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7',
    'fe80::1%eth0',
    '::ffff:185.71.76.999',
  ])('contains nothing that is no address: «%s»', (address) => {
    expect(isInRanges(address, ranges('0.0.0.0/0', '::/0'))).toBe(false)
  })

  test.each(['185.71.76.0/33', '2a02::/129', '185.71.76.0/', '/27', '185.71.76.0/-1', '185.71.76.0/27/2', 'x/8'])(
    'is not written as %s',
    (text) => {
      expect(parseIpRange(text)).toBeUndefined()
    },
  )
})
