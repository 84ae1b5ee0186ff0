import { refOfMailMessageId } from '#worker/domain/carriers/email-message-id.ts'
import type { InboundMessage } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { RemoteFile } from '#worker/domain/media.ts'
import { PLAIN_BYTES } from '#worker/domain/media.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { applyInbound } from '#worker/flows/inbound/inbound.ts'
import { mailPlace, putSealed } from '#worker/flows/media/sealed-object.ts'
import type { HeardMessage, MailJob } from '#worker/jobs.ts'
import { toBase64Url, utf8, utf8Length } from '#worker/lib/bytes.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { MAIL_TEXT_BYTES } from '#worker/queue-limits.ts'
import type { Mail, MailPart } from './read.ts'
import { isOwnRef } from './target.ts'

/** Most bytes of text or HTML in the message itself; a longer one is a file, and only its beginning stands in the message. */
const MOST_INLINE = 16_000
const LONGEST_ADDRESS = 320

/** Content of a mail in the e-mail channel's form. */
interface MailContent {
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly fromName?: string
  readonly replyTo?: string
  readonly automatic?: true
  readonly omitted?: number
}

const isShort = (text: string): boolean =>
  utf8Length(text) <= MOST_INLINE && utf8Length(JSON.stringify(text)) <= MAIL_TEXT_BYTES

/** Cuts a text until it is short enough to stand in the message. */
function beginning(text: string): string {
  if (isShort(text)) return text
  let cut = text.slice(0, MOST_INLINE)
  while (!isShort(cut)) cut = cut.slice(0, Math.floor(cut.length * 0.9))
  return cut.toWellFormed()
}

/** Answers who wrote the mail: the From header's address if it is one, else the envelope's sender. */
function senderOf(platform: Platform, job: MailJob, mail: Mail): string {
  const { email } = platform.channels
  for (const address of [mail.from, job.from]) {
    try {
      if (address) return email.address(address, null).value
    } catch {
      // Goes on with the next candidate.
    }
  }
  return (mail.from ?? job.from).slice(0, LONGEST_ADDRESS).toWellFormed()
}

function contentOf(job: MailJob, mail: Mail): MailContent {
  const { subject, html, fromName, replyTo, omitted } = mail
  return {
    subject,
    text: beginning(mail.text),
    ...(html !== null && isShort(html) ? { html } : {}),
    ...(fromName === '' ? {} : { fromName }),
    ...(replyTo === null || replyTo === mail.from ? {} : { replyTo: replyTo.slice(0, LONGEST_ADDRESS).toWellFormed() }),
    // Mail with an empty envelope sender is a server's, never a person's (RFC 5321 4.5.5).
    ...(mail.isAutomatic || mail.isReport || job.from === '' ? { automatic: true } : {}),
    ...(omitted > 0 ? { omitted } : {}),
  }
}

/** Answers the files of a mail: its own, and the text and HTML that are too long for the message. */
function filesOf({ text, html, parts }: Mail): readonly MailPart[] {
  const long = (words: string | null, type: string, name: string): MailPart[] =>
    words !== null && !isShort(words) ? [{ type, name, bytes: utf8(words) }] : []
  return [...long(text, 'text/plain', 'mail.txt'), ...long(html, 'text/html', 'mail.html'), ...parts].filter(
    ({ bytes }) => bytes.byteLength > 0,
  )
}

/** The mail itself as a file of its message, for a mail that holds more than could be read. */
const wholeMail = (job: MailJob, bytes: number): RemoteFile => ({
  key: job.key,
  bytes,
  type: 'message/rfc822',
  name: 'mail.eml',
})

/** Key of a mail's file until the message has it. It follows from the job, so that a redelivered job writes the same. */
const keyOf = (job: MailJob, n: number): string => `${job.key}/${n}`

async function putFiles(platform: Platform, job: MailJob, files: readonly MailPart[]): Promise<readonly RemoteFile[]> {
  const remote: RemoteFile[] = []
  for (const [n, { type, name, bytes, contentId }] of files.entries()) {
    const key = keyOf(job, n)
    await putSealed(platform, mailPlace(key), { type: PLAIN_BYTES, name: null }, bytes)
    const named = contentId === undefined ? {} : { contentId }
    remote.push({ key, bytes: bytes.byteLength, type, name, ...named })
  }
  return remote
}

/** Answers the key that tells a mail's repeats: a server that got no answer sends the same mail with another Received field. */
async function repeatKey({ config }: Platform, job: MailJob, mail: Mail): Promise<string> {
  if (mail.messageId === null && mail.date === null) return job.id
  const { messageId, date, from, subject, text } = mail
  const same = JSON.stringify([job.to, messageId, date, from, subject, text])
  return toBase64Url((await hmac(config.indexKey, same)).subarray(0, 18))
}

/** Finds the first of the mails that this one answers which is ours. */
async function answered(platform: Platform, mail: Mail): Promise<Pick<InboundMessage, 'inReplyTo'>> {
  for (const id of mail.answers) {
    const ref = refOfMailMessageId(id)
    if (ref !== null && (await isOwnRef(platform, ref))) return { inReplyTo: ref }
  }
  return {}
}

/** A mail as it was read, and where it came to. */
interface ReceivedMail {
  readonly mail: Mail
  /** Bytes of the mail as it lies in the bucket. */
  readonly bytes: number
  readonly connectionId: ConnectionId
}

/** Takes a mail as an inbound message of the e-mail channel. Doing it twice changes nothing. */
export async function receiveMail(
  platform: Platform,
  job: MailJob,
  { mail, bytes, connectionId }: ReceivedMail,
): Promise<void> {
  const parts = filesOf(mail)
  const files = [...(await putFiles(platform, job, parts)), ...(mail.isDoubtful ? [wholeMail(job, bytes)] : [])]
  const message: HeardMessage = {
    providerRef: await repeatKey(platform, job, mail),
    from: senderOf(platform, job, mail),
    to: job.to,
    content: contentOf(job, mail),
    at: job.receivedAt,
    ...(await answered(platform, mail)),
    ...(files.length === 0 ? {} : { files }),
  }
  const { id, receivedAt } = job
  await applyInbound(platform, [{ kind: 'inbound', id, connectionId, receivedAt, messages: [message] }])
  if (parts.length > 0) await platform.env.MEDIA.delete(parts.map((_, n) => keyOf(job, n)))
}
