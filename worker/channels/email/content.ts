import * as z from 'zod'
import { canonicalEmail } from '#worker/domain/addresses/email-address.ts'
import type { MediaId } from '#worker/domain/ids.ts'
import { atLeastOne } from '#worker/lib/json-alternatives.ts'
import { headerRefusal, isHeaderValue, OWN_PREFIX, STANDARD_FIELDS, X_FIELDS } from './header-names.ts'

/** Most files of one mail, and most bytes of all its inline data. Larger files are uploaded first (`/v1/media`). */
const MOST_FILES = 10
const MOST_INLINE_BYTES = 5_000_000
const MOST_TEXT = 500_000
const MOST_HEADERS = 20
const MOST_HEADER_BYTES = 4_000

/** Text on one line: no C0 or C1 control character, no line or paragraph separator. */
const ONE_LINE = /^[^\p{Cc}\u2028\u2029]*$/u
const oneLine = (most: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(most)
    .refine((text) => ONE_LINE.test(text), 'must be one line without control characters')
    .refine((text) => text.isWellFormed(), 'must be valid Unicode: it holds half a surrogate pair')

const mediaId = z
  .templateLiteral(['med_', z.string().regex(/^[0-9a-z]{1,80}$/)])
  .meta({ description: 'Id of a file of `/v1/media`.' })
const stored = z.strictObject({ media: mediaId }).meta({ id: 'EmailStoredPart' })

const words = z
  .string()
  .min(1, 'must not be empty')
  .max(MOST_TEXT)
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character')
  .refine((text) => text.isWellFormed(), 'must be valid Unicode: it holds half a surrogate pair')

/** Gives the bytes that a text of standard, padded base64 stands for; null if the text is none. */
export function base64Length(text: string): number | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0)
}

const FILE_NAME = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+$/u
const attachmentName = z
  .string()
  .min(1, 'must not be empty')
  .max(150)
  .refine((text) => FILE_NAME.test(text) && !/^\.+$/.test(text) && text.isWellFormed(), 'must be a plain file name')

const TOKEN = '[a-z0-9][a-z0-9!#$&^_.+-]{0,63}'
const mediaType = z
  .string()
  .max(128)
  .regex(new RegExp(`^${TOKEN}/${TOKEN}$`), 'must be a media type in lower case without parameters')
  // Refuses types that may not be base64 (RFC 2046 5.1, 5.2.1) and would be parts of the mail rather than files.
  .refine((type) => !/^(?:multipart|message)\//.test(type), 'must not be a multipart or message type')

/** Schema of a file. One object instead of two forms, so that an error names the field that is wrong. */
const attachment = z
  .strictObject({
    media: mediaId.optional(),
    name: attachmentName.optional(),
    type: mediaType.optional(),
    data: z
      .string()
      .min(1, 'must not be empty')
      .refine((text) => base64Length(text) !== null, 'must be base64 with padding')
      .optional(),
  })
  .superRefine((file, context) => {
    for (const field of ['type', 'data'] as const)
      if (file.media !== undefined && file[field] !== undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'must not be there beside `media`' })
    for (const field of ['name', 'type', 'data'] as const)
      if (file.media === undefined && file[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'is required, unless there is `media`' })
  })
  .transform((file) => file as EmailFile)
  .meta({
    description: 'A file of `/v1/media` (`media`, maybe `name`), or the file itself (`name`, `type`, base64 `data`).',
  })

const headers = z
  .record(
    z.string().superRefine((name, context) => {
      const message = headerRefusal(name)
      if (message !== null) context.addIssue({ code: 'custom', message })
    }),
    z.string().max(900).refine(isHeaderValue, 'must be printable ASCII on one line'),
  )
  .superRefine((fields, context) => {
    const names = Object.keys(fields)
    if (names.length > MOST_HEADERS) context.addIssue({ code: 'custom', message: `at most ${MOST_HEADERS} fields` })
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length)
      context.addIssue({ code: 'custom', message: 'names a field twice' })
    if (JSON.stringify(fields).length > MOST_HEADER_BYTES)
      context.addIssue({ code: 'custom', message: `must take at most ${MOST_HEADER_BYTES} bytes` })
    for (const [name, value] of Object.entries(fields))
      if (/^(?:references|in-reply-to)$/i.test(name) && !/^<[^<>\s]+>(?: <[^<>\s]+>)*$/.test(value))
        context.addIssue({ code: 'custom', path: [name], message: 'must be message ids in angle brackets' })
  })

/** Schema of an e-mail's `content`. */
export const emailContent = z
  .strictObject({
    subject: oneLine(998).meta({ description: 'Subject of the mail.', examples: ['سفارش شما'] }),
    text: z
      .union([words, stored])
      .optional()
      .meta({ description: 'The plain text; this or `html` is needed, best both. Long ones are kept as files.' }),
    html: z.union([words, stored]).optional().meta({ description: 'The HTML version, sent as it is.' }),
    fromName: oneLine(100).optional().meta({ description: 'Name shown beside the sender’s address.' }),
    replyTo: z
      .string()
      .max(320)
      .refine((text) => canonicalEmail(text) !== null, 'must be an e-mail address')
      .optional()
      .meta({ description: 'Address that answers go to.' }),
    attachments: z.array(attachment).max(MOST_FILES).optional(),
    headers: headers.optional().meta({
      description: `Header fields: \`${OWN_PREFIX}…\` for your own, or one of ${[...X_FIELDS, ...STANDARD_FIELDS].map((name) => `\`${name}\``).join(', ')}. Every other one is refused.`,
    }),
    unsubscribe: z.boolean().optional().meta({
      description:
        'True: mail programs show a button to unsubscribe (RFC 8058). Always on for advertising, for informational mail to several in one call, and where the bulk rules ask for a footer.',
    }),
  })
  .superRefine(({ text, html, attachments = [] }, context) => {
    if (text === undefined && html === undefined)
      context.addIssue({ code: 'custom', path: ['text'], message: 'is required, unless there is `html`' })
    const bytes = attachments.reduce((sum, file) => sum + ('data' in file ? (base64Length(file.data) ?? 0) : 0), 0)
    if (bytes > MOST_INLINE_BYTES)
      context.addIssue({
        code: 'custom',
        path: ['attachments'],
        message: `must take at most ${MOST_INLINE_BYTES} bytes: upload larger files first`,
      })
  })
  .meta({ id: 'EmailContent', ...atLeastOne('text', 'html') })

/** Text of a mail, or the file that a long text was put into. */
export type EmailWords = string | { readonly media: MediaId }

/**
 * A file inside the mail, or a stored one. Files of received mails say the type and size of what is stored, and their Content-ID.
 */
export type EmailFile =
  | {
      readonly media: MediaId
      readonly name?: string | undefined
      readonly type?: string
      readonly bytes?: number
      readonly contentId?: string
    }
  | { readonly name: string; readonly type: string; readonly data: string }

export interface EmailContent {
  readonly subject: string
  readonly text?: EmailWords | undefined
  readonly html?: EmailWords | undefined
  readonly fromName?: string | undefined
  readonly replyTo?: string | undefined
  readonly attachments?: readonly EmailFile[] | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly unsubscribe?: boolean | undefined
  /** Set on a received mail that a program wrote (an absence note, a report, a mailing list). */
  readonly automatic?: true
  /** Number of a received mail's files beyond the limit, which were not kept. */
  readonly omitted?: number
  /** The provider's name of a received mail whose text it does not tell, and what it says of it. */
  readonly unsupported?: string
  readonly details?: Readonly<Record<string, string>>
}
