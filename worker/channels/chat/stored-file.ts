import type { Failure, Ports, Submission } from '#worker/domain/carriers/provider.ts'
import type { OpenFile } from '#worker/domain/media.ts'
import type { ChatFile } from './content.ts'

const UNREAD: Failure = { code: 'provider-unavailable', detail: 'The file could not be read just now.' }

/** Deferred, because the network was not called yet and nothing was taken. */
export const UNREAD_FILE: Submission = { outcome: 'deferred', failure: UNREAD }

/** Fetches the stored file of a content; null: it is gone; `unread`: it cannot be had just now. */
export async function storedFile({ id }: ChatFile, ports: Ports): Promise<OpenFile | null | 'unread'> {
  try {
    return await ports.file(id as Parameters<Ports['file']>[0])
  } catch {
    return 'unread'
  }
}
