import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Delivery, insertDeliveries } from '#worker/store/deliveries.ts'
import {
  deleteWork,
  deleteWorks,
  insertWork,
  insertWorks,
  openWork,
  overdueWork,
  postponeWork,
  presentWork,
  sealWork,
  workKeyText,
} from '#worker/store/work.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())
beforeEach(async () => {
  await db.prepare('DELETE FROM work').run()
})

const row = (n: number, dueAt = n) => ({
  dueAt,
  id: `w${n}`,
  kind: 'notify',
  realm: 'live.ten_a' as const,
  body: JSON.stringify({ n, text: 'سلام "\\' }),
})
const rows = (count: number, dueAt?: number) => Array.from({ length: count }, (_, n) => row(n, dueAt ?? n))

test('what is overdue comes oldest first, whole, and pages on', async () => {
  await insertWorks(db, [row(30), row(10), row(20), row(99)]).run()
  expect(await overdueWork(db, 99, 2)).toEqual([row(10), row(20)])
  expect(await overdueWork(db, 99, 2, row(20))).toEqual([row(30)])
})

test('a row written twice stays as it was first', async () => {
  await insertWork(db, row(1)).run()
  await insertWork(db, { ...row(1), body: '"other"' }).run()
  await insertWorks(db, [{ ...row(1), body: '"other"' }]).run()
  expect(await overdueWork(db, 9, 9)).toEqual([row(1)])
})

test('a postponed row is not found by its old key, and cannot be postponed by it twice', async () => {
  await insertWorks(db, rows(2)).run()
  expect(await postponeWork(db, rows(2), 500)).toEqual(new Set(['w0', 'w1']))
  expect(await postponeWork(db, rows(2), 900)).toEqual(new Set())
  expect(await presentWork(db, [...rows(2), row(1, 500)])).toEqual(new Set([workKeyText(row(1, 500))]))
  await deleteWork(db, row(0)).run()
  await deleteWork(db, row(0, 500)).run()
  expect(await overdueWork(db, 501, 9)).toEqual([row(1, 500)])
})

test('the hot statements read at most four rows for each row they touch, even if all are due at once', async () => {
  await insertWorks(db, rows(500, 7)).run()
  const some = rows(100, 7)
  const { meta } = await deleteWorks(db, some).run()
  expect(meta.changes).toBe(100)
  expect(meta.rows_written).toBe(100)
  expect(meta.rows_read).toBeLessThanOrEqual(400)
  const written = await insertWorks(db, some).run()
  expect(written.meta.rows_written).toBe(100)
  expect(written.meta.rows_read).toBeLessThanOrEqual(400)
})

test('a row of the delivery log costs one written row', async () => {
  const delivery: Delivery = {
    realm: 'live.ten_a',
    id: 'dlv_1',
    endpointId: 'whe_1',
    at: 1,
    attempt: 1,
    outcome: 'succeeded',
    httpStatus: 200,
    durationMs: 1,
    reason: null,
    eventIds: ['evt_1_a', 'evt_2_b'],
    nextAt: null,
  }
  const { meta } = await insertDeliveries(db, [delivery, { ...delivery, id: 'dlv_2' }, delivery]).run()
  expect(meta.rows_written).toBe(2)
})

describe('a body with people’s words or addresses', () => {
  const plain = {
    dueAt: 1_800_000_000_000,
    id: 'w',
    kind: 'send',
    realm: 'live.ten_a',
    plain: '{"to":"+989121234567"}',
  } as const

  test('is stored sealed, and opens in its own row alone, whenever that is due', async () => {
    const [row] = await sealWork(bindings.keys, [plain])
    if (!row) throw new Error('no row')
    expect(atob(row.body.slice(row.body.indexOf('.') + 1))).not.toContain('9121234567')
    expect(await openWork(bindings.keys, { ...row, dueAt: 1 })).toBe(plain.plain)
    await bindings.keys.sealer('ten_b', plain.dueAt)
    for (const moved of [{ id: 'v' }, { kind: 'notify' }, { realm: 'live.ten_b' as const }])
      await expect(openWork(bindings.keys, { ...row, ...moved })).rejects.toThrow('a work row was altered')
  })

  test('leaves rows of ids as they are', async () => {
    const row = { dueAt: 1, id: 'c', kind: 'claim', realm: 'live.ten_a', body: '{"ids":[]}' } as const
    expect(await sealWork(bindings.keys, [row])).toEqual([row])
  })
})
