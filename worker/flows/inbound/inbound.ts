/*
 * A person's words reach the tenant whose line they came to.
 * 1. owner.ts finds whose line it is; withoutRepeats() drops what a carrier has told before.
 * 2. files.ts fetches pictures and recordings; a message whose file is not there yet goes back to the queue.
 * 3. parts.ts joins the parts of long texts; thread.ts finds the message that is answered.
 * 4. takeOf() writes the messages and tells of them (events/commit.ts).
 * 5. stop-and-start.ts reads STOP and START, people/opt-outs.ts makes and lifts the suppressions.
 * Mail comes through mail/mail.ts.
 */

import type { Channel } from '#worker/domain/carriers/channel.ts'
import { type ConnectionId, type MessageId, messageId, newBase, type RequestId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { byShard, type ConnectionConfig, writeShard } from '#worker/domain/tenants/tenant.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import { identitiesOf, learnAliases, type Named } from '#worker/flows/core/identities.ts'
import { heardAddress, personKey } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { emissionOf } from '#worker/flows/events/emit.ts'
import { messageEvent, receivedDetail } from '#worker/flows/events/events.ts'
import { applyWishes } from '#worker/flows/people/opt-outs.ts'
import type { AwaitedParts, HeardMessage, InboundJob } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { hmac } from '#worker/lib/hmac.ts'
import type { Identity } from '#worker/store/aliases.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { deleteParts, type InboundRow, takeInbound, takenIds } from '#worker/store/messages/inbound.ts'
import { resolveRefs } from '#worker/store/messages/reads.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { refsStatement } from '#worker/store/messages/writes.ts'
import { partyStatements } from '#worker/store/parties/tail.ts'
import { requeueForFiles, withItsFiles } from './files.ts'
import { type Owner, ownerOf } from './owner.ts'
import { awaitTheRest, gatherParts, overdueTexts, type PartOrigin, type Whole } from './parts.ts'
import { wishesOf } from './stop-and-start.ts'
import { answeredBy } from './thread.ts'

/**
 * Answers the key that tells a message's repeats: the carrier's id, else a hash, so that the same text between the same two
 * at the same time is one message.
 */
async function refOf(platform: Platform, message: HeardMessage): Promise<string> {
  if (message.providerRef !== null) return `in:${message.providerRef}`
  const text = JSON.stringify([
    message.from,
    message.to,
    message.content,
    message.carrierAt ?? message.at,
    message.part?.number,
  ])
  return `in:#${toBase64Url((await hmac(platform.config.indexKey, text)).subarray(0, 18))}`
}

/** Most messages that are looked up together. */
const MOST_AT_ONCE = 500
/** Most characters of the rows that one statement writes: below D1's 2 MB in any script. */
const MOST_WRITTEN = 400_000
const ROW_OVERHEAD = 800

/** A message that arrives, with its owner, the id that it gets, and the key that tells its repeats. */
interface Arriving {
  readonly job: InboundJob
  readonly index: number
  readonly message: HeardMessage
  readonly config: ConnectionConfig
  readonly channel: Channel
  readonly owner: Owner
  readonly base: string
  readonly id: MessageId
  readonly ref: string
}

type Complete = Pick<Arriving, 'channel' | 'owner' | 'id'> & {
  readonly connectionId: ConnectionId
  readonly whole: Whole
}

interface Taken {
  readonly channel: Channel
  readonly owner: Owner
  readonly row: InboundRow
  /** Other addresses of the person who wrote. */
  readonly others: readonly Identity[]
  readonly whole: Whole
  readonly content: unknown
}

/**
 * Answers who wrote each message: the address that it came from, then the person's others. Keeps addresses that carriers
 * name for the first time.
 */
async function peopleOf(platform: Platform, complete: readonly Complete[]): Promise<readonly (readonly Identity[])[]> {
  const people = await Promise.all(
    complete.map(async ({ channel, owner: { policy, realm, spelling }, whole }) => {
      const party = heardAddress(channel, whole.from, spelling)
      const also = whole.also === undefined ? undefined : heardAddress(channel, whole.also, spelling)
      return { policy, realm, channel, party, also, partyKey: await personKey(platform, realm, channel, party) }
    }),
  )
  const owned = people.flatMap((one): Named[] => (one.policy ? [{ ...one, policy: one.policy }] : []))
  await learnAliases(platform, 'heard', owned)
  const known = (await identitiesOf(platform, owned)).values()
  return people.map((one) => (one.policy ? (known.next().value ?? []) : [one]))
}

/** Makes the rows of the messages, with the messages that they answer. */
async function inboundRows(platform: Platform, complete: readonly Complete[]): Promise<readonly Taken[]> {
  const people = await peopleOf(platform, complete)
  const replies = complete.map(({ owner, connectionId, whole }, i) => ({
    policy: owner.policy,
    realm: owner.realm,
    connectionId,
    partyKeys: (people[i] ?? []).map(({ partyKey }) => partyKey),
    line: owner.line,
    names: whole.inReplyTo,
  }))
  const answered = await answeredBy(platform, replies)
  return complete.flatMap((one, i) => {
    const [person, ...others] = people[i] ?? []
    return person ? [takenOf(one, person, others, answered[i] ?? null)] : []
  })
}

function takenOf(
  { channel, owner, id, connectionId, whole }: Complete,
  { party, partyKey }: Identity,
  others: readonly Identity[],
  inReplyTo: MessageId | null,
): Taken {
  const { units, encoding } = channel.measure(whole.content)
  const message: NewMessage = {
    realm: owner.realm,
    id,
    direction: 'inbound',
    channel: channel.name,
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
    inReplyTo,
    validUntil: null,
    acceptedAt: whole.at,
    timeline: [
      { at: whole.at, status: 'received', carrierAt: whole.carrierAt, connection: connectionId, by: 'report' },
    ],
  }
  const ref = whole.refs[0] ?? `in:${id}`
  return { channel, owner, row: { message, connectionId, ref }, others, whole, content: whole.content }
}

const receivedEvent = ({ row: { message }, whole: { carrierAt }, content }: Taken): TenantEvent | null =>
  messageEvent(
    { ...message, to: message.line, from: message.party, batchId: null },
    { status: 'received', at: message.acceptedAt, carrierAt },
    receivedDetail(content, message.inReplyTo),
  )

/** Writes messages to one line of one owner and tells of them, then applies their STOP and START. */
async function takeOf(platform: Platform, taken: readonly Taken[]): Promise<void> {
  const owner = taken[0]?.owner
  if (!owner) return
  const now = platform.now()
  const shard = owner.policy ? writeShard(owner.policy) : 0
  const db = shardOfEnv(platform.env, shard)
  const partRefs = taken.flatMap(({ row, whole }) =>
    whole.refs.slice(1).map((ref) => ({ connectionId: row.connectionId, ref, realm: owner.realm, id: row.message.id })),
  )
  const rows = taken.map(({ row }) => row)
  const messages = rows.map(({ message }) => message)
  const statements = [
    ...takeInbound(db, rows, now),
    ...(partRefs.length > 0 ? [refsStatement(db, partRefs)] : []),
    ...(owner.policy ? partyStatements(db, messages) : []),
  ]
  const emissionOfTaken = (some: readonly Taken[]) =>
    emissionOf({ ...owner, shard }, owner.policy ? some.flatMap((one) => receivedEvent(one) ?? []) : [], now)
  const expected = emissionOfTaken(taken)
  let fresh = taken
  await commitWhatHappened(platform, statements, expected, async () => {
    const ours = await takenIds(
      db,
      rows.map(({ message }) => [owner.realm, message.id] as const),
    )
    fresh = taken.filter(({ row }) => ours.has(row.message.id))
    return fresh.length === taken.length ? expected : emissionOfTaken(fresh)
  })
  // Deletes the parts also of messages that a duplicate delivery stored first: no other run will.
  const parts = taken.flatMap(({ whole }) => whole.kept)
  if (parts.length > 0) await deleteParts(shardOfEnv(platform.env, 0), parts).run()
  const wishes = fresh.flatMap(({ channel, row, others, whole: { asks, incomplete }, content }) =>
    wishesOf({ channel, policy: owner.policy, message: row.message, content, others, asks, incomplete }),
  )
  await applyWishes(platform, wishes, now)
  platform.log('message.received', {
    realm: owner.realm,
    shard,
    messages: fresh.length,
    repeats: taken.length - fresh.length,
  })
}

/** Takes the messages of some callbacks. Their ids follow from the jobs, so that a redelivered job changes nothing. */
export async function applyInbound(platform: Platform, jobs: readonly InboundJob[]): Promise<void> {
  for (const some of chunksBySize(jobs, ({ messages }) => messages.length, MOST_AT_ONCE)) await takeJobs(platform, some)
}

/**
 * Takes the messages of one job so that one that cannot be taken holds no other back: they may be of many callbacks. Throws the
 * first error. The ids are those of the whole job.
 */
export async function applyInboundApart(platform: Platform, job: InboundJob): Promise<void> {
  const failed = await bisect([...job.messages.keys()], async (indexes) => {
    const some = new Set(indexes)
    await takeMessages(
      platform,
      (await arriving(platform, [job])).filter(({ index }) => some.has(index)),
    )
  })
  if (failed[0]) throw failed[0].error
}

const takeJobs = async (platform: Platform, jobs: readonly InboundJob[]): Promise<void> =>
  takeMessages(platform, await arriving(platform, jobs))

async function takeMessages(platform: Platform, messages: readonly Arriving[]): Promise<void> {
  const arrived: Arriving[] = []
  const later = new Map<InboundJob, HeardMessage[]>()
  for (const one of await withoutRepeats(platform, messages)) {
    const { job, channel, config, owner, base, index, message } = one
    const connection = () => openConnection(platform, channel, config)
    const filled = await withItsFiles(platform, { job, channel, connection, owner, base }, index, message)
    if (filled === null) later.set(job, [...(later.get(job) ?? []), message])
    else arrived.push({ ...one, message: filled })
  }
  const complete = await Promise.all(
    (await gatherParts(platform, arrived)).map(async ({ piece, whole, origin }): Promise<Complete> => {
      const { channel, owner, job } = piece
      const id = origin ? await idFrom(platform, channel, owner, origin) : piece.id
      return { channel, owner, id, connectionId: job.connectionId, whole }
    }),
  )
  const groups = Map.groupBy(await inboundRows(platform, complete), ({ owner, row }) =>
    JSON.stringify([row.connectionId, owner.realm, owner.line]),
  )
  const sizeOf = ({ row }: Taken) => (row.message.content?.length ?? 0) + ROW_OVERHEAD
  for (const taken of groups.values())
    for (const some of chunksBySize(taken, sizeOf, MOST_WRITTEN)) await takeOf(platform, some)
  for (const [job, messages] of later) await requeueForFiles(platform, job, messages)
}

/** Makes the id of the message that came at this place of a job. */
async function idFrom(
  platform: Platform,
  { name: channel }: Pick<Channel, 'name'>,
  { realm, policy }: Owner,
  { jobId, index, count }: PartOrigin,
) {
  const shard = policy ? writeShard(policy) : 0
  return messageId(await newBase(platform.config.idKeys, { realm, channel, request: jobId, shard, count }), index)
}

/** Finds the owners of the jobs' messages; each connection and line is looked up once. */
async function arriving(platform: Platform, jobs: readonly InboundJob[]): Promise<readonly Arriving[]> {
  const owners = new Map<string, Owner>()
  const found: Arriving[] = []
  for (const job of jobs) {
    const config = await connectionConfig(platform, job.connectionId)
    if (!config) throw new TypeError('an inbound job names a connection that does not exist')
    const channel = platform.channels[config.channel]
    for (const [index, message] of job.messages.entries()) {
      const key = JSON.stringify([job.connectionId, message.to])
      const owner = owners.get(key) ?? (await ownerOf(platform, channel, config, message.to))
      owners.set(key, owner)
      const shard = owner.policy ? writeShard(owner.policy) : 0
      const requestId = job.id as RequestId
      const base = await newBase(platform.config.idKeys, {
        realm: owner.realm,
        channel: config.channel,
        request: requestId,
        shard,
        count: job.messages.length,
      })
      const [id, ref] = [messageId(base, index), await refOf(platform, message)]
      found.push({ job, index, message, config, channel, owner, base, id, ref })
    }
  }
  return found
}

/**
 * Drops messages that come twice here or were taken before under another id, which any of the tenant's shards may know. A part
 * was taken before if its ref is known at all, because it has the id of the whole message.
 */
async function withoutRepeats(platform: Platform, arrived: readonly Arriving[]): Promise<readonly Arriving[]> {
  const keyOf = (connection: ConnectionId, ref: string) => JSON.stringify([connection, ref])
  const first = new Map<string, Arriving>()
  for (const one of arrived) {
    const key = keyOf(one.job.connectionId, one.ref)
    if (!first.has(key)) first.set(key, one)
  }
  const repeats = new Set<Arriving>()
  for (const [shard, some] of byShard([...first.values()], ({ owner }) => owner.policy?.shards ?? [0]))
    for (const [connection, own] of Map.groupBy(some, ({ job }) => job.connectionId)) {
      const refs = own.map(({ ref }) => ref)
      for (const row of await resolveRefs(shardOfEnv(platform.env, shard), connection, refs)) {
        const one = first.get(keyOf(connection, row.ref))
        if (one && (one.message.part || row.messageId !== one.id)) repeats.add(one)
      }
    }
  return [...first.values()].filter((one) => !repeats.has(one))
}

/** Makes messages of the parts that came, after the others have been awaited for long enough. */
export async function applyPartial(platform: Platform, { connectionId, groupKey }: AwaitedParts): Promise<void> {
  const config = await connectionConfig(platform, connectionId)
  const channel = config ? platform.channels[config.channel] : undefined
  if (!config || !channel) return
  const group = { connectionId, groupKey }
  for (const { whole, origin } of await overdueTexts(platform, channel, group)) {
    const owner = await ownerOf(platform, channel, config, whole.to)
    const id = await idFrom(platform, channel, owner, origin)
    await takeOf(platform, await inboundRows(platform, [{ channel, owner, id, connectionId, whole }]))
  }
  await awaitTheRest(platform, group)
}
