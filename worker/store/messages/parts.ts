import type { ConnectionId } from '#worker/domain/ids.ts'
import type { Keyring, Keys } from '#worker/store/keys/keyring.ts'
import { keyedHash, openTexts, sealersOf, sealText } from '#worker/store/keys/sealed.ts'
import { inboundParts, work } from '#worker/store/ledger-schema.ts'
import { columnNames, columnsOf, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { WORK, type WorkRow } from '#worker/store/work.ts'

/**
 * Parts of inbound messages that wait for the others. Whose they are is known when the message is whole, so they are sealed under
 * keys of the platform and the month in which they came.
 */
export interface PartLedger {
  readonly db: D1Database
  readonly keys: Keyring
}

/** Part of a longer inbound message. */
export type InboundPart = Readonly<typeof inboundParts.$inferSelect>
/** Key of all parts that have one reference between the same two. */
export type PartGroup = Pick<InboundPart, 'connectionId' | 'groupKey'>
/** Key of one part. */
export type PartKey = Pick<InboundPart, 'connectionId' | 'groupKey' | 'ref'>

const PART = tupleOf<InboundPart>()(columnNames(inboundParts), {})
const INSERT_PARTS = `${insertFrom(inboundParts, PART)} WHERE true ON CONFLICT DO NOTHING`
const GROUP = tupleOf<PartGroup>()(['connectionId', 'groupKey'], {})
const OF_GROUP = `p.connection_id = ${GROUP.at.connectionId} AND p.group_key = ${GROUP.at.groupKey}`

/** Facts that the key of a part is made of. */
interface PartFacts {
  readonly connectionId: ConnectionId
  readonly from: string
  readonly to: string
  /** The carrier's reference that all parts have, and how many they are. */
  readonly groupRef: string
  readonly total: number
  /** Key that tells the part's repeats. */
  readonly ref: string
}

/** Makes the keys of parts, of hashes that are the same in every month, because a text may begin in one and end in the next. */
export async function partKeysOf(keyring: Keyring, parts: readonly PartFacts[]): Promise<readonly PartKey[]> {
  if (parts.length === 0) return []
  const keys = await keyring.standing('')
  return Promise.all(parts.map((part) => partKeyOf(keys, part)))
}

async function partKeyOf(keys: Keys, facts: PartFacts): Promise<PartKey> {
  const { connectionId, from, to, groupRef, total, ref } = facts
  const [groupKey, refKey] = await Promise.all([
    keyedHash(keys, ['inbound_parts.group_key', connectionId, from, to, groupRef, String(total)]),
    keyedHash(keys, ['inbound_parts.ref', connectionId, ref]),
  ])
  return { connectionId, groupKey, ref: refKey }
}

const placeOf = ({ connectionId, groupKey, ref }: PartKey) =>
  ['inbound_parts', connectionId, groupKey, ref, 'part'] as const

async function sealed(keyring: Keyring, parts: readonly InboundPart[]): Promise<readonly InboundPart[]> {
  const own = await sealersOf(
    keyring,
    parts.map(({ receivedAt }) => ({ owner: '', at: receivedAt })),
  )
  return Promise.all(
    parts.map(async (part, i) => {
      const keys = own[i]
      if (!keys) throw new Error('a part without keys')
      return { ...part, part: await sealText(keys, part.part, placeOf(part)) }
    }),
  )
}

/** Opens parts. One whose keys were forgotten is gone, and so is one that was altered. */
async function opened(keyring: Keyring, parts: readonly InboundPart[]): Promise<readonly InboundPart[]> {
  const texts = await openTexts(
    keyring,
    '',
    parts.map((part) => [part.part, placeOf(part)] as const),
  )
  return parts.flatMap((part, i) => {
    const text = texts[i]
    return typeof text === 'string' ? [{ ...part, part: text }] : []
  })
}

/**
 * Writes the work that ends a group's wait, if none of its parts is there yet. In the bound rows the group stands behind the
 * work.
 */
const INSERT_WAITS = `${insertFrom(work, WORK)} WHERE NOT EXISTS (SELECT 1 FROM inbound_parts p
WHERE p.connection_id = (j.value->>${WORK.names.length}) AND p.group_key = (j.value->>${WORK.names.length + 1}))
ON CONFLICT DO NOTHING`

/**
 * Writes parts (one that is there already stays as it is) and gives all parts of their groups. A group's first part is written
 * together with the work that ends its wait, so that no group waits for ever.
 */
export async function keepParts(
  { db, keys }: PartLedger,
  parts: readonly InboundPart[],
  waitOf: (part: InboundPart) => WorkRow,
): Promise<readonly InboundPart[]> {
  const groups = [...new Map(parts.map((part) => [`${part.connectionId} ${part.groupKey}`, part])).values()]
  const waits = groups.map((part) => [...WORK.row(waitOf(part), 0), part.connectionId, part.groupKey])
  const rows = await sealed(keys, parts)
  const [, , found] = await db.batch<InboundPart>([
    db.prepare(INSERT_WAITS).bind(JSON.stringify(waits)),
    db.prepare(INSERT_PARTS).bind(PART.json(rows)),
    partsStatement(db, groups),
  ])
  return opened(keys, found?.results ?? [])
}

const partsStatement = (db: D1Database, groups: readonly PartGroup[]): D1PreparedStatement =>
  db
    .prepare(
      `SELECT ${columnsOf(inboundParts, columnNames(inboundParts), 'p')} FROM json_each(?1) j
CROSS JOIN inbound_parts p ON ${OF_GROUP}`,
    )
    .bind(GROUP.json(groups))

/** Parts of a group that have come, in no order. */
export async function partsOf({ db, keys }: PartLedger, group: PartGroup): Promise<readonly InboundPart[]> {
  return opened(keys, (await partsStatement(db, [group]).all<InboundPart>()).results)
}

const PART_KEY = tupleOf<PartKey>()(['connectionId', 'groupKey', 'ref'], {})

export const deleteParts = (db: D1Database, parts: readonly PartKey[]): D1PreparedStatement =>
  db
    .prepare(
      `DELETE FROM inbound_parts WHERE (connection_id, group_key, ref) IN (SELECT ${PART_KEY.values} FROM json_each(?1) j)`,
    )
    .bind(PART_KEY.json(parts))
