import { hexByte, toHex, utf8 } from '#worker/lib/bytes.ts'
import { mailbox, mailDate, unstructured, writeField, writeParameter } from './mime-header.ts'

/** A mail as data. Addresses must be checked ones (`domain/addresses/email-address.ts`); all else may be any text. */
interface MailParts {
  readonly from: string
  readonly fromName?: string | undefined
  readonly to: string
  readonly replyTo?: string | undefined
  readonly subject: string
  /** Epoch milliseconds. */
  readonly date: number
  /** Message-ID with its angle brackets. */
  readonly messageId: string
  readonly text?: string | undefined
  readonly html?: string | undefined
  readonly files: readonly MailFile[]
  /** Further fields, printable ASCII. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

export interface MailFile {
  readonly name: string
  /** Media type `type/subtype`; neither multipart nor message. */
  readonly type: string
  readonly bytes: Uint8Array
}

/** Bytes that make a base64 line of 76 characters; 500 lines are encoded at once. */
const LINE_BYTES = 57
const CHUNK_BYTES = LINE_BYTES * 500

/** Encodes bytes as base64 in lines of 76 characters, each with its CRLF (RFC 2045 6.8). */
function base64Lines(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    let binary = ''
    for (const byte of bytes.subarray(at, at + CHUNK_BYTES)) binary += String.fromCharCode(byte)
    text += btoa(binary).replace(/.{1,76}/g, '$&\r\n')
  }
  return text
}

/** Encodes one line of text as quoted-printable with soft breaks (RFC 2045 6.7). */
function quotedLine(line: string): string {
  let out = ''
  let width = 0
  const last = line.length - 1
  for (let i = 0; i <= last; i++) {
    const unit = line.charCodeAt(i)
    const isBlank = unit === 0x20 || unit === 0x09
    // Encodes a dot and an F at the start of a line, because SMTP reads a leading dot and mbox files read "From " as their own.
    const isSpecial = unit === 0x3d || (width === 0 && (unit === 0x2e || unit === 0x46))
    const isLiteral = unit < 0x7f && !isSpecial && (isBlank ? i < last : unit > 0x20)
    const piece = isLiteral ? line.charAt(i) : `=${hexByte(unit).toUpperCase()}`
    if (width + piece.length > 75) {
      out += '=\r\n'
      width = 0
    }
    out += piece
    width += piece.length
  }
  return `${out}\r\n`
}

/** Splits a text into lines, whichever line break it has. */
const canonicalLines = (text: string): string[] => text.split(/\r\n|\r|\n/)

interface Part {
  readonly head: string
  readonly body: string
}

/** Builds a text part: quoted-printable if it is all ASCII, so that people can read the raw mail, else base64. */
function textPart(subtype: 'plain' | 'html', text: string): Part {
  const lines = canonicalLines(text)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is asked.
  const isAscii = /^[\x01-\x7f]*$/.test(text)
  const head = writeField('Content-Type', `text/${subtype}; charset=utf-8`)
  return isAscii
    ? {
        head: head + writeField('Content-Transfer-Encoding', 'quoted-printable'),
        body: lines.map(quotedLine).join(''),
      }
    : {
        head: head + writeField('Content-Transfer-Encoding', 'base64'),
        body: base64Lines(utf8(lines.join('\r\n'))),
      }
}

const filePart = ({ name, type, bytes }: MailFile): Part => ({
  head:
    writeField('Content-Type', type) +
    writeField('Content-Disposition', `attachment${writeParameter('filename', name)}`) +
    writeField('Content-Transfer-Encoding', 'base64'),
  body: base64Lines(bytes),
})

/**
 * Joins parts by a boundary that starts with `=_`: neither base64 nor quoted-printable starts a line so, so it cannot collide.
 */
function multipart(subtype: 'mixed' | 'alternative', parts: readonly Part[], boundary: string): Part {
  const body = parts.map(({ head, body: inner }) => `--${boundary}\r\n${head}\r\n${inner}`).join('')
  return {
    head: writeField('Content-Type', `multipart/${subtype}; boundary="${boundary}"`),
    body: `${body}--${boundary}--\r\n`,
  }
}

function bodyOf(mail: MailParts, boundary: (level: string) => string): Part {
  const texts = [
    ...(mail.text === undefined ? [] : [textPart('plain', mail.text)]),
    ...(mail.html === undefined ? [] : [textPart('html', mail.html)]),
  ]
  const [first = textPart('plain', '')] = texts
  const words = texts.length > 1 ? multipart('alternative', texts, boundary('a')) : first
  return mail.files.length === 0 ? words : multipart('mixed', [words, ...mail.files.map(filePart)], boundary('m'))
}

/**
 * Builds a mail for the wire: ASCII only, lines of at most 998 characters that end in CRLF, so that any server takes it without
 * 8BITMIME or SMTPUTF8. Throws if a field would break out of its line. `random` makes the boundaries.
 */
export function buildMail(mail: MailParts, random: (bytes: number) => Uint8Array): string {
  const seed = toHex(random(12))
  const part = bodyOf(mail, (level) => `=_${level}${seed}`)
  return [
    writeField('Date', mailDate(mail.date)),
    writeField('From', mailbox(mail.from, mail.fromName)),
    writeField('To', mailbox(mail.to)),
    ...(mail.replyTo === undefined ? [] : [writeField('Reply-To', mailbox(mail.replyTo))]),
    writeField('Subject', unstructured(mail.subject)),
    writeField('Message-ID', mail.messageId),
    ...mail.headers.map(([name, value]) => writeField(name, value)),
    writeField('MIME-Version', '1.0'),
    part.head,
    '\r\n',
    part.body,
  ].join('')
}
