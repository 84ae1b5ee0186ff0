import { emailAddress, emailSender, emailSenderKeys } from '#worker/domain/addresses/email-address.ts'
import type { ChannelRules } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import { Problem } from '#worker/domain/problem.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import { base64Length, type EmailContent, type EmailFile, type EmailWords, emailContent } from './content.ts'
import { detach } from './detach.ts'

const bytesOf = (words: EmailWords | undefined): number => (typeof words === 'string' ? utf8Length(words) : 0)
const fileBytes = (file: EmailFile): number => ('data' in file ? (base64Length(file.data) ?? 0) : (file.bytes ?? 0))

/** Bytes of the mail before any encoding. Stored files of unknown size count nothing. */
function sizeOf({ subject, text, html, attachments = [] }: EmailContent): number {
  return (
    utf8Length(subject) + bytesOf(text) + bytesOf(html) + attachments.reduce((sum, file) => sum + fileBytes(file), 0)
  )
}

function needs({ html, attachments, headers, unsubscribe }: EmailContent): readonly Need[] {
  const list: Need[] = ['outbound']
  if (html !== undefined) list.push('html')
  if (attachments !== undefined && attachments.length > 0) list.push('attachments')
  if (unsubscribe || (headers !== undefined && Object.keys(headers).length > 0)) list.push('headers')
  return list
}

function filesOf({ text, html, attachments = [] }: EmailContent) {
  const files: { readonly id: string; readonly pointer: string; readonly type?: string }[] = []
  if (typeof text === 'object') files.push({ id: text.media, pointer: '/text/media', type: 'text/plain' })
  if (typeof html === 'object') files.push({ id: html.media, pointer: '/html/media', type: 'text/html' })
  for (const [index, file] of attachments.entries())
    if ('media' in file) files.push({ id: file.media, pointer: `/attachments/${index}/media` })
  return files
}

/** Adds the button by which mail programs unsubscribe, whatever the tenant asked for. */
const withWayOut = (content: EmailContent): EmailContent => ({ ...content, unsubscribe: true })

/** Rules of e-mail: all that accepting a mail takes, without the providers. */
export const emailRules: ChannelRules<EmailContent> = {
  name: 'email',
  parse(body) {
    const parsed = emailContent.safeParse(body)
    if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
    const { replyTo, ...content } = parsed.data
    return replyTo === undefined ? content : { ...content, replyTo: emailAddress(replyTo).value }
  },
  address: emailAddress,
  sender: emailSender,
  senderKeys: emailSenderKeys,
  measure: (content) => ({ units: 1, encoding: 'mime', parts: [sizeOf(content)] }),
  // The bulk rules' footer is a code to text back, which a mail cannot use.
  withFooter: withWayOut,
  withWayOut,
  // The From of a mail proves nothing (RFC 5322).
  anySender: true,
  join: (parts) => parts[0] ?? { subject: '' },
  needs,
  filesOf,
  detach,
  withFiles: (content, files) =>
    files.length === 0
      ? content
      : {
          ...content,
          attachments: [
            ...(content.attachments ?? []),
            ...files.map(({ id, type, name, bytes, contentId }) => ({
              media: id,
              type,
              bytes,
              ...(name === null ? {} : { name }),
              ...(contentId === undefined ? {} : { contentId }),
            })),
          ],
        },
  contentSchema: emailContent,
}
