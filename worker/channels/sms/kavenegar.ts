import * as z from 'zod'
import type {
  Attempt,
  Connection,
  FailureCode,
  Polled,
  Ports,
  Provider,
  Settings,
  Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { unclearSubmission, unclearValue } from '#worker/vendors/carrier-answer.ts'
import {
  type KavenegarApi,
  kavenegarApi,
  kavenegarId,
  kavenegarRefusal,
  kavenegarSettings,
  kavenegarStatus,
  LOCALID_HOURS,
  localIdOf,
  refusedEntry,
  toE164,
  toLine,
} from '#worker/vendors/kavenegar.ts'
import type { Refusal } from '#worker/vendors/refusal-table.ts'
import type { SmsContent } from './content.ts'
import { receiveKavenegar } from './kavenegar-callback.ts'

/** Recipients of one `sendarray`, inbound messages of one `receive`. */
const SEND_BATCH = 200
const INBOX_PAGE = 100
/** Calls that one submit may cost when the carrier refuses a batch for the sake of single messages. */
const MOST_CALLS = 64

export const kavenegar: Provider<SmsContent> = {
  name: 'kavenegar',
  home: 'IR',
  features: ['outbound', 'inbound', 'receipts'],
  settings: {
    apiKey: kavenegarSettings.apiKey,
    lines: {
      title: 'Polled lines',
      help: 'Lines whose inbox is pulled, separated by commas; leave empty where the panel posts inbound messages to us.',
      kind: 'text',
      required: false,
      pattern: '[0-9]{4,14}(?:,[0-9]{4,14}){0,49}',
    },
    url: kavenegarSettings.url,
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
const inboxEntry = z.object({
  messageid: kavenegarId,
  message: z.string(),
  sender: z.string(),
  receptor: z.string(),
  date: z.int().optional(),
})

function submissionOf(entry: SendEntry): Submission {
  const failure = refusedEntry(entry.status)
  if (failure) return { outcome: 'rejected', failure }
  const accepted = { outcome: 'accepted', providerRef: entry.messageid } as const
  // Rials have no smaller coin in use: an amount is whole rials.
  return entry.cost === undefined ? accepted : { ...accepted, price: { amount: entry.cost, currency: 'IRR' } }
}

/** What of a message a refusal is about; any other is about the account or the call as a whole. */
const ABOUT: Readonly<Partial<Record<FailureCode, (message: Attempt<SmsContent>) => string>>> = {
  'recipient-invalid': ({ to }) => to,
  'sender-refused': ({ from }) => from,
  'content-refused': ({ content }) => content.text,
  'link-refused': ({ content }) => content.text,
}

/** Do these messages share what the refusal is about, so that it holds for each of them? */
function holdsForAll(messages: readonly Attempt<SmsContent>[], { failure }: Refusal): boolean {
  const about = ABOUT[failure.code]
  return about === undefined || new Set(messages.map(about)).size <= 1
}

/** One call: an outcome for each message, or one refusal of the whole call. */
async function send(
  { ask }: KavenegarApi,
  messages: readonly Attempt<SmsContent>[],
): Promise<readonly Submission[] | Refusal> {
  const ids = await Promise.all(messages.map(({ ref }) => localIdOf(ref)))
  const fields = {
    receptor: JSON.stringify(messages.map(({ to }) => to)),
    sender: JSON.stringify(messages.map(({ from }) => from)),
    message: JSON.stringify(messages.map(({ content }) => content.text)),
    // Written by hand: they are longer than a double is exact.
    localmessageids: `[${ids.join(',')}]`,
  }
  const answer = await ask('sms/sendarray', fields, sendEntry)
  if (answer.kind !== 'value') return messages.map(() => unclearSubmission(answer))
  const { code, entries } = answer.value
  const refusal = code === 200 ? null : kavenegarRefusal(code, answer.retryAfter)
  if (refusal) return refusal
  const isBelieved = code === 200 && entries?.length === messages.length
  return messages.map((message, index) => {
    const entry = isBelieved ? entries[index] : undefined
    return entry && toE164(entry.receptor) === message.to ? submissionOf(entry) : unclearValue(code)
  })
}

/** Halves a refused batch until the messages at fault stand alone; the localids make every repeat harmless. */
async function submit(
  api: KavenegarApi,
  messages: readonly Attempt<SmsContent>[],
  calls = { left: MOST_CALLS },
): Promise<readonly Submission[]> {
  calls.left--
  const result = await send(api, messages)
  if (!('outcome' in result)) return result
  if (holdsForAll(messages, result)) return messages.map(() => result)
  // The whole call was refused, so nothing of it was taken: the rest may come again.
  if (calls.left <= 0) return messages.map(() => ({ outcome: 'deferred', failure: result.failure }))
  const middle = messages.length >> 1
  return [
    ...(await submit(api, messages.slice(0, middle), calls)),
    ...(await submit(api, messages.slice(middle), calls)),
  ]
}

/** One page of a line's inbox; the cursor is the line's index. Reading marks as read, so the caller stores a page before it asks for the next. */
async function poll(
  { ask }: KavenegarApi,
  lines: readonly string[],
  cursor: string | null,
  now: number,
): Promise<Polled> {
  const index = cursor === null ? 0 : Number(cursor)
  const line = lines[index]
  if (line === undefined) return { cursor: null, inbound: [], receipts: [] }
  const answer = await ask('sms/receive', { linenumber: line, isread: '0' }, inboxEntry)
  if (answer.kind !== 'value' || answer.value.code !== 200 || !answer.value.entries)
    throw new Error('the carrier’s inbox answer was not readable')
  const inbound = answer.value.entries.map(({ messageid, message, sender, receptor, date }) => ({
    providerRef: messageid,
    from: toE164(sender),
    to: toLine(receptor),
    content: { text: message },
    at: date === undefined ? now : date * 1000,
  }))
  const next = inbound.length === INBOX_PAGE ? index : index + 1
  return { cursor: next < lines.length ? String(next) : null, inbound, receipts: [] }
}

function openKavenegar(raw: Settings, ports: Ports): Connection<SmsContent> {
  const settings = openSettings(kavenegar, raw)
  const api = kavenegarApi(ports, settings)
  const lines = settings.optionalText('lines').split(',').filter(Boolean)
  return {
    submit: (messages) => submit(api, messages),
    query: (attempts) => api.query(attempts, kavenegarStatus),
    receive: (request) => receiveKavenegar(request, ports.now()),
    poll: (cursor) => poll(api, lines, cursor, ports.now()),
    health: api.isAlive,
  }
}
