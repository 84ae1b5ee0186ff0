import type { ConnectionId, MessageId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DEFAULT_SETTINGS, type Limits } from '#worker/domain/tenants/settings.ts'
import { MESSAGE_ID } from '#worker/store/codes/codes.ts'
import type { ListFilter } from '#worker/store/messages/list.ts'
import { askedRefs } from '#worker/store/messages/refs.ts'
import {
  type MessageRow,
  messageRows,
  type NewMessage,
  type RawRow,
  ROW_COLUMNS,
  type SealedMessage,
} from '#worker/store/messages/rows.ts'
import { type SealedEntry, sealContents, sealEntries, sealMessages } from '#worker/store/messages/sealed.ts'
import { keysOf } from './harness.ts'

/** Filter that every message passes. */
export const NO_FILTER: ListFilter = {
  direction: null,
  channel: null,
  statuses: null,
  line: null,
  clientKeys: null,
  resendOf: null,
}

/** Time of rows that name none. */
export const ROW_AT = Date.UTC(2026, 9, 18)

/** A message as a claim writes it, to a person of a number of its own. */
export const newMessage = (realm: Realm, id: MessageId, n: number, more: Partial<NewMessage> = {}): NewMessage => ({
  realm,
  id,
  direction: 'outbound',
  channel: 'sms',
  status: 'accepted',
  attempt: 1,
  connectionId: 'con_00000000100000000',
  party: `+98912${String(n).padStart(7, '0')}`,
  line: '10004346',
  content: null,
  units: 1,
  encoding: 'gsm-7',
  purpose: 'transactional',
  clientRef: null,
  metadata: null,
  batched: true,
  refersTo: null,
  validUntil: null,
  acceptedAt: ROW_AT,
  timeline: [{ at: more.acceptedAt ?? ROW_AT, status: 'accepted', by: 'gateway' }],
  ...more,
})

/** Messages sealed for a ledger that a harness started. */
export const sealed = (ledger: D1Database, rows: readonly NewMessage[]): Promise<readonly SealedMessage[]> =>
  sealMessages(keysOf(ledger), rows)

/** Changes whose entries are sealed for such a ledger. */
export const entered = <Row extends Parameters<typeof sealEntries>[1][number]>(
  ledger: D1Database,
  rows: readonly Row[],
): Promise<readonly SealedEntry<Row>[]> => sealEntries(keysOf(ledger), rows)

/** Shared content sealed for such a ledger. */
export const shared = (ledger: D1Database, realm: Realm, base: string, content: string) =>
  sealContents(keysOf(ledger), [{ realm, base, content }])

/** Message id as SQL binds it, for `unhex(?)`. */
export const hexOf = (id: string): string => MESSAGE_ID.encode(id as MessageId)

/** Rows that a condition on `messages m` finds, opened, in the order of their ids; their content is their own. */
export async function rowsWhere(
  db: D1Database,
  condition: string,
  ...values: readonly (string | number)[]
): Promise<readonly MessageRow[]> {
  const sql = `SELECT ${ROW_COLUMNS} FROM messages m WHERE ${condition} ORDER BY m.id`
  const { results } = await db
    .prepare(sql)
    .bind(...values)
    .all<RawRow>()
  return messageRows(keysOf(db), results)
}

/** The row of a message in whichever realm; null if there is none. */
export const rowOf = async (db: D1Database, id: string): Promise<MessageRow | null> =>
  (await rowsWhere(db, 'm.id = unhex(?1)', hexOf(id)))[0] ?? null

/** Hex of what a ledger has instead of a connection's ref. */
export async function refKeyOf(db: D1Database, connection: string, ref: string): Promise<string> {
  const [hash = ''] = (await askedRefs(keysOf(db), connection as ConnectionId, [ref])).keys()
  return hash
}

/** Makes a message one that its carrier knows by this ref. The ledger does not tell which one it had. */
export async function setRef(db: D1Database, id: string, ref: string): Promise<void> {
  const connection = (await rowOf(db, id))?.connectionId ?? ''
  await db
    .prepare('UPDATE refs SET ref_key = unhex(?2) WHERE message_id = unhex(?1)')
    .bind(hexOf(id), await refKeyOf(db, connection, ref))
    .run()
}

/** Gives a message another timeline. */
export async function setTimeline(db: D1Database, id: string, timeline: readonly TimelineEntry[]): Promise<void> {
  const row = await rowOf(db, id)
  if (!row) throw new Error('no such message')
  const [message] = await sealed(db, [newMessage(row.realm, row.id, 0, { timeline })])
  await db
    .prepare('UPDATE messages SET timeline = unhex(?2) WHERE id = unhex(?1)')
    .bind(hexOf(id), message?.timeline ?? '')
    .run()
}

const INSERT = `INSERT INTO tenants (id, name, status, version, settings, shards, created_at, updated_at)
VALUES (?1, 'Test', 'active', 1, ?2, '[0]', 0, 0)`

/** A tenant straight into the control database. */
export async function insertTenant(control: D1Database, id: string, limits: Partial<Limits> = {}): Promise<void> {
  const all = { rate: 100, burst: 1_000, daily: null, monthly: null, ...limits }
  const settings = { ...DEFAULT_SETTINGS, timeZone: 'Asia/Tehran', limits: all }
  await control.prepare(INSERT).bind(id, JSON.stringify(settings)).run()
}
