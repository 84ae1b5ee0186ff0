import type { MediaId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** A stored file as answers, contents and events name it. */
export interface StoredFile {
  readonly id: MediaId
  /** Media type, lower case, without parameters. */
  readonly type: string
  readonly name: string | null
  readonly bytes: number
}

/** A stored file opened. */
export interface OpenFile extends StoredFile {
  readonly body: Uint8Array<ArrayBuffer>
}

/** A file that came with an inbound message and is still at the carrier, or lies in our store under `key` already. */
export type RemoteFile = {
  readonly type: string | null
  readonly name: string | null
} & ({ readonly url: string } | { readonly key: string; readonly bytes: number })

/** Most bytes of one uploaded or received file. */
export const MOST_FILE_BYTES = 25_000_000

export interface MediaRow extends StoredFile {
  readonly sha256: string
  readonly createdAt: EpochMs
}
