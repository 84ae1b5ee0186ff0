import PostalMime, { type Attachment, type Email } from 'postal-mime'
import { fieldOf, type HeaderField, headerFields } from '#worker/lib/mail/header-fields.ts'

/** A part of a mail that is not its text: a file, or a piece of a report. */
export interface MailPart {
  /** Media type, lower case, without parameters. */
  readonly type: string
  readonly name: string | null
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A mail as far as it could be read. */
export interface Mail {
  /** Address of the From header as it stands there; null if none can be read. */
  readonly from: string | null
  /** Name in the From header; empty if there is none. */
  readonly fromName: string
  /** First address of Reply-To. */
  readonly replyTo: string | null
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly messageId: string | null
  readonly date: string | null
  /** Message-IDs of the mails that this one answers, the nearest first. */
  readonly answers: readonly string[]
  /** True if a program wrote the mail: an absence note, a report, a mailing list (RFC 3834). */
  readonly isAutomatic: boolean
  /** True for `multipart/report` (RFC 6522). */
  readonly isReport: boolean
  readonly parts: readonly MailPart[]
  /** Count of parts beyond MOST_PARTS, which are left out. */
  readonly omitted: number
}

const LIMITS = { maxNestingDepth: 30, maxHeadersSize: 256_000, maxRfc822NestingDepth: 0 } as const
/** Most files of one mail that are kept; with a long text and HTML as files they are the 50 that a message may have. */
const MOST_PARTS = 48
const LONGEST_SUBJECT = 998
const MOST_ANSWERS = 50
/** Most bytes that are read of a mail whose structure cannot be parsed. */
const MOST_PLAIN = 100_000

/** Removes what the ledger cannot keep: NUL, and half a surrogate pair, which a cut may leave. */
const clean = (text: string): string => text.replaceAll('\0', '').toWellFormed()

const idsIn = (text: string | null): string[] => (text ?? '').match(/<[^<>\s]{1,320}>/g) ?? []

/** Answers the mails that are answered, the nearest first: In-Reply-To, then References from its end. */
const answersOf = (inReplyTo: string | null, references: string | null): readonly string[] => [
  ...new Set([...idsIn(inReplyTo), ...idsIn(references).reverse()].slice(0, MOST_ANSWERS)),
]

const AUTOMATIC: readonly (readonly [name: string, value: RegExp])[] = [
  ['auto-submitted', /^(?!\s*no\b)/i],
  ['precedence', /^\s*(bulk|junk|list|auto_reply)\b/i],
  ['x-autoreply', /./],
  ['x-autorespond', /./],
  ['list-id', /./],
  ['x-failed-recipients', /./],
]

const isAutomatic = (fields: readonly HeaderField[]): boolean =>
  fields.some(({ name, value }) => AUTOMATIC.some(([header, said]) => header === name && said.test(value)))

const fieldsOf = ({ headers }: Email): readonly HeaderField[] =>
  headers.map(({ key, value }) => ({ name: key, value: value.slice(0, 10_000) }))

function partOf({ mimeType, filename, content }: Attachment): MailPart {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content as ArrayBuffer)
  return {
    type: /^[\w.+-]+\/[\w.+-]+/.exec(mimeType.toLowerCase())?.[0] ?? 'application/octet-stream',
    name: filename === null ? null : clean(filename),
    bytes: bytes as Uint8Array<ArrayBuffer>,
  }
}

const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"', zwnj: '\u200c' }

function entity(whole: string, name: string): string {
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? []
  if (hex === undefined && decimal === undefined) return ENTITIES[name.toLowerCase()] ?? whole
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

/** Most characters of HTML that are turned into text, for mails that have no text. */
const LONGEST_HTML = 200_000

/** Turns an HTML mail into the text that a person would read. */
function textOfHtml(html: string): string {
  return html
    .slice(0, LONGEST_HTML)
    .replace(/<(style|script|head|title)\b[^<>]*>[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(/<blockquote\b/gi, '\n> <blockquote')
    .replace(/<(br|\/p|\/div|\/tr|\/li|\/h[1-6])\b[^<>]*>/gi, '\n')
    .replace(/<[^>]*(>|$)/g, '')
    .replace(/&(#?\w{1,8});/g, entity)
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const nameOf = (name: string): string =>
  clean(name.replace(/[\p{Cc}\u2028\u2029]/gu, ' '))
    .trim()
    .slice(0, 100)
    .toWellFormed()

function mailOf(email: Email): Mail {
  const fields = fieldsOf(email)
  const html = email.html === undefined ? null : clean(email.html)
  const text = clean(email.text ?? '')
  return {
    from: email.from?.address ? clean(email.from.address) : null,
    fromName: nameOf(email.from?.name ?? ''),
    replyTo: email.replyTo?.[0]?.address ? clean(email.replyTo[0].address) : null,
    subject: clean(email.subject ?? '')
      .slice(0, LONGEST_SUBJECT)
      .toWellFormed(),
    text: text.trim() === '' && html !== null ? clean(textOfHtml(html)) : text,
    html,
    messageId: idsIn(email.messageId ?? null)[0] ?? null,
    date: fieldOf(fields, 'date'),
    answers: answersOf(fieldOf(fields, 'in-reply-to'), fieldOf(fields, 'references')),
    isAutomatic: isAutomatic(fields),
    isReport: /^\s*multipart\/report\b/i.test(fieldOf(fields, 'content-type') ?? ''),
    parts: email.attachments.slice(0, MOST_PARTS).map(partOf),
    omitted: Math.max(0, email.attachments.length - MOST_PARTS),
  }
}

/** Reads a mail that the parser gives up: its header, and the beginning of its body as it stands there. */
function plainMail(raw: Uint8Array<ArrayBuffer>): Mail {
  const text = clean(new TextDecoder().decode(raw.subarray(0, MOST_PLAIN)))
  const fields = headerFields(text)
  const bodyAt = /\r?\n\r?\n/.exec(text)
  const from = fieldOf(fields, 'from') ?? ''
  return {
    from: /[^\s<>"(),;:]+@[^\s<>"(),;:]+/.exec(from)?.[0] ?? null,
    fromName: '',
    replyTo: null,
    subject: (fieldOf(fields, 'subject') ?? '').slice(0, LONGEST_SUBJECT).toWellFormed(),
    text: bodyAt ? text.slice(bodyAt.index + bodyAt[0].length) : '',
    html: null,
    messageId: idsIn(fieldOf(fields, 'message-id'))[0] ?? null,
    date: fieldOf(fields, 'date'),
    answers: answersOf(fieldOf(fields, 'in-reply-to'), fieldOf(fields, 'references')),
    isAutomatic: isAutomatic(fields),
    isReport: false,
    parts: [],
    omitted: 0,
  }
}

/** Most lines of a mail that the parser gets: it keeps some 2 kB for each line that is not base64, and a Worker has 128 MB. */
const MOST_LINES = 20_000
const SHORTEST_BASE64_LINE = 57
const LINE_FEED = 10
/** Table of the bytes that a line of base64 is made of: 1 for each. */
const BASE64 = new Uint8Array(256)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r') BASE64[sign.charCodeAt(0)] = 1

/** True if the mail has more lines than the parser has room for. Lines of base64 do not count. */
function isLong(raw: Uint8Array): boolean {
  let lines = 0
  let start = 0
  let isBase64 = 1
  for (let i = 0; i < raw.length; i++) {
    const byte = raw[i] ?? 0
    if (byte !== LINE_FEED) {
      isBase64 &= BASE64[byte] ?? 0
      continue
    }
    if (isBase64 === 0 || i - start < SHORTEST_BASE64_LINE) lines++
    if (lines > MOST_LINES) return true
    start = i + 1
    isBase64 = 1
  }
  return false
}

/**
 * Reads a mail. Never throws: of a mail whose structure is broken or endless, or that has very many lines, only the beginning
 * is kept.
 */
export async function readMail(raw: Uint8Array<ArrayBuffer>): Promise<Mail> {
  try {
    if (isLong(raw)) return plainMail(raw)
    return mailOf(await PostalMime.parse(raw, { ...LIMITS, forceRfc822Attachments: true }))
  } catch {
    return plainMail(raw)
  }
}
