import { expect } from 'vitest'
import { eventIdOf, type MessageId, shardOf } from '#worker/domain/ids.ts'
import { type EventType, eventTypeOf } from '#worker/domain/messages/events.ts'
import { type IdSet, unpackIds } from '#worker/domain/messages/id-sets.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import { type MessageStatus, rankOf, statusOf } from '#worker/domain/messages/status.ts'
import { MODES, realmOf, type TenantId } from '#worker/domain/realm.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import { hexOf, rowsWhere } from '../tenant-rows.ts'
import { until, type World } from '../world.ts'
import type { Carrier, Submitted } from './carriers.ts'
import type { HeardEvent } from './receiver.ts'

/** A message as the ledger holds it. */
export interface Held {
  readonly id: MessageId
  readonly status: MessageStatus
  readonly attempt: number
  readonly outcome: string | null
  readonly party: string
  readonly timeline: readonly TimelineEntry[]
}

/** Both realms of a world's tenant, as SQL binds them for `unhex(?)`. */
const realmsOf = ({ tenantId }: Pick<World, 'tenantId'>): string[] =>
  MODES.map((mode) => REALM.encode(realmOf(tenantId as TenantId, mode)))

/** The rows of these messages, on the shards that their ids name. */
export async function heldOf(world: World, ids: readonly string[]): Promise<Held[]> {
  const held: Held[] = []
  for (const [shard, own] of Map.groupBy(ids, (id) => shardOf(id as MessageId))) {
    const rows = await rowsWhere(
      world.chapar.ledger(shard),
      'm.realm IN (unhex(?2), unhex(?3)) AND m.id IN (SELECT unhex(value) FROM json_each(?1))',
      JSON.stringify(own.map(hexOf)),
      ...realmsOf(world),
    )
    held.push(...rows.map((row) => ({ ...row, status: statusOf(row.status) })))
  }
  return held
}

const FINAL: ReadonlySet<MessageStatus> = new Set([
  'unknown',
  'failed',
  'expired',
  'undelivered',
  'rejected',
  'canceled',
  'suppressed',
  'delivered',
  'read',
])

/** Messages whose report deadline is ahead: what `report-deadline` rows hold. */
async function awaited(world: World, shards: readonly number[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  for (const shard of shards) {
    const { results } = await world.chapar
      .ledger(shard)
      .prepare(`SELECT body FROM work WHERE kind = 'report-deadline' AND due_at > ?1`)
      .bind(Date.now())
      .all<{ body: string }>()
    for (const { body } of results) for (const id of unpackIds((JSON.parse(body) as { ids: IdSet }).ids)) ids.add(id)
  }
  return ids
}

/** Ids of the events that a timeline made: one for each state it advanced to and tenants are told of. */
function eventIdsOf({ id, timeline }: Held): string[] {
  let rank = -1
  return timeline.flatMap(({ status }) => {
    if (rankOf(status) <= rank) return []
    rank = rankOf(status)
    return eventTypeOf(status) === null ? [] : [eventIdOf(id, status)]
  })
}

/** Messages of a carrier that were taken under more than one ref, or more than once under one. */
export function doubles(took: readonly Submitted[]): string[] {
  const byRecipient = Map.groupBy(took, ({ to }) => to)
  return [...byRecipient].flatMap(([to, own]) => (own.length > 1 ? [to] : []))
}

export interface Drill {
  readonly world: World
  /** Of every message that got a 2xx; recipients are distinct. */
  readonly ids: readonly string[]
  readonly carriers?: readonly Carrier[]
  /** What a receiver of all events heard with a 2xx. */
  readonly heard?: readonly HeardEvent[]
}

/** Every message is in exactly one final state, or `submitted` with its deadline ahead; the API says the same. */
async function assertStates(drill: Drill): Promise<readonly Held[]> {
  const { world, ids } = drill
  const held = await heldOf(world, ids)
  const waiting = await awaited(world, [...new Set(ids.map((id) => shardOf(id as MessageId)))])
  const open = held.filter(({ id, status }) => !FINAL.has(status) && !(status === 'submitted' && waiting.has(id)))
  const rows = new Set(held.map(({ id }) => id))
  expect({
    missing: ids.filter((id) => !rows.has(id as MessageId)),
    open: open.map(({ id, status, attempt, outcome }) => ({ id, status, attempt, outcome })),
  }).toEqual({ missing: [], open: [] })
  for (const { id, status, timeline } of held) {
    const reached = timeline.reduce(
      (best, entry) => (rankOf(entry.status) > rankOf(best) ? entry.status : best),
      timeline[0]?.status ?? 'scheduled',
    )
    expect({ id, status: rankOf(reached) }).toEqual({ id, status: rankOf(status) })
  }
  for (const { id, status } of held.slice(0, 3))
    expect(await world.json(`/v1/messages/${id}`)).toMatchObject({ status })
  return held
}

/** No event is lost, and a repeat says the same as the first. `submitted` may be told although a report overtook it. */
async function assertEvents(held: readonly Held[], heard: readonly HeardEvent[]): Promise<void> {
  const due = held.flatMap(eventIdsOf)
  await until('every event is heard', async () => {
    const ids = new Set(heard.map(({ id }) => id))
    return due.every((id) => ids.has(id))
  }).catch(() => undefined)
  const byId = Map.groupBy(heard, ({ id }) => id)
  const overtaken = new Set(held.map(({ id }) => eventIdOf(id, 'submitted') as string))
  const ours = new Set<string>(held.map(({ id }) => id.slice(4)))
  const known = new Set<string>(due)
  const isMessageEvent = (type: string): boolean =>
    (type as EventType).startsWith('message.') && type !== 'message.received'
  expect({
    lost: due.filter((id) => !byId.has(id)),
    invented: heard
      .filter(({ id, type }) => isMessageEvent(type) && ours.has(id.slice(4, id.lastIndexOf('_'))))
      .filter(({ id }) => !known.has(id) && !overtaken.has(id))
      .map(({ id }) => id),
    changed: [...byId]
      .filter(([id, own]) => known.has(id) && new Set(own.map(({ data }) => data)).size > 1)
      .map(([id]) => id),
  }).toEqual({ lost: [], invented: [], changed: [] })
}

/**
 * What must hold whatever went wrong: every message that got a 2xx is in exactly one final state, or `submitted` with its
 * report deadline ahead; no carrier took one twice; no event was lost. Answers the rows.
 */
export async function assertInvariant(drill: Drill): Promise<readonly Held[]> {
  const held = await assertStates(drill)
  expect(doubles((drill.carriers ?? []).flatMap(({ took }) => took))).toEqual([])
  if (drill.heard) await assertEvents(held, drill.heard)
  return held
}

const COUNTED = `SELECT m.status, count(*) AS n FROM messages m WHERE m.realm IN (unhex(?2), unhex(?3))
  AND m.id IN (SELECT unhex(value) FROM json_each(?1)) GROUP BY m.status`

/** How many of these messages stand in each state. Opens none: waits ask it again and again. */
export async function countsOf(world: World, ids: readonly string[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  let absent = ids.length
  for (const [shard, own] of Map.groupBy(ids, (id) => shardOf(id as MessageId))) {
    const statement = world.chapar.ledger(shard).prepare(COUNTED)
    const { results } = await statement
      .bind(JSON.stringify(own.map(hexOf)), ...realmsOf(world))
      .all<{ status: number; n: number }>()
    for (const { status, n } of results) {
      counts[statusOf(status)] = (counts[statusOf(status)] ?? 0) + n
      absent -= n
    }
  }
  return absent > 0 ? { ...counts, absent } : counts
}

/** Waits until no message is `accepted` or without a row. */
export const settled = (world: World, ids: readonly string[]): Promise<Record<string, number>> =>
  until('all messages leave accepted', async () => {
    const counts = await countsOf(world, ids)
    return !counts['absent'] && !counts['accepted'] ? counts : null
  })
