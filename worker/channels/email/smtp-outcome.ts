import { mailFailure } from '#worker/domain/carriers/mail-status.ts'
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

/**
 * Translates a 5xx reply that speaks of us, the sender or nobody in particular, by the step that it answers; null: it speaks of
 * the recipient or the content, and its enhanced code says the same as in a bounce.
 */
function refusalCode(stage: SmtpStage, code: number, enhanced: string): Code | null {
  // The mail is not at fault whatever the step: 530 and 538 ask for sign-in or TLS, 535 refuses it, 503 wants another
  // order.
  if (stage === 'connect' || stage === 'tls' || stage === 'login' || [503, 530, 534, 535, 538].includes(code))
    return 'connection-misconfigured'
  // "Congestion" in RFC 3463; large hosts use it for an account that has sent all that it may for the day.
  if (enhanced === '5.4.5') return 'provider-throttled'
  if (stage === 'sender') return enhanced === '5.3.4' || code === 552 ? 'content-refused' : 'sender-refused'
  if (enhanced !== '') return null
  if (code === 552) return stage === 'recipient' ? 'recipient-unreachable' : 'content-refused'
  return stage === 'recipient' && [550, 551, 553].includes(code) ? 'recipient-invalid' : 'provider-refused'
}

/** The refusal that an enhanced code stands for, as in a bounce: a hard one suppresses the recipient. */
function refusalByStatus(enhanced: string, carrierCode: string): Refusal {
  const [cls = 0, subject = 0, detail = 0] = enhanced.split('.').map(Number)
  const { code, detail: sentence, suppress } = mailFailure({ class: cls, subject, detail })
  if (code === 'not-delivered') return REFUSALS.make('provider-refused', carrierCode)
  const refusal = refusalFor({ code, carrierCode, detail: sentence })
  return suppress && refusal.outcome === 'rejected' ? { ...refusal, suppress } : refusal
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
  const code = refusalCode(stage, reply.code, enhanced)
  return code === null ? refusalByStatus(enhanced, carrierCode) : REFUSALS.make(code, carrierCode)
}

/** Outcome of mails behind one that ended the session. */
export const NOT_TRIED = refusalFor({
  code: 'provider-unavailable',
  detail: 'The session with the mail server ended before this mail.',
})
