import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { labelledDevices, labelledIds } from '#worker/store/devices/labels.ts'
import { changeDevice, deleteDevice, deviceById, registerDevice } from '#worker/store/devices/registry.ts'
import type { Device, DeviceRegistry } from '#worker/store/devices/rows.ts'
import { activeDevices, removeDevices, targetsOfDevices } from '#worker/store/devices/targets.ts'
import { keyedHash, sealText } from '#worker/store/keys/sealed.ts'
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

const targetOf = (n: number) => ({ network: 'sandbox', token: `t${n}` }) as const
const few = { kind: 'tag', name: 'few' } as const

const registryOf = (realm: Realm, of: D1Database = db): DeviceRegistry => ({ db: of, keys: bindings.keys, realm })

/** Writes many devices of a tenant at once, as `registerDevice` writes each. */
async function fillAround(realm: Realm): Promise<void> {
  const keys = await bindings.keys.standing(tenantOf(realm))
  const labelOf = (tag: string) => keyedHash(keys, ['device_labels', realm, 'tag', tag])
  const labels = { few: await labelOf('few'), all: await labelOf('all') }
  const rows = await Promise.all(
    Array.from({ length: AROUND }, async (_, n) => {
      const key = await keyedHash(keys, ['devices', realm, 'sandbox', targetOf(n).token])
      const tags = n % 20 === 0 ? (['few', 'all'] as const) : (['all'] as const)
      return [
        idOf(n),
        key,
        await sealText(keys, JSON.stringify(targetOf(n)), ['devices', realm, key, 'target']),
        await sealText(keys, JSON.stringify([null, tags]), ['devices', realm, key, 'user_and_tags']),
        JSON.stringify(tags.map((tag) => labels[tag])),
      ]
    }),
  )
  await db.batch([
    db
      .prepare(
        `INSERT INTO devices (realm, id, network, app, target_key, target, status, user_and_tags, labels, created_at, updated_at)
SELECT ?1, value->>0, 'sandbox', 'app', value->>1, value->>2, 'active', value->>3, value->>4, 1, 1 FROM json_each(?2)`,
      )
      .bind(realm, JSON.stringify(rows)),
    db
      .prepare(
        `INSERT INTO device_labels (realm, label, device_id)
SELECT d.realm, j.value, d.id FROM devices d, json_each(d.labels) j WHERE d.realm = ?1`,
      )
      .bind(realm),
  ])
}

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
  for (const tenant of [MINE, OTHERS]) await fillAround(tenant)
})
afterAll(() => bindings?.dispose())

test.each([
  [
    'targets of a slice',
    async (one: D1Database) => (await targetsOfDevices(registryOf(MINE, one), touched)).size,
    TOUCHED,
  ],
  [
    'active ones of some',
    async (one: D1Database) => (await activeDevices(registryOf(MINE, one), touched)).length,
    TOUCHED,
  ],
  [
    'a page of a label',
    async (one: D1Database) => (await labelledDevices(registryOf(MINE, one), few, { after: '', limit: 50 })).length,
    50,
  ],
  [
    'an audience',
    async (one: D1Database) => (await labelledIds(registryOf(MINE, one), { label: few, app: 'app' }, 1_000)).length,
    100,
  ],
])('%s read a few rows for each', async (_, work, found) => {
  const { db: one, read } = counted(db)
  expect(await work(one)).toBe(found)
  expect(read()).toBeGreaterThan(0)
  expect(read() / found).toBeLessThanOrEqual(MOST)
})

test('registering again, changing and deleting read no rows but the device’s own', async () => {
  const [found] = await activeDevices(registryOf(MINE), [idOf(3)])
  if (!found) throw new Error('no device')
  const work = {
    register: (one: D1Database) =>
      registerDevice(registryOf(MINE, one), { ...found, target: targetOf(3), user: 'u', tags: ['a', 'b'], at: 2 }),
    change: (one: D1Database) => changeDevice(registryOf(MINE, one), found, { user: 'v', tags: ['c'] }, 3),
    remove: (one: D1Database) => deleteDevice(registryOf(MINE, one), found.id),
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
  const dead = await activeDevices(registryOf(MINE), touched)
  const results = await db.batch([...removeDevices(db, dead, 5)])
  const labels = dead.flatMap(({ tags }) => tags).length
  expect(results.map(({ meta }) => meta.changes)).toEqual([labels, TOUCHED])
  const read = results.reduce((sum, { meta }) => sum + meta.rows_read, 0)
  expect(read / (TOUCHED + labels)).toBeLessThanOrEqual(MOST)
  expect(await deviceById(registryOf(MINE), touched[0] ?? '')).toMatchObject({ status: 'removed' })
  expect(await deviceById(registryOf(OTHERS), touched[0] ?? '')).toMatchObject({ status: 'active' })
  expect((await targetsOfDevices(registryOf(MINE), touched)).size).toBe(0)
})

test('a device that registered again since it was found dead is not removed', async () => {
  const others = registryOf(OTHERS)
  const [found] = await activeDevices(others, [idOf(1)])
  if (!found) throw new Error('no device')
  const again = { ...found, target: targetOf(1), tags: ['fresh'], at: found.updatedAt }
  const registered = await registerDevice(others, again)
  expect(registered).toMatchObject({ id: found.id, tags: ['fresh'] } satisfies Partial<Device>)
  expect(registered.updatedAt).toBeGreaterThan(found.updatedAt)
  await db.batch([...removeDevices(db, [found], 9)])
  expect(await deviceById(others, found.id)).toMatchObject({ status: 'active' })
  expect(await labelledIds(others, { label: { kind: 'tag', name: 'fresh' }, app: 'app' }, 10)).toEqual([found.id])
})

test('a device is purged when it was removed long ago, and never while it is active', async () => {
  const tenant = 'live.ten_000000000003' as Realm
  const long = 1_600_000_000_000
  const registry = registryOf(tenant)
  const ids: DeviceId[] = []
  for (const [n, at] of [long, long, long + 2_000].entries()) {
    const id: DeviceId = `dev_${tenant.slice(4)}${encodeNumber(long, 10)}${encodeNumber(n, 6)}s${'0'.repeat(9)}`
    ids.push(id)
    const device = { id, network: 'sandbox', app: 'app', user: null, tags: [] } as const
    const made = await registerDevice(registry, { ...device, target: targetOf(n), at })
    if (n > 0) await db.batch([...removeDevices(db, [made], at)])
  }
  expect(await purgeTable(db, 'devices', tenant, { cutoff: long + 1_000, limit: 100 })).toBe(1)
  const left = await Promise.all(ids.map(async (id) => (await deviceById(registry, id))?.status))
  expect(left).toEqual(['active', undefined, 'removed'])
})
