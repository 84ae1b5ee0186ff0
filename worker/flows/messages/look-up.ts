import { type Channel, under } from '#worker/domain/carriers/channel.ts'
import {
  baseOf,
  batchIdOf,
  countOf,
  idFloor,
  isBatchId,
  isMessageId,
  type MessageId,
  shardOf,
  timeOfId,
} from '#worker/domain/ids.ts'
import type { Message } from '#worker/domain/messages/message.ts'
import { type MessageStatus, STATUS_CODES, statusOf } from '#worker/domain/messages/status.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { absenceOf } from '#worker/domain/tenants/retention.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { identitiesOf, namedBy } from '#worker/flows/core/identities.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  batchById,
  countByStatus,
  type IdRange,
  type ListFilter,
  type ListSource,
  SCAN_LIMIT,
  scanMessages,
} from '#worker/store/messages/list.ts'
import { messageById } from '#worker/store/messages/reads.ts'
import { fromRow } from '#worker/store/messages/rows.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { tallyStatement } from '#worker/store/tallies.ts'
import { blankMessage } from './blank-message.ts'

/** The id, checked by its MAC; throws `not-found`, without a look-up, if we did not give it to this tenant. */
export async function requireMessageId(platform: Platform, principal: Principal, id: string): Promise<MessageId> {
  if (!(await isMessageId(platform.config.idKeys, principal.realm, id))) throw new Problem('not-found')
  return id as MessageId
}

export async function requireBatchId(platform: Platform, principal: Principal, id: string): Promise<`bat_${string}`> {
  if (!(await isBatchId(platform.config.idKeys, principal.realm, id))) throw new Problem('not-found')
  return id as `bat_${string}`
}

const LOST = { code: 'lost', detail: 'the message did not reach the ledger' } as const

/** True for the id of a rejected batch item, which nobody was given: all accepted items of its batch have rows. */
async function wasRejected(db: D1Database, { realm }: Principal, id: MessageId): Promise<boolean> {
  const base = baseOf(id)
  const batch = await batchById(db, realm, batchIdOf(base))
  if (!batch || batch.accepted === batch.total) return false
  const counts = await countByStatus(db, realm, `msg_${base}`, `msg_${base}~`)
  return counts.reduce((sum, { n }) => sum + n, 0) >= batch.accepted
}

/** Writes that a message is lost, and adds to the tally of the operators' health only if no earlier look-up did. */
async function writeLost(platform: Platform, principal: Principal, id: MessageId): Promise<void> {
  const db = shardOfEnv(platform.env, shardOf(id))
  const now = platform.now()
  const row = blankMessage(principal, id, { at: now, status: 'failed', ...LOST, by: 'gateway' }, LOST)
  const { meta } = await insertStatement(db, [row], now).run()
  if (meta.changes > 0) await tallyStatement(db, { lost: 1 }, now).run()
}

/** State of a message that was accepted and that dispatch has not written yet. */
export type Queued = { readonly status: 'accepted'; readonly acceptedAt: EpochMs }

/** The message. Without a row it is queued still, purged (throws `gone`), or lost, which is then written down. */
export async function lookUpMessage(
  platform: Platform,
  principal: Principal,
  id: MessageId,
): Promise<Message | Queued> {
  const db = shardOfEnv(platform.env, shardOf(id))
  const row = await messageById(db, principal.realm, id)
  if (row) return fromRow(row)
  const acceptedAt = timeOfId(id)
  const absence = absenceOf(acceptedAt, platform.now())
  if (absence === 'purged') throw new Problem('gone')
  if (absence === 'queued') return { status: 'accepted', acceptedAt }
  if (await wasRejected(db, principal, id)) throw new Problem('not-found')
  await writeLost(platform, principal, id)
  const lost = await messageById(db, principal.realm, id)
  if (!lost) throw new Problem('gone')
  return fromRow(lost)
}

interface BatchState {
  readonly total: number
  readonly accepted: number | null
  readonly clientRef: string | null
  readonly acceptedAt: EpochMs
  readonly counts: Readonly<Record<string, number>>
}

/** Counts a batch's messages by status. Those that dispatch has not written yet count as `accepted`. */
export async function lookUpBatch(platform: Platform, principal: Principal, id: `bat_${string}`): Promise<BatchState> {
  const db = shardOfEnv(platform.env, shardOf(id))
  const total = countOf(id)
  const acceptedAt = timeOfId(id)
  const row = await batchById(db, principal.realm, id)
  if (!row && absenceOf(acceptedAt, platform.now()) === 'purged') throw new Problem('gone')
  const base = baseOf(id)
  const found = await countByStatus(db, principal.realm, `msg_${base}`, `msg_${base}~`)
  const counts: Record<string, number> = {}
  let seen = 0
  for (const { status, n } of found) {
    counts[statusOf(status)] = n
    seen += n
  }
  const waiting = (row?.accepted ?? total) - seen
  if (waiting > 0) counts['accepted'] = (counts['accepted'] ?? 0) + waiting
  return {
    total,
    accepted: row?.accepted ?? null,
    clientRef: row?.clientRef ?? null,
    acceptedAt: row?.acceptedAt ?? acceptedAt,
    counts,
  }
}

interface ListQuery {
  readonly to?: string | undefined
  readonly clientRef?: string | undefined
  readonly batch?: string | undefined
  readonly after?: EpochMs | undefined
  readonly before?: EpochMs | undefined
  readonly direction?: 'outbound' | 'inbound' | undefined
  readonly status?: MessageStatus | undefined
  readonly from?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Reads a query parameter as the channel does; a `Problem` points to the parameter. */
function readParameter<Value>(pointer: string, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw under(error, pointer)
  }
}

/** Keys of the indexes that a page is read from. A person in `to` has one for each address that is known. */
async function sourcesOf(
  platform: Platform,
  { realm, policy }: Principal,
  channel: Channel,
  { to, clientRef }: ListQuery,
): Promise<readonly ListSource[]> {
  if (to !== undefined) {
    const { value } = readParameter('/to', () => channel.address(to, policy.region))
    const [identities = []] = await identitiesOf(platform, [await namedBy(platform, { policy, realm }, channel, value)])
    return identities.map(({ partyKey }) => ({ by: 'party', partyKey }))
  }
  return [clientRef === undefined ? { by: 'id' } : { by: 'clientRef', clientRef }]
}

/** Ids that window, batch and cursor all allow; a day if none of `to`, `clientRef`, `batch`, `after` is given. */
async function rangeOf(platform: Platform, principal: Principal, query: ListQuery): Promise<IdRange> {
  const { to, clientRef, batch, after, before, cursor } = query
  const now = platform.now()
  const isFound = to !== undefined || clientRef !== undefined || batch !== undefined
  const since = after ?? (isFound ? 0 : (before ?? now) - DAY)
  const froms = [idFloor('msg', since)]
  const ends = [before === undefined ? 'msg_~' : idFloor('msg', before), cursor ?? 'msg_~']
  if (batch !== undefined) {
    const base = baseOf(await requireBatchId(platform, principal, batch))
    froms.push(`msg_${base}`)
    ends.push(`msg_${base}~`)
  }
  const first = (a: string, b: string): string => (a < b ? a : b)
  return { from: froms.reduce((a, b) => (a > b ? a : b)), before: ends.reduce(first) }
}

function filterOf(channel: Channel, { to, clientRef, direction, status, from }: ListQuery): ListFilter {
  if (to !== undefined && direction === 'inbound') throw invalidField('/direction', '`to` finds outbound messages only')
  const wanted = to === undefined ? direction : 'outbound'
  return {
    direction: wanted === undefined ? null : wanted === 'outbound' ? 1 : 2,
    status: status === undefined ? null : STATUS_CODES[status],
    line: from === undefined ? null : readParameter('/from', () => channel.sender(from).value),
    // Filters by the reference beside `to` only: else the rows come from the index of references, and each has this one.
    clientRef: to === undefined ? null : (clientRef ?? null),
  }
}

/** A page of messages, newest first, over all of the tenant's shards. `nextCursor` is null only if there are no more. */
export async function listMessages(
  platform: Platform,
  principal: Principal,
  channel: Channel,
  query: ListQuery,
): Promise<{ readonly messages: readonly Message[]; readonly nextCursor: string | null }> {
  const { policy, realm } = principal
  const filter = filterOf(channel, query)
  const [sources, range] = await Promise.all([
    sourcesOf(platform, principal, channel, query),
    rangeOf(platform, principal, query),
  ])
  const plain = Object.values(filter).every((value) => value === null)
  const scan = plain ? query.limit + 1 : Math.ceil(SCAN_LIMIT / policy.shards.length / sources.length)
  const pages = await Promise.all(
    policy.shards.flatMap((shard) =>
      sources.map((source) =>
        scanMessages(shardOfEnv(platform.env, shard), realm, { source, range, filter, rows: scan }),
      ),
    ),
  )
  // A full page of one shard says nothing of the rows behind its last: the merged page ends at the highest such row.
  const floor = pages
    .flatMap((page) => (page.length === scan ? [page.at(-1)?.id ?? ''] : []))
    .reduce((a, b) => (a > b ? a : b), '')
  const known = pages
    .flat()
    .filter(({ id }) => id >= floor)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
  const hits = known.filter(({ hit }) => hit === 1)
  const shown = hits.slice(0, query.limit)
  const more = hits.length > shown.length
  const nextCursor = more ? (shown.at(-1)?.id ?? null) : floor === '' ? null : floor
  return { messages: shown.map(fromRow), nextCursor }
}
