import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { InboundMessage } from '#worker/domain/carriers/provider.ts'
import type { RequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type InboundJob, workRow } from '#worker/jobs.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { type InboundPart, keepParts, type PartGroup, partsOf } from '#worker/store/messages/inbound.ts'
import type { WorkRow } from '#worker/store/work.ts'

/** Time that parts wait for the others; then those that came become the message. */
const PARTS_WAIT = DAY
/** Most characters of the parts that one statement keeps: below D1's 2 MB in any script. */
const MOST_KEPT = 400_000
const ROW_OVERHEAD = 200

/** A message with all its parts, or one that never had any. */
export interface Whole {
  readonly from: string
  readonly also?: string
  readonly to: string
  readonly content: unknown
  readonly at: EpochMs
  /** Message that this one answers, by the carrier. */
  readonly inReplyTo?: NonNullable<InboundMessage['inReplyTo']>
  /** What the person asks for, by the carrier. */
  readonly asks?: NonNullable<InboundMessage['asks']>
  /** Keys of its parts: a repeat of any of them is a repeat of the message. */
  readonly refs: readonly string[]
  /** Group of the kept parts, which are deleted when the message is taken. */
  readonly group: PartGroup | null
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

/** A message, or a part of one, as it came. */
interface Piece {
  readonly channel: Channel
  readonly job: InboundJob
  readonly message: InboundMessage
  readonly ref: string
}

interface Waiting {
  readonly piece: Piece
  readonly row: InboundPart
}

const isPart = ({ message: { part } }: Piece): boolean => part !== undefined && part.total > 1

function alone({ message, ref }: Piece): Whole {
  const { from, also, to, content, at, inReplyTo, asks } = message
  return {
    from,
    ...(also === undefined ? {} : { also }),
    to,
    content,
    at,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(asks === undefined ? {} : { asks }),
    refs: [ref],
    group: null,
  }
}

/** Makes the row of a part; null if the piece is a whole message. */
async function waiting(platform: Platform, piece: Piece): Promise<Waiting | null> {
  const { job, message, ref } = piece
  const { from, to, content, at, part } = message
  if (!part) return null
  const kept: KeptPart = { ref, from, to, content, at }
  const row = {
    connectionId: job.connectionId,
    groupKey: await groupKeyOf(platform, message, part.ref, part.total),
    number: part.number,
    total: part.total,
    part: JSON.stringify(kept),
    receivedAt: job.receivedAt,
  }
  return { piece, row }
}

const groupText = ({ connectionId, groupKey }: PartGroup): string => JSON.stringify([connectionId, groupKey])

/** Keeps parts of long messages. Answers the messages that are complete now, each under the last of its parts. */
async function keepAndJoin(platform: Platform, some: readonly Waiting[]): Promise<ReadonlyMap<Piece, Whole>> {
  const jobs = new Map(some.map(({ piece, row }) => [groupText(row), piece.job.id]))
  const waitOf = ({ connectionId, groupKey, receivedAt }: InboundPart): WorkRow => {
    const jobId = jobs.get(groupText({ connectionId, groupKey })) as RequestId
    return workRow(
      { kind: 'inbound-parts', body: { connectionId, groupKey, jobId } },
      { dueAt: receivedAt + PARTS_WAIT, id: `parts:${groupKey}`, realm: '' as Realm },
    )
  }
  const kept = await keepParts(
    shardOfEnv(platform.env, 0),
    some.map(({ row }) => row),
    waitOf,
  )
  const groups = Map.groupBy(kept, groupText)
  const last = new Map(some.map((one) => [groupText(one.row), one]))
  const wholes = new Map<Piece, Whole>()
  for (const [key, { piece, row }] of last) {
    const parts = groups.get(key) ?? []
    const { connectionId, groupKey } = row
    const whole = parts.length < row.total ? null : joined(piece.channel, { connectionId, groupKey }, parts)
    if (whole) wholes.set(piece, whole)
  }
  return wholes
}

/**
 * Answers the messages that are whole, each under the piece that completed it. Parts of others are kept until the rest
 * come.
 */
export async function gatherParts(platform: Platform, pieces: readonly Piece[]): Promise<ReadonlyMap<Piece, Whole>> {
  const wholes = new Map(pieces.filter((piece) => !isPart(piece)).map((piece) => [piece, alone(piece)]))
  const parts = (await Promise.all(pieces.filter(isPart).map((piece) => waiting(platform, piece)))).filter(
    (part) => part !== null,
  )
  for (const some of chunksBySize(parts, ({ row }) => row.part.length + ROW_OVERHEAD, MOST_KEPT))
    for (const [piece, whole] of await keepAndJoin(platform, some)) wholes.set(piece, whole)
  return wholes
}

/** Joins the parts that came of a message whose others did not. */
export async function partialMessage(platform: Platform, channel: Channel, group: PartGroup): Promise<Whole | null> {
  return joined(channel, group, await partsOf(shardOfEnv(platform.env, 0), group))
}
