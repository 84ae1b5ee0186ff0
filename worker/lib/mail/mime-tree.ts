import PostalMime, { type Header } from 'postal-mime'
import { utf8 } from '#worker/lib/bytes.ts'
import { type Base64Body, base64Body } from './base64-body.ts'
import { decodeText, isUtf8 } from './charset.ts'
import { encodingOf } from './charset-labels.ts'
import { decodeWords } from './encoded-words.ts'

interface Structured {
  readonly value: string
  readonly params: Readonly<Record<string, string>>
}

/**
 * Part of a mail as postal-mime 4.0.0 keeps it. It tells only texts and files by its types, and a charset is read off its tree.
 */
interface ParsedPart {
  readonly state: 'header' | 'body' | 'finished'
  readonly headers: readonly Header[]
  readonly childNodes: readonly ParsedPart[]
  readonly contentType: {
    readonly value: string
    readonly parsed: Structured
    readonly multipart: string | false
  }
  readonly contentDisposition: { readonly parsed: Structured }
  readonly contentTransferEncoding: { readonly encoding: string }
  readonly contentId?: string
  readonly contentDecoder: { update(line: Uint8Array<ArrayBuffer>): void } | null
  readonly content: ArrayBuffer | null
  setupContentDecoder(transferEncoding: string): void
  decodeFlowedText(text: string, removeSpaces: boolean): string
}

/** What postal-mime's class has beyond its types. */
interface ParserInternals {
  readonly root: ParsedPart
  readonly currentNode: ParsedPart
  processLine(line: Uint8Array<ArrayBuffer>, isFinal: boolean): Promise<void>
  /** Sorts the parts into texts and files. */
  collectNode(): Promise<void>
}

/** A part of a mail that has no parts itself. */
export interface MimeLeaf {
  /** Media type, lower case, without parameters; null if the field is no type, which means plain text (RFC 2045 5.2). */
  readonly type: string | null
  readonly charset: string | null
  readonly isAttachment: boolean
  readonly name: string | null
  /** Content-ID without its brackets (RFC 2392). */
  readonly contentId: string | null
  /** Name of the closest `multipart/alternative` around the part; null if there is none. */
  readonly alternative: number | null
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Undoes the line breaks of `format=flowed` (RFC 3676) in the part's text. */
  unflow(text: string): string
}

export interface MimeTree {
  /** Header of the mail, its values unfolded and not decoded. */
  readonly headers: readonly Header[]
  readonly leaves: readonly MimeLeaf[]
  /** True if something of the mail could not be read: a header in an unknown charset, a multipart without its parts. */
  readonly isDoubtful: boolean
}

const LIMITS = { maxNestingDepth: 30, maxHeadersSize: 256_000, maxRfc822NestingDepth: 0 } as const
/** Bytes of a mail in which a charset for its raw headers is looked for. */
const HEADER_BYTES = 64_000
const ASTERISK = 0x2a

/** Answers the first charset that a mail names, for headers whose bytes stand there as they are. */
function firstCharset(raw: Uint8Array): string | null {
  const text = new TextDecoder('windows-1252').decode(raw.subarray(0, HEADER_BYTES))
  return /\bcharset\s?=\s?["']?([^\s"';]{1,60})/i.exec(text)?.[1] ?? null
}

/** Keeps a mark at the beginning of a line: without it another From could pass as the mail's. */
const KEEPING_MARKS = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

/** Names the charset of a parameter in RFC 2231's form (`filename*=x-windows-1256''…`) as the encoding standard does. */
const withKnownLabels = (line: string): string =>
  line.replace(/\*=("?)([^'"\s;=]{1,60})'/g, (_, quote: string, label: string) => {
    return `*=${quote}${encodingOf(label) ?? label}'`
  })

/** What a parser is helped with: headers in raw bytes, and words behind base64. */
interface LineReader {
  /** Answers a header line in UTF-8, with charsets of parameters by the names that the parser knows. */
  header(line: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>
  /** Lets a part's decoder of base64 see no lines but base64. A body that begins with words is read as it stands. */
  watch(part: ParsedPart): void
  /** True if a header or a body could not be read for certain. */
  isDoubtful(): boolean
}

function lineReader(raw: Uint8Array): LineReader {
  const bodies = new Map<ParsedPart, Base64Body>()
  let charset: string | null | undefined
  let isDoubtful = false
  const inUtf8 = (line: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
    const beginsField = (line[0] ?? 0) < 0x80
    if (!beginsField || line.every((byte) => byte < 0x80) || isUtf8(line)) return line
    if (charset === undefined) charset = firstCharset(raw)
    const decoded = decodeText(line, charset)
    isDoubtful ||= decoded.isDoubtful
    return utf8(decoded.text)
  }
  return {
    header: (line) =>
      line.includes(ASTERISK) ? utf8(withKnownLabels(KEEPING_MARKS.decode(inUtf8(line)))) : inUtf8(line),
    watch(part) {
      const { contentDecoder } = part
      if (!contentDecoder || bodies.has(part) || !part.contentTransferEncoding.encoding.includes('base64')) return
      const body = base64Body()
      bodies.set(part, body)
      const update = contentDecoder.update.bind(contentDecoder)
      contentDecoder.update = (line) => {
        const kind = body.read(line)
        if (kind === 'base64') return update(line)
        if (kind === 'empty' || body.isStarted()) return
        isDoubtful = true
        part.setupContentDecoder('8bit')
        part.contentDecoder?.update(line)
      }
    },
    isDoubtful: () => isDoubtful || [...bodies.values()].some((body) => body.isCut()),
  }
}

/** Answers the media type of a Content-Type; null if it names none. Passes over what stands behind a type without a semicolon. */
const typeOf = ({ contentType: { parsed } }: ParsedPart): string | null =>
  /^([\w!#$&^.+-]+\/[\w!#$&^.+-]+)(?=$|[\s,])/.exec(parsed.value)?.[1] ?? null

const charsetOf = ({ contentType: { parsed, value } }: ParsedPart): string | null =>
  parsed.params['charset'] || (/\bcharset\s?=\s?["']?([^\s"';]{1,60})/i.exec(value)?.[1] ?? null)

function leafOf(part: ParsedPart, alternative: number | null): MimeLeaf {
  const { contentType, contentDisposition, contentId, content } = part
  const { params } = contentType.parsed
  const name = contentDisposition.parsed.params['filename'] || params['name'] || null
  return {
    type: contentType.multipart ? null : typeOf(part),
    charset: charsetOf(part),
    isAttachment: contentDisposition.parsed.value === 'attachment',
    name: name === null ? null : decodeWords(name),
    contentId: /^\s*<?([^<>]*)/.exec(contentId ?? '')?.[1]?.trim() || null,
    alternative,
    bytes: new Uint8Array(content ?? new ArrayBuffer(0)),
    unflow: (text) =>
      params['format']?.toLowerCase() === 'flowed'
        ? part.decodeFlowedText(text, params['delsp']?.toLowerCase() === 'yes')
        : text,
  }
}

/** Collects the leaves of a tree in their order. A multipart in which no part was found is a leaf: its text as it stands. */
function leavesOf(root: ParsedPart): readonly MimeLeaf[] {
  const leaves: MimeLeaf[] = []
  let alternatives = 0
  const visit = (part: ParsedPart, around: number | null): void => {
    if (part.childNodes.length === 0) {
      if (part.content !== null) leaves.push(leafOf(part, around))
      return
    }
    const alternative = part.contentType.multipart === 'alternative' ? alternatives++ : around
    for (const child of part.childNodes) visit(child, alternative)
  }
  visit(root, null)
  return leaves
}

const hasLostParts = (part: ParsedPart): boolean =>
  part.childNodes.length === 0 ? part.contentType.multipart !== false : part.childNodes.some(hasLostParts)

/**
 * Parses a mail into its parts, all of them: a mail within it is one too. postal-mime finds the parts and decodes their bytes;
 * charsets are left to the caller. Rejects if the structure is endless.
 */
export async function parseMail(raw: Uint8Array<ArrayBuffer>): Promise<MimeTree> {
  const parser = new PostalMime({ ...LIMITS, forceRfc822Attachments: true })
  const internals = parser as unknown as ParserInternals
  const reader = lineReader(raw)
  const processLine = internals.processLine.bind(parser)
  internals.processLine = async (line, isFinal) => {
    await processLine(internals.currentNode.state === 'header' ? reader.header(line) : line, isFinal)
    reader.watch(internals.currentNode)
  }
  internals.collectNode = async () => {}
  await parser.parse(raw)
  const { root } = internals
  return {
    headers: root.headers,
    leaves: leavesOf(root),
    isDoubtful: reader.isDoubtful() || hasLostParts(root),
  }
}
