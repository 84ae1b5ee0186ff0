import type { SessionState } from '#worker/domain/sessions/session.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import type { Transit } from '#worker/lib/transit.ts'

/** Session as its object stores it. */
export interface KeptState {
  readonly at: EpochMs
  /** What was said, sealed under a key of the day. */
  readonly sealed: Uint8Array<ArrayBuffer>
}

const LABEL = 'session'

/** Seals a session for the storage of one object, named by its id; no database is asked. */
export async function sealState(transit: Transit, object: string, state: SessionState): Promise<KeptState> {
  const sealed = await transit.seal(utf8(JSON.stringify({ object, state })), LABEL)
  return { at: Date.now(), sealed }
}

/** Undoes `sealState`; null: the key is not there, or it was stored by another object, or changed. */
export async function openState(transit: Transit, object: string, { sealed }: KeptState): Promise<SessionState | null> {
  const opened = await transit.open(sealed)
  if (opened.plain === null || opened.label !== LABEL) return null
  const kept = JSON.parse(new TextDecoder().decode(opened.plain)) as { object: string; state: SessionState }
  return kept.object === object ? kept.state : null
}
