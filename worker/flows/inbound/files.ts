import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Connection } from '#worker/domain/carriers/provider.ts'
import { besideRequest, type MediaId, newMediaId, newRequestId, type RequestId } from '#worker/domain/ids.ts'
import {
  fileName,
  type MediaRow,
  MOST_FILE_BYTES,
  type RemoteFile,
  receivedType,
  type StoredFile,
} from '#worker/domain/media.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { filePlace, getSealed, mailPlace, putSealed } from '#worker/flows/media/sealed-object.ts'
import type { HeardMessage, InboundJob } from '#worker/jobs.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { httpFaultOf, readBounded } from '#worker/lib/http/bounded-http.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { countMedia, insertMedia, presentMedia, sealMedia, useStatement } from '#worker/store/media.ts'

/** Most files of one message that are fetched; further ones count as missing. */
const MOST_FILES = 50
/** HTTP status by which a driver or a carrier says that a file can never be had. */
const GONE = 410
/** Milliseconds that one file may take to come. */
const FETCH_TIME = 60_000
/** Seconds between the tries to fetch a message's files; after the last the message is taken without them. */
const FILE_DELAYS: readonly number[] = [2, 15, 60, 300]

/** The messages of one job, on their way to one tenant. */
interface Arrival {
  readonly job: InboundJob
  readonly channel: Channel
  /** Opened only for messages that bring files. */
  readonly connection: () => Connection
  readonly owner: { readonly realm: Realm; readonly policy: Policy | null }
  /** Base of the messages' ids. */
  readonly base: string
}

interface Fetched {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string | null
}

/** Fetches a file's bytes; null if they can never be had. Throws if they may be had later. */
async function fetchFile(platform: Platform, { connection }: Arrival, file: RemoteFile): Promise<Fetched | null> {
  if ('key' in file) {
    if (file.bytes > MOST_FILE_BYTES) return null
    const found = await getSealed(platform, mailPlace(file.key))
    return found && { bytes: found.bytes, type: file.type }
  }
  const opened = connection()
  if (!opened.download) return null
  const exchange = async (download: Promise<Response>): Promise<Fetched | null> => {
    const response = await download
    if (response.status === GONE) return null
    if (!response.ok) throw new Error(`the carrier answered ${response.status} for a file`)
    const bytes = await readBounded(response.body, MOST_FILE_BYTES)
    return bytes && { bytes, type: file.type ?? response.headers.get('content-type') }
  }
  try {
    return await withDeadline(exchange(opened.download(file.url)), FETCH_TIME)
  } catch (error) {
    // Gives up at once: a file that is too large will not be smaller the next time.
    if (httpFaultOf(error) === 'too-large') return null
    throw error
  }
}

/** Stores one file; null if it can never be had. */
async function storeFile(
  platform: Platform,
  arrival: Arrival,
  id: MediaId,
  file: RemoteFile,
): Promise<MediaRow | null> {
  const fetched = await fetchFile(platform, arrival, file)
  if (fetched === null || fetched.bytes.byteLength === 0) return null
  const { bytes } = fetched
  const kept = { type: receivedType(fetched.type), name: fileName(file.name) }
  await putSealed(platform, filePlace(arrival.owner.realm, id), kept, bytes)
  return { id, ...kept, bytes: bytes.byteLength, sha256: toHex(await sha256(bytes)), createdAt: arrival.job.receivedAt }
}

interface WantedFile {
  readonly id: MediaId
  readonly file: RemoteFile
}

/** Gives a message's files their ids. These follow from the job, so that a redelivered job makes the same files. */
function wantedFiles(platform: Platform, { job, owner }: Arrival, index: number): Promise<readonly WantedFile[]> {
  const before = job.messages.slice(0, index).reduce((sum, { files = [] }) => sum + files.length, 0)
  const wanted = (job.messages[index]?.files ?? []).slice(0, MOST_FILES)
  return Promise.all(
    wanted.map(async (file, n) => {
      const request = besideRequest(job.id as RequestId, before + n)
      return { id: await newMediaId(platform.config.idKeys, owner.realm, request), file }
    }),
  )
}

/** Stores a message's files that can be had; null if the message must wait for some. */
async function fetchFiles(
  platform: Platform,
  arrival: Arrival,
  wanted: readonly WantedFile[],
  known: readonly MediaRow[],
): Promise<readonly MediaRow[] | null> {
  const rows: MediaRow[] = []
  for (const { id, file } of wanted) {
    const stored = known.find((row) => row.id === id)
    if (stored) {
      rows.push(stored)
      continue
    }
    try {
      const row = await storeFile(platform, arrival, id, file)
      if (row) rows.push(row)
    } catch (error) {
      platform.log('inbound.file-failed', { connection: arrival.job.connectionId, reason: errorLabel(error) })
      // Fails the whole job if our own store did, because all of its messages must wait for that.
      if ('key' in file) throw error
      if ((arrival.job.tries ?? 0) < FILE_DELAYS.length) return null
    }
  }
  return rows
}

/**
 * Stores a message's files and names them in its content. Null if some could not be fetched now, so that the message must
 * wait. The files are marked as used before the message is written, so that no message names a file that may be deleted.
 */
export async function withItsFiles(
  platform: Platform,
  arrival: Arrival,
  index: number,
  message: HeardMessage,
): Promise<HeardMessage | null> {
  const { channel, owner, base } = arrival
  const { files = [], content } = message
  if (files.length === 0) return message
  if (!channel.withFiles || !owner.policy) {
    const reason = owner.policy ? 'the channel takes none' : 'the line is nobody’s'
    platform.log('inbound.files-skipped', { connection: arrival.job.connectionId, files: files.length, reason })
    return channel.withFiles ? { ...message, content: channel.withFiles(content, [], files.length) } : message
  }
  const { realm } = owner
  const db = shardOfEnv(platform.env, homeShard(owner.policy))
  const wanted = await wantedFiles(platform, arrival, index)
  const ids = wanted.map(({ id }) => id)
  const rows = await fetchFiles(platform, arrival, wanted, await presentMedia(db, platform.keys, realm, ids))
  if (rows === null) return null
  if (rows.length > 0) {
    const kept = rows.map(({ id }) => id)
    await db.batch([
      countMedia(db, realm, rows),
      insertMedia(db, realm, 'inbound', await sealMedia(platform.keys, realm, rows)),
      useStatement(db, { realm, base }, kept),
    ])
  }
  const missing = files.length - rows.length
  platform.log('media.stored', {
    realm,
    source: 'inbound',
    files: rows.length,
    missing,
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
  })
  const contentIds = new Map(wanted.map(({ id, file }) => [id, file.contentId]))
  const stored = rows.map(({ id, type, name, bytes }): StoredFile => {
    const contentId = contentIds.get(id)
    return { id, type, name, bytes, ...(contentId === undefined ? {} : { contentId }) }
  })
  return { ...message, content: channel.withFiles(content, stored, missing) }
}

/** Queues messages whose files could not be fetched, as a job of their own with a delay. */
export async function requeueForFiles(
  platform: Platform,
  job: InboundJob,
  messages: readonly HeardMessage[],
): Promise<void> {
  if (messages.length === 0) return
  const tries = job.tries ?? 0
  const delaySeconds = FILE_DELAYS[tries] ?? 0
  // Gives the job a new id, of the same time: no message was taken under ids of the old one.
  await platform.env.REPORT.send(
    { ...job, id: newRequestId(job.receivedAt), messages, tries: tries + 1 },
    { delaySeconds },
  )
}
