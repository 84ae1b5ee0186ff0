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

/** What came of a mail that may be a report: applied, or why it is not believed to be one on a message of ours. */
type ReportResult = 'applied' | 'no-report' | 'no-message' | 'other-recipient'

/** Bytes that are read of a report's part: a status is short, and of the returned mail the header is at the start. */
const MOST_READ = 64_000

const STATUS_TYPES = ['message/delivery-status', 'message/global-delivery-status']
const RETURNED_TYPES = [
  'message/rfc822',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
]

/** The text of the first part of one of these types; null: there is none. */
function partText({ parts }: Mail, types: readonly string[]): string | null {
  const part = parts.find(({ type }) => types.includes(type))
  return part ? new TextDecoder().decode(part.bytes.subarray(0, MOST_READ)) : null
}

/** A message of ours that a report speaks of. */
interface Reported {
  readonly ref: AttemptRef
  readonly to: string
  readonly connectionId: ConnectionId
  /**
   * Only who had this mail can know the ref. The MAC is over what all messages of a request share, so who had one of several
   * can write the refs of the others.
   */
  readonly isRefSecret: boolean
}

/** The message that an attempt's ref names, if we made the ref and sent the message by e-mail. */
async function reportedBy(platform: Platform, ref: AttemptRef): Promise<Reported | null> {
  const message = (await isOwnRef(platform, ref)) ? await messageOfAttempt(platform, ref) : null
  if (message?.channel !== 'email' || message.connectionId === null) return null
  const { id, to, connectionId } = message
  return { ref, to, connectionId, isRefSecret: countOf(id) === 1 }
}

/** The header of the mail that a report returns. */
const returnedFields = (mail: Mail): readonly HeaderField[] =>
  headerFields(partText(mail, RETURNED_TYPES)?.trimStart() ?? '')

/** The refs in a report, the surest first: where it came to, the mail that was returned with it, what it answers. */
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

/** Is one person meant by both? What is no address is compared in lower case. */
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

/** What a delivery status says of a message, in our words. `relayed` and `expanded`: it left the servers that report. */
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

/** What a complaint says: the mail was delivered, and its recipient wants no other. */
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
  // A secret ref, or the recipient's address beside it, was checked: as good as a signature.
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
  // RFC 3464 2.3.2 wants the recipient named; servers that do not are believed where the ref alone is proof.
  const isUnnamed = reported.isRefSecret && statuses.every((one) => addressed(one).length === 0)
  const unnamed = isUnnamed ? statuses[0] : undefined
  const status = own ?? unnamed
  if (!status) return 'other-recipient'
  return applyReceipt(platform, job, reported, receiptOf(reported.ref, status, job.receivedAt))
}

/** Complaints; the other types (`not-spam`, `auth-failure` …) change nothing here. */
const COMPLAINTS = ['abuse', 'fraud', 'opt-out', 'opt-out-list']

/** Does a complaint show that its writer had this very mail: by its recipient in full, or our link in what is returned? */
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
  // Reporters redact the local part (RFC 6590): only a recipient elsewhere speaks against it.
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
 * believed only with the ref of an attempt that we made, for that attempt's recipient: whoever knows neither changes nothing,
 * nor does who had another mail of the same request.
 */
export async function applyMailReport(platform: Platform, job: MailJob, mail: Mail): Promise<ReportResult> {
  if (!mail.isReport) return 'no-report'
  const status = partText(mail, STATUS_TYPES)
  if (status !== null) return applyDeliveryStatus(platform, job, mail, status)
  const feedback = partText(mail, ['message/feedback-report'])
  return feedback === null ? 'no-report' : applyComplaint(platform, job, mail, feedback)
}
