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

test('a flood from everywhere is sent on before it fills the memory', () => {
  const refusals = newRefusals()
  let held = 0
  let sent = 0
  for (let i = 0; i < 50_000; i++) {
    held++
    if (refusals.add(row(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), NOW) === 0) {
      const taken = refusals.take(NOW)
      sent += total(taken)
      held -= taken.length
    }
    expect(held).toBeLessThanOrEqual(2_000)
  }
  expect(sent + total(refusals.take(NOW))).toBe(50_000)
})

test('rows that could not be sent come again, and what does not fit is counted', () => {
  const refusals = newRefusals()
  const rows = Array.from({ length: 2_100 }, (_, i) => row(`10.0.0.${i % 250}`))
  expect(refusals.restore(rows)).toBe(100)
  expect(refusals.take(NOW).length).toBe(2_000)
})
