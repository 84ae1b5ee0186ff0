import type { Content } from './draft.ts'
import type { Run } from './sending.ts'

/** What is kept of a send that has not ended: by what it is known again, and how it was begun. */
interface Kept {
  readonly print: string
  readonly key: string
  readonly shared: Content
}

const read = (place: string): Kept | null => {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? 'null') as Kept | null
  } catch {
    return null
  }
}

/** Fingerprint of what is sent to whom; until when it is good is no part of it. */
async function printOf({ shared, content, recipients }: Run): Promise<string> {
  const { validUntil: _, ...rest } = shared
  const bytes = new TextEncoder().encode(JSON.stringify([rest, content, recipients]))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * Begins a send. The same one that was broken off, by a reload or a network that went away, goes by its old keys: what had
 * arrived is answered again, and not sent twice.
 */
export async function begun(place: string, run: Run): Promise<Run> {
  const print = await printOf(run)
  const kept = read(place)
  if (kept?.print === print) return { ...run, key: kept.key, shared: kept.shared }
  try {
    sessionStorage.setItem(place, JSON.stringify({ print, key: run.key, shared: run.shared } satisfies Kept))
  } catch {}
  return run
}

/** Forgets a send: it has ended, so that the same words may go out again. */
export function ended(place: string): void {
  try {
    sessionStorage.removeItem(place)
  } catch {}
}
