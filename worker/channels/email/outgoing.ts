import type { Attempt, Failure, Ports, Submission } from '#worker/domain/carriers/provider.ts'
import type { MediaId } from '#worker/domain/ids.ts'
import type { OpenFile } from '#worker/domain/media.ts'
import { fromBase64 } from '#worker/lib/bytes.ts'
import type { MailFile } from '#worker/lib/mail/mime.ts'
import type { EmailContent, EmailFile, EmailWords } from './content.ts'

/**
 * Most bytes of a mail's texts and files together: six mails are under way at once in an isolate of 128 MB, each in several
 * copies.
 */
const MOST_SENT_MAIL_BYTES = 5_000_000

/** A mail with everything that was kept outside its content. */
export interface OutgoingMail {
  readonly text?: string
  readonly html?: string
  readonly files: readonly MailFile[]
  /** Header fields of the tenant, and those of one-click unsubscribe (RFC 8058). */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** Outcome of a mail that cannot be put together: nothing was submitted. */
interface NotOutgoing {
  readonly submission: Submission
}

const rejected = (failure: Failure): NotOutgoing => ({ submission: { outcome: 'rejected', failure } })
const GONE: Failure = { code: 'media-missing', detail: 'A file of the mail exists no more.' }
const TOO_LARGE: Failure = {
  code: 'content-refused',
  detail: `The mail takes more than ${MOST_SENT_MAIL_BYTES} bytes.`,
}
const UNREAD: Failure = { code: 'provider-unavailable', detail: 'A file of the mail could not be read just now.' }

/** Outcome of a mail that a builder would not write. Its fields were checked at accept, so this is a bug of ours. */
export const UNBUILDABLE: Submission = {
  outcome: 'rejected',
  failure: { code: 'content-refused', detail: 'A field of the mail cannot be written.' },
}

const FALLBACK_TYPE = 'application/octet-stream'

function asFile(file: EmailFile, stored: OpenFile | null, index: number): MailFile {
  const fallback = `attachment-${index + 1}`
  if ('data' in file) return { name: file.name, type: file.type, bytes: fromBase64(file.data) ?? new Uint8Array() }
  const type = file.type ?? stored?.type ?? FALLBACK_TYPE
  // A mail within a mail must not be base64 (RFC 2046 5.2.1): such a file goes as plain bytes.
  const isPart = /^(?:multipart|message)\//.test(type)
  return {
    name: file.name ?? stored?.name ?? fallback,
    type: isPart ? FALLBACK_TYPE : type,
    bytes: stored?.body ?? new Uint8Array(),
  }
}

const mediaOf = ({ text, html, attachments = [] }: EmailContent): readonly MediaId[] => [
  ...(typeof text === 'object' ? [text.media] : []),
  ...(typeof html === 'object' ? [html.media] : []),
  ...attachments.flatMap((file) => ('media' in file ? [file.media] : [])),
]

/** Fetches the stored parts one after another: they are near, and memory is short. */
async function openAll(ports: Ports, ids: readonly MediaId[]): Promise<Map<MediaId, OpenFile> | NotOutgoing> {
  const files = new Map<MediaId, OpenFile>()
  let bytes = 0
  for (const id of ids) {
    const file = await ports.file(id)
    if (file === null) return rejected(GONE)
    bytes += file.bytes
    if (bytes > MOST_SENT_MAIL_BYTES) return rejected(TOO_LARGE)
    files.set(id, file)
  }
  return files
}

/** Header fields of RFC 8058: one https address that takes a POST, and the word that says so. */
async function unsubscribeFields(ports: Ports, message: Attempt<EmailContent>): Promise<readonly [string, string][]> {
  if (message.content.unsubscribe !== true) return []
  return [
    ['List-Unsubscribe', `<${await ports.personUrl('unsubscribe', message.ref)}>`],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
  ]
}

/** Puts a message together with its stored parts; gives the outcome if it cannot be sent. Never throws. */
export async function outgoingMail(ports: Ports, message: Attempt<EmailContent>): Promise<OutgoingMail | NotOutgoing> {
  const { content } = message
  try {
    const stored = await openAll(ports, mediaOf(content))
    if ('submission' in stored) return stored
    const words = (part: EmailWords | undefined): string | undefined =>
      typeof part === 'object' ? new TextDecoder().decode(stored.get(part.media)?.body) : part
    const text = words(content.text)
    const html = words(content.html)
    return {
      ...(text === undefined ? {} : { text }),
      ...(html === undefined ? {} : { html }),
      files: (content.attachments ?? []).map((file, index) =>
        asFile(file, 'media' in file ? (stored.get(file.media) ?? null) : null, index),
      ),
      headers: [...Object.entries(content.headers ?? {}), ...(await unsubscribeFields(ports, message))],
    }
  } catch {
    return { submission: { outcome: 'deferred', failure: UNREAD } }
  }
}
