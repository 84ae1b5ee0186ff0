import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { InboundMessage } from '#worker/domain/carriers/provider.ts'
import type { RequestId } from '#worker/domain/ids.ts'
import { type EndedText, endedTexts, PARTS_WAIT, type TextPart } from '#worker/domain/messages/text-parts.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type HeardMessage, type InboundJob, workRow } from '#worker/jobs.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { type InboundPart, keepParts, type PartGroup, type PartKey, partsOf } from '#worker/store/messages/inbound.ts'
import { insertWork, type WorkRow } from '#worker/store/work.ts'

/** Most characters of the parts that one statement keeps: below D1's 2 MB in any script. */
const MOST_KEPT = 400_000
const ROW_OVERHEAD = 200

/** A message with all its parts, or one that never had any. */
export interface Whole {
  readonly from: string
  readonly also?: string
  readonly to: string
  readonly content: unknown
  /** Time by our clock, and by the carrier's where it gave one. */
  readonly at: EpochMs
  readonly carrierAt?: EpochMs | undefined
  /** Message that this one answers, by the carrier. */
  readonly inReplyTo?: NonNullable<InboundMessage['inReplyTo']>
  /** What the person asks for, by the carrier. */
  readonly asks?: NonNullable<InboundMessage['asks']>
  /** Set if parts never came. */
  readonly incomplete?: true
  /** Keys of its parts: a repeat of any of them is a repeat of the message. */
  readonly refs: readonly string[]
  /** Its kept parts, which are deleted when the message is taken. */
  readonly kept: readonly PartKey[]
}

/** Place of a message in the job that brought it: its id follows from that, whoever makes the message of the part. */
export interface PartOrigin {
  readonly jobId: RequestId
  readonly index: number
  readonly count: number
}

interface KeptPart {
  readonly from: string
  readonly to: string
  readonly content: unknown
  /** Time by our clock, and by the carrier's where it gave one. */
  readonly at: EpochMs
  readonly carrierAt?: EpochMs | undefined
  readonly origin: PartOrigin
}

/** A message that was made of parts, with the origin of the first of them that came. */
interface Joined {
  readonly whole: Whole
  readonly origin: PartOrigin
}

async function groupKeyOf(platform: Platform, message: InboundMessage, ref: string, total: number): Promise<string> {
  const key = await hmac(platform.config.indexKey, JSON.stringify([message.from, message.to, ref, total]))
  return toBase64Url(key.subarray(0, 18))
}

type ReadPart = TextPart & { readonly kept: KeptPart; readonly key: PartKey }

function readPart({ connectionId, groupKey, ref, number, total, part, receivedAt }: InboundPart): ReadPart {
  const kept = JSON.parse(part) as KeptPart
  return { ref, number, total, receivedAt, at: kept.carrierAt ?? kept.at, kept, key: { connectionId, groupKey, ref } }
}

function joined(channel: Channel, { parts, isWhole }: EndedText<ReadPart>): Joined {
  const [first] = parts
  const { from, to, origin } = first.kept
  const content = channel.join(parts.toSorted((a, b) => a.number - b.number).map(({ kept }) => kept.content))
  const told = parts.flatMap(({ kept }) => kept.carrierAt ?? [])
  const whole: Whole = {
    from,
    to,
    content: isWhole ? content : { ...(content as object), incomplete: true },
    at: Math.max(...parts.map(({ kept }) => kept.at)),
    ...(told.length > 0 ? { carrierAt: Math.min(...told) } : {}),
    ...(isWhole ? {} : { incomplete: true }),
    refs: parts.map(({ ref }) => ref),
    kept: parts.map(({ key }) => key),
  }
  return { whole, origin }
}

/** A message, or a part of one, as it came. */
interface Piece {
  readonly channel: Channel
  readonly job: InboundJob
  readonly index: number
  readonly message: HeardMessage
  readonly ref: string
}

interface Waiting {
  readonly piece: Piece
  readonly row: InboundPart
}

export const isPart = ({ message: { part } }: Pick<Piece, 'message'>): boolean =>
  part !== undefined && part.total > 1 && part.number <= part.total

/** Makes the whole of a message that came in one piece. */
export function alone({ message, ref }: Pick<Piece, 'message' | 'ref'>): Whole {
  const { from, also, to, content, at, carrierAt, inReplyTo, asks } = message
  return {
    from,
    ...(also === undefined ? {} : { also }),
    to,
    content,
    at,
    carrierAt,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(asks === undefined ? {} : { asks }),
    refs: [ref],
    kept: [],
  }
}

/** Makes the row of a part; null if the piece is a whole message. */
async function waiting(platform: Platform, piece: Piece): Promise<Waiting | null> {
  const { job, index, message, ref } = piece
  const { from, to, content, at, carrierAt, part } = message
  if (!part) return null
  const origin = { jobId: job.id as RequestId, index, count: job.messages.length }
  const kept: KeptPart = { from, to, content, at, carrierAt, origin }
  const row = {
    connectionId: job.connectionId,
    groupKey: await groupKeyOf(platform, message, part.ref, part.total),
    ref,
    number: part.number,
    total: part.total,
    part: JSON.stringify(kept),
    receivedAt: job.receivedAt,
  }
  return { piece, row }
}

const groupText = ({ connectionId, groupKey }: PartGroup): string => JSON.stringify([connectionId, groupKey])

/** Work that ends the wait of a part. */
const waitOf = ({ connectionId, groupKey, receivedAt }: Omit<InboundPart, 'part'>): WorkRow =>
  workRow(
    { kind: 'inbound-parts', body: { connectionId, groupKey } },
    { dueAt: receivedAt + PARTS_WAIT, id: `parts:${groupKey}`, realm: '' as Realm },
  )

/** What became whole, or is awaited no longer, by the piece that brought it about; `origin` null: it came in one piece. */
interface Gathered<Of> {
  readonly piece: Of
  readonly whole: Whole
  readonly origin: PartOrigin | null
}

/** Keeps parts of long messages. Answers the messages that are awaited no longer, each under one of the new pieces beside it. */
async function keepAndJoin<Of extends Piece>(
  platform: Platform,
  some: readonly (Waiting & { readonly piece: Of })[],
): Promise<readonly Gathered<Of>[]> {
  const kept = await keepParts(
    shardOfEnv(platform.env, 0),
    some.map(({ row }) => row),
    waitOf,
  )
  const groups = Map.groupBy(kept, groupText)
  const last = new Map(some.map(({ piece, row }) => [groupText(row), piece]))
  return [...last].flatMap(([key, piece]) =>
    endedTexts((groups.get(key) ?? []).map(readPart), platform.now()).map((ended) => ({
      piece,
      ...joined(piece.channel, ended),
    })),
  )
}

/** Answers the messages that are whole. Parts of others are kept until the rest come, or until they have waited long enough. */
export async function gatherParts<Of extends Piece>(
  platform: Platform,
  pieces: readonly Of[],
): Promise<readonly Gathered<Of>[]> {
  const parts = await Promise.all(
    pieces.filter(isPart).map(async (piece) => {
      const kept = await waiting(platform, piece)
      return kept ? [{ ...kept, piece }] : []
    }),
  )
  const gathered: Gathered<Of>[] = pieces
    .filter((piece) => !isPart(piece))
    .map((piece) => ({ piece, whole: alone(piece), origin: null }))
  for (const some of chunksBySize(parts.flat(), ({ row }) => row.part.length + ROW_OVERHEAD, MOST_KEPT))
    gathered.push(...(await keepAndJoin(platform, some)))
  return gathered
}

/** Answers the messages of a group whose parts have waited long enough. */
export async function overdueTexts(platform: Platform, channel: Channel, group: PartGroup): Promise<readonly Joined[]> {
  const kept = await partsOf(shardOfEnv(platform.env, 0), group)
  return endedTexts(kept.map(readPart), platform.now()).map((ended) => joined(channel, ended))
}

/** Writes the work that ends the wait of what is left of a group, because what a sweep has done is forgotten after it. */
export async function awaitTheRest(platform: Platform, group: PartGroup): Promise<void> {
  const db = shardOfEnv(platform.env, 0)
  const [first] = (await partsOf(db, group)).toSorted((a, b) => a.receivedAt - b.receivedAt)
  if (first) await insertWork(db, waitOf(first)).run()
}
