import type { KeptAnswer } from '#worker/domain/messages/idempotency.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import type { Transit } from '#worker/lib/transit.ts'

/** Name in what is sealed, so that no job of a queue passes for an answer. */
const LABEL = 'idempotency'

/** Why a kept answer does not open: `kid` is the key of SEAL_KEYS that is not there; null: it was moved or changed. */
interface Locked {
  readonly kid: string | null
}

/** Seals an answer to be stored under one key, by its id; no database is asked. */
export function sealAnswer(
  transit: Transit,
  id: string,
  { status, headers, body }: KeptAnswer,
): Promise<Uint8Array<ArrayBuffer>> {
  // JSON holds no line feed, and the body stays as it is: of a batch it is large.
  return transit.seal(utf8(`${JSON.stringify([id, status, headers])}\n${body}`), LABEL)
}

/** Undoes `sealAnswer`. What was stored under another key, also another tenant's, does not open. */
export async function openAnswer(
  transit: Transit,
  id: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<KeptAnswer | Locked> {
  const opened = await transit.open(sealed)
  if (opened.plain === null) return { kid: opened.fault === 'lost-key' ? opened.kid : null }
  if (opened.label !== LABEL) return { kid: null }
  const text = new TextDecoder().decode(opened.plain)
  const end = text.indexOf('\n')
  const [owner, status, headers] = JSON.parse(text.slice(0, end)) as [string, number, KeptAnswer['headers']]
  return owner === id ? { status, headers, body: text.slice(end + 1) } : { kid: null }
}
