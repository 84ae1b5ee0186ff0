import type { Channel } from '../domain/channel.ts'
import type { TenantEvent } from '../domain/events.ts'
import {
  type ConnectionId,
  eventIdOf,
  isMessageId,
  type MessageId,
  messageId,
  newBase,
  parseAttemptRef,
  type RequestId,
  type TenantId,
} from '../domain/ids.ts'
import { keywordOf } from '../domain/keywords.ts'
import type { Mode } from '../domain/message.ts'
import { policyPack } from '../domain/policy-pack.ts'
import type { InboundMessage } from '../domain/provider.ts'
import { type ConnectionConfig, homeShard, type Policy, type Sender, writeShard } from '../domain/tenant.ts'
import { type EpochMs, toTimestamp } from '../domain/time.ts'
import type { InboundJob } from '../env.ts'
import { toBase64Url } from '../lib/bytes.ts'
import { hmac } from '../lib/hmac.ts'
import { partyKeyOf } from '../store/codec.ts'
import { senderByAddress } from '../store/control/senders.ts'
import { deleteParts, type InboundRow, takeInbound, takenIds } from '../store/inbound.ts'
import { shardOfEnv } from '../store/ledger.ts'
import { latestTo, resolveRefs } from '../store/message-reads.ts'
import { entryJson, type NewMessage } from '../store/message-rows.ts'
import { refsStatement } from '../store/message-writes.ts'
import { addSuppressions, removeSuppression } from '../store/suppressions.ts'
import { insertWorks } from '../store/work.ts'
import { policyNow } from './admission.ts'
import { connectionConfig } from './connections.ts'
import { changeAndTell, emissionOf, emit } from './emit.ts'
import { messageEvent, plainEvent, receivedDetail } from './events.ts'
import { comeAgain, withItsFiles } from './inbound-files.ts'
import { gatherPart, partialMessage, type Whole } from './inbound-parts.ts'
import type { Platform } from './platform.ts'
import { openConnection } from './ports.ts'

/** Inbound messages to lines that nobody owns are kept under this name, for the operator. */
export const OPERATOR = 'operator' as TenantId

/** Whose message or session it is. Without a tenant it is the operator's. */
export interface Owner {
  readonly tenantId: TenantId
  readonly policy: Policy | null
  readonly sender: Sender | null
  readonly mode: Mode
  readonly line: string
}

function canonical(read: (input: string) => { readonly value: string }, input: string): string {
  try {
    return read(input).value
  } catch {
    return input
  }
}

/** The sender that a line called belongs to: the address itself, or what stands for it (its domain). */
export async function senderOfLine(
  platform: Platform,
  channel: Channel,
  line: string,
): Promise<(Sender & { tenantId: TenantId }) | null> {
  let keys: readonly string[] = [line]
  try {
    keys = channel.senderKeys?.(channel.sender(line)) ?? keys
  } catch {
    // A line that no sender can be spelled like is looked up as it is.
  }
  for (const key of keys) {
    const sender = await senderByAddress(platform.env.CONTROL, channel.name, key)
    if (sender) return sender
  }
  return null
}

/** The tenant that has the line or code called, if the connection may speak for it. */
export async function ownerOf(
  platform: Platform,
  channel: Channel,
  { id: connection, provider }: ConnectionConfig,
  to: string,
): Promise<Owner> {
  const line = canonical((input) => channel.sender(input), to)
  const nobody: Owner = { tenantId: OPERATOR, policy: null, sender: null, mode: 'live', line }
  const sender = await senderOfLine(platform, channel, line)
  const policy = sender ? await policyNow(platform, sender.tenantId) : null
  if (!sender || !policy) return nobody
  const route = policy.routes.find(
    ({ channel: name, connections }) => name === channel.name && connections.includes(connection),
  )
  if (sender.connectionId !== connection && !route) return nobody
  // A simulated carrier speaks for nobody real, whichever route names it.
  const mode = channel.providers[provider]?.simulated ? 'test' : (route?.mode ?? 'live')
  return { tenantId: sender.tenantId, policy, sender, mode, line }
}

/** The key of a message whose carrier gave it no id: the same words from and to the same at the same time are one. */
async function refOf(platform: Platform, message: InboundMessage): Promise<string> {
  if (message.providerRef !== null) return `in:${message.providerRef}`
  const text = JSON.stringify([message.from, message.to, message.content, message.at, message.part?.number])
  return `in:#${toBase64Url((await hmac(platform.config.indexKey, text)).subarray(0, 18))}`
}

interface Taken {
  readonly owner: Owner
  readonly row: InboundRow
  readonly whole: Whole
  readonly content: unknown
}

async function inboundRow(
  platform: Platform,
  channel: Channel,
  owner: Owner,
  id: MessageId,
  connectionId: ConnectionId,
  whole: Whole,
): Promise<Taken> {
  const party = canonical((input) => channel.address(input), whole.from)
  const partyKey = await partyKeyOf(platform.config.indexKey, party)
  const { units, encoding } = channel.measure(whole.content)
  const message: NewMessage = {
    tenantId: owner.tenantId,
    id,
    direction: 'inbound',
    channel: channel.name,
    mode: owner.mode,
    status: 'received',
    attempt: 1,
    connectionId,
    providerRef: whole.refs[0] ?? null,
    partyKey,
    party,
    line: owner.line,
    content: JSON.stringify(whole.content),
    units,
    encoding,
    purpose: 'transactional',
    clientRef: null,
    metadata: null,
    batched: false,
    inReplyTo: owner.policy
      ? await answeredBy(platform, owner.policy, connectionId, whole, partyKey, owner.line)
      : null,
    validUntil: null,
    failure: null,
    acceptedAt: whole.at,
    timeline: entryJson({ at: whole.at, status: 'received', connection: connectionId, by: 'report' }),
  }
  return { owner, row: { message, connectionId, ref: whole.refs[0] ?? `in:${id}` }, whole, content: whole.content }
}

/** The message that an inbound one answers: the one it names, if it is the tenant's, else by line and person. */
async function answeredBy(
  platform: Platform,
  policy: Policy,
  connection: ConnectionId,
  { inReplyTo }: Whole,
  partyKey: string,
  line: string,
): Promise<MessageId | null> {
  const named =
    inReplyTo === undefined
      ? null
      : typeof inReplyTo === 'string'
        ? await namedByRef(platform, policy, inReplyTo)
        : await namedByCarrier(platform, policy, connection, inReplyTo.providerRef)
  return named ?? threadOf(platform, policy, partyKey, line)
}

async function namedByRef({ config }: Platform, { tenantId }: Policy, ref: string): Promise<MessageId | null> {
  const named = parseAttemptRef(ref)
  return named?.tenantId === tenantId && (await isMessageId(config.idKeys, tenantId, named.id)) ? named.id : null
}

/** The tenant's message behind the carrier's own ref, on whichever shard. */
async function namedByCarrier(
  platform: Platform,
  policy: Policy,
  connection: ConnectionId,
  ref: string,
): Promise<MessageId | null> {
  for (const shard of policy.shards) {
    const rows = await resolveRefs(shardOfEnv(platform.env, shard), connection, [ref])
    const own = rows.find((row) => row.tenant_id === policy.tenantId)
    if (own) return own.message_id
  }
  return null
}

/** Without such a name: the latest to that person from that line, on whichever shard. */
async function threadOf(platform: Platform, policy: Policy, partyKey: string, line: string): Promise<MessageId | null> {
  let latest: MessageId | null = null
  for (const shard of policy.shards) {
    const id = await latestTo(shardOfEnv(platform.env, shard), policy.tenantId, partyKey, line)
    if (id !== null && (latest === null || id > latest)) latest = id
  }
  return latest
}

/** Opt-out and opt-in words: suppresses or restores that person for that line and tenant (requirements R-4). */
async function applyKeyword(
  platform: Platform,
  channel: Channel,
  { owner, row, content }: Taken,
  now: EpochMs,
): Promise<void> {
  if (!owner.policy) return
  const keyword = keywordOf(policyPack(owner.policy.pack), channel.words(content))
  if (keyword === null) return
  const { tenantId, partyKey, party, id } = row.message
  const db = shardOfEnv(platform.env, homeShard(owner.policy))
  const statement =
    keyword === 'stop'
      ? addSuppressions(db, [
          {
            tenantId,
            channel: channel.name,
            partyKey,
            line: owner.line,
            party,
            source: 'keyword',
            messageId: id,
            createdAt: now,
          },
        ])
      : removeSuppression(db, tenantId, channel.name, partyKey, owner.line)
  const type = keyword === 'stop' ? 'suppression.added' : 'suppression.removed'
  const data = {
    channel: channel.name,
    recipient: party,
    sender: owner.line,
    source: 'keyword',
    messageId: id,
    at: toTimestamp(now),
  }
  const event = plainEvent(eventIdOf(id, keyword), type, now, data)
  await changeAndTell(
    platform,
    db,
    statement,
    emissionOf(owner.policy, tenantId, homeShard(owner.policy), [event], now),
  )
}

async function tell(
  platform: Platform,
  policy: Policy,
  shard: number,
  events: readonly TenantEvent[],
  now: EpochMs,
): Promise<void> {
  const emission = emissionOf(policy, policy.tenantId, shard, events, now)
  if (emission.rows.length > 0) await insertWorks(shardOfEnv(platform.env, shard), emission.rows).run()
  await emit(platform, emission)
}

const receivedEvent = ({ row: { message }, content }: Taken): TenantEvent | null =>
  messageEvent(
    { ...message, to: message.line, from: message.party, batchId: null },
    'received',
    message.acceptedAt,
    null,
    receivedDetail(content, message.inReplyTo),
  )

/** Writes the messages of one owner, with the events that follow, then applies their keywords. */
async function takeOf(platform: Platform, channel: Channel, owner: Owner, taken: readonly Taken[]): Promise<void> {
  const now = platform.now()
  const shard = owner.policy ? writeShard(owner.policy) : 0
  const db = shardOfEnv(platform.env, shard)
  const events = taken.flatMap((one) => receivedEvent(one) ?? [])
  const emission = owner.policy ? emissionOf(owner.policy, owner.tenantId, shard, events, now) : { jobs: [], rows: [] }
  const partRefs = taken.flatMap(({ row, whole }) =>
    whole.refs
      .slice(1)
      .map((ref) => ({ connectionId: row.connectionId, ref, tenantId: owner.tenantId, id: row.message.id })),
  )
  await db.batch([
    ...takeInbound(
      db,
      taken.map(({ row }) => row),
      now,
    ),
    ...(partRefs.length > 0 ? [refsStatement(db, partRefs)] : []),
    ...(emission.rows.length > 0 ? [insertWorks(db, emission.rows)] : []),
  ])
  const ours = await takenIds(
    db,
    taken.map(({ row }) => [owner.tenantId, row.message.id] as const),
  )
  const fresh = taken.filter(({ row }) => ours.has(row.message.id))
  const groups = fresh.flatMap(({ whole }) => (whole.group === null ? [] : [whole.group]))
  const parts = shardOfEnv(platform.env, 0)
  if (groups.length > 0)
    await parts.batch(groups.map(({ connectionId, groupKey }) => deleteParts(parts, connectionId, groupKey)))
  if (fresh.length === taken.length) await emit(platform, emission)
  else if (owner.policy)
    await tell(
      platform,
      owner.policy,
      shard,
      fresh.flatMap((one) => receivedEvent(one) ?? []),
      now,
    )
  for (const one of fresh) await applyKeyword(platform, channel, one, now)
  platform.log('message.received', {
    tenant: owner.tenantId,
    shard,
    messages: fresh.length,
    repeats: taken.length - fresh.length,
  })
}

/** The messages of one callback by whose they are. Ids come from the job, so a repeat of the job makes the same ones. */
export async function applyInbound(platform: Platform, job: InboundJob): Promise<void> {
  const config = await connectionConfig(platform, job.connectionId)
  if (!config) throw new TypeError('an inbound job names a connection that does not exist')
  const channel = platform.channels[config.channel]
  const groups = new Map<string, { owner: Owner; taken: Taken[] }>()
  const later: InboundMessage[] = []
  for (const [index, message] of job.messages.entries()) {
    const owner = await ownerOf(platform, channel, config, message.to)
    const shard = owner.policy ? writeShard(owner.policy) : 0
    const base = await newBase(platform.config.idKeys, owner.tenantId, job.id as RequestId, shard, job.messages.length)
    const id = messageId(base, index)
    const ref = await refOf(platform, message)
    if (await isRepeat(platform, owner, job.connectionId, ref, message.part ? null : id)) continue
    const connection = () => openConnection(platform, channel, config)
    const filled = await withItsFiles(platform, { job, channel, connection, owner, base }, index, message)
    if (filled === null) later.push(message)
    const whole = filled && (await gatherPart(platform, channel, job, filled, ref))
    if (whole === null) continue
    const group = groups.get(`${owner.tenantId}|${owner.line}`) ?? { owner, taken: [] }
    group.taken.push(await inboundRow(platform, channel, owner, id, job.connectionId, whole))
    groups.set(`${owner.tenantId}|${owner.line}`, group)
  }
  for (const { owner, taken } of groups.values()) await takeOf(platform, channel, owner, taken)
  await comeAgain(platform, job, later)
}

/** Was this message taken before, under another id? Any of the tenant's shards may know. A part is one if it was taken at all. */
async function isRepeat(
  platform: Platform,
  owner: Owner,
  connection: ConnectionId,
  ref: string,
  id: MessageId | null,
): Promise<boolean> {
  for (const shard of owner.policy?.shards ?? [0]) {
    const rows = await resolveRefs(shardOfEnv(platform.env, shard), connection, [ref])
    if (rows.some((row) => row.message_id !== id)) return true
  }
  return false
}

/** Makes a message of the parts that came, when the others have been awaited long enough. */
export async function applyPartial(
  platform: Platform,
  connectionId: ConnectionId,
  groupKey: string,
  jobId: RequestId,
): Promise<void> {
  const config = await connectionConfig(platform, connectionId)
  const channel = config ? platform.channels[config.channel] : undefined
  const whole = channel ? await partialMessage(platform, channel, connectionId, groupKey) : null
  if (!config || !channel || !whole) return
  const owner = await ownerOf(platform, channel, config, whole.to)
  const base = await newBase(
    platform.config.idKeys,
    owner.tenantId,
    jobId,
    owner.policy ? writeShard(owner.policy) : 0,
    1,
  )
  await takeOf(platform, channel, owner, [
    await inboundRow(platform, channel, owner, messageId(base, 0), connectionId, whole),
  ])
}
