/*
 * A person's words reach the tenant whose line they came to.
 * 1. arriving.ts finds whose line it is; lookUp() drops what a carrier has told before, and finds what the plain ones answer.
 * 2. files.ts fetches pictures and recordings; a message whose file is not there yet goes back to the queue.
 * 3. parts.ts joins the parts of long texts; thread.ts finds the message that is answered.
 * 4. takeOf() writes the messages and tells of them (events/commit.ts).
 * 5. stop-and-start.ts reads STOP and START, people/opt-outs.ts makes and lifts the suppressions.
 * Mail comes through mail/mail.ts.
 */

import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { ConnectionId, MessageId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { byShard, writeShard } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import { openConnection } from '#worker/flows/carriers/ports.ts'
import { identitiesOf, learnAliases, type Named } from '#worker/flows/core/identities.ts'
import { heardAddress, personKeys } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { underNewestPolicies } from '#worker/flows/core/policies.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { type Emission, emissionOf, joinEmissions } from '#worker/flows/events/emit.ts'
import { messageEvent, receivedDetail } from '#worker/flows/events/events.ts'
import { applyWishes } from '#worker/flows/people/opt-outs.ts'
import type { AwaitedParts, HeardMessage, InboundJob } from '#worker/jobs.ts'
import { bisect } from '#worker/lib/bisect.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import type { Identity } from '#worker/store/aliases.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { takeInbound, takenIds, takenStatement } from '#worker/store/messages/inbound.ts'
import { deleteParts } from '#worker/store/messages/parts.ts'
import { askedRefs, hashRefs, refsStatement, resolveRefs } from '#worker/store/messages/refs.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { sealMessages } from '#worker/store/messages/sealed.ts'
import { entriesOf, partyStatements } from '#worker/store/parties/tail.ts'
import { noteBefore } from '#worker/store/statistics/before.ts'
import { type Arriving, arriving, idFrom, linesOf, tenantsOf } from './arriving.ts'
import { requeueForFiles, withItsFiles } from './files.ts'
import { type Owner, ownerOf } from './owner.ts'
import { alone, awaitTheRest, gatherParts, isPart, overdueTexts, type Whole } from './parts.ts'
import { wishesOf } from './stop-and-start.ts'
import { answeredBy } from './thread.ts'

/** Most messages that are looked up together. */
const MOST_AT_ONCE = 500
/** Most characters of the rows that one statement writes: below D1's 2 MB. */
const MOST_WRITTEN = 1_000_000
const ROW_OVERHEAD = 800

type Complete = Pick<Arriving, 'channel' | 'owner' | 'id'> & {
  readonly connectionId: ConnectionId
  readonly whole: Whole
}

/** Inbound message before it is sealed: it has no content that others share. */
type InboundMessage = NewMessage & { readonly content: string }

interface Taken {
  readonly channel: Channel
  readonly owner: Owner
  readonly message: InboundMessage
  readonly connectionId: ConnectionId
  /** Key by which a second delivery is known. */
  readonly ref: string
  /** Key of the person who wrote. */
  readonly partyKey: string
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
  const heard = complete.map(({ channel, owner: { policy, realm, spelling }, whole }) => {
    const address = heardAddress(channel, whole.from, spelling)
    const also = whole.also === undefined ? undefined : heardAddress(channel, whole.also, spelling)
    return { policy, realm, channel, address, also }
  })
  // Who wrote to a line that nobody owns is not looked up.
  const keys = (
    await personKeys(
      platform,
      heard.filter(({ policy }) => policy),
    )
  ).values()
  const people = heard.map(({ address, ...one }) => ({
    ...one,
    party: address,
    partyKey: one.policy ? (keys.next().value ?? '') : '',
  }))
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
  const message: InboundMessage = {
    realm: owner.realm,
    id,
    direction: 'inbound',
    channel: channel.name,
    status: 'received',
    attempt: 1,
    connectionId,
    party,
    line: owner.line,
    content: JSON.stringify(whole.content),
    units,
    encoding,
    purpose: 'transactional',
    clientRef: null,
    metadata: null,
    batched: false,
    refersTo: inReplyTo,
    validUntil: null,
    acceptedAt: whole.at,
    timeline: [
      { at: whole.at, status: 'received', carrierAt: whole.carrierAt, connection: connectionId, by: 'report' },
    ],
  }
  const ref = whole.refs[0] ?? `in:${id}`
  return { channel, owner, message, connectionId, ref, partyKey, others, whole, content: whole.content }
}

const receivedEvent = ({ message, whole: { carrierAt }, content }: Taken): TenantEvent | null =>
  messageEvent(
    { ...message, to: message.line, from: message.party, batchId: null },
    { status: 'received', at: message.acceptedAt, carrierAt },
    receivedDetail(content, message.refersTo),
  )

/** Statements that write down whose messages are: one a realm. Those to lines that nobody owns are not searched by person. */
async function partiesOf(platform: Platform, db: D1Database, taken: readonly Taken[]): Promise<D1PreparedStatement[]> {
  const owned = taken.filter(({ owner }) => owner.policy !== null)
  const statements = [...Map.groupBy(owned, ({ owner }) => owner.realm)].map(async ([realm, own]) => {
    const messages = own.map(({ message, partyKey }) => ({ ...message, partyKey }))
    return partyStatements(db, realm, await entriesOf(platform.keys, realm, messages))
  })
  return (await Promise.all(statements)).flat()
}

/** Writes messages to one shard and tells their owners of them, then applies their STOP and START. */
async function takeOn(platform: Platform, shard: number, taken: readonly Taken[]): Promise<void> {
  const now = platform.now()
  const db = shardOfEnv(platform.env, shard)
  const partRefs = taken.flatMap(({ owner, message, connectionId, whole }) =>
    whole.refs.slice(1).map((ref) => ({ connectionId, ref, realm: owner.realm, id: message.id })),
  )
  const keys = taken.map(({ owner, message }) => [owner.realm, message.id] as const)
  const ownRefs = taken.map(({ message: { realm, id }, connectionId, ref }) => ({ connectionId, ref, realm, id }))
  const [sealed, hashed, parties] = await Promise.all([
    sealMessages(
      platform.keys,
      taken.map(({ message }) => message),
    ),
    hashRefs(platform.keys, ownRefs),
    partiesOf(platform, db, taken),
  ])
  const statements = [
    ...noteBefore(db, sealed, now),
    ...takeInbound(
      db,
      sealed.flatMap((message, n) => {
        const ref = hashed[n]
        return ref ? [{ message, connectionId: ref.connectionId, refKey: ref.refKey }] : []
      }),
      now,
    ),
    ...(partRefs.length > 0 ? [refsStatement(db, await hashRefs(platform.keys, partRefs))] : []),
    ...parties,
    // Looks last which messages the ledger has under these ids: of two deliveries one is written.
    takenStatement(db, keys),
  ]
  const expected = emissionOfTaken(shard, taken, now)
  let fresh = taken
  await commitWhatHappened<{ id: string }>(platform, statements, expected, (results) => {
    const ours = takenIds(results.at(-1)?.results ?? [])
    fresh = taken.filter(({ message }) => ours.has(message.id))
    return fresh.length === taken.length ? expected : emissionOfTaken(shard, fresh, now)
  })
  // Deletes the parts also of messages that a duplicate delivery stored first: no other run will.
  const parts = taken.flatMap(({ whole }) => whole.kept)
  if (parts.length > 0) await deleteParts(shardOfEnv(platform.env, 0), parts).run()
  const wishes = fresh.flatMap(({ owner, channel, message, partyKey, others, whole: { asks, incomplete }, content }) =>
    wishesOf({
      ...{ channel, policy: owner.policy, message: { ...message, partyKey }, content },
      ...{ others, asks, incomplete },
    }),
  )
  await applyWishes(platform, wishes, now)
  platform.log('message.received', { shard, messages: fresh.length, repeats: taken.length - fresh.length })
}

function emissionOfTaken(shard: number, taken: readonly Taken[], now: EpochMs): Emission {
  const owned = Map.groupBy(
    taken.filter(({ owner }) => owner.policy !== null),
    ({ owner }) => owner.realm,
  )
  const emissions = [...owned].map(([realm, own]) =>
    emissionOf(
      { policy: own[0]?.owner.policy ?? null, realm, shard },
      own.flatMap((one) => receivedEvent(one) ?? []),
      now,
    ),
  )
  return joinEmissions(shard, emissions)
}

/** Writes messages, all of a shard together. */
async function takeAll(platform: Platform, taken: readonly Taken[]): Promise<void> {
  // Sealed bytes stand as hex.
  const sizeOf = ({ message }: Taken) => 2 * utf8Length(message.content) + ROW_OVERHEAD
  for (const [shard, own] of Map.groupBy(taken, ({ owner: { policy } }) => (policy ? writeShard(policy) : 0)))
    for (const some of chunksBySize(own, sizeOf, MOST_WRITTEN)) await takeOn(platform, shard, some)
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
  const failed = await bisect([...job.messages.keys()], (indexes) => takeJobs(platform, [job], new Set(indexes)))
  if (failed[0]) throw failed[0].error
}

/** Messages that arrive for the first time, with the rows of those that came whole and without files. */
interface LookedUp {
  readonly fresh: readonly Arriving[]
  readonly plain: ReadonlyMap<MessageId, Taken>
}

/** Takes the messages of jobs; `only`: those at these places of one job. */
async function takeJobs(
  platform: Platform,
  jobs: readonly InboundJob[],
  only: ReadonlySet<number> | null = null,
): Promise<void> {
  const lines = await linesOf(platform, jobs)
  const { fresh, plain } = await underNewestPolicies(platform, tenantsOf(lines), async (policies) => {
    const messages = await arriving(platform, jobs, lines, policies)
    return lookUp(platform, only ? messages.filter(({ index }) => only.has(index)) : messages)
  })
  const arrived: Arriving[] = []
  const later = new Map<InboundJob, HeardMessage[]>()
  for (const one of fresh) {
    if (plain.has(one.id)) continue
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
  const others = complete.length > 0 ? await inboundRows(platform, complete) : []
  await takeAll(platform, [...fresh.flatMap(({ id }) => plain.get(id) ?? []), ...others])
  for (const [job, messages] of later) await requeueForFiles(platform, job, messages)
}

const isPlain = (one: Arriving): boolean => !isPart(one) && (one.message.files ?? []).length === 0

/** Finds out which messages are repeats and, at the same time, what the plain ones among all answer. */
async function lookUp(platform: Platform, messages: readonly Arriving[]): Promise<LookedUp> {
  const plain = messages.filter(isPlain).map((one): Complete => {
    const { channel, owner, id, job } = one
    return { channel, owner, id, connectionId: job.connectionId, whole: alone(one) }
  })
  const [fresh, rows] = await Promise.all([withoutRepeats(platform, messages), inboundRows(platform, plain)])
  return { fresh, plain: new Map(rows.map((taken) => [taken.message.id, taken])) }
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
  const looks = [...byShard([...first.values()], ({ owner }) => owner.policy?.shards ?? [0])].flatMap(([shard, some]) =>
    [...Map.groupBy(some, ({ job }) => job.connectionId)].map(async ([connection, own]) => {
      const refs = await askedRefs(
        platform.keys,
        connection,
        own.map(({ ref }) => ref),
      )
      for (const row of await resolveRefs(shardOfEnv(platform.env, shard), connection, refs)) {
        const one = first.get(keyOf(connection, row.ref))
        if (one && (one.message.part || row.messageId !== one.id)) repeats.add(one)
      }
    }),
  )
  await Promise.all(looks)
  return [...first.values()].filter((one) => !repeats.has(one))
}

/** Makes messages of the parts that came, after the others have been awaited for long enough. */
export async function applyPartial(platform: Platform, { connectionId, groupKey }: AwaitedParts): Promise<void> {
  const config = await connectionConfig(platform, connectionId)
  const channel = config ? platform.channels[config.channel] : undefined
  if (!config || !channel) return
  const group = { connectionId, groupKey }
  for (const { whole, origin } of await overdueTexts(platform, channel, group)) {
    const owner = await ownerOf(platform, { channel, config, to: whole.to })
    const id = await idFrom(platform, channel, owner, origin)
    await takeAll(platform, await inboundRows(platform, [{ channel, owner, id, connectionId, whole }]))
  }
  await awaitTheRest(platform, group)
}
