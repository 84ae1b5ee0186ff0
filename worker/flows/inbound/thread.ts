import { type ConnectionId, isMessageId, type MessageId, parseAttemptRef } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { byShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { keyOwnerOf } from '#worker/store/keys/rows.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { askedRefs, resolveRefs } from '#worker/store/messages/refs.ts'
import { latestTo } from '#worker/store/messages/threads.ts'
import { searchKeys } from '#worker/store/parties/key.ts'
import type { Whole } from './parts.ts'

/** An inbound message whose thread is looked for. */
interface Reply {
  readonly policy: Policy | null
  readonly realm: Realm
  readonly connectionId: ConnectionId
  /** Keys of all known addresses of the person. */
  readonly partyKeys: readonly string[]
  readonly line: string
  readonly names: Whole['inReplyTo']
}

const shardsOf = ({ policy }: Reply): readonly number[] => policy?.shards ?? []

/**
 * Finds the messages that inbound ones answer: the one that is named, if it is of the same realm, else the latest by line
 * and person.
 */
export async function answeredBy(
  platform: Platform,
  replies: readonly Reply[],
): Promise<readonly (MessageId | null)[]> {
  const named = new Map<Reply, MessageId>()
  for (const reply of replies) {
    const id = await namedByRef(platform, reply)
    if (id) named.set(reply, id)
  }
  const owned = replies.filter(({ policy }) => policy !== null)
  await nameByCarrier(
    platform,
    owned.filter((reply) => !named.has(reply) && typeof reply.names === 'object'),
    named,
  )
  const threads = await threadsOf(
    platform,
    owned.filter((reply) => !named.has(reply)),
  )
  return replies.map((reply) => named.get(reply) ?? threads.get(reply) ?? null)
}

async function namedByRef({ config }: Platform, { policy, realm, names }: Reply): Promise<MessageId | null> {
  if (policy === null || typeof names !== 'string') return null
  const named = parseAttemptRef(names)
  return named?.realm === realm && (await isMessageId(config.idKeys, realm, named.id)) ? named.id : null
}

/** Finds the tenant's messages by the carrier's own refs, on all of its shards. */
async function nameByCarrier(
  platform: Platform,
  replies: readonly Reply[],
  named: Map<Reply, MessageId>,
): Promise<void> {
  for (const [shard, onShard] of byShard(replies, shardsOf))
    for (const [connection, some] of Map.groupBy(onShard, ({ connectionId }) => connectionId)) {
      const refs = some.map(carrierRef)
      const asked = await askedRefs(platform.keys, connection, refs)
      const rows = await resolveRefs(shardOfEnv(platform.env, shard), connection, asked)
      for (const [i, reply] of some.entries()) {
        const own = rows.find(({ ref, realm }) => ref === refs[i] && realm === reply.realm)
        if (own && !named.has(reply)) named.set(reply, own.messageId)
      }
    }
}

const carrierRef = ({ names }: Reply): string => (typeof names === 'object' ? names.providerRef : '')

/** Finds the latest message from each reply's line to its person, on all of the tenant's shards. */
async function threadsOf(platform: Platform, replies: readonly Reply[]): Promise<ReadonlyMap<Reply, MessageId>> {
  const threads = new Map<Reply, MessageId>()
  const owners = [...new Set(replies.map(({ realm }) => keyOwnerOf(realm)))]
  const months = new Map(
    await Promise.all(owners.map(async (owner) => [owner, await platform.keys.indexes(owner, 0)] as const)),
  )
  const onShards = [...byShard(replies, shardsOf)].map(async ([shard, some]) => {
    const asked = some.map(({ realm, line, partyKeys }) => ({
      realm,
      line,
      keys: partyKeys.flatMap((key) => searchKeys(months.get(keyOwnerOf(realm)) ?? [], key)),
    }))
    const latest = await latestTo(shardOfEnv(platform.env, shard), asked)
    for (const [i, reply] of some.entries()) {
      const [id, before] = [latest[i], threads.get(reply)]
      if (id && (!before || id > before)) threads.set(reply, id)
    }
  })
  await Promise.all(onShards)
  return threads
}
