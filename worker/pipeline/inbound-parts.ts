import type { Channel } from '../domain/channel.ts'
import type { ConnectionId, TenantId } from '../domain/ids.ts'
import type { InboundMessage } from '../domain/provider.ts'
import { DAY, type EpochMs } from '../domain/time.ts'
import type { InboundJob } from '../env.ts'
import { toBase64Url } from '../lib/bytes.ts'
import { hmac } from '../lib/hmac.ts'
import { type InboundPart, keepPart, partsOf } from '../store/inbound.ts'
import { shardOfEnv } from '../store/ledger.ts'
import { insertWork } from '../store/work.ts'
import type { Platform } from './platform.ts'

/** Parts wait so long for the others; then what is there becomes the message. */
const PARTS_WAIT = DAY

/** A message with all its parts, or one that never had any. */
export interface Whole {
  readonly from: string
  readonly to: string
  readonly content: unknown
  readonly at: EpochMs
  /** What the carrier says it answers. */
  readonly inReplyTo?: NonNullable<InboundMessage['inReplyTo']>
  /** The keys of its parts: a repeat of any is a repeat of the message. */
  readonly refs: readonly string[]
  /** The kept parts, to be deleted with the taking. */
  readonly group: { readonly connectionId: ConnectionId; readonly groupKey: string } | null
}

interface KeptPart {
  readonly ref: string
  readonly from: string
  readonly to: string
  readonly content: unknown
  readonly at: EpochMs
}

async function groupKeyOf(platform: Platform, message: InboundMessage, ref: string, total: number): Promise<string> {
  const key = await hmac(platform.config.indexKey, JSON.stringify([message.from, message.to, ref, total]))
  return toBase64Url(key.subarray(0, 18))
}

function joined(channel: Channel, group: Whole['group'], parts: readonly InboundPart[]): Whole | null {
  const kept = parts.map(({ part }) => JSON.parse(part) as KeptPart)
  const first = kept[0]
  if (!first) return null
  const { from, to } = first
  const at = Math.min(...kept.map((part) => part.at))
  return {
    from,
    to,
    content: channel.join(kept.map(({ content }) => content)),
    at,
    refs: kept.map(({ ref }) => ref),
    group,
  }
}

/** The whole message if this was its last missing part or it has none; null while others are awaited. */
export async function gatherPart(
  platform: Platform,
  channel: Channel,
  job: InboundJob,
  message: InboundMessage,
  ref: string,
): Promise<Whole | null> {
  const { from, to, content, at, part, inReplyTo } = message
  if (!part || part.total < 2)
    return { from, to, content, at, ...(inReplyTo === undefined ? {} : { inReplyTo }), refs: [ref], group: null }
  const db = shardOfEnv(platform.env, 0)
  const { connectionId } = job
  const groupKey = await groupKeyOf(platform, message, part.ref, part.total)
  const kept: KeptPart = { ref, from, to, content, at }
  const row = {
    connectionId,
    groupKey,
    number: part.number,
    total: part.total,
    part: JSON.stringify(kept),
    receivedAt: job.receivedAt,
  }
  const parts = await keepPart(db, row)
  if (parts.length >= part.total) return joined(channel, { connectionId, groupKey }, parts)
  if (parts.length === 1) {
    const body = JSON.stringify({ connectionId, groupKey, jobId: job.id })
    const work = {
      dueAt: job.receivedAt + PARTS_WAIT,
      id: `parts:${groupKey}`,
      kind: 'inbound-parts',
      tenantId: '' as TenantId,
      body,
    }
    await insertWork(db, work).run()
  }
  return null
}

/** What came of a message whose other parts never did. */
export async function partialMessage(
  platform: Platform,
  channel: Channel,
  connectionId: ConnectionId,
  groupKey: string,
): Promise<Whole | null> {
  return joined(channel, { connectionId, groupKey }, await partsOf(shardOfEnv(platform.env, 0), connectionId, groupKey))
}
