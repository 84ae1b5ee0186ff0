import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceId, SessionId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { aliasStatements } from '#worker/store/alias-writes.ts'
import { aliasesOf } from '#worker/store/aliases.ts'
import { deviceById, registerDevice } from '#worker/store/devices/registry.ts'
import type { DeviceRegistry } from '#worker/store/devices/rows.ts'
import { targetsOfDevices } from '#worker/store/devices/targets.ts'
import type { Keys } from '#worker/store/keys/keyring.ts'
import { keepParts, partsOf } from '#worker/store/messages/parts.ts'
import { sessionById } from '#worker/store/sessions/read.ts'
import { upsertSessions } from '#worker/store/sessions/write.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

/** Realms of two tenants, one of them in both modes. */
const REALMS: readonly Realm[] = ['live.ten_000000000001', 'test.ten_000000000001', 'live.ten_000000000002']
const ROWS = [1, 2]

/** A sealed value in the database: where it lies, and what reads it. */
interface Kept {
  readonly name: string
  readonly table: string
  readonly column: string
  /** SQL that finds the row. */
  readonly row: string
  readonly read: () => Promise<unknown>
}

let bindings: Bindings
let db: D1Database
const kept: Kept[] = []
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  for (const realm of REALMS)
    for (const n of ROWS) kept.push(...(await devicesOf(realm, n)), await sessionOf(realm, n), await aliasOf(realm, n))
  for (const n of ROWS) kept.push(await partOf(n))
  // A pair that is not there reads as forgotten. Each owner has those that values of the others name.
  await bindings.keys.standing('')
})
afterAll(() => bindings?.dispose())

async function devicesOf(realm: Realm, n: number): Promise<Kept[]> {
  const id: DeviceId = `dev_${String(n).padStart(38, '0')}`
  const registry: DeviceRegistry = { db, keys: bindings.keys, realm }
  const target = { network: 'sandbox', token: `token${n}` } as const
  await registerDevice(registry, { id, network: 'sandbox', app: 'a', user: `user${n}`, tags: ['t'], target, at: 1 })
  const at = { table: 'devices', row: `realm = '${realm}' AND id = '${id}'` }
  return [
    { ...at, name: `target ${realm} ${n}`, column: 'target', read: () => targetsOfDevices(registry, [id]) },
    { ...at, name: `user ${realm} ${n}`, column: 'user_and_tags', read: () => deviceById(registry, id) },
  ]
}

async function sessionOf(realm: Realm, n: number): Promise<Kept> {
  const id: SessionId = `ses_${realm.slice(9)}000000000${n}0000000000000000`
  const session: SessionRecord = {
    ...{ id, channel: 'ussd', connectionId: 'con_x', sessionRef: `ref${n}`, party: '+1', line: '*1#', reason: null },
    ...{ startedAt: 1, updatedAt: 1, turns: [] },
  }
  const ledger = { db, keys: bindings.keys }
  await db.batch([...(await upsertSessions(ledger, [{ realm, partyKey: 'key', session }]))])
  const at = { table: 'sessions', column: 'record', row: `realm = '${realm}' AND id = '${id}'` }
  return { ...at, name: `session ${realm} ${n}`, read: () => sessionById(ledger, realm, id) }
}

async function aliasOf(realm: Realm, n: number): Promise<Kept> {
  const ledger = { db, keys: bindings.keys }
  const both = [
    { partyKey: `number${n}`, party: `+${n}` },
    { partyKey: `id${n}`, party: `id:${n}` },
  ] as const
  await db.batch(await aliasStatements(ledger, [{ realm, channel: 'chat', told: 'heard', both }], 1))
  const at = { table: 'aliases', column: 'other_party', row: `realm = '${realm}' AND party_key = 'number${n}'` }
  return { ...at, name: `alias ${realm} ${n}`, read: () => aliasesOf(ledger, realm, 'chat', [`number${n}`]) }
}

/** Parts are nobody's yet: they are sealed under keys of the platform. */
async function partOf(n: number): Promise<Kept> {
  const ledger = { db, keys: bindings.keys }
  const key = { connectionId: 'con_x' as const, groupKey: `group${n}`, ref: `ref${n}` }
  const part = { ...key, number: 1, total: 2, part: '{}', receivedAt: 1 }
  await keepParts(ledger, [part], () => ({
    dueAt: 1,
    id: `w${n}`,
    kind: 'none',
    realm: REALMS[0] as Realm,
    body: '{}',
  }))
  const at = { table: 'inbound_parts', column: 'part', row: `group_key = '${key.groupKey}'` }
  return { ...at, name: `part ${n}`, read: () => partsOf(ledger, key) }
}

const textOf = async ({ table, column, row }: Kept): Promise<string> => {
  const text = await db.prepare(`SELECT ${column} AS text FROM ${table} WHERE ${row}`).first<string>('text')
  if (text === null) throw new Error(`nothing is sealed in ${table}.${column}`)
  return text
}

const put = ({ table, column, row }: Kept, text = ''): D1PreparedStatement =>
  db.prepare(`UPDATE ${table} SET ${column} = ?1 WHERE ${row}`).bind(text)

/** What was said, in JSON of what is read. */
const WORDS = /token[12]|user[12]|"sessionRef":"ref[12]"|id:[12]|"part":/
const plainOf = (read: unknown): unknown => (read instanceof Map ? [...read.values()] : read)

/** Names of those values that can be read where they now lie. */
async function readable(): Promise<string[]> {
  const read = await Promise.all(kept.map((one) => one.read()))
  return kept.flatMap(({ name }, i) => (WORDS.test(JSON.stringify(plainOf(read[i]))) ? [name] : []))
}

test('a sealed value opens where it lies, and in no other row, column, table, mode or tenant', async () => {
  const own = await Promise.all(kept.map(textOf))
  const all = kept.map(({ name }) => name)
  expect(await readable()).toEqual(all)
  // Every value comes to every other place once.
  for (let step = 1; step < kept.length; step++) {
    await db.batch(kept.map((to, i) => put(to, own[(i + step) % own.length])))
    expect(await readable(), `${step} places further`).toEqual([])
  }
  await db.batch(kept.map((to, i) => put(to, own[i])))
  expect(await readable()).toEqual(all)
})

test('what was sealed under keys that were forgotten reads as gone, and is no error', async () => {
  const said = async () => JSON.stringify((await Promise.all(kept.map((one) => one.read()))).map(plainOf))
  expect(await said()).toMatch(WORDS)
  const { results } = await bindings.control
    .prepare('SELECT owner, number FROM keys')
    .all<Pick<Keys, 'owner' | 'number'>>()
  for (const { owner, number } of results) await bindings.keys.forget(owner, number)
  expect(await said()).not.toMatch(WORDS)
})
