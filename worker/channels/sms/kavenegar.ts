import * as z from 'zod'
import type {
  Attempt,
  Connection,
  FailureCode,
  Ports,
  Provider,
  Settings,
  Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { unclearSubmission, unclearValue } from '#worker/vendors/carrier-answer.ts'
import {
  type KavenegarApi,
  kavenegarApi,
  kavenegarId,
  kavenegarPrice,
  kavenegarRefusal,
  kavenegarSettings,
  kavenegarStatus,
  LOCALID_HOURS,
  localIdOf,
  refusedEntry,
  toE164,
} from '#worker/vendors/kavenegar.ts'
import type { Refusal } from '#worker/vendors/refusal-table.ts'
import type { SmsContent } from './content.ts'
import { receiveKavenegar } from './kavenegar-callback.ts'
import { kavenegarInbox } from './kavenegar-inbox.ts'

/** Most recipients of one `sendarray`. */
const SEND_BATCH = 200
/** Most calls of one submit, which halves a refused batch to find the messages at fault. */
const MOST_CALLS = 64

export const kavenegar: Provider<SmsContent> = {
  name: 'kavenegar',
  home: 'IR',
  features: ['outbound', 'inbound', 'receipts'],
  settings: {
    apiKey: kavenegarSettings.apiKey,
    lines: {
      title: 'Polled lines',
      help: 'Lines whose inbox is pulled every minute, separated by commas (`10004346, 10008663`); leave empty where the panel posts inbound messages to us.',
      kind: 'text',
      required: false,
      pattern: '[0-9]{4,14}(?:, ?[0-9]{4,14}){0,49}',
    },
    template: kavenegarSettings.template,
    url: kavenegarSettings.url,
  },
  featuresBy: ({ template }) => (template === undefined ? [] : ['otp']),
  batch: SEND_BATCH,
  // A submit with a known localid is answered with the message that it already stands for; nothing is sent twice.
  dedupeWindow: LOCALID_HOURS * 3600,
  // Callbacks carry the localid at best, which is a hash: it cannot be turned back into our ref.
  echoesRef: false,
  callbackProof: 'path-secret',
  open: openKavenegar,
}

const sendEntry = z.object({
  messageid: kavenegarId,
  status: z.int(),
  receptor: z.string(),
  cost: z.unknown().optional(),
})
type SendEntry = z.infer<typeof sendEntry>

function submissionOf(entry: SendEntry): Submission {
  const failure = refusedEntry(entry.status)
  if (failure) return { outcome: 'rejected', failure }
  return { outcome: 'accepted', providerRef: entry.messageid, ...kavenegarPrice(entry.cost) }
}

/** The part of a message that a refusal is about. A code without a row is about the account or the whole call. */
const ABOUT: Readonly<Partial<Record<FailureCode, (message: Attempt<SmsContent>) => string>>> = {
  'recipient-invalid': ({ to }) => to,
  'sender-refused': ({ from }) => from,
  'content-refused': ({ content }) => content.text,
  'link-refused': ({ content }) => content.text,
}

/** True if the messages share what the refusal is about: then it holds for each of them. */
function holdsForAll(messages: readonly Attempt<SmsContent>[], { failure }: Refusal): boolean {
  const about = ABOUT[failure.code]
  return about === undefined || new Set(messages.map(about)).size <= 1
}

/** Makes one call: gives an outcome for each message, or one refusal of the whole call. */
async function send(
  { ask }: KavenegarApi,
  messages: readonly Attempt<SmsContent>[],
): Promise<readonly Submission[] | Refusal> {
  const ids = await Promise.all(messages.map(({ ref }) => localIdOf(ref)))
  const fields = {
    receptor: JSON.stringify(messages.map(({ to }) => to)),
    sender: JSON.stringify(messages.map(({ from }) => from)),
    message: JSON.stringify(messages.map(({ content }) => content.text)),
    // Put together as text: localids are longer than a double is exact.
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

/** Submits, and halves a refused batch until the messages at fault stand alone. The localids make each repeat harmless. */
async function submit(
  api: KavenegarApi,
  messages: readonly Attempt<SmsContent>[],
  calls = { left: MOST_CALLS },
): Promise<readonly Submission[]> {
  calls.left--
  const result = await send(api, messages)
  if (!('outcome' in result)) return result
  if (holdsForAll(messages, result)) return messages.map(() => result)
  // Deferred, because the whole call was refused and nothing of it was taken: these messages may be tried later.
  if (calls.left <= 0) return messages.map(() => ({ outcome: 'deferred', failure: result.failure }))
  const middle = messages.length >> 1
  return [
    ...(await submit(api, messages.slice(0, middle), calls)),
    ...(await submit(api, messages.slice(middle), calls)),
  ]
}

const lookedUp = z.object({ ...sendEntry.shape, receptor: z.string().max(40) })

/**
 * Sends a code by `verify/lookup`: in the words of a template of the account, which go out at once and reach those who block
 * others. It has no key that drops a repeat.
 */
async function submitCode(
  { ask }: KavenegarApi,
  template: string,
  { to, code = '' }: Attempt<SmsContent>,
): Promise<Submission> {
  const once = (one: Submission): Submission => (one.outcome === 'unknown' ? { ...one, once: true } : one)
  const answer = await ask('verify/lookup', { receptor: to, template, token: code, type: 'sms' }, lookedUp)
  if (answer.kind !== 'value') return once(unclearSubmission(answer))
  const { code: said, entries } = answer.value
  const refusal = said === 200 ? null : kavenegarRefusal(said, answer.retryAfter)
  if (refusal) return refusal
  const entry = said === 200 && entries?.length === 1 ? entries[0] : undefined
  return entry && toE164(entry.receptor) === to ? submissionOf(entry) : once(unclearValue(said))
}

/** Submits codes by the account's template, if it has one, and all else as texts. */
async function submitAll(
  api: KavenegarApi,
  template: string,
  messages: readonly Attempt<SmsContent>[],
): Promise<readonly Submission[]> {
  const isCode = ({ code }: Attempt<SmsContent>): boolean => template !== '' && code !== undefined
  const texts = messages.filter((one) => !isCode(one))
  const [codes, sent] = await Promise.all([
    mapLimited(messages.filter(isCode), OPEN_CONNECTIONS, (one) => submitCode(api, template, one)),
    texts.length > 0 ? submit(api, texts) : [],
  ])
  const [nextCode, nextText] = [codes.values(), sent.values()]
  return messages.map((one) => (isCode(one) ? nextCode : nextText).next().value as Submission)
}

function openKavenegar(raw: Settings, ports: Ports): Connection<SmsContent> {
  const settings = openSettings(kavenegar, raw)
  const api = kavenegarApi(ports, settings)
  const template = settings.optionalText('template')
  const lines = settings.optionalText('lines').split(/, ?/).filter(Boolean)
  return {
    submit: (messages) => submitAll(api, template, messages),
    query: (attempts) => api.query(attempts, kavenegarStatus),
    receive: (request) => receiveKavenegar(request),
    ...(lines.length > 0 ? { poll: kavenegarInbox(api, lines, ports.now) } : {}),
    health: api.isAlive,
  }
}
