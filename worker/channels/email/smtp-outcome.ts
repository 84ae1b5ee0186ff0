import type { Failure, FailureCode, Submission } from '#worker/domain/carriers/provider.ts'
import type { SmtpFailure, SmtpStage } from '#worker/lib/mail/smtp.ts'
import type { SmtpFault, SmtpReply } from '#worker/lib/mail/smtp-lines.ts'

const DETAILS = {
  'provider-timeout': 'The mail server did not answer in time.',
  'provider-unavailable': 'The connection to the mail server failed.',
  'provider-invalid-answer': 'The mail server’s answer was not readable.',
  'provider-throttled': 'The mail server asks to try later.',
  'provider-refused': 'The mail server refused the mail.',
  'connection-misconfigured': 'The mail server does not let this account submit mail.',
  'recipient-invalid': 'The mail server knows no such recipient.',
  'recipient-unreachable': 'The recipient’s mailbox takes no mail.',
  'sender-refused': 'The mail server does not let this account send from this sender.',
  'content-refused': 'The mail server refused the content.',
} as const satisfies Partial<Record<FailureCode, string>>

const SILENCE: Record<SmtpFault, keyof typeof DETAILS> = {
  'timed-out': 'provider-timeout',
  lost: 'provider-unavailable',
  garbled: 'provider-invalid-answer',
}

const failure = (code: keyof typeof DETAILS, carrierCode?: string): Failure => ({
  code,
  ...(carrierCode === undefined ? {} : { carrierCode }),
  detail: DETAILS[code],
})

/** RFC 3463: the enhanced status code that a reply's text may begin with; empty if there is none. */
const enhancedOf = ({ lines }: SmtpReply): string => /^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)/.exec(lines[0] ?? '')?.[0] ?? ''

/** A reply of 5xx in our words, by where it came and its enhanced code. */
function refusalCode(stage: SmtpStage, code: number, enhanced: string): keyof typeof DETAILS {
  // 530 and 538 ask for sign-in or TLS, 535 refuses it, 503 wants another order: whatever the step, no mail is at fault.
  if (stage === 'connect' || stage === 'tls' || stage === 'login' || [503, 530, 534, 535, 538].includes(code))
    return 'connection-misconfigured'
  // "Congestion" in RFC 3463; large hosts say it of an account that has sent all that it may for the day.
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
 * What a failed step means for the mail. A server takes responsibility with its answer to the final dot and not before
 * (RFC 5321 4.2.5, 6.1), so everything earlier is certain; a missing answer to the dot is the one thing that is not.
 */
export function submissionOf(result: SmtpFailure): Submission {
  if (result.kind === 'broken') {
    const outcome = result.stage === 'answer' ? 'unknown' : 'deferred'
    return { outcome, failure: failure(SILENCE[result.fault]) }
  }
  if (result.kind === 'unfit')
    return result.what === 'size'
      ? { outcome: 'rejected', failure: failure('content-refused', 'size') }
      : { outcome: 'deferred', failure: failure('connection-misconfigured', `no-${result.what}`) }
  const { stage, reply } = result
  const enhanced = enhancedOf(reply)
  const carrierCode = enhanced === '' ? String(reply.code) : `${reply.code} ${enhanced}`
  if (reply.code < 500) {
    const isLoad = [421, 451, 452].includes(reply.code) || /^4\.[37]\./.test(enhanced)
    const code = isLoad ? 'provider-throttled' : 'provider-unavailable'
    return { outcome: 'deferred', failure: { ...failure(code, carrierCode), detail: DETAILS['provider-throttled'] } }
  }
  const code = refusalCode(stage, reply.code, enhanced)
  const isOurs = code === 'connection-misconfigured' || code === 'provider-throttled'
  return { outcome: isOurs ? 'deferred' : 'rejected', failure: failure(code, carrierCode) }
}

/** For mails behind one that ended the session. */
export const NOT_TRIED: Submission = {
  outcome: 'deferred',
  failure: { code: 'provider-unavailable', detail: 'The session with the mail server ended before this mail.' },
}
