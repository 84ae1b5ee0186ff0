import type { SmtpFailure, SmtpStage } from '#worker/lib/mail/smtp.ts'
import type { SmtpFault, SmtpReply } from '#worker/lib/mail/smtp-lines.ts'
import { type Refusal, refusalFor, refusalTable } from '#worker/vendors/refusal-table.ts'

const THROTTLED = 'The mail server asks to try later.'

/**
 * Sentences of the outcomes. No row names codes: what a reply means depends on the step and on the enhanced code
 * (`refusalCode`).
 */
const REFUSALS = refusalTable([
  { code: 'provider-timeout', detail: 'The mail server did not answer in time.' },
  { code: 'provider-unavailable', detail: 'The connection to the mail server failed.' },
  { code: 'provider-invalid-answer', detail: 'The mail server’s answer was not readable.' },
  { code: 'provider-throttled', detail: THROTTLED },
  { code: 'provider-refused', detail: 'The mail server refused the mail.' },
  { code: 'connection-misconfigured', detail: 'The mail server does not let this account submit mail.' },
  { code: 'recipient-invalid', detail: 'The mail server knows no such recipient.' },
  { code: 'recipient-unreachable', detail: 'The recipient’s mailbox takes no mail.' },
  { code: 'sender-refused', detail: 'The mail server does not let this account send from this sender.' },
  { code: 'content-refused', detail: 'The mail server refused the content.' },
])
type Code = Parameters<typeof REFUSALS.make>[0]

const SILENCE: Record<SmtpFault, Code> = {
  'timed-out': 'provider-timeout',
  lost: 'provider-unavailable',
  garbled: 'provider-invalid-answer',
}

/** Gives the enhanced status code that a reply's text may begin with (RFC 3463); empty if there is none. */
const enhancedOf = ({ lines }: SmtpReply): string => /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/.exec(lines[0] ?? '')?.[0] ?? ''

/** Translates a 5xx reply by the step that it answers and its enhanced code. */
function refusalCode(stage: SmtpStage, code: number, enhanced: string): Code {
  // The mail is not at fault whatever the step: 530 and 538 ask for sign-in or TLS, 535 refuses it, 503 wants another
  // order.
  if (stage === 'connect' || stage === 'tls' || stage === 'login' || [503, 530, 534, 535, 538].includes(code))
    return 'connection-misconfigured'
  // "Congestion" in RFC 3463; large hosts use it for an account that has sent all that it may for the day.
  if (enhanced === '5.4.5') return 'provider-throttled'
  if (code === 552 && stage !== 'recipient') return 'content-refused'
  if (enhanced.startsWith('5.2.') || code === 552) return 'recipient-unreachable'
  if (stage === 'sender') return enhanced === '5.3.4' ? 'content-refused' : 'sender-refused'
  if (enhanced.startsWith('5.1.') && !/^5\.1\.[78]$/.test(enhanced)) return 'recipient-invalid'
  if (/^5\.1\.[78]$/.test(enhanced)) return 'sender-refused'
  if (stage === 'recipient')
    return enhanced === '' && [550, 551, 553].includes(code) ? 'recipient-invalid' : 'provider-refused'
  return enhanced.startsWith('5.6.') || enhanced.startsWith('5.7.') || enhanced === '5.3.4'
    ? 'content-refused'
    : 'provider-refused'
}

/**
 * Gives the outcome of a failed step. A server takes responsibility with its answer to the final dot and not before (RFC
 * 5321 4.2.5, 6.1), so every earlier failure is certain; only a missing answer to the dot is not.
 */
export function submissionOf(result: SmtpFailure): Refusal {
  if (result.kind === 'broken') {
    const { failure } = REFUSALS.make(SILENCE[result.fault])
    return { outcome: result.stage === 'answer' ? 'unknown' : 'deferred', failure }
  }
  if (result.kind === 'unfit')
    return result.what === 'size'
      ? REFUSALS.make('content-refused', 'size')
      : REFUSALS.make('connection-misconfigured', `no-${result.what}`)
  const { stage, reply } = result
  const enhanced = enhancedOf(reply)
  const carrierCode = enhanced === '' ? String(reply.code) : `${reply.code} ${enhanced}`
  if (reply.code < 500) {
    const isLoad = [421, 451, 452].includes(reply.code) || /^4\.[37]\./.test(enhanced)
    const code = isLoad ? 'provider-throttled' : 'provider-unavailable'
    return refusalFor({ code, carrierCode, detail: THROTTLED })
  }
  return REFUSALS.make(refusalCode(stage, reply.code, enhanced), carrierCode)
}

/** Outcome of mails behind one that ended the session. */
export const NOT_TRIED = refusalFor({
  code: 'provider-unavailable',
  detail: 'The session with the mail server ended before this mail.',
})
