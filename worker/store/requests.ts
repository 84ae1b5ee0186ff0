import type { ApprovalId } from '#worker/domain/ids.ts'
import type { Mode } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { alteredMark, type MaybeAltered, textOrNull } from '#worker/store/keys/altered.ts'
import { ipIndex } from '#worker/store/keys/ip-index.ts'
import type { Keyring, Keys } from '#worker/store/keys/keyring.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { keyedHash, openTexts, type Place, sealersOf, sealText } from '#worker/store/keys/sealed.ts'
import { bulk } from '#worker/store/sql/bulk.ts'
import { columnNames, insertFrom } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { requests } from './ledger-schema.ts'
import type { SuppressionKey } from './suppressions.ts'

/** Row as it is stored. */
type Stored = Readonly<typeof requests.$inferSelect>

/** What of a row may tell of a person. It is sealed as a whole. */
interface Told {
  readonly ip: string
  /** Client id, person, operator, or the client id that was refused. */
  readonly actor: string | null
  /** Id of what was touched or looked for; what has none has a name, such as `sender/sms/10004346`. */
  readonly object: string | null
  readonly parent: string | null
  /** Reason that an operator gave. */
  readonly reason: string | null
  /** JSON of the object before and after an operator's change, as operators are shown it: secrets are masked. */
  readonly before: string | null
  readonly after: string | null
  /** Role of the person who called, at the tenant or the licensee; `break-glass` of a program that breaks the glass. */
  readonly role: string | null
  /** Mode of the tab in which a person called for a tenant; null of live, and of those who have none. */
  readonly mode: Mode | null
  /** Names of the fields that a tenant's change gave. Their values are left out. */
  readonly fields: readonly string[] | null
  /** Code of the problem that the call was refused with. */
  readonly problem: string | null
  /** Approval under which a dangerous act was done. */
  readonly approval: ApprovalId | null
}

/** Row of the access log with all of its members. */
export type RequestRead = Omit<Stored, 'ipKey' | 'sealed' | keyof Told> & Told & MaybeAltered

/** Members that most rows leave empty. They are absent from what travels, because a row rides in every send. */
type Rare = 'object' | 'parent' | 'reason' | 'before' | 'after' | 'role' | 'mode' | 'fields' | 'problem' | 'approval'

/** Row of the access log (requirements S6-15). */
export type LoggedRequest = Omit<RequestRead, Rare | 'isAltered'> & {
  readonly [Name in Rare]?: Exclude<Told[Name], null>
}

/** Row that is ready to be written. */
interface SealedRequest extends Stored {
  readonly isSealed: true
}

/** Most rows of one statement, and bytes of them: D1 takes 2 MB a bound value. */
const ROWS_A_STATEMENT = 3_000
const STATEMENT_BYTES = 1_900_000
/** Most bytes of a row beside what is sealed. */
const ROW_BYTES = 600

/** Ids of ours, which stand in clear. What else an object or actor is named by may be an address. */
const ID = /^(?:ten|cli|con|whe|msg|bat|med|dev|ses|dlv|dead|req|per|sgn|inv|apr|dsc|pap|pky)_[0-9a-z]{8,60}$/

/** The log belongs to whoever runs the gateway, so that one look goes over all tenants under a month's one key. */
const OWNER = ''

const placeOf = ({ tenantId, id }: Pick<Stored, 'tenantId' | 'id'>): Place => ['requests', tenantId, id, 'sealed']

/** How an object or its parent stands in the log: an id of ours as it is, anything else as a keyed hash. */
export const objectKey = async (keys: Keys, object: string): Promise<string> =>
  ID.test(object) ? object : keyedHash(keys, ['requests', 'object', object])

/** True if an object stands in the log under the same key in every month. */
export const isClearObject = (object: string): boolean => ID.test(object)

async function sealed(keys: Keys, row: LoggedRequest): Promise<SealedRequest> {
  const { ip, actor, object, parent, reason, before, after, role, mode, fields, problem, approval, ...clear } = row
  const told: Partial<Told> = {
    ip,
    ...(actor === null || ID.test(actor) ? {} : { actor }),
    ...(object === undefined || ID.test(object) ? {} : { object }),
    ...(parent === undefined || ID.test(parent) ? {} : { parent }),
    ...(reason === undefined ? {} : { reason }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(role === undefined ? {} : { role }),
    ...(mode === undefined ? {} : { mode }),
    ...(fields === undefined ? {} : { fields }),
    ...(problem === undefined ? {} : { problem }),
    ...(approval === undefined ? {} : { approval }),
  }
  const [text, ipKey, objectHash, parentHash] = await Promise.all([
    sealText(keys, JSON.stringify(told), placeOf(row)),
    ip === '' ? null : ipIndex(keys, ip),
    object === undefined ? null : objectKey(keys, object),
    parent === undefined ? null : objectKey(keys, parent),
  ])
  const known = actor !== null && ID.test(actor) ? actor : null
  return { ...clear, actor: known, ipKey, object: objectHash, parent: parentHash, sealed: text, isSealed: true }
}

/** Seals rows for writing, each under the keys of its month. */
export async function sealRequests(
  keyring: Keyring,
  rows: readonly LoggedRequest[],
): Promise<readonly SealedRequest[]> {
  const pairs = await sealersOf(
    keyring,
    rows.map(({ at }) => ({ owner: OWNER, at })),
  )
  return Promise.all(rows.map((row, n) => sealed(pairs[n] as Keys, row)))
}

const idOrNull = (text: string | null): string | null => (text !== null && ID.test(text) ? text : null)

/** Opens rows that were read. Of one whose keys were forgotten, or that was altered, the sealed members are gone. */
export async function openRequests(keyring: Keyring, rows: readonly Stored[]): Promise<readonly RequestRead[]> {
  const texts = await openTexts(
    keyring,
    OWNER,
    rows.map((row) => [row.sealed, placeOf(row)] as const),
  )
  return rows.map(({ sealed: _, ipKey: _key, ...row }, n) => {
    const text = textOrNull(texts[n])
    const told: Partial<Told> = text === null ? {} : JSON.parse(text)
    return {
      ...row,
      ip: told.ip ?? '',
      actor: told.actor ?? row.actor,
      object: told.object ?? idOrNull(row.object),
      parent: told.parent ?? idOrNull(row.parent),
      reason: told.reason ?? null,
      before: told.before ?? null,
      after: told.after ?? null,
      role: told.role ?? null,
      mode: told.mode ?? null,
      fields: told.fields ?? null,
      problem: told.problem ?? null,
      approval: told.approval ?? null,
      ...alteredMark(texts[n]),
    }
  })
}

/** Keys of the log of the months in a window, newest first. */
export async function keysOfLog(
  keyring: Keyring,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<readonly Keys[]> {
  const last = monthOf(to)
  return (await keyring.indexes(OWNER, from)).filter(({ number }) => number <= last).toReversed()
}

const REQUEST = tupleOf<SealedRequest>()(columnNames(requests), {})
// ON CONFLICT of the key, and not OR IGNORE, which would also drop rows that break any other rule.
const INSERT = bulk(
  REQUEST,
  (places) => `${insertFrom(requests, places)} WHERE true ON CONFLICT (tenant_id, id) DO NOTHING`,
)

/** Adds up to 3,000 rows to the access log; a row that is there already (the job was redelivered) stays as it is. */
export const insertRequestsStatement = (db: D1Database, rows: readonly SealedRequest[]): D1PreparedStatement =>
  INSERT(db, rows)

const INSERT_OF_OPT_OUT = `${insertFrom(requests, REQUEST)} WHERE NOT EXISTS
(SELECT 1 FROM suppressions WHERE realm = ?2 AND channel = ?3 AND party_key = ?4 AND line = ?5)
ON CONFLICT (tenant_id, id) DO NOTHING`

/** Adds the call that makes an opt-out, unless the opt-out stands already. Goes before the opt-out in its batch. */
export const insertCallOfOptOut = (
  db: D1Database,
  row: SealedRequest,
  { realm, channel, partyKey, line }: SuppressionKey,
): D1PreparedStatement => db.prepare(INSERT_OF_OPT_OUT).bind(REQUEST.json([row]), realm, channel, partyKey, line)

/** Adds any number of rows to the access log. */
export async function insertRequests(db: D1Database, keyring: Keyring, rows: readonly LoggedRequest[]): Promise<void> {
  const sizeOf = ({ sealed: text }: SealedRequest): number => ROW_BYTES + text.length
  for (const some of chunksBySize(await sealRequests(keyring, rows), sizeOf, STATEMENT_BYTES, ROWS_A_STATEMENT))
    await insertRequestsStatement(db, some).run()
}
