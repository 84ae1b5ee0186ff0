import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import {
  activeDevices,
  changeDevice,
  type Device,
  deleteDevice,
  deviceById,
  labelledDevices,
  labelledIds,
  registerDevice,
  removeDevices,
  targetsOfDevices,
} from '#worker/store/devices.ts'
import { purgeTable } from '#worker/store/purge.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

const MINE = 'live.ten_000000000001' as Realm
const OTHERS = 'live.ten_000000000002' as Realm
/** Devices of each tenant that lie around those a statement touches. */
const AROUND = 2_000
const TOUCHED = 100
/** Most rows read for one touched. */
const MOST = 5

let bindings: Bindings
let db: D1Database
const idOf = (n: number): DeviceId => `dev_${String(n).padStart(38, '0')}`
const touched = Array.from({ length: TOUCHED }, (_, n) => idOf(n * 10))

/** A database that adds up what its statements read. */
function counted(real: D1Database): { readonly db: D1Database; readonly read: () => number } {
  let read = 0
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === 'bind') return (...values: unknown[]) => wrap(target.bind(...values))
        if (name === 'all')
          return async () => {
            const answer = await target.all()
            read += answer.meta.rows_read
            return answer
          }
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  const db = { prepare: (sql: string) => wrap(real.prepare(sql)) } as D1Database
  return { db, read: () => read }
}

/** A database that adds up what its batches read. */
function countedBatches(real: D1Database): { readonly db: D1Database; readonly read: () => number } {
  let read = 0
  const batch = async (statements: D1PreparedStatement[]) => {
    const results = await real.batch(statements)
    for (const { meta } of results) read += meta.rows_read
    return results
  }
  return { db: { prepare: (sql: string) => real.prepare(sql), batch } as D1Database, read: () => read }
}

beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  for (const tenant of [MINE, OTHERS]) {
    const rows = Array.from({ length: AROUND }, (_, n) => [
      idOf(n),
      `key${n}`,
      n % 20 === 0 ? '["few","all"]' : '["all"]',
    ])
    await db
      .prepare(
        `INSERT INTO devices (realm, id, network, app, target_key, target, status, user, tags, created_at, updated_at)
SELECT ?1, value->>0, 'sandbox', 'app', value->>1, '{"network":"sandbox","token":"t"}', 'active', NULL, value->>2, 1, 1 FROM json_each(?2)`,
      )
      .bind(tenant, JSON.stringify(rows))
      .run()
    await db
      .prepare(
        `INSERT INTO device_labels (realm, label, device_id)
SELECT d.realm, 'tag:' || j.value, d.id FROM devices d, json_each(d.tags) j WHERE d.realm = ?1`,
      )
      .bind(tenant)
      .run()
  }
})
afterAll(() => bindings?.dispose())

test.each([
  ['targets of a slice', async (one: D1Database) => (await targetsOfDevices(one, MINE, touched)).size, TOUCHED],
  ['active ones of some', async (one: D1Database) => (await activeDevices(one, MINE, touched)).length, TOUCHED],
  [
    'a page of a label',
    async (one: D1Database) => (await labelledDevices(one, MINE, 'tag:few', { after: '', limit: 50 })).length,
    50,
  ],
  [
    'an audience',
    async (one: D1Database) => (await labelledIds(one, MINE, { label: 'tag:few', app: 'app' }, 1_000)).length,
    100,
  ],
])('%s read a few rows for each', async (_, work, found) => {
  const { db: one, read } = counted(db)
  expect(await work(one)).toBe(found)
  expect(read()).toBeGreaterThan(0)
  expect(read() / found).toBeLessThanOrEqual(MOST)
})

test('registering again, changing and deleting read no rows but the device’s own', async () => {
  const target = { network: 'sandbox', token: 't' } as const
  const [found] = await activeDevices(db, MINE, [idOf(3)])
  if (!found) throw new Error('no device')
  const work = {
    register: (one: D1Database) =>
      registerDevice(one, { ...found, targetKey: 'key3', target, user: 'u', tags: ['a', 'b'], at: 2 }),
    change: (one: D1Database) => changeDevice(one, found, { user: 'v', tags: ['c'] }, 3),
    remove: (one: D1Database) => deleteDevice(one, MINE, found.id),
  }
  for (const [name, run] of Object.entries(work)) {
    const { db: one, read } = countedBatches(db)
    expect(await run(one)).toBeTruthy()
    expect(read(), name).toBeGreaterThan(0)
    expect(read(), name).toBeLessThan(40)
  }
  const { results } = await db
    .prepare('SELECT label FROM device_labels WHERE realm = ?1 AND device_id = ?2')
    .bind(MINE, found.id)
    .all()
  expect(results).toEqual([])
})

test('a removal reads a few rows for each, and takes labels with it', async () => {
  const dead = await activeDevices(db, MINE, touched)
  const results = await db.batch([...removeDevices(db, dead, 5)])
  const labels = dead.flatMap(({ tags }) => tags).length
  expect(results.map(({ meta }) => meta.changes)).toEqual([TOUCHED, labels])
  const read = results.reduce((sum, { meta }) => sum + meta.rows_read, 0)
  expect(read / (TOUCHED + labels)).toBeLessThanOrEqual(MOST)
  expect(await deviceById(db, MINE, touched[0] ?? '')).toMatchObject({ status: 'removed' })
  expect(await deviceById(db, OTHERS, touched[0] ?? '')).toMatchObject({ status: 'active' })
  expect((await targetsOfDevices(db, MINE, touched)).size).toBe(0)
})

test('a device that registered again since it was found dead is not removed', async () => {
  const [found] = await activeDevices(db, OTHERS, [idOf(1)])
  if (!found) throw new Error('no device')
  const target = { network: 'sandbox', token: 't' } as const
  const again = { ...found, targetKey: 'key1', target, tags: ['fresh'], at: found.updatedAt }
  const registered = await registerDevice(db, again)
  expect(registered).toMatchObject({ id: found.id, tags: ['fresh'] } satisfies Partial<Device>)
  expect(registered.updatedAt).toBeGreaterThan(found.updatedAt)
  await db.batch([...removeDevices(db, [found], 9)])
  expect(await deviceById(db, OTHERS, found.id)).toMatchObject({ status: 'active' })
  expect(await labelledIds(db, OTHERS, { label: 'tag:fresh', app: 'app' }, 10)).toEqual([found.id])
})

test('a device is purged when it was removed long ago, and never while it is active', async () => {
  const tenant = 'live.ten_000000000003' as Realm
  const long = 1_600_000_000_000
  const target = { network: 'sandbox', token: 't' } as const
  const ids: DeviceId[] = []
  for (const [n, at] of [long, long, long + 2_000].entries()) {
    const id: DeviceId = `dev_${tenant.slice(4)}${encodeNumber(long, 10)}${encodeNumber(n, 6)}s${'0'.repeat(9)}`
    ids.push(id)
    const device = {
      realm: tenant,
      id,
      network: 'sandbox',
      app: 'app',
      user: null,
      tags: [],
      targetKey: id,
    } as const
    const made = await registerDevice(db, { ...device, target, at })
    if (n > 0) await db.batch([...removeDevices(db, [made], at)])
  }
  expect(await purgeTable(db, 'devices', tenant, { cutoff: long + 1_000, limit: 100 })).toBe(1)
  const left = await Promise.all(ids.map(async (id) => (await deviceById(db, tenant, id))?.status))
  expect(left).toEqual(['active', undefined, 'removed'])
})
