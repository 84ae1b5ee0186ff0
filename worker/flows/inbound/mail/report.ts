import { domainOf } from '#worker/domain/addresses/email-address.ts'
import { refOfMailMessageId } from '#worker/domain/carriers/email-message-id.ts'
import { mailFailure, mailFailureElsewhere } from '#worker/domain/carriers/mail-status.ts'
import { type AttemptRef, type ConnectionId, countOf } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { messageOfAttempt } from '#worker/flows/carriers/find-attempt.ts'
import { readPersonToken } from '#worker/flows/carriers/person-links.ts'
import { personOf } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { applyReports } from '#worker/flows/reports/report.ts'
import type { HeardReceipt, MailJob } from '#worker/jobs.ts'
import { type EnhancedStatus, parseDeliveryStatus, type RecipientStatus } from '#worker/lib/mail/delivery-status.ts'
import { parseFeedbackReport } from '#worker/lib/mail/feedback-report.ts'
import { fieldOf, type HeaderField, headerFields } from '#worker/lib/mail/header-fields.ts'
import { type Bounced, type BounceVerdict, verdictOfStatus, verdictOfWords } from './bounce.ts'
import type { Mail } from './read.ts'
import { isOwnRef, readBounceAddress } from './target.ts'

/** Result of reading a mail as a report: applied, or why it is not believed to be one on a message of ours. */
type ReportResult = 'applied' | 'no-report' | 'no-message' | 'other-recipient' | 'no-proof'

/** Most bytes that are read of a report's part: a status is short, and a returned mail begins with its header. */
const MOST_READ = 64_000

const STATUS_TYPES = ['message/delivery-status', 'message/global-delivery-status']
const RETURNED_TYPES = [
  'message/rfc822',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
]

/** Answers the text of the first part of one of these types; null if there is none. */
function partText({ parts }: Mail, types: readonly string[]): string | null {
  const part = parts.find(({ type }) => types.includes(type))
  return part ? new TextDecoder().decode(part.bytes.subarray(0, MOST_READ)) : null
}

/** A message of ours that a report is about. */
interface Reported {
  readonly ref: AttemptRef
  readonly to: string
  readonly from: string
  readonly connectionId: ConnectionId
  /**
   * True if only who had this very mail can have written the report: it came to, or names, the attempt's own bounce address, or
   * the mail was the only one of its request. The MAC in a ref is shared by all messages of a request.
   */
  readonly isProven: boolean
}

/** An attempt ref in a report. */
interface NamedRef {
  readonly ref: AttemptRef
  readonly isProven: boolean
}

/** Finds the message that an attempt ref names, if we made the ref and sent the message by e-mail. */
async function reportedBy(platform: Platform, { ref, isProven }: NamedRef): Promise<Reported | null> {
  const message = isProven || (await isOwnRef(platform, ref)) ? await messageOfAttempt(platform, ref) : null
  if (message?.channel !== 'email' || message.connectionId === null) return null
  const { id, to, from, connectionId } = message
  return { ref, to, from, connectionId, isProven: isProven || countOf(id) === 1 }
}

/** Answers the header fields of the mail that a report returns. */
const returnedFields = (mail: Mail): readonly HeaderField[] =>
  headerFields(partText(mail, RETURNED_TYPES)?.trimStart() ?? '')

/** Answers the `Message-ID` of a mail that was returned as part of the words. */
const returnedInWords = ({ text }: Mail): string =>
  /^[ \t>|]{0,4}message-id[ \t]*:\s*(<[^<>\s]{1,320}>)/im.exec(text.slice(0, MOST_READ))?.[1] ?? ''

function namedBy(messageId: string): NamedRef | null {
  const ref = refOfMailMessageId(messageId)
  return ref === null ? null : { ref, isProven: false }
}

/** Collects the refs in a report, the surest first: the address it came to, the returned mail, the mails that it answers. */
async function refsOf(
  platform: Platform,
  job: MailJob,
  mail: Mail,
  mailFrom: string | null,
): Promise<readonly NamedRef[]> {
  const bounces = [await readBounceAddress(platform, job.to), await readBounceAddress(platform, mailFrom ?? '')]
  const ids = [fieldOf(returnedFields(mail), 'message-id') ?? '', returnedInWords(mail), ...mail.answers]
  const found = [...bounces, ...ids.map(namedBy)].filter((one) => one !== null)
  return found.filter(({ ref }, i) => found.findIndex((other) => other.ref === ref) === i).slice(0, 5)
}

async function firstReported(platform: Platform, refs: readonly NamedRef[]): Promise<Reported | null> {
  for (const ref of refs) {
    const reported = await reportedBy(platform, ref)
    if (reported) return reported
  }
  return null
}

/** True if both addresses mean one person. Texts that are no address are compared in lower case. */
function sameAddress(platform: Platform, a: string, b: string): boolean {
  const { email } = platform.channels
  const canonical = (address: string): string => {
    try {
      return personOf(email, email.address(address, null).value)
    } catch {
      return address.toLowerCase()
    }
  }
  return canonical(a) === canonical(b)
}

const codeOf = (status: EnhancedStatus): string => `${status.class}.${status.subject}.${status.detail}`

/** Makes a receipt of what a bounce says. `relayed` and `expanded` count as delivered, because no later report will come. */
function receiptOf(ref: AttemptRef, { action, status, isElsewhere }: BounceVerdict, at: EpochMs): HeardReceipt {
  if (action === 'delayed') return { attemptRef: ref, status: 'submitted', at }
  if (action !== 'failed') return { attemptRef: ref, status: 'delivered', at }
  const { status: ended, suppress, ...failure } = isElsewhere ? mailFailureElsewhere(status) : mailFailure(status)
  return {
    attemptRef: ref,
    status: ended,
    at,
    failure: { ...failure, ...(status === null ? {} : { carrierCode: codeOf(status) }) },
    ...(suppress ? { suppress } : {}),
  }
}

/** Makes the receipt of a complaint: the mail was delivered, and its recipient wants no other. */
const complaintOf = (ref: AttemptRef, type: string, at: EpochMs): HeardReceipt => ({
  attemptRef: ref,
  status: 'delivered',
  at,
  failure: { code: 'recipient-blocked', carrierCode: type, detail: 'The recipient reported the message as unwanted.' },
  suppress: true,
})

async function applyReceipt(
  platform: Platform,
  job: MailJob,
  reported: Reported,
  receipt: HeardReceipt,
): Promise<'applied'> {
  const { id, receivedAt } = job
  const { connectionId } = reported
  // A secret ref, or a ref with the recipient's address, proves as much as a signature.
  await applyReports(platform, [
    { kind: 'report', id, connectionId, receivedAt, receipts: [receipt], proof: 'signature' },
  ])
  return 'applied'
}

/** Undoes the xtext (RFC 3461 4) that some servers leave in the address which the sender wrote. */
const decodeXtext = (text: string): string =>
  text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Answers what the reading of a bounce must know of the mail. */
const bouncedOf = (platform: Platform, job: MailJob, { to, from, isProven }: Reported): Bounced => ({
  isRecipient: (address) => [address, decodeXtext(address)].some((one) => sameAddress(platform, one, to)),
  isSender: (address) => [job.to, from].some((own) => sameAddress(platform, address, own)),
  isProven,
})

async function applyDeliveryStatus(
  platform: Platform,
  job: MailJob,
  mail: Mail,
  statuses: readonly RecipientStatus[],
): Promise<ReportResult> {
  const reported = await firstReported(platform, await refsOf(platform, job, mail, null))
  if (!reported) return 'no-message'
  const verdict = verdictOfStatus(statuses, bouncedOf(platform, job, reported))
  if (!verdict) return 'other-recipient'
  return applyReceipt(platform, job, reported, receiptOf(reported.ref, verdict, job.receivedAt))
}

/**
 * Applies a bounce that only words tell. The words are a server's own invention, so the report must be proven, and the envelope
 * sender empty as every bounce's is (RFC 5321 4.5.5).
 */
async function applyBounceWords(
  platform: Platform,
  job: MailJob,
  mail: Mail,
  fields: readonly HeaderField[],
): Promise<ReportResult> {
  if (job.from !== '') return 'no-report'
  const reported = await firstReported(platform, await refsOf(platform, job, mail, null))
  const verdict = reported && verdictOfWords(mail, fields, bouncedOf(platform, job, reported))
  if (!verdict) return 'no-report'
  if (!reported.isProven) return 'no-proof'
  return applyReceipt(platform, job, reported, receiptOf(reported.ref, verdict, job.receivedAt))
}

/** Feedback types that are complaints; the others (`not-spam`, `auth-failure` …) change nothing here. */
const COMPLAINTS = ['abuse', 'fraud', 'opt-out', 'opt-out-list']

/**
 * True if a complaint shows that its writer had this very mail: it holds the recipient in full, or our link from the mail's
 * header.
 */
async function showsMail(
  platform: Platform,
  mail: Mail,
  named: readonly string[],
  { ref, to }: Reported,
): Promise<boolean> {
  const returned = returnedFields(mail)
  const toField = fieldOf(returned, 'to') ?? ''
  const known = [...named, /<([^<>]*)>/.exec(toField)?.[1] ?? toField]
  if (known.some((address) => sameAddress(platform, address, to))) return true
  const [, token] = /\/p\/unsubscribe\/([^\s<>/?]{1,200})>/.exec(fieldOf(returned, 'list-unsubscribe') ?? '') ?? []
  return token !== undefined && (await readPersonToken(platform.config.idKeys, 'unsubscribe', token)) === ref
}

async function applyComplaint(platform: Platform, job: MailJob, mail: Mail, text: string): Promise<ReportResult> {
  const report = parseFeedbackReport(text)
  if (!report || !COMPLAINTS.includes(report.type)) return 'no-report'
  const reported = await firstReported(platform, await refsOf(platform, job, mail, report.originalMailFrom))
  if (!reported) return 'no-message'
  // Compares domains only, because reporters redact the local part (RFC 6590).
  const named = report.originalRecipients
  if (
    named.length > 0 &&
    !named.some((address) => domainOf(address).toLowerCase() === domainOf(reported.to).toLowerCase())
  )
    return 'other-recipient'
  if (!reported.isProven && !(await showsMail(platform, mail, named, reported))) return 'other-recipient'
  return applyReceipt(platform, job, reported, complaintOf(reported.ref, report.type, job.receivedAt))
}

/**
 * Applies a bounce or a complaint (RFC 5965) to the message that it speaks of: a delivery status notification (RFC 3464), or what
 * a server tells in words. A report is believed only with the ref of an attempt that we made, for that attempt's recipient: who
 * knows neither can change nothing, nor can who had another mail of the same request. `fields` are of the mail's header.
 */
export async function applyMailReport(
  platform: Platform,
  job: MailJob,
  mail: Mail,
  fields: readonly HeaderField[],
): Promise<ReportResult> {
  // Some servers put a delivery status into an ordinary mail; elsewhere than at a bounce address it may be a forwarded one.
  const isBounce = mail.isReport || (await readBounceAddress(platform, job.to)) !== null
  const statuses = isBounce ? parseDeliveryStatus(partText(mail, STATUS_TYPES) ?? '') : []
  if (statuses.length > 0) return applyDeliveryStatus(platform, job, mail, statuses)
  const feedback = mail.isReport ? partText(mail, ['message/feedback-report']) : null
  if (feedback !== null) return applyComplaint(platform, job, mail, feedback)
  return applyBounceWords(platform, job, mail, fields)
}
