import * as z from 'zod'
import type { Connection, Failure, InboundMessage, Polled } from '#worker/domain/carriers/provider.ts'
import { DAY, type EpochMs, SECOND, type Seconds } from '#worker/domain/time.ts'
import { unclearSubmission, unclearValue } from '#worker/vendors/carrier-answer.ts'
import { unixTime } from '#worker/vendors/carrier-time.ts'
import { type KavenegarApi, kavenegarId, kavenegarRefusal, toE164, toLine } from '#worker/vendors/kavenegar.ts'
import type { SmsContent } from './content.ts'

/*
 * The inbox of an account, line by line. `sms/receive` marks what it gives as read, so an answer that is lost on the way is lost
 * at the carrier too. Its line is therefore owed a second look: `sms/inboxpaged` gives the read messages of the last two days,
 * and those that were heard before are dropped by their ids.
 */

/** Messages of a full page of `sms/receive`. */
const INBOX_PAGE = 100
/** Full pages of a line in a row. Then the next line is asked, so that a line which is never emptied starves none. */
const MOST_FULL = 20
/** Pages of a second look: 200 messages each. */
const MOST_LOOKED = 100
/** Longest window of `sms/inboxpaged`, with a minute for the difference of clocks. */
const LOOK_BACK_MS = 2 * DAY - 60 * SECOND

/** Place in the inbox, as the cursor holds it. */
const place = z.object({
  line: z.string(),
  /** Full pages that were read of the line in this round. */
  full: z.int().min(0).optional(),
  /** Page of the second look at the line; absent: its new messages. */
  page: z.int().min(1).optional(),
  /** Lines that are owed a second look. */
  owed: z.array(z.string()),
})
type Place = z.output<typeof place>

/**
 * Message of an inbox. The page that it stands in is marked as read already, so it is taken if it can be told at all: who wrote
 * it must be known, all else has a stand-in.
 */
const inboxEntry = z.object({
  messageid: kavenegarId.nullable().catch(null),
  message: z.string().catch(''),
  sender: z.union([z.string().min(1), z.number()]).transform(String),
  receptor: z
    .union([z.string().min(1), z.number()])
    .transform(String)
    .nullable()
    .catch(null),
  date: z.coerce.number().catch(0),
})

const UNREADABLE: Failure = {
  code: 'provider-invalid-answer',
  detail: 'Some messages of the inbox were not readable.',
}

function placeOf(lines: readonly string[], cursor: string | null): Place | null {
  const first = lines[0]
  if (first === undefined) return null
  if (cursor === null) return { line: first, owed: [] }
  let stored: unknown
  try {
    stored = JSON.parse(cursor)
  } catch {
    return { line: first, owed: [] }
  }
  const { success, data } = z.safeParse(place, stored)
  return success && lines.includes(data.line) ? data : { line: first, owed: success ? data.owed : [] }
}

/** Puts lines into the place whose answers may have been lost. */
const owing = (at: Place, lines: readonly string[]): Place => ({ ...at, owed: [...new Set([...at.owed, ...lines])] })

/** Answers where a round goes on behind a line. Null: it was the last, and none is owed anything. */
function behind(lines: readonly string[], { line, owed }: Place): Pick<Polled, 'cursor' | 'last'> {
  const next = lines[lines.indexOf(line) + 1]
  const left = owed.filter((one) => lines.includes(one))
  if (next !== undefined) return { cursor: cursorOf({ line: next, owed: left }) }
  return left.length === 0 ? { cursor: null } : { cursor: cursorOf({ line: lines[0] ?? '', owed: left }), last: true }
}

const cursorOf = (at: Place): string => JSON.stringify(at)

interface Entries {
  readonly all: readonly unknown[]
}
interface NoEntries {
  readonly failure: Failure
  readonly retryAfter?: Seconds
  /** True if the carrier may have given the page. */
  readonly isUnclear: boolean
}

/** Makes one call of an inbox. */
async function entriesOf(
  { ask }: KavenegarApi,
  method: string,
  fields: Readonly<Record<string, string>>,
): Promise<Entries | NoEntries> {
  const answer = await ask(method, fields, z.unknown())
  if (answer.kind !== 'value') {
    const { failure } = unclearSubmission(answer)
    const wait =
      answer.kind === 'unreadable' && answer.retryAfter !== undefined ? { retryAfter: answer.retryAfter } : {}
    return { failure, isUnclear: true, ...wait }
  }
  const { code, entries } = answer.value
  if (code === 200) return { all: entries ?? [] }
  const refusal = kavenegarRefusal(code, answer.retryAfter)
  if (!refusal) return { failure: unclearValue(code).failure, isUnclear: true }
  const wait = 'retryAfter' in refusal && refusal.retryAfter !== undefined ? { retryAfter: refusal.retryAfter } : {}
  return { failure: refusal.failure, isUnclear: false, ...wait }
}

function messagesOf(entries: readonly unknown[], line: string): readonly InboundMessage<SmsContent>[] {
  return entries.flatMap((entry) => {
    const { success, data } = z.safeParse(inboxEntry, entry)
    if (!success) return []
    return [
      {
        providerRef: data.messageid,
        from: toE164(data.sender),
        to: toLine(data.receptor ?? line),
        content: { text: data.message },
        carrierAt: unixTime(data.date),
      },
    ]
  })
}

/** True of failures that are about one line, not about the account or the carrier. */
const isOfLine = ({ code }: Failure): boolean => code === 'sender-refused' || code === 'recipient-invalid'

/** Reads the new messages of a line: a page, which the carrier marks as read. */
async function readNew(api: KavenegarApi, lines: readonly string[], at: Place) {
  const fields = { linenumber: at.line, isread: '0' }
  const found = await entriesOf(api, 'sms/receive', fields)
  if ('failure' in found) {
    const { failure, isUnclear, ...wait } = found
    const next = behind(lines, isUnclear ? owing(at, [at.line]) : at)
    // The next round begins behind this line, so that one that always fails starves none.
    const end = isOfLine(failure) || next.cursor === null ? {} : ({ last: true } as const)
    return { ...next, ...end, inbound: [], failure, ...wait }
  }
  const inbound = messagesOf(found.all, at.line)
  const full = (at.full ?? 0) + 1
  return {
    ...(found.all.length >= INBOX_PAGE && full < MOST_FULL
      ? { cursor: cursorOf({ ...at, full }) }
      : at.owed.includes(at.line)
        ? { cursor: cursorOf({ line: at.line, owed: at.owed, page: 1 }) }
        : behind(lines, at)),
    inbound,
    ...(inbound.length < found.all.length ? { failure: UNREADABLE } : {}),
  }
}

/**
 * Reads a page of the second look. A failure ends the look: the carrier has just answered for the line, and will not do so here.
 */
async function lookAgain(api: KavenegarApi, lines: readonly string[], at: Place, now: EpochMs) {
  const seconds = (ms: number) => String(Math.floor(ms / SECOND))
  const page = at.page ?? 1
  const window = { startdate: seconds(now - LOOK_BACK_MS), enddate: seconds(now) }
  const fields = { linenumber: at.line, isread: '1', ...window, pagenumber: String(page) }
  const found = await entriesOf(api, 'sms/inboxpaged', fields)
  const settled = behind(lines, { line: at.line, owed: at.owed.filter((line) => line !== at.line) })
  if ('failure' in found) {
    const { code, carrierCode } = found.failure
    const detail = 'An answer of the inbox was lost, and the carrier does not give its messages again.'
    return { ...settled, inbound: [], failure: { code, detail, ...(carrierCode === undefined ? {} : { carrierCode }) } }
  }
  const inbound = messagesOf(found.all, at.line)
  const hasMore = found.all.length > 0 && page < MOST_LOOKED
  return { ...(hasMore ? { cursor: cursorOf({ ...at, page: page + 1 }) } : settled), inbound }
}

/** Makes `poll` for the lines of an account. */
export const kavenegarInbox =
  (api: KavenegarApi, lines: readonly string[], now: () => EpochMs): NonNullable<Connection<SmsContent>['poll']> =>
  async (cursor, isRepeat = false) => {
    const known = placeOf(lines, cursor)
    if (known === null) return { cursor: null, inbound: [], receipts: [] }
    // The second look marks nothing. Without a cursor nothing tells which line was asked for.
    const isLost = isRepeat && known.page === undefined
    const at = isLost ? owing(known, cursor === null ? lines : [known.line]) : known
    const page = at.page === undefined ? await readNew(api, lines, at) : await lookAgain(api, lines, at, now())
    return { receipts: [], ...page }
  }
