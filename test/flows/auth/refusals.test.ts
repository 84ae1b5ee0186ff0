import { expect, test } from 'vitest'
import { newRefusals } from '#worker/flows/auth/refusals.ts'
import type { RequestRow } from '#worker/jobs.ts'

const NOW = 1_790_000_000_000
/** Milliseconds that rows of their own, and gathered ones, wait for company. */
const ROWS_WAIT = 1_000
const GATHER_WAIT = 5_000
let serial = 0

const row = (ip: string, actor: string | null = null, status = 401): RequestRow => ({
  id: `req_${serial++}`,
  tenantId: '',
  at: NOW,
  ip,
  country: null,
  asn: null,
  ray: null,
  actor,
  method: 'GET',
  route: '/v1/messages/:id',
  status,
  count: 1,
})

const total = (rows: readonly RequestRow[]): number => rows.reduce((sum, { count }) => sum + count, 0)

test('up to ten a second of an address each have a row of their own', () => {
  const refusals = newRefusals()
  const waits = Array.from({ length: 10 }, () => refusals.add(row('192.0.2.1'), NOW))
  expect(waits).toEqual([ROWS_WAIT, ...new Array(10 - 1).fill(null)])
  const taken = refusals.take(NOW + ROWS_WAIT)
  expect(taken.map(({ count }) => count)).toEqual(new Array(10).fill(1))
  expect(new Set(taken.map(({ id }) => id)).size).toBe(10)
})

test('more are gathered by address, credential and status, and none is forgotten', () => {
  const refusals = newRefusals()
  for (let i = 0; i < 500; i++) refusals.add(row('192.0.2.1', i % 2 ? 'cli_a' : null), NOW + i)
  const first = refusals.take(NOW + ROWS_WAIT)
  expect(first.length).toBe(10)
  const rest = refusals.take(NOW + GATHER_WAIT)
  expect(rest.map(({ actor }) => actor).sort()).toEqual(['cli_a', null])
  expect(total(first) + total(rest)).toBe(500)
})

test('a new second gives an address its own rows again, and other addresses are not counted with it', () => {
  const refusals = newRefusals()
  for (let i = 0; i < 20; i++) refusals.add(row('192.0.2.1'), NOW)
  refusals.add(row('192.0.2.2'), NOW)
  refusals.add(row('192.0.2.1'), NOW + 1_000)
  expect(refusals.take(NOW + 1_000).map(({ ip }) => ip)).toEqual([
    ...new Array(10).fill('192.0.2.1'),
    '192.0.2.2',
    '192.0.2.1',
  ])
})

test('somebody is always on his way to take them, even if the last one never came', () => {
  const refusals = newRefusals()
  expect(refusals.add(row('192.0.2.1'), NOW)).toBe(ROWS_WAIT)
  expect(refusals.add(row('192.0.2.1'), NOW + 500)).toBe(null)
  expect(refusals.add(row('192.0.2.1'), NOW + ROWS_WAIT + 1)).toBe(ROWS_WAIT)
  refusals.take(NOW + 2 * ROWS_WAIT)
  expect(refusals.add(row('192.0.2.1'), NOW + 2 * ROWS_WAIT)).toBe(ROWS_WAIT)
})

test('a flood of users from everywhere is sent on before it fills the memory', () => {
  const refusals = newRefusals()
  let held = 0
  let sent = 0
  for (let i = 0; i < 50_000; i++) {
    held++
    if (refusals.add(row(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 'cli_a', 403), NOW) === 0) {
      const taken = refusals.take(NOW)
      sent += total(taken)
      held -= taken.length
    }
    expect(held).toBeLessThanOrEqual(2_000)
  }
  expect(sent + total(refusals.take(NOW))).toBe(50_000)
})

test('4,000 addresses of one /64 are one network: its own rows of each second, and one row that names it', () => {
  const refusals = newRefusals()
  for (let n = 0; n < 4_000; n++) refusals.add(row(`2001:db8:1:2::${n.toString(16)}`), NOW + Math.floor(n / 2))
  const rows = [...refusals.take(NOW + GATHER_WAIT)]
  expect(rows.length).toBeLessThanOrEqual(10 * 2 + 1)
  expect(total(rows)).toBe(4_000)
  expect(rows.at(-1)).toMatchObject({ ip: '2001:db8:1:2::/64', count: expect.any(Number) })
})

test.each([
  ['2001:db8:1:2::1', '2001:DB8:1:2:ffff::2', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['::ffff:192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['fe80::1', 'fe80:0:0:0:9::1', true],
])('%s and %s are one network: %s', (one, other, isOne) => {
  const refusals = newRefusals()
  for (let n = 0; n < 10; n++) refusals.add(row(one), NOW)
  refusals.add(row(other), NOW)
  expect(refusals.take(NOW + ROWS_WAIT).length).toBe(isOne ? 10 : 11)
})

test('beyond the rows of a minute nobody’s refusals are counted in one row, and the next minute has rows again', () => {
  const refusals = newRefusals()
  const sent: RequestRow[] = []
  const flood = (from: number) => {
    for (let n = 0; n < 5_000; n++) {
      refusals.add(row(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, n % 3 ? 'cli_a' : null), from)
      if (n % 500 === 499) sent.push(...refusals.take(from))
    }
    sent.push(...refusals.take(from + GATHER_WAIT))
  }
  flood(NOW)
  expect(sent.length).toBe(601)
  expect(total(sent)).toBe(5_000)
  expect(sent.find(({ ip }) => ip === '*')).toMatchObject({ count: 4_400, tenantId: '', actor: null, route: '*' })
  flood(NOW + 60_000)
  expect(sent.length).toBe(1_202)
})

test('refusals of users, who hold a good token, are never left out', () => {
  const refusals = newRefusals()
  for (let n = 0; n < 1_500; n++) refusals.add(row(`10.0.${n >> 8}.${n & 255}`, 'cli_a', n % 2 ? 403 : 429), NOW)
  const rows = refusals.take(NOW + GATHER_WAIT)
  expect(rows.length).toBe(1_500)
  expect(rows.every(({ ip }) => ip !== '*')).toBe(true)
})

test('rows that could not be sent come again, and what does not fit is counted', () => {
  const refusals = newRefusals()
  const rows = Array.from({ length: 2_100 }, (_, i) => row(`10.0.0.${i % 250}`))
  expect(refusals.restore(rows)).toBe(100)
  expect(refusals.take(NOW).length).toBe(2_000)
})
