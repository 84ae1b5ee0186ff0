import type { MediaId } from '../domain/ids.ts'
import type { OpenFile } from '../domain/media.ts'
import type { Platform } from './platform.ts'

/** A stored file with its bytes; null: there is none. */
export async function openFile(_platform: Platform, _id: MediaId): Promise<OpenFile | null> {
  throw new Error('files are not kept yet')
}

/** A public URL of a stored file, good for a day. */
export async function fileUrl(_platform: Platform, _id: MediaId): Promise<string> {
  throw new Error('files are not kept yet')
}
