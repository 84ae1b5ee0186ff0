import { expect, test } from 'vitest'
import { ipInRanges, ipKey, ipKeyRange, isIp, isIpRange } from '#worker/lib/http/ip-range.ts'

test.each([
  ['192.0.2.7', ['192.0.2.7'], true],
  ['192.0.2.8', ['192.0.2.7'], false],
  ['192.0.2.255', ['192.0.2.0/24'], true],
  ['192.0.3.0', ['192.0.2.0/24'], false],
  ['10.128.0.1', ['10.128.0.0/9'], true],
  ['10.127.255.255', ['10.128.0.0/9'], false],
  ['255.255.255.255', ['0.0.0.0/0'], true],
  ['2001:db8::1', ['2001:db8::/32'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['2001:0DB8:0:0:0:0:0:1', ['2001:db8::1'], true],
  ['::1', ['::/0'], true],
  ['fe80::ffff', ['fe80::8000/113'], true],
  ['fe80::7fff', ['fe80::8000/113'], false],
  ['192.0.2.7', ['198.51.100.0/24', '192.0.2.0/29'], true],
  ['192.0.2.7', [], false],
])('%s in %j: %s', (ip, ranges, inside) => {
  expect(ipInRanges(ip, ranges)).toBe(inside)
})

test('one family never matches the other, but an IPv4 address in IPv6 clothes is IPv4', () => {
  expect(ipInRanges('192.0.2.7', ['::/0'])).toBe(false)
  expect(ipInRanges('::1', ['0.0.0.0/0'])).toBe(false)
  expect(ipInRanges('::ffff:192.0.2.7', ['192.0.2.0/24'])).toBe(true)
  expect(ipInRanges('::ffff:c000:207', ['192.0.2.0/24'])).toBe(true)
  expect(ipInRanges('192.0.2.7', ['::ffff:192.0.2.0/120'])).toBe(true)
})

test.each([
  '',
  'x',
  '1.2.3',
  '1.2.3.4.5',
  '256.0.0.1',
  '01.2.3.4',
  '0x7f.0.0.1',
  '1.2.3.4 ',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '12345::',
  'g::',
  'fe80::1%eth0',
  '::1.2.3.4:5',
  '2130706433',
])('%j is no address, and lies in no range', (text) => {
  expect(isIp(text)).toBe(false)
  expect(ipInRanges(text, ['0.0.0.0/0', '::/0'])).toBe(false)
})

test.each([
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0.1/8',
  '::1/64',
  '::/129',
  '::ffff:1.2.3.4/90',
  'x/8',
])('%j is no range, and holds nothing', (text) => {
  expect(isIpRange(text)).toBe(false)
  expect(ipInRanges('10.0.0.1', [text])).toBe(false)
})

test('keys sort as addresses do, and a block is the range of its keys', () => {
  const inOrder = [
    '0.0.0.0',
    '9.255.255.255',
    '10.0.0.0',
    '10.0.0.1',
    '192.0.2.1',
    '255.255.255.255',
    '::',
    '::1',
    '2001:db8::',
  ]
  const keys = [...inOrder, '2001:db8::1:0', 'ffff::'].map(ipKey)
  expect(keys).toEqual(keys.toSorted())
  expect(new Set(keys).size).toBe(keys.length)
  expect(ipKey('::ffff:192.0.2.1')).toBe(ipKey('192.0.2.1'))
  expect(ipKeyRange('192.0.2.0/24')).toEqual({ first: ipKey('192.0.2.0'), last: ipKey('192.0.2.255') })
  expect(ipKeyRange('192.0.2.7')).toEqual({ first: ipKey('192.0.2.7'), last: ipKey('192.0.2.7') })
  expect(ipKeyRange('2001:db8::/64')).toEqual({
    first: ipKey('2001:db8::'),
    last: ipKey('2001:db8::ffff:ffff:ffff:ffff'),
  })
  expect(ipKeyRange('::/0')).toEqual({ first: `6${'0'.repeat(32)}`, last: `6${'f'.repeat(32)}` })
  for (const none of ['', 'x', '10.0.0.1/8', '10.0.0.0/33', '1.2.3']) expect(ipKeyRange(none)).toBeNull()
  for (const none of ['', 'x', '10.0.0.0/8']) expect(ipKey(none)).toBeNull()
})

test.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::/0', '2001:db8::/32', '1:2:3:4:5:6:7:8', '::1'])(
  '%j is a range',
  (text) => {
    expect(isIpRange(text)).toBe(true)
  },
)
