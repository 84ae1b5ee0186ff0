import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { InboundMessage } from '#worker/domain/carriers/provider.ts'
import type { RequestId } from '#worker/domain/ids.ts'
import { type EndedText, endedTexts, PARTS_WAIT, type TextPart } from '#worker/domain/messages/text-parts.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type HeardMessage, type InboundJob, workRow } from '#worker/jobs.ts'
import { chunksBySize } from '#worker/lib/chunks.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  type InboundPart,
  keepParts,
  type PartGroup,
  type PartKey,
  type PartLedger,
  partKeysOf,
  partsOf,
} from '#worker/store/messages/parts.ts'
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
  /** Key that tells its repeats, as in `refs`. */
  readonly ref: string
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

/** Parts of all lines lie in the first shard. */
const ledgerOf = ({ env, keys }: Platform): PartLedger => ({ db: shardOfEnv(env, 0), keys })

type ReadPart = TextPart & { readonly kept: KeptPart; readonly key: PartKey }

function readPart({ connectionId, groupKey, ref, number, total, part, receivedAt }: InboundPart): ReadPart {
  const kept = JSON.parse(part) as KeptPart
  const at = kept.carrierAt ?? kept.at
  return { ref: kept.ref, number, total, receivedAt, at, kept, key: { connectionId, groupKey, ref } }
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

type PartPiece = Piece & { readonly message: { readonly part: NonNullable<HeardMessage['part']> } }

export const isPart = <Of extends Piece>(piece: Of): piece is Of & PartPiece => {
  const { part } = piece.message
  return part !== undefined && part.total > 1 && part.number <= part.total
}

/** Makes the rows of parts. */
async function waiting<Of extends PartPiece>(
  platform: Platform,
  pieces: readonly Of[],
): Promise<readonly (Waiting & { readonly piece: Of })[]> {
  const facts = pieces.map(({ job: { connectionId }, ref, message: { from, to, part } }) => ({
    ...{ connectionId, from, to, ref, groupRef: part.ref, total: part.total },
  }))
  const keys = await partKeysOf(platform.keys, facts)
  return keys.flatMap((key, i) => {
    const piece = pieces[i]
    if (!piece) return []
    const { job, index, message, ref } = piece
    const { from, to, content, at, carrierAt, part } = message
    const origin = { jobId: job.id as RequestId, index, count: job.messages.length }
    const kept: KeptPart = { ref, from, to, content, at, carrierAt, origin }
    const { number, total } = part
    return [{ piece, row: { ...key, number, total, part: JSON.stringify(kept), receivedAt: job.receivedAt } }]
  })
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
    ledgerOf(platform),
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
  const parts = await waiting(
    platform,
    pieces.filter((piece) => isPart(piece)),
  )
  const gathered: Gathered<Of>[] = pieces
    .filter((piece) => !isPart(piece))
    .map((piece) => ({ piece, whole: alone(piece), origin: null }))
  for (const some of chunksBySize(parts, ({ row }) => row.part.length + ROW_OVERHEAD, MOST_KEPT))
    gathered.push(...(await keepAndJoin(platform, some)))
  return gathered
}

/** Answers the messages of a group whose parts have waited long enough. */
export async function overdueTexts(platform: Platform, channel: Channel, group: PartGroup): Promise<readonly Joined[]> {
  const kept = await partsOf(ledgerOf(platform), group)
  return endedTexts(kept.map(readPart), platform.now()).map((ended) => joined(channel, ended))
}

/** Writes the work that ends the wait of what is left of a group, because what a sweep has done is forgotten after it. */
export async function awaitTheRest(platform: Platform, group: PartGroup): Promise<void> {
  const ledger = ledgerOf(platform)
  const [first] = (await partsOf(ledger, group)).toSorted((a, b) => a.receivedAt - b.receivedAt)
  if (first) await insertWork(ledger.db, waitOf(first)).run()
}
