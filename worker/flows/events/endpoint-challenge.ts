import {
  plainScreen,
  SESSION_FORM_TYPE,
  sessionForm,
  type WebhookFormat,
} from '#worker/domain/sessions/session-form.ts'
import { CHALLENGE_DEADLINE } from '#worker/domain/tenants/webhook-schedule.ts'
import { type EpochMs, SECOND, toTimestamp } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { signedPost } from '#worker/flows/events/notify/signed-post.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import type { Guarded } from '#worker/lib/http/guarded-fetch.ts'

/** Reads the challenge out of an answer: of `{ "challenge": "…" }`, of a JSON string, or the whole text. */
function answered(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'string') return value
    if (typeof value === 'object' && value !== null && 'challenge' in value) return String(value.challenge)
    return ''
  } catch {
    return text.trim()
  }
}

function failureOf(answer: Guarded, challenge: string): string | null {
  if (answer.kind === 'refused') return answer.reason
  if (answer.kind === 'timeout') return `no answer within ${CHALLENGE_DEADLINE / SECOND} seconds`
  if (answer.kind === 'network') return 'the connection failed'
  if (answer.status < 200 || answer.status > 299) return `the receiver answered ${answer.status}`
  return timingSafeEqualText(answered(answer.text), challenge) ? null : 'the answer does not hold the challenge'
}

/**
 * Asks an application that reads forms for its first screen: such a one cannot answer a challenge in JSON, and that it answers
 * with a screen shows that the URL is one. It is asked by turns of people who dial the tenant's codes only.
 */
async function challengeByForm(platform: Platform, url: string, keys: readonly CryptoKey[]): Promise<string | null> {
  const id = `chl_${randomDigits(24)}`
  const body = sessionForm({ sessionId: id, code: '*0#', person: '', inputs: [], network: '' })
  const post = {
    url,
    keys,
    id,
    at: platform.now(),
    body,
    contentType: SESSION_FORM_TYPE,
    deadlineMs: CHALLENGE_DEADLINE,
  }
  const answer = await signedPost(platform, post)
  if (answer.kind !== 'answer' || answer.status !== 200) return failureOf(answer, '')
  return plainScreen(answer.text) === null ? 'the answer is no screen: it must begin with CON or END' : null
}

/**
 * Asks the receiver at `url` to answer with a random text, so that nobody can have events sent to a stranger. Answers null if
 * it did, or why it did not as a sentence for the tenant.
 */
export async function challengeEndpoint(
  platform: Platform,
  { url, format }: { readonly url: string; readonly format: WebhookFormat | null },
  keys: readonly CryptoKey[],
): Promise<string | null> {
  if (format === 'africas-talking') return challengeByForm(platform, url, keys)
  const now: EpochMs = platform.now()
  const challenge = randomDigits(32)
  const body = JSON.stringify({ type: 'webhook.challenge', timestamp: toTimestamp(now), data: { challenge } })
  const id = `chl_${randomDigits(24)}`
  const answer = await signedPost(platform, { url, keys, id, at: now, body, deadlineMs: CHALLENGE_DEADLINE })
  return failureOf(answer, challenge)
}
