import type { MediaId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** A stored file as answers, contents and events describe it. */
export interface StoredFile {
  readonly id: MediaId
  /** Media type, lower case, without parameters. */
  readonly type: string
  readonly name: string | null
  readonly bytes: number
  /** Name by which the message's own HTML shows the file (Content-ID, RFC 2392): of received mails only. */
  readonly contentId?: string
}

/** A stored file with its bytes. */
export interface OpenFile extends StoredFile {
  readonly body: Uint8Array<ArrayBuffer>
}

/** A file that came with an inbound message: still at the carrier under `url`, or in our store under `key` already. */
export type RemoteFile = {
  readonly type: string | null
  readonly name: string | null
  readonly contentId?: string
} & ({ readonly url: string } | { readonly key: string; readonly bytes: number })

/** Most bytes of one uploaded or received file. */
export const MOST_FILE_BYTES = 25_000_000

export interface MediaRow extends StoredFile {
  readonly sha256: string
  readonly createdAt: EpochMs
  /** Name and hash are not told: the row was altered in the database. */
  readonly isAltered?: true
}

/**
 * Origin of a file. upload: the tenant · inbound: it came with a message · content: taken out of a message too large for the
 * queue.
 */
export type MediaSource = 'upload' | 'inbound' | 'content'

/**
 * Media types that may be uploaded: media, documents and archives, nothing that a browser runs (no HTML, SVG, XML or script).
 * Names of the IANA registry, and the unregistered ones in common use (`audio/wav`, `audio/x-wav`, `audio/mp3`, `audio/amr-wb`).
 */
export const FILE_TYPES: readonly string[] = [
  'audio/3gpp',
  'audio/aac',
  'audio/amr',
  'audio/amr-wb',
  'audio/basic',
  'audio/flac',
  'audio/mp3',
  'audio/mp4',
  'audio/mpeg',
  'audio/ogg',
  'audio/opus',
  'audio/wav',
  'audio/webm',
  'audio/x-m4a',
  'audio/x-wav',
  'image/avif',
  'image/bmp',
  'image/gif',
  'image/heic',
  'image/heif',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'image/webp',
  'video/3gpp',
  'video/mp4',
  'video/mpeg',
  'video/ogg',
  'video/quicktime',
  'video/webm',
  'application/pdf',
  'text/calendar',
  'text/csv',
  'text/plain',
  'text/vcard',
  'application/json',
  'application/msword',
  'application/rtf',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.oasis.opendocument.presentation',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/gzip',
  'application/x-7z-compressed',
  'application/zip',
  'message/rfc822',
]
const KNOWN_TYPES = new Set(FILE_TYPES)

/** Type of a file whose own type is not allowed: plain bytes, which nothing opens by itself. */
export const PLAIN_BYTES = 'application/octet-stream'

/** The allowed type that a Content-Type names, without its parameters; null if the type is not allowed. */
export function fileType(contentType: string | null): string | null {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return KNOWN_TYPES.has(type) ? type : null
}

/** The type under which a received file is kept. Plain bytes instead of a refusal, because the tenant did not choose the file. */
export const receivedType = (contentType: string | null): string => fileType(contentType) ?? PLAIN_BYTES

/** Most characters of a file's name. */
export const LONGEST_FILE_NAME = 200
/** Controls, path separators, half surrogate pairs, and marks of direction, which can hide a file's extension. */
const BAD_IN_NAMES = /[\p{Cc}/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu

/** Cleans a file's name for keeping: no path, nothing invisible, at most 200 characters; null if nothing is left. */
export function fileName(name: string | null): string | null {
  const plain = (name ?? '').replace(BAD_IN_NAMES, ' ').replace(/\s+/g, ' ').trim()
  const short = [...plain].slice(0, LONGEST_FILE_NAME).join('')
  return /^[.\s]*$/.test(short) ? null : short
}
