import * as z from 'zod'
import { foldDigits } from '#worker/domain/addresses/address.ts'
import { type Money, moneyOf, priced } from '#worker/domain/carriers/money.ts'
import type {
  Failure,
  PastAttempt,
  Ports,
  Receipt,
  ReceiptStatus,
  SettingSpec,
} from '#worker/domain/carriers/provider.ts'
import type { OpenSettings } from '#worker/domain/carriers/settings.ts'
import type { AttemptRef } from '#worker/domain/ids.ts'
import { type EpochMs, HOUR, type Seconds } from '#worker/domain/time.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { askCarrier, type CarrierAnswer } from './carrier-answer.ts'
import { type Refusal, refusalTable } from './refusal-table.ts'

/** Hours that the carrier knows a message by its localid, and drops a repeat of it. */
export const LOCALID_HOURS = 12
/** Hours that the carrier knows a message by its own id. */
const STATUS_HOURS = 48
/** Most ids of one status call. */
const STATUS_BATCH = 500

/** Settings of an account, the same for every channel. */
export const kavenegarSettings = {
  apiKey: {
    title: 'API key',
    help: 'Panel → Account → API key. It travels in the path of every call; the gateway never logs it.',
    kind: 'secret',
    required: true,
    pattern: '[A-Za-z0-9+/=_-]{16,200}',
  },
  template: {
    title: 'Template of codes',
    help: 'A verification template of the panel: one-time codes then go by verify/lookup. Empty: they go as other texts do.',
    kind: 'text',
    required: false,
    pattern: '[A-Za-z0-9_-]{1,100}',
  },
  url: {
    title: 'API',
    help: 'Origin of the API, or of a relay with a fixed address.',
    kind: 'url',
    required: false,
    default: 'https://api.kavenegar.com',
  },
} satisfies Readonly<Record<string, SettingSpec>>

/** An id: a 64-bit integer, so a JSON number where it is small, a text where a double would round it. */
export const kavenegarId = z.union([z.int().transform(String), z.string().regex(/^\d{1,20}$/)])

/** Envelope of every answer. `entries` is an array, one object, null or absent, depending on method and version. */
const envelope = z.object({
  return: z.object({ status: z.int() }),
  entries: z.unknown(),
})

/**
 * Makes the dedupe key of an attempt: 63 bits of its SHA-256, never 0, as decimal digits. Among ten million attempts of one
 * window two share one with a chance of 5 in a million; then the recipient of the entry differs and the answer is not
 * believed.
 */
export async function localIdOf(ref: string): Promise<string> {
  const view = new DataView((await sha256(ref)).buffer)
  const id = view.getBigUint64(0) & 0x7fff_ffff_ffff_ffffn
  return String(id === 0n ? 1n : id)
}

/** Answer in Kavenegar's own words: its code, and the entries if they have the expected form. */
interface KavenegarReply<Entry> {
  readonly code: number
  /** Null: the envelope was right, the entries were not. */
  readonly entries: readonly Entry[] | null
}

export type KavenegarAnswer<Entry> = CarrierAnswer<KavenegarReply<Entry>>

const statusEntry = z.object({ messageid: kavenegarId, status: z.int(), localid: kavenegarId.optional() })

/** Kavenegar's REST API v1 for one account: https://kavenegar.com/rest.html. */
export interface KavenegarApi {
  /** Calls one method with form fields; answers like `askCarrier`. */
  ask<Entry>(
    method: string,
    fields: Readonly<Record<string, string>>,
    entry: z.ZodType<Entry>,
  ): Promise<KavenegarAnswer<Entry>>
  /** Asks what became of attempts: by the carrier's id, or by the localid where no answer to the submit came. */
  query(attempts: readonly PastAttempt[], stateOf: typeof kavenegarStatus): Promise<readonly Receipt[]>
  /** Asks by the one method that needs no key, so that a probe says nothing about the account and costs nothing. */
  isAlive(): Promise<boolean>
}

/** Opens the API. The key is part of the path: never log or throw a URL. */
export function kavenegarApi(ports: Ports, settings: OpenSettings): KavenegarApi {
  const url = settings.url('url')
  const calling =
    (apiKey: string): KavenegarApi['ask'] =>
    async (method, fields, entry) => {
      const request = new Request(`${url}/v1/${encodeURIComponent(apiKey)}/${method}.json`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', accept: 'application/json' },
        body: new URLSearchParams(fields).toString(),
      })
      const answer = await askCarrier(ports, request, envelope)
      if (answer.kind !== 'value') return answer
      const { entries, return: result } = answer.value
      const list = Array.isArray(entries) ? entries : entries === null || entries === undefined ? [] : [entries]
      const parsed = z.safeParse(z.array(entry), list)
      return { ...answer, value: { code: result.status, entries: parsed.success ? parsed.data : null } }
    }
  const ask = calling(settings.text('apiKey'))
  return {
    ask,
    async query(attempts, stateOf) {
      const at = ports.now()
      return (await askStatuses(ask, attempts, at)).flatMap(({ ref, status }) => {
        const state = stateOf(status)
        return state ? [{ attemptRef: ref, ...state, at }] : []
      })
    },
    async isAlive() {
      const answer = await calling('0')('utils/getdate', {}, z.unknown())
      return answer.kind === 'value' && answer.value.code === 200
    },
  }
}

interface KnownStatus {
  readonly ref: AttemptRef
  readonly status: number
}

/** Asks for each attempt by the id that the carrier still knows it by; attempts that are too old are left out. */
async function askStatuses(
  ask: KavenegarApi['ask'],
  attempts: readonly PastAttempt[],
  now: EpochMs,
): Promise<readonly KnownStatus[]> {
  const isYoung = ({ submittedAt }: PastAttempt, hours: number): boolean => now - submittedAt < hours * HOUR
  const named = attempts.flatMap((one): [string, AttemptRef][] =>
    one.providerRef !== null && isYoung(one, STATUS_HOURS) ? [[one.providerRef, one.ref]] : [],
  )
  const unnamed = attempts.filter((one) => one.providerRef === null && isYoung(one, LOCALID_HOURS))
  const byLocalId = await Promise.all(
    unnamed.map(async ({ ref }): Promise<[string, AttemptRef]> => [await localIdOf(ref), ref]),
  )
  return [
    ...(await askById(ask, { method: 'sms/status', field: 'messageid' }, named)),
    ...(await askById(ask, { method: 'sms/statuslocalmessageid', field: 'localid' }, byLocalId)),
  ]
}

async function askById(
  ask: KavenegarApi['ask'],
  { method, field }: { readonly method: string; readonly field: 'messageid' | 'localid' },
  refs: readonly (readonly [id: string, ref: AttemptRef])[],
): Promise<readonly KnownStatus[]> {
  const found: KnownStatus[] = []
  for (let from = 0; from < refs.length; from += STATUS_BATCH) {
    const byId = new Map(refs.slice(from, from + STATUS_BATCH))
    const answer = await ask(method, { [field]: [...byId.keys()].join(',') }, statusEntry)
    if (answer.kind !== 'value' || answer.value.code !== 200 || !answer.value.entries)
      throw new Error('the carrier’s status answer was not readable')
    for (const entry of answer.value.entries) {
      const ref = byId.get(entry[field] ?? '')
      if (ref) found.push({ ref, status: entry.status })
    }
  }
  return found
}

/**
 * Return codes that certainly mean "not taken". 402 "operation failed" is left out: it does not say whether anything was
 * taken.
 */
const REFUSALS = refusalTable([
  {
    code: 'connection-misconfigured',
    detail: 'The account at the carrier does not allow this call.',
    of: [400, 401, 403, 404, 405, 406, 407, 414, 415, 416, 417, 419, 424, 426, 432, 501, 607],
  },
  { code: 'credit-exhausted', detail: 'The account at the carrier has no credit left.', of: [418] },
  { code: 'provider-throttled', detail: 'The carrier asks to slow down.', of: [409, 429, 451] },
  { code: 'recipient-invalid', detail: 'The carrier does not know this recipient.', of: [411] },
  { code: 'sender-refused', detail: 'The carrier does not let this sender be used.', of: [412] },
  { code: 'content-refused', detail: 'The carrier refuses this text.', of: [413, 422, 428, 431] },
  { code: 'link-refused', detail: 'The carrier refuses links in this text.', of: [420] },
])

/** Translates a return code other than 200; null: it proves nothing, the messages of the call may have been taken. */
export const kavenegarRefusal = (code: number, retryAfter?: Seconds): Refusal | null => REFUSALS.find(code, retryAfter)

/** Reasons why a message that the carrier took was not delivered, by its status. */
const ENDINGS = refusalTable([
  { code: 'not-delivered', detail: 'The carrier failed to send the message.', of: [6] },
  { code: 'recipient-unreachable', detail: 'The handset did not get the message.', of: [11] },
  { code: 'provider-refused', detail: 'The carrier called the message off.', of: [13] },
  { code: 'recipient-blocked', detail: 'The recipient blocks these messages.', of: [14] },
])
/** Statuses of messages. Codes without a row say nothing: 50 is inbound, 100 unknown or aged out. */
const STATUSES: Readonly<Record<number, ReceiptStatus>> = {
  1: 'submitted',
  2: 'submitted',
  4: 'submitted',
  5: 'submitted',
  6: 'failed',
  10: 'delivered',
  11: 'undelivered',
  13: 'failed',
  14: 'rejected',
}

export interface KavenegarState {
  readonly status: ReceiptStatus
  readonly failure?: Failure
}

/** Translates a message's status; null: it says nothing. */
export function kavenegarStatus(code: number): KavenegarState | null {
  const status = STATUSES[code]
  const failure = ENDINGS.find(code)?.failure
  return status === undefined ? null : { status, ...(failure === undefined ? {} : { failure }) }
}

/** The price in what Kavenegar says of a message: whole rials, in digits of any script. */
export const kavenegarPrice = (cost: unknown): { readonly price?: Money } =>
  priced(moneyOf(typeof cost === 'string' ? foldDigits(cost) : cost, 'IRR'))

/** Statuses of an entry whose message was refused although the call was taken. */
const REFUSED_ENTRIES = new Set([6, 13, 14])

/** Gives the reason why the message of an entry was refused; null: it was taken. */
export const refusedEntry = (status: number): Failure | null =>
  REFUSED_ENTRIES.has(status) ? (ENDINGS.find(status)?.failure ?? null) : null

/**
 * Writes a mobile number in any of the forms that Kavenegar uses (`09…`, `9…`, `98…`, `0098…`, `+98…`) as E.164; other
 * texts stay as they are.
 */
export function toE164(input: string): string {
  const digits = foldDigits(input).trim()
  const mobile = /^(?:0|98|0098|\+98)?(9\d{9})$/.exec(digits)
  return mobile ? `+98${mobile[1]}` : digits
}

/** Writes a line as the gateway does: `10004346`, also where it comes as `+98…` or `0098…`. */
export const toLine = (input: string): string =>
  foldDigits(input)
    .trim()
    .replace(/^(?:\+98|0098)(?=\d{4,})/, '')
