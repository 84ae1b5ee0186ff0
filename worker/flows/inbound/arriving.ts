import type { Channel } from '#worker/domain/carriers/channel.ts'
import {
  type ConnectionId,
  type MessageId,
  messageId,
  newBase,
  type RequestId,
  type TenantId,
} from '#worker/domain/ids.ts'
import { type ConnectionConfig, writeShard } from '#worker/domain/tenants/tenant.ts'
import { connectionConfig } from '#worker/flows/carriers/connections.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { Policies } from '#worker/flows/core/policies.ts'
import type { HeardMessage, InboundJob } from '#worker/jobs.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { type CalledLine, type LineSender, type Owner, ownerUnder, sendersOfLines } from './owner.ts'
import type { PartOrigin } from './parts.ts'

/** A message that arrives, with its owner, the id that it gets, and the key that tells its repeats. */
export interface Arriving {
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

/** A line that messages came to, and the sender that it is; null: it is nobody's. */
interface FoundLine {
  readonly called: CalledLine
  readonly sender: LineSender | null
}
type FoundLines = ReadonlyMap<string, FoundLine>

const lineKey = (connection: ConnectionId, to: string): string => JSON.stringify([connection, to])

/** Finds the lines that the jobs' messages came to, each once and all at the same time. */
export async function linesOf(platform: Platform, jobs: readonly InboundJob[]): Promise<FoundLines> {
  const connections = new Set(jobs.map(({ connectionId }) => connectionId))
  const configs = await Promise.all([...connections].map((id) => connectionConfig(platform, id)))
  const byId = new Map(configs.flatMap((config) => (config ? [[config.id, config] as const] : [])))
  const called = new Map<string, CalledLine>()
  for (const { connectionId, messages } of jobs) {
    const config = byId.get(connectionId)
    if (!config) throw new TypeError('an inbound job names a connection that does not exist')
    const channel = platform.channels[config.channel]
    for (const { to } of messages) called.set(lineKey(connectionId, to), { channel, config, to })
  }
  const senders = await sendersOfLines(platform, [...called.values()])
  return new Map([...called].map(([key, line], i) => [key, { called: line, sender: senders[i] ?? null }]))
}

/** Tenants that have one of the lines. */
export const tenantsOf = (lines: FoundLines): ReadonlySet<TenantId> =>
  new Set([...lines.values()].flatMap(({ sender }) => (sender ? [sender.tenantId] : [])))

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

const shardOfOwner = ({ policy }: Owner): number => (policy ? writeShard(policy) : 0)

/** Base of the ids of messages that came by one job to one owner. */
const baseOfJob = (
  { config: { idKeys } }: Platform,
  { name: channel }: Pick<Channel, 'name'>,
  owner: Owner,
  { jobId: request, count }: Pick<PartOrigin, 'jobId' | 'count'>,
): Promise<string> => newBase(idKeys, { realm: owner.realm, channel, request, shard: shardOfOwner(owner), count })

/** Makes the id of the message that came at this place of a job. */
export const idFrom = async (
  platform: Platform,
  channel: Pick<Channel, 'name'>,
  owner: Owner,
  origin: PartOrigin,
): Promise<MessageId> => messageId(await baseOfJob(platform, channel, owner, origin), origin.index)

/** Makes of the jobs' messages what arrives at the owners of their lines, as the policies say. */
export async function arriving(
  platform: Platform,
  jobs: readonly InboundJob[],
  lines: FoundLines,
  policies: Policies,
): Promise<readonly Arriving[]> {
  const found: Arriving[] = []
  for (const job of jobs) {
    const bases = new Map<Owner['realm'], string>()
    for (const [index, message] of job.messages.entries()) {
      const line = lines.get(lineKey(job.connectionId, message.to))
      if (!line) throw new TypeError('a message came to a line that was not looked up')
      const { called, sender } = line
      const { channel, config } = called
      const owner = ownerUnder(called, sender, (sender && policies.get(sender.tenantId)) ?? null)
      const count = job.messages.length
      const base =
        bases.get(owner.realm) ?? (await baseOfJob(platform, channel, owner, { jobId: job.id as RequestId, count }))
      bases.set(owner.realm, base)
      const ref = await refOf(platform, message)
      found.push({ job, index, message, config, channel, owner, base, id: messageId(base, index), ref })
    }
  }
  return found
}
