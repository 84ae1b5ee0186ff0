import type { EnhancedStatus } from './delivery-status.ts'

/** A refusal for good that a mail server tells in words, where it writes no delivery status (RFC 3464). */
interface ToldRefusal {
  /** Address that the refusal stands beside. */
  readonly address: string
  /** Enhanced status code beside it; null where there is none. */
  readonly status: EnhancedStatus | null
}

/** Most characters of a mail's words that are read: a server says it at the beginning. */
const MOST_READ = 20_000

/** Line with which the mail that comes back begins: a field that only the header of a mail has. */
const RETURNED = /^(?:return-path|received|message-id|mime-version|delivered-to|dkim-signature|x-[\w-]+)\s*:/i
/** Line of somebody's mail that is quoted. Three brackets are a line of an SMTP dialogue. */
const QUOTED = /^\s*>(?!>>)/
/** Field that may stand in a server's own words, and whose value is the sender's. */
const SENDERS = /^\s*subject\s*:/i

/** Splits a server's own words into paragraphs. What it quotes and the mail that it returns are left out. */
function paragraphs(text: string): readonly string[] {
  const lines = text.slice(0, MOST_READ).split(/\r\n|\n|\r/)
  const end = lines.findIndex((line) => RETURNED.test(line))
  return (end === -1 ? lines : lines.slice(0, end))
    .filter((line) => !QUOTED.test(line) && !SENDERS.test(line))
    .join('\n')
    .split(/\n(?:[ \t]*\n)+/)
    .filter((paragraph) => paragraph.trim() !== '')
}

const ADDRESS = /[^\s<>()[\]"',;:=]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+/gi

/** Answers the addresses in a paragraph whose mail was refused: not those that an SMTP dialogue names as the sender. */
const addressesIn = (paragraph: string): readonly string[] =>
  paragraph.replace(/mail from:\s*<[^<>]*>/gi, '').match(ADDRESS) ?? []

/** A code that says by its class whether the server comes again (4) or has given up (5). */
interface Code {
  readonly class: number
  readonly status: EnhancedStatus | null
}

const CODE = String.raw`([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)`
/**
 * Enhanced code (RFC 3463) where it can be nothing else: behind a reply code (`550 5.1.1`), marked (`#5.1.1`, `status: 5.1.1`),
 * or before the address at the beginning of a line. Dates and versions look the same.
 */
const ENHANCED = new RegExp(
  `(?:(?:^|[^\\w.])[45]\\d\\d[ ,:;(-]{1,3}#?|#|(?:status|code|error|dsn)\\b[ :=(#]{1,4}|^[ \\t]*(?=[\\d.]+ <))${CODE}`,
  'gim',
)
/** Reply code (RFC 5321 4.2) at the place of one: where a line or an answer begins. Numbers of other things stand elsewhere. */
const REPLY =
  /(?:^[ \t]*|<<<[ \t]*|@[\w.-]{1,253}>?:[ \t]*|\b(?:said|with):?[ \t]*"?|(?:error|code|response|reason|returned|smtp|answer)\b[^\n:;]{0,30}[:;=][ \t]*:?"?|\]:?[ \t]*|\([ \t]*)([45])[0-7]\d(?:[ :,-](?=[^\d])|[ \t]*$)/gim

function codesIn(paragraph: string): readonly Code[] {
  const enhanced = [...paragraph.matchAll(ENHANCED)].map(([, cls, subject, detail]) => ({
    class: Number(cls),
    status: { class: Number(cls), subject: Number(subject), detail: Number(detail) },
  }))
  const plain = [...paragraph.matchAll(REPLY)].map(([, cls]) => ({ class: Number(cls), status: null }))
  return [...enhanced, ...plain]
}

/** Words by which a server says that it has not given up. */
const DELAYED =
  /\b(?:(?:is|was|been|being|delivery) (?:delayed|deferred)|not (?:yet )?been (?:yet )?delivered|not yet|will (?:be )?(?:retr\w+|continue|keep)|will (?:be )?tr(?:y|ied)|still (?:trying|being|in)|warning (?:message )?only|no need to (?:re-?send|retry)|(?:not|n't) need to (?:re-?send|retry))\b/i

/** Answers the status that says most: `5.0.0` and its like say only that it failed. */
function bestOf(codes: readonly Code[]): EnhancedStatus | null {
  const known = codes.flatMap(({ status }) => status ?? [])
  return known.find(({ subject, detail }) => subject !== 0 || detail !== 0) ?? known[0] ?? null
}

/** Opening of qmail's bounces: the QSBMF (https://cr.yp.to/proto/qsbmf.txt), which reports nothing but failures. */
const QSBMF = /^\s*hi\. this is the /i
const QSBMF_RECIPIENT = /^<([^<>\s]{1,320})>:/m

/** Words by which a server says that it has given up; the last are the subject of Google's. */
const GIVEN_UP =
  /\bpermanent(?:ly)? (?:error|fail\w*)|\bfailed permanently\b|^delivery status notification \(failure\)$/i

/** A mail as far as the words of a bounce are looked for in it. */
interface BounceText {
  readonly subject: string
  readonly text: string
  /** Addresses that the header names as failed (`X-Failed-Recipients`). */
  readonly failed: readonly string[]
  /** True for an address of the sender's, which servers also name. */
  isSender(address: string): boolean
}

/**
 * Reads the refusals in a bounce that has no delivery status. Only evidence counts: a 5xx or 5.x.x in the paragraph of an
 * address, or in one behind it; a paragraph of the QSBMF; or an address that the header names as failed where the words say
 * that this is for good. A 4xx or 4.x.x beside it, or words of a delay anywhere, are evidence of the opposite.
 */
export function toldRefusals({ subject, text, failed, isSender }: BounceText): readonly ToldRefusal[] {
  const parts = paragraphs(text)
  if (parts.some((part) => DELAYED.test(part))) return []
  const found: ToldRefusal[] = []
  let hasCodes = false
  let beside: string | undefined = failed[0]
  for (const part of parts) {
    beside = addressesIn(part).find((address) => !isSender(address)) ?? beside
    const codes = codesIn(part)
    hasCodes ||= codes.length > 0
    if (beside !== undefined && codes.length > 0 && codes.every((code) => code.class === 5))
      found.push({ address: beside, status: bestOf(codes) })
  }
  if (hasCodes) return found
  const isGivenUp = [subject, ...parts].some((part) => GIVEN_UP.test(part))
  const address =
    (isGivenUp ? failed[0] : undefined) ?? (QSBMF.test(text) ? QSBMF_RECIPIENT.exec(text)?.[1] : undefined)
  return address === undefined ? [] : [{ address, status: null }]
}
