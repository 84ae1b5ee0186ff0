import { addressParser } from 'postal-mime'
import { utf8 } from '#worker/lib/bytes.ts'
import { decodeText } from '#worker/lib/mail/charset.ts'
import { encodingOf } from '#worker/lib/mail/charset-labels.ts'
import { decodeWords, wholeWords } from '#worker/lib/mail/encoded-words.ts'
import { fieldOf, type HeaderField, headerFields } from '#worker/lib/mail/header-fields.ts'
import { htmlCharset } from '#worker/lib/mail/html-charset.ts'
import { textOfHtml } from '#worker/lib/mail/html-text.ts'
import { type MimeLeaf, type MimeTree, parseMail } from '#worker/lib/mail/mime-tree.ts'

/** A part of a mail that is not its text: a file, or a piece of a report. */
export interface MailPart {
  /** Media type, lower case, without parameters. */
  readonly type: string
  readonly name: string | null
  /** Content-ID without its brackets, by which the mail's HTML shows the part (RFC 2392). */
  readonly contentId?: string
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
  /** True if the mail holds more than could be read: letters, parts, or words where none were found. */
  readonly isDoubtful: boolean
}

/** Most files of one mail that are kept; with a long text, HTML and the mail itself they are the 50 that a message may have. */
const MOST_PARTS = 47
const LONGEST_SUBJECT = 998
const MOST_ANSWERS = 50
const LONGEST_CONTENT_ID = 250
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

const fieldsOf = ({ headers }: MimeTree): readonly HeaderField[] =>
  headers.map(({ key, value }) => ({ name: key, value: value.slice(0, 10_000) }))

/** Types of parts that say a calendar, which are kept in UTF-8, because no program that opens the file hears of the charset. */
const CALENDARS = ['text/calendar', 'application/ics']

function partOf({ type, name, contentId, charset, bytes }: MimeLeaf): MailPart {
  return {
    type: type ?? 'application/octet-stream',
    name: name === null ? null : clean(name),
    ...(contentId === null ? {} : { contentId: clean(contentId).slice(0, LONGEST_CONTENT_ID).toWellFormed() }),
    bytes: CALENDARS.includes(type ?? '') ? utf8(decodeText(bytes, charset).text) : bytes,
  }
}

type TextKind = 'plain' | 'html'

/** Answers what kind of text a part is; null if it is a file. A part whose type is no type is plain text (RFC 2045 5.2). */
function textKind({ type, name, isAttachment }: MimeLeaf): TextKind | null {
  if (isAttachment || (type === null && name !== null)) return null
  if (type === null || type === 'text/plain') return 'plain'
  return type === 'text/html' ? 'html' : null
}

/** Answers the charset by which a part is read: of HTML without a usable label the one that it declares itself. */
function labelOf({ charset, bytes }: MimeLeaf, kind: TextKind): string | null {
  const encoding = charset === null ? null : encodingOf(charset)
  if (kind === 'plain' || (encoding !== null && encoding !== 'us-ascii')) return charset
  return htmlCharset(bytes) ?? charset
}

/** Texts that say the same, or one text that stands alone. */
type TextGroup = Readonly<Record<TextKind, string[]>>

interface Words {
  readonly text: string
  readonly html: string | null
  readonly isDoubtful: boolean
}

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '\n': '<br>' }

/** Writes a text as HTML. */
const htmlOfText = (text: string): string => `<div>${text.replace(/[<>&\n]/g, (sign) => ESCAPES[sign] ?? sign)}</div>`

/** Types of text that are files for programs. Any other unknown one is read as plain text (RFC 2046 4.1.4). */
const PROGRAM_TEXTS = /^text\/(calendar|csv|vcard|x-vcard|directory|rfc822-headers|css|javascript|xml|x-amp-html)$/

/** True if a part is read as plain text in a mail that has no other: it stays a file too. */
const mayBeRead = ({ type, name, isAttachment }: MimeLeaf): boolean =>
  !isAttachment && name === null && type?.startsWith('text/') === true && !PROGRAM_TEXTS.test(type)

/** Reads the texts among the parts of a mail. Of texts that say the same each form takes its own. */
function wordsOf(leaves: readonly MimeLeaf[]): Words {
  const groups = new Map<number | MimeLeaf, TextGroup>()
  let isDoubtful = false
  const other = leaves.some((leaf) => textKind(leaf) !== null) ? undefined : leaves.find(mayBeRead)
  for (const leaf of leaves) {
    const kind = textKind(leaf) ?? (leaf === other ? 'plain' : null)
    if (kind === null) continue
    const decoded = decodeText(leaf.bytes, labelOf(leaf, kind))
    isDoubtful ||= decoded.isDoubtful
    const group = groups.get(leaf.alternative ?? leaf) ?? { plain: [], html: [] }
    groups.set(leaf.alternative ?? leaf, group)
    group[kind].push(leaf.unflow(decoded.text))
  }
  const both = [...groups.values()].map(({ plain, html }) => ({ plain: plain.join('\n'), html: html.join('\n') }))
  const hasHtml = both.some(({ html }) => html !== '')
  return {
    text: both.map(({ plain, html }) => (plain.trim() === '' && html !== '' ? textOfHtml(html) : plain)).join('\n'),
    html: hasHtml ? both.map(({ plain, html }) => (html === '' ? htmlOfText(plain) : html)).join('\n') : null,
    isDoubtful,
  }
}

/** Answers the first address of a header field; null if it holds none. */
function addressIn(value: string | null): { readonly address: string; readonly name: string } | null {
  const [first] = value === null ? [] : addressParser(wholeWords(value))
  return first?.address ? { address: clean(first.address), name: first.name } : null
}

const nameOf = (name: string): string =>
  clean(name.replace(/[\p{Cc}\u2028\u2029]/gu, ' '))
    .trim()
    .slice(0, 100)
    .toWellFormed()

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte <= 0x20)

function mailOf(tree: MimeTree): Mail {
  const { leaves } = tree
  const fields = fieldsOf(tree)
  const header = (name: string): string | null => tree.headers.find(({ key }) => key === name)?.value ?? null
  const words = wordsOf(leaves)
  const [text, html] = [clean(words.text), words.html === null ? null : clean(words.html)]
  const files = leaves.filter((leaf) => textKind(leaf) === null)
  const from = addressIn(header('from'))
  const subject = clean(decodeWords(header('subject') ?? ''))
  const fromName = nameOf(from?.name ?? '')
  const isEmpty = text.trim() === '' && html === null && files.length === 0
  return {
    from: from?.address ?? null,
    fromName,
    replyTo: addressIn(header('reply-to'))?.address ?? null,
    subject: subject.slice(0, LONGEST_SUBJECT).toWellFormed(),
    text,
    html,
    messageId: idsIn(header('message-id'))[0] ?? null,
    date: fieldOf(fields, 'date'),
    answers: answersOf(fieldOf(fields, 'in-reply-to'), fieldOf(fields, 'references')),
    isAutomatic: isAutomatic(fields),
    isReport: /^\s*multipart\/report\b/i.test(fieldOf(fields, 'content-type') ?? ''),
    parts: files.slice(0, MOST_PARTS).map(partOf),
    omitted: Math.max(0, files.length - MOST_PARTS),
    isDoubtful:
      tree.isDoubtful ||
      words.isDoubtful ||
      files.length > MOST_PARTS ||
      (isEmpty && leaves.some(({ bytes }) => !isBlank(bytes))) ||
      [subject, fromName, text, html ?? ''].some((read) => read.includes('\ufffd')),
  }
}

/** Reads a mail that the parser gives up: its header, and the beginning of its body as it stands there. */
function plainMail(raw: Uint8Array<ArrayBuffer>): Mail {
  const text = clean(new TextDecoder().decode(raw.subarray(0, MOST_PLAIN)))
  const fields = headerFields(text)
  const bodyAt = /\r?\n\r?\n/.exec(text)
  const from = fieldOf(fields, 'from') ?? ''
  return {
    from: /[^\s<>"(),;:@]{1,64}@[^\s<>"(),;:@]{1,255}/.exec(from)?.[0] ?? null,
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
    isDoubtful: raw.length > 0,
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
    return mailOf(await parseMail(raw))
  } catch {
    return plainMail(raw)
  }
}
