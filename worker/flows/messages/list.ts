import { type Channel, type ChannelName, under } from '#worker/domain/carriers/channel.ts'
import { baseOf, channelOfId, idFloor, type MessageId, timeOfId } from '#worker/domain/ids.ts'
import type { Direction, Message } from '#worker/domain/messages/message.ts'
import { type MessageStatus, STATUS_CODES, UNSUCCESSFUL } from '#worker/domain/messages/status.ts'
import { Problem } from '#worker/domain/problem.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { identitiesOf, namedBy } from '#worker/flows/core/identities.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { keyOwnerOf } from '#worker/store/keys/rows.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  type IdRange,
  type ListFilter,
  type ListSource,
  openScanned,
  PERSON_SCAN_LIMIT,
  SCAN_LIMIT,
  scanMessages,
  TERMS_AT_ONCE,
} from '#worker/store/messages/list.ts'
import { fromRow } from '#worker/store/messages/rows.ts'
import { clientKeysOf } from '#worker/store/messages/sealed.ts'
import { searchKeys } from '#worker/store/parties/key.ts'
import { requireBatchId, requireMessageId } from './look-up.ts'

/** Conditions of a list; a message fits all that are given. Addresses are read as the channel's, without one as those of SMS. */
interface ListQuery {
  readonly channel?: ChannelName | undefined
  readonly to?: string | undefined
  readonly person?: string | undefined
  readonly from?: string | undefined
  readonly sender?: string | undefined
  readonly clientRef?: string | undefined
  readonly batch?: string | undefined
  readonly resendOf?: string | undefined
  readonly after?: EpochMs | undefined
  readonly before?: EpochMs | undefined
  readonly direction?: Direction | undefined
  /** States of which a message has one. */
  readonly status?: readonly MessageStatus[] | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** Conditions that inbound messages never fit. */
const OUTBOUND_ONLY = ['to', 'from', 'clientRef', 'batch', 'resendOf'] as const

/** Refuses two parameters that no message fits together; the answer names both. */
const clash = (one: keyof ListQuery, other: keyof ListQuery, detail: string): Problem =>
  new Problem('invalid-fields', { errors: [one, other].map((name) => ({ pointer: `/${name}`, detail })) })

/** Answers the direction that messages must have to fit a query, if one; throws where its conditions exclude each other. */
function directionOf(query: ListQuery): Direction | undefined {
  const { to, person, from, sender, direction, status } = query
  if (to !== undefined && person !== undefined) throw clash('person', 'to', '`person` and `to` exclude each other')
  if (from !== undefined && sender !== undefined)
    throw clash('sender', 'from', '`sender` and `from` exclude each other')
  const cause = OUTBOUND_ONLY.find((name) => query[name] !== undefined)
  if (cause !== undefined && direction === 'inbound')
    throw clash(
      'direction',
      cause,
      `\`${cause}\` finds outbound messages only; \`person\` and \`sender\` find inbound ones too`,
    )
  const isReceived = status?.every((one) => one === 'received') ? 'inbound' : undefined
  const wanted = cause === undefined ? (direction ?? isReceived) : 'outbound'
  const fits = (one: MessageStatus): boolean => (one === 'received') === (wanted === 'inbound')
  if (wanted !== undefined && status !== undefined && !status.some(fits))
    throw clash('status', cause ?? 'direction', `no ${wanted} message has such a status`)
  return wanted
}

/** Reads a query parameter as the channel does; a `Problem` points to the parameter. */
function readParameter<Value>(name: 'to' | 'person' | 'from' | 'sender', query: ListQuery, read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    const named = under(error, `/${name}`)
    if (query.channel !== undefined || !(named instanceof Problem)) throw named
    const hint = 'without `channel` it is read as in SMS'
    const errors = named.options.errors?.map(({ pointer, detail }) => ({ pointer, detail: `${detail}; ${hint}` })) ?? []
    throw new Problem(named.code, { ...named.options, errors })
  }
}

/** Codes of the states asked for, if an index finds those; else null. */
function indexedCodes({ status }: ListQuery): readonly number[] | null {
  const isIndexed = (one: MessageStatus): boolean => (UNSUCCESSFUL as readonly MessageStatus[]).includes(one)
  return status?.every(isIndexed) ? [...new Set(status)].map((one) => STATUS_CODES[one]) : null
}

/** A query, with the direction of messages that fit it, and the hashes that its client ref may have; null: it names none. */
interface AskedList {
  readonly query: ListQuery
  readonly direction: Direction | undefined
  readonly clientKeys: readonly string[] | null
}

/** Sources that a page is read from. */
async function sourcesOf(
  platform: Platform,
  { realm, policy }: Principal,
  channel: Channel,
  { query, direction, clientKeys }: AskedList,
): Promise<readonly ListSource[]> {
  const name = query.to === undefined ? 'person' : 'to'
  const written = query[name]
  if (written !== undefined) {
    const { value } = readParameter(name, query, () => channel.address(written, policy.region))
    const person = await namedBy(platform, { policy, realm }, channel, value)
    const [[identities = []], months] = await Promise.all([
      identitiesOf(platform, [person]),
      platform.keys.indexes(keyOwnerOf(realm), query.after ?? 0),
    ])
    const keys = identities.flatMap(({ partyKey }) => searchKeys(months, partyKey))
    return [{ by: 'party', keys, full: query.limit + 1 }]
  }
  if (clientKeys !== null)
    return chunksBySize(clientKeys, () => 1, TERMS_AT_ONCE).map((keys) => ({ by: 'clientRef', keys }))
  if (query.resendOf !== undefined) return [{ by: 'resendOf', id: query.resendOf as MessageId }]
  if (direction === 'inbound') return [{ by: 'inbound' }]
  const codes = indexedCodes(query)
  if (codes === null) return [{ by: 'id' }]
  return chunksBySize(codes, () => 1, TERMS_AT_ONCE).map((statuses) => ({ by: 'status', statuses }))
}

/** Ids that window, batch and cursor all allow; a day if none is given and no index finds the rows. */
async function rangeOf(platform: Platform, principal: Principal, query: ListQuery, isFound: boolean): Promise<IdRange> {
  const { batch, after, before, cursor } = query
  const since = after ?? (isFound || batch !== undefined ? 0 : (before ?? platform.now()) - DAY)
  const froms = [idFloor('msg', since)]
  const ends = [before === undefined ? 'msg_~' : idFloor('msg', before), cursor ?? 'msg_~']
  if (batch !== undefined) {
    const id = await requireBatchId(platform, principal, batch)
    if (query.channel !== undefined && query.channel !== channelOfId(id))
      throw clash('channel', 'batch', `the batch is of the channel ${channelOfId(id)}`)
    const base = baseOf(id)
    froms.push(`msg_${base}`)
    ends.push(`msg_${base}~`)
  }
  const first = (a: string, b: string): string => (a < b ? a : b)
  return { from: froms.reduce((a, b) => (a > b ? a : b)), before: ends.reduce(first) }
}

/** Conditions on the rows of a source; what the source itself asks for is left out. */
function filterOf(channel: Channel, { query, direction, clientKeys }: AskedList, by: ListSource['by']): ListFilter {
  const isFound = by === 'clientRef' || by === 'status' || by === 'resendOf' || by === 'inbound'
  const name = query.from === undefined ? 'sender' : 'from'
  const line = query[name]
  return {
    direction: direction === undefined || isFound ? null : direction,
    channel: query.channel ?? null,
    // All that people wrote has one state.
    statuses:
      by === 'status' || by === 'inbound' ? null : (query.status?.map((status) => STATUS_CODES[status]) ?? null),
    line: line === undefined ? null : readParameter(name, query, () => channel.sender(line).value),
    clientKeys: by === 'clientRef' ? null : clientKeys,
    resendOf: by === 'resendOf' ? null : ((query.resendOf ?? null) as MessageId | null),
  }
}

/** Page of a list, newest first. */
interface MessagePage {
  readonly messages: readonly Message[]
  /** Null only if there are no more. */
  readonly nextCursor: string | null
  /** Time down to which all messages were looked at; null unless the page ended there before it was full. */
  readonly lookedUntil: EpochMs | null
}

/** A page of messages over all of the tenant's shards. It looks at so many rows and then ends, full or not. */
export async function listMessages(platform: Platform, principal: Principal, query: ListQuery): Promise<MessagePage> {
  const { policy, realm } = principal
  const channel = platform.channels[query.channel ?? 'sms']
  const direction = directionOf(query)
  const { clientRef, resendOf } = query
  if (resendOf !== undefined) await requireMessageId(platform, principal, resendOf)
  const since = query.after ?? 0
  const clientKeys =
    clientRef === undefined ? null : await clientKeysOf(platform.keys, 'messages', { realm, clientRef, since })
  const asked = { query, direction, clientKeys }
  const sources = await sourcesOf(platform, principal, channel, asked)
  const by = sources[0]?.by ?? 'id'
  const filter = filterOf(channel, asked, by)
  const range = await rangeOf(platform, principal, query, by !== 'id')
  const plain = Object.values(filter).every((value) => value === null)
  const shareOf = (rows: number): number => Math.ceil(rows / policy.shards.length / sources.length)
  const full = Math.min(query.limit + 1, shareOf(SCAN_LIMIT))
  const filtered = by === 'party' ? Math.max(full, shareOf(PERSON_SCAN_LIMIT)) : shareOf(SCAN_LIMIT)
  const scan = plain ? full : filtered
  const pages = await Promise.all(
    policy.shards.flatMap((shard) =>
      sources.map((source) =>
        scanMessages(shardOfEnv(platform.env, shard), realm, { source, range, filter, rows: scan }),
      ),
    ),
  )
  // A full page of one shard says nothing of the rows behind its last: the merged page ends at the highest such row.
  const floor = pages.map((page) => page.floor).reduce((a, b) => (a > b ? a : b), '')
  const known = pages
    .flatMap(({ rows }) => rows)
    .filter(({ id }) => id >= floor)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
  const hits = known.filter(({ isHit }) => isHit)
  const shown = hits.slice(0, query.limit)
  const isFull = shown.length === query.limit
  const nextCursor = hits.length > shown.length ? (shown.at(-1)?.id ?? null) : floor === '' ? null : floor
  const lookedUntil = nextCursor === null || isFull ? null : timeOfId(nextCursor)
  const messages = (await openScanned(platform.keys, shown)).map(fromRow)
  // Two refs may have one hash.
  const named = messages.filter(
    (message) => clientRef === undefined || message.isAltered || message.clientRef === clientRef,
  )
  return { messages: named, nextCursor, lookedUntil }
}
