import { domainOf } from '#worker/domain/addresses/email-address.ts'
import { refOfBounceAddress, refOfMailMessageId } from '#worker/domain/carriers/email-message-id.ts'
import { mailFailure } from '#worker/domain/carriers/mail-status.ts'
import type { Receipt } from '#worker/domain/carriers/provider.ts'
import { type AttemptRef, type ConnectionId, countOf } from '#worker/domain/ids.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { messageOfAttempt } from '#worker/flows/carriers/find-attempt.ts'
import { readPersonToken } from '#worker/flows/carriers/person-links.ts'
import { personOf } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { applyReports } from '#worker/flows/reports/report.ts'
import type { MailJob } from '#worker/jobs.ts'
import { type EnhancedStatus, parseDeliveryStatus, type RecipientStatus } from '#worker/lib/mail/delivery-status.ts'
import { parseFeedbackReport } from '#worker/lib/mail/feedback-report.ts'
import { fieldOf, type HeaderField, headerFields } from '#worker/lib/mail/header-fields.ts'
import type { Mail } from './read.ts'
import { isOwnRef } from './target.ts'

/** Result of reading a mail as a report: applied, or why it is not believed to be one on a message of ours. */
type ReportResult = 'applied' | 'no-report' | 'no-message' | 'other-recipient'

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
  readonly connectionId: ConnectionId
  /**
   * True if only who had this mail can know the ref. The MAC in a ref is shared by all messages of a request, so whoever had one
   * of several can write the refs of the others.
   */
  readonly isRefSecret: boolean
}

/** Finds the message that an attempt ref names, if we made the ref and sent the message by e-mail. */
async function reportedBy(platform: Platform, ref: AttemptRef): Promise<Reported | null> {
  const message = (await isOwnRef(platform, ref)) ? await messageOfAttempt(platform, ref) : null
  if (message?.channel !== 'email' || message.connectionId === null) return null
  const { id, to, connectionId } = message
  return { ref, to, connectionId, isRefSecret: countOf(id) === 1 }
}

/** Answers the header fields of the mail that a report returns. */
const returnedFields = (mail: Mail): readonly HeaderField[] =>
  headerFields(partText(mail, RETURNED_TYPES)?.trimStart() ?? '')

/** Collects the refs in a report, the surest first: the address it came to, the returned mail, the mails that it answers. */
function refsOf(job: MailJob, mail: Mail, mailFrom: string | null): readonly AttemptRef[] {
  const found = [
    refOfBounceAddress(job.to),
    refOfBounceAddress(mailFrom ?? ''),
    refOfMailMessageId(fieldOf(returnedFields(mail), 'message-id') ?? ''),
    ...mail.answers.map(refOfMailMessageId),
  ]
  return [...new Set(found.filter((ref) => ref !== null))].slice(0, 5)
}

async function firstReported(platform: Platform, refs: readonly AttemptRef[]): Promise<Reported | null> {
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

/** Makes a receipt of a delivery status. `relayed` and `expanded` count as delivered, because no later report will come. */
function receiptOf(ref: AttemptRef, { action, status }: RecipientStatus, at: EpochMs): Receipt {
  if (action === 'delayed') return { attemptRef: ref, status: 'submitted', at }
  if (action !== 'failed') return { attemptRef: ref, status: 'delivered', at }
  const { status: ended, suppress, ...failure } = mailFailure(status)
  return {
    attemptRef: ref,
    status: ended,
    at,
    failure: { ...failure, ...(status === null ? {} : { carrierCode: codeOf(status) }) },
    ...(suppress ? { suppress } : {}),
  }
}

/** Makes the receipt of a complaint: the mail was delivered, and its recipient wants no other. */
const complaintOf = (ref: AttemptRef, type: string, at: EpochMs): Receipt => ({
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
  receipt: Receipt,
): Promise<'applied'> {
  const { id, receivedAt } = job
  const { connectionId } = reported
  // A secret ref, or a ref with the recipient's address, proves as much as a signature.
  await applyReports(platform, [
    { kind: 'report', id, connectionId, receivedAt, receipts: [receipt], proof: 'signature' },
  ])
  return 'applied'
}

async function applyDeliveryStatus(platform: Platform, job: MailJob, mail: Mail, text: string): Promise<ReportResult> {
  const statuses = parseDeliveryStatus(text)
  if (statuses.length === 0) return 'no-report'
  const reported = await firstReported(platform, refsOf(job, mail, null))
  if (!reported) return 'no-message'
  const addressed = ({ finalRecipient, originalRecipient }: RecipientStatus): readonly string[] =>
    [finalRecipient, originalRecipient].filter((address) => address !== null)
  const own = statuses.find((one) => addressed(one).some((address) => sameAddress(platform, address, reported.to)))
  // RFC 3464 2.3.2 wants the recipient named. Servers that leave it out are believed if the ref alone is proof.
  const isUnnamed = reported.isRefSecret && statuses.every((one) => addressed(one).length === 0)
  const unnamed = isUnnamed ? statuses[0] : undefined
  const status = own ?? unnamed
  if (!status) return 'other-recipient'
  return applyReceipt(platform, job, reported, receiptOf(reported.ref, status, job.receivedAt))
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
  const reported = await firstReported(platform, refsOf(job, mail, report.originalMailFrom))
  if (!reported) return 'no-message'
  // Compares domains only, because reporters redact the local part (RFC 6590).
  const named = report.originalRecipients
  if (
    named.length > 0 &&
    !named.some((address) => domainOf(address).toLowerCase() === domainOf(reported.to).toLowerCase())
  )
    return 'other-recipient'
  if (!reported.isRefSecret && !(await showsMail(platform, mail, named, reported))) return 'other-recipient'
  return applyReceipt(platform, job, reported, complaintOf(reported.ref, report.type, job.receivedAt))
}

/**
 * Applies a delivery status notification (RFC 3464) or a complaint (RFC 5965) to the message that it speaks of. A report is
 * believed only with the ref of an attempt that we made, for that attempt's recipient: who knows neither can change nothing,
 * nor can who had another mail of the same request.
 */
export async function applyMailReport(platform: Platform, job: MailJob, mail: Mail): Promise<ReportResult> {
  if (!mail.isReport) return 'no-report'
  const status = partText(mail, STATUS_TYPES)
  if (status !== null) return applyDeliveryStatus(platform, job, mail, status)
  const feedback = partText(mail, ['message/feedback-report'])
  return feedback === null ? 'no-report' : applyComplaint(platform, job, mail, feedback)
}
