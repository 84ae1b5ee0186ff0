import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Connection, InboundMessage } from '#worker/domain/carriers/provider.ts'
import { besideRequest, type MediaId, newMediaId, newRequestId, type RequestId } from '#worker/domain/ids.ts'
import { fileName, type MediaRow, MOST_FILE_BYTES, type RemoteFile, receivedType } from '#worker/domain/media.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { objectOptions } from '#worker/flows/media/files.ts'
import type { InboundJob } from '#worker/jobs.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { httpFaultOf, readBounded } from '#worker/lib/http/bounded-http.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { insertMedia, objectKey, presentMedia, useStatement } from '#worker/store/media.ts'

/** Files of one message that are fetched; any further ones count as missing. */
const MOST_FILES = 50
/** The status by which a driver or a carrier says that a file can never be had. */
const GONE = 410
/** Milliseconds that one file may take to come. */
const FETCH_TIME = 60_000
/** Seconds until a message whose files could not be fetched is tried again; after the last it goes on without them. */
const FILE_DELAYS: readonly number[] = [2, 15, 60, 300]

/** The messages of one job, on their way to one tenant. */
interface Arrival {
  readonly job: InboundJob
  readonly channel: Channel
  /** Opened only for messages that bring files. */
  readonly connection: () => Connection
  readonly owner: { readonly realm: Realm; readonly policy: Policy | null }
  /** Of the messages' ids. */
  readonly base: string
}

interface Fetched {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string | null
}

/** A file's bytes, or null if it can never be had; throws if it may be had later. */
async function fetchFile(platform: Platform, { connection }: Arrival, file: RemoteFile): Promise<Fetched | null> {
  if ('key' in file) {
    if (file.bytes > MOST_FILE_BYTES) return null
    const object = await platform.env.MEDIA.get(file.key)
    return object && { bytes: new Uint8Array(await object.arrayBuffer()), type: file.type }
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
    // It will not be smaller the next time.
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
  await platform.env.MEDIA.put(objectKey(arrival.owner.realm, id), bytes, objectOptions(kept))
  return { id, ...kept, bytes: bytes.byteLength, sha256: toHex(await sha256(bytes)), createdAt: arrival.job.receivedAt }
}

interface WantedFile {
  readonly id: MediaId
  readonly file: RemoteFile
}

/** A message's files with their ids, which follow from its job, so that a repeat of the job makes the same files. */
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

/** The files of a message that could be had; null if it must wait for some. */
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
      // Our own store failed: the whole job waits for that to end.
      if ('key' in file) throw error
      if ((arrival.job.tries ?? 0) < FILE_DELAYS.length) return null
    }
  }
  return rows
}

/**
 * A message with its files stored, used by it and named in its content; null if it should come again, because some could
 * not be fetched now. They are written down before the message is, so that no message names a file that may be deleted.
 */
export async function withItsFiles(
  platform: Platform,
  arrival: Arrival,
  index: number,
  message: InboundMessage,
): Promise<InboundMessage | null> {
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
  const rows = await fetchFiles(platform, arrival, wanted, await presentMedia(db, realm, ids))
  if (rows === null) return null
  if (rows.length > 0) {
    const kept = rows.map(({ id }) => id)
    await db.batch([insertMedia(db, realm, 'inbound', rows), useStatement(db, { realm, base }, kept)])
  }
  const missing = files.length - rows.length
  platform.log('media.stored', {
    realm,
    source: 'inbound',
    files: rows.length,
    missing,
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
  })
  const stored = rows.map(({ id, type, name, bytes }) => ({ id, type, name, bytes }))
  return { ...message, content: channel.withFiles(content, stored, missing) }
}

/** Sends messages whose files could not be fetched round again, as a job of their own. */
export async function requeueForFiles(
  platform: Platform,
  job: InboundJob,
  messages: readonly InboundMessage[],
): Promise<void> {
  if (messages.length === 0) return
  const tries = job.tries ?? 0
  const delaySeconds = FILE_DELAYS[tries] ?? 0
  // Nothing was taken under the ids of the job before, so these may have others; their time stays.
  await platform.env.REPORT.send(
    { ...job, id: newRequestId(job.receivedAt), messages, tries: tries + 1 },
    { delaySeconds },
  )
}
