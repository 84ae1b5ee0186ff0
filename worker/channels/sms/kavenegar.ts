import * as z from 'zod'
import type {
  Attempt,
  Connection,
  PastAttempt,
  Ports,
  Provider,
  Receipt,
  Settings,
  Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { HOUR } from '#worker/domain/time.ts'
import { unclearSubmission } from '#worker/vendors/carrier-answer.ts'
import {
  askKavenegar,
  type KavenegarAccount,
  type KavenegarVerdict,
  kavenegarId,
  kavenegarStatus,
  kavenegarVerdict,
  localIdOf,
  toE164,
  toLine,
} from '#worker/vendors/kavenegar.ts'
import type { SmsContent } from './content.ts'
import { receiveKavenegar } from './kavenegar-callback.ts'

/** Recipients of one `sendarray`, ids of one status call, inbound messages of one `receive`. */
const SEND_BATCH = 200
const STATUS_BATCH = 500
const INBOX_PAGE = 100
/** `statuslocalmessageid` and the duplicate check know a localid for 12 hours, `status` a message for 48. */
const LOCALID_HOURS = 12
const STATUS_HOURS = 48
/** Calls that one submit may cost when the carrier refuses a batch for the sake of single messages. */
const MOST_CALLS = 64

export const kavenegar: Provider<SmsContent> = {
  name: 'kavenegar',
  home: 'IR',
  features: ['outbound', 'inbound', 'receipts'],
  settings: {
    apiKey: {
      title: 'API key',
      help: 'Panel → Account → API key. It travels in the path of every call; the gateway never logs it.',
      kind: 'secret',
      required: true,
      pattern: '[A-Za-z0-9+/=_-]{16,200}',
    },
    lines: {
      title: 'Polled lines',
      help: 'Lines whose inbox is pulled, separated by commas; leave empty where the panel posts inbound messages to us.',
      kind: 'text',
      required: false,
      pattern: '[0-9]{4,14}(?:,[0-9]{4,14}){0,49}',
    },
    url: {
      title: 'API',
      help: 'Origin of the API, or of a relay with a fixed address.',
      kind: 'url',
      required: false,
      default: 'https://api.kavenegar.com',
    },
  },
  batch: SEND_BATCH,
  // A known localid answers with the message it already stands for, and nothing is sent again.
  dedupeWindow: LOCALID_HOURS * 3600,
  // Its callbacks may carry the localid, which is a hash: it names our attempt to nobody.
  echoesRef: false,
  callbackProof: 'path-secret',
  open: openKavenegar,
}

const sendEntry = z.object({
  messageid: kavenegarId,
  status: z.int(),
  receptor: z.string(),
  cost: z.number().int().min(0).optional(),
})
type SendEntry = z.infer<typeof sendEntry>
const statusEntry = z.object({ messageid: kavenegarId, status: z.int(), localid: kavenegarId.optional() })
const inboxEntry = z.object({
  messageid: kavenegarId,
  message: z.string(),
  sender: z.string(),
  receptor: z.string(),
  date: z.int().optional(),
})

/** Statuses of an entry that mean that this message was refused although the call was taken. */
const REFUSED_ENTRIES = new Set([6, 13, 14])

function submissionOf(entry: SendEntry): Submission {
  const state = kavenegarStatus(entry.status)
  if (REFUSED_ENTRIES.has(entry.status) && state?.failure) return { outcome: 'rejected', failure: state.failure }
  const accepted = { outcome: 'accepted', providerRef: entry.messageid } as const
  // Rials have no smaller coin in use: an amount is whole rials.
  return entry.cost === undefined ? accepted : { ...accepted, price: { amount: entry.cost, currency: 'IRR' } }
}

/** Do these messages share what the verdict is about, so that it holds for each of them? */
function sharesVerdict(messages: readonly Attempt<SmsContent>[], { about }: KavenegarVerdict): boolean {
  if (about === undefined || messages.length === 1) return true
  const told = ({ to, from, content }: Attempt<SmsContent>) => ({ to, from, text: content.text })[about]
  return messages.every((message, _, [first]) => first !== undefined && told(message) === told(first))
}

function openKavenegar(raw: Settings, ports: Ports): Connection<SmsContent> {
  const settings = openSettings(kavenegar, raw)
  const account: KavenegarAccount = { url: settings.url('url'), apiKey: settings.text('apiKey') }
  const lines = settings.optionalText('lines').split(',').filter(Boolean)

  /** One call; null when the carrier refused it for the sake of some of its messages. */
  async function send(messages: readonly Attempt<SmsContent>[]): Promise<readonly Submission[] | KavenegarVerdict> {
    const ids = await Promise.all(messages.map(({ ref }) => localIdOf(ref)))
    const fields = {
      receptor: JSON.stringify(messages.map(({ to }) => to)),
      sender: JSON.stringify(messages.map(({ from }) => from)),
      message: JSON.stringify(messages.map(({ content }) => content.text)),
      // Written by hand: they are longer than a double is exact.
      localmessageids: `[${ids.join(',')}]`,
    }
    const answer = await askKavenegar(ports, account, 'sms/sendarray', fields, sendEntry)
    if (answer.kind !== 'value') return messages.map(() => unclearSubmission(answer))
    const { code, entries } = answer.value
    const verdict = code === 200 ? null : kavenegarVerdict(code)
    if (verdict) return withRetryAfter(verdict, messages, answer.retryAfter)
    const believed = code === 200 && entries?.length === messages.length
    return messages.map((message, index) => {
      const entry = believed ? entries[index] : undefined
      return entry && toE164(entry.receptor) === message.to
        ? submissionOf(entry)
        : unclearSubmission({ kind: 'unreadable', status: code, unreached: false })
    })
  }

  async function submit(messages: readonly Attempt<SmsContent>[]): Promise<readonly Submission[]> {
    let calls = 0
    /** Halves a refused batch until the messages at fault stand alone; the localids make every repeat harmless. */
    const settle = async (part: readonly Attempt<SmsContent>[]): Promise<readonly Submission[]> => {
      calls++
      const result = await send(part)
      if (isList(result)) return result
      if (sharesVerdict(part, result)) return part.map(() => ({ outcome: result.outcome, failure: result.failure }))
      // The whole call was refused, so nothing of it was taken: the rest may come again.
      if (calls >= MOST_CALLS) return part.map(() => ({ outcome: 'deferred', failure: result.failure }))
      const middle = part.length >> 1
      return [...(await settle(part.slice(0, middle))), ...(await settle(part.slice(middle)))]
    }
    return settle(messages)
  }

  async function statuses(
    attempts: readonly PastAttempt[],
    method: string,
    field: string,
    idOf: (attempt: PastAttempt) => Promise<string | null>,
  ): Promise<Receipt[]> {
    const receipts: Receipt[] = []
    for (let from = 0; from < attempts.length; from += STATUS_BATCH) {
      const part = attempts.slice(from, from + STATUS_BATCH)
      const byId = new Map<string, PastAttempt>()
      for (const attempt of part) {
        const id = await idOf(attempt)
        if (id !== null) byId.set(id, attempt)
      }
      const answer = await askKavenegar(ports, account, method, { [field]: [...byId.keys()].join(',') }, statusEntry)
      if (answer.kind !== 'value' || answer.value.code !== 200 || !answer.value.entries)
        throw new Error('the carrier’s status answer was not readable')
      for (const entry of answer.value.entries) {
        const attempt = byId.get((field === 'localid' ? entry.localid : entry.messageid) ?? '')
        const state = kavenegarStatus(entry.status)
        if (attempt && state) receipts.push({ attemptRef: attempt.ref, ...state, at: ports.now() })
      }
    }
    return receipts
  }

  async function query(attempts: readonly PastAttempt[]): Promise<readonly Receipt[]> {
    const age = (attempt: PastAttempt) => ports.now() - attempt.submittedAt
    const known = attempts.filter((one) => one.providerRef !== null && age(one) < STATUS_HOURS * HOUR)
    const unheard = attempts.filter((one) => one.providerRef === null && age(one) < LOCALID_HOURS * HOUR)
    const byRef = async (one: PastAttempt) => one.providerRef
    return [
      ...(await statuses(known, 'sms/status', 'messageid', byRef)),
      ...(await statuses(unheard, 'sms/statuslocalmessageid', 'localid', (one) => localIdOf(one.ref))),
    ]
  }

  return {
    submit,
    query,
    receive: (request) => receiveKavenegar(request, ports.now()),
    /** Reading marks as read: one page a call, so that the caller has stored it before the next is asked for. The cursor is the line's index. */
    async poll(cursor) {
      const index = cursor === null ? 0 : Number(cursor)
      const line = lines[index]
      if (line === undefined) return { cursor: null, inbound: [], receipts: [] }
      const fields = { linenumber: line, isread: '0' }
      const answer = await askKavenegar(ports, account, 'sms/receive', fields, inboxEntry)
      if (answer.kind !== 'value' || answer.value.code !== 200 || !answer.value.entries)
        throw new Error('the carrier’s inbox answer was not readable')
      const inbound = answer.value.entries.map(({ messageid, message, sender, receptor, date }) => ({
        providerRef: messageid,
        from: toE164(sender),
        to: toLine(receptor),
        content: { text: message },
        at: date === undefined ? ports.now() : date * 1000,
      }))
      const next = inbound.length === INBOX_PAGE ? index : index + 1
      return { cursor: next < lines.length ? String(next) : null, inbound, receipts: [] }
    },
    /** The one method that needs no key, so that a probe says nothing about the account and costs nothing. */
    async health() {
      const answer = await askKavenegar(ports, { ...account, apiKey: '0' }, 'utils/getdate', {}, z.unknown())
      return answer.kind === 'value' && answer.value.code === 200
    },
  }
}

const isList = (result: readonly Submission[] | KavenegarVerdict): result is readonly Submission[] =>
  Array.isArray(result)

/** A verdict on the whole call with the carrier's own waiting time is settled at once. */
function withRetryAfter(
  verdict: KavenegarVerdict,
  messages: readonly Attempt<SmsContent>[],
  retryAfter: number | undefined,
): readonly Submission[] | KavenegarVerdict {
  if (verdict.outcome !== 'deferred' || retryAfter === undefined) return verdict
  return messages.map(() => ({ outcome: 'deferred', failure: verdict.failure, retryAfter }))
}
