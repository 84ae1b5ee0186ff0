import type { ConnectionId, MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { CONNECTION, MESSAGE_ID, REALM } from '#worker/store/codes/codes.ts'
import type { Keyring, Keys } from '#worker/store/keys/keyring.ts'
import { refs } from '#worker/store/ledger-schema.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { bytesOf, columnsOf, insertFrom, type Row, reader } from '#worker/store/sql/columns.ts'
import { tupleFrom } from '#worker/store/sql/tuple.ts'
import type { RawRow } from './rows.ts'

/**
 * Carriers' refs of messages. One may hold a person's number (WhatsApp's does), and is only ever looked for: so a row has its
 * keyed hash, 16 bytes under the platform's standing index key, over connection and ref. It is hex in capitals, as D1 gives it.
 */
const HASH_HEX = 32
const GROUP_HEX = 16
/** Refs that are counted by what they begin with: replies to an attempt. Half of their hash is that of the beginning. */
const GROUPED = /^in:re:[^:]*:/

async function hashOf({ index }: Keys, connection: ConnectionId, ref: string): Promise<string> {
  const hash = await hmac(index, JSON.stringify(['refs', connection, ref]))
  return toHex(hash.subarray(0, HASH_HEX / 2)).toUpperCase()
}

async function refKeyOf(keys: Keys, connection: ConnectionId, ref: string): Promise<string> {
  const [group] = GROUPED.exec(ref) ?? []
  if (group === undefined) return hashOf(keys, connection, ref)
  const [first, whole] = await Promise.all([hashOf(keys, connection, group), hashOf(keys, connection, ref)])
  return first.slice(0, GROUP_HEX) + whole.slice(GROUP_HEX)
}

/** Carrier's own ref of the message `id`. */
export interface RefWrite {
  readonly connectionId: ConnectionId
  readonly ref: string
  readonly realm: Realm
  readonly id: MessageId
}

/** The same as it is written. */
export interface HashedRef extends Omit<RefWrite, 'ref'> {
  readonly refKey: string
}

/** Hashes refs for writing. */
export async function hashRefs(keyring: Keyring, rows: readonly RefWrite[]): Promise<readonly HashedRef[]> {
  if (rows.length === 0) return []
  const keys = await keyring.standing('')
  return Promise.all(
    rows.map(async ({ ref, ...row }) => ({ ...row, refKey: await refKeyOf(keys, row.connectionId, ref) })),
  )
}

const REF = tupleFrom<HashedRef, keyof Row<typeof refs>>(
  {
    connectionId: ({ connectionId }) => CONNECTION.encode(connectionId),
    refKey: ({ refKey }) => refKey,
    realm: ({ realm }) => REALM.encode(realm),
    messageId: ({ id }) => MESSAGE_ID.encode(id),
  },
  bytesOf(refs),
)
const INSERT_REFS = bulk(REF, (places) => `${insertFrom(refs, places)} WHERE true ON CONFLICT DO NOTHING`)

/** Writes the refs of carriers that do not echo ours. */
export const refsStatement = (db: D1Database, rows: readonly HashedRef[]): D1PreparedStatement => INSERT_REFS(db, rows)

/** Refs of a connection by their hashes. */
type AskedRefs = ReadonlyMap<string, string>

/** Hashes refs that are looked for, once for all shards. */
export async function askedRefs(keyring: Keyring, connection: ConnectionId, own: Iterable<string>): Promise<AskedRefs> {
  const keys = await keyring.standing('')
  return new Map(
    await Promise.all([...new Set(own)].map(async (ref) => [await refKeyOf(keys, connection, ref), ref] as const)),
  )
}

const REF_NAMES = ['refKey', 'realm', 'messageId'] as const
type FoundRef = Row<typeof refs, (typeof REF_NAMES)[number]> & { readonly ref: string }
const readRef = reader(refs, REF_NAMES)
const OF_REFS = `SELECT ${columnsOf(refs, REF_NAMES, 'r')} FROM json_each(?2) j
CROSS JOIN refs r ON r.connection_id = unhex(?1) AND r.ref_key = unhex(j.value)`

/** Messages that a connection's refs stand for, as far as they are on this shard. */
export async function resolveRefs(
  db: D1Database,
  connection: ConnectionId,
  asked: AskedRefs,
): Promise<readonly FoundRef[]> {
  if (asked.size === 0) return []
  const statement = db.prepare(OF_REFS).bind(CONNECTION.encode(connection), JSON.stringify([...asked.keys()]))
  return (await statement.all<RawRow>()).results.map((raw) => {
    const row = readRef(raw)
    return { ...row, ref: asked.get(row.refKey) ?? '' }
  })
}

const COUNT = `SELECT count(*) AS count FROM (
  SELECT 1 FROM refs WHERE connection_id = unhex(?1) AND ref_key >= unhex(?2) AND ref_key <= unhex(?3) LIMIT ?4)`

/** Counts the refs of a connection that begin with `group`, which is one that GROUPED knows, up to `limit`. */
export async function countRefs(
  db: D1Database,
  keyring: Keyring,
  [connection, group]: readonly [ConnectionId, string],
  limit: number,
): Promise<number> {
  const first = (await hashOf(await keyring.standing(''), connection, group)).slice(0, GROUP_HEX)
  const [from, to] = ['0', 'F'].map((digit) => first.padEnd(HASH_HEX, digit))
  const row = await db.prepare(COUNT).bind(CONNECTION.encode(connection), from, to, limit).first<{ count: number }>()
  return row?.count ?? 0
}
