import * as z from 'zod'
import { foldDigits } from '#worker/domain/addresses/address.ts'
import type { Failure, FailureCode, HttpOptions, Ports, ReceiptStatus } from '#worker/domain/carriers/provider.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { askCarrier, type CarrierAnswer } from './carrier-answer.ts'

/** Kavenegar's REST API v1: https://kavenegar.com/rest.html. The key is part of the path: never log or throw a URL. */
export interface KavenegarAccount {
  /** Without a slash at the end. */
  readonly url: string
  readonly apiKey: string
}

/** Ids are 64-bit integers: JSON numbers where they are small, texts where a double would round them. */
export const kavenegarId = z.union([z.int().transform(String), z.string().regex(/^\d{1,20}$/)])

/** `entries` is an array, one object, null or absent, depending on method and version. */
const envelope = z.object({
  return: z.object({ status: z.int() }),
  entries: z.unknown(),
})

/**
 * The dedupe key of an attempt: 63 bits of its SHA-256, never 0, as decimal digits. Among ten million attempts of one
 * window two share one with a chance of 5 in a million; then the recipient of the entry differs and the answer is not believed.
 */
export async function localIdOf(ref: string): Promise<string> {
  const view = new DataView((await sha256(ref)).buffer)
  const id = view.getBigUint64(0) & 0x7fff_ffff_ffff_ffffn
  return String(id === 0n ? 1n : id)
}

/** An answer in Kavenegar's own words: its code, and the entries if they have the expected form. */
interface KavenegarReply<Entry> {
  readonly code: number
  /** Null: the envelope was right, the entries were not. */
  readonly entries: readonly Entry[] | null
}

type KavenegarAnswer<Entry> = CarrierAnswer<KavenegarReply<Entry>>

/** Calls one method with form fields; answers like `askCarrier`. */
export async function askKavenegar<Entry>(
  ports: Ports,
  account: KavenegarAccount,
  method: string,
  fields: Readonly<Record<string, string>>,
  entry: z.ZodType<Entry>,
  options?: HttpOptions,
): Promise<KavenegarAnswer<Entry>> {
  const request = new Request(`${account.url}/v1/${encodeURIComponent(account.apiKey)}/${method}.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', accept: 'application/json' },
    body: new URLSearchParams(fields).toString(),
  })
  const answer = await askCarrier(ports, request, envelope, options)
  if (answer.kind !== 'value') return answer
  const { entries, return: verdict } = answer.value
  const list = Array.isArray(entries) ? entries : entries === null || entries === undefined ? [] : [entries]
  const parsed = z.safeParse(z.array(entry), list)
  return { ...answer, value: { code: verdict.status, entries: parsed.success ? parsed.data : null } }
}

/** What a return code means for the messages of the call. */
export interface KavenegarVerdict {
  readonly outcome: 'rejected' | 'deferred'
  readonly failure: Failure
  /** What of a message the verdict is about; absent: the account or the call as a whole. */
  readonly about?: 'to' | 'from' | 'text'
}

const DETAILS = {
  'connection-misconfigured': 'The account at the carrier does not allow this call.',
  'credit-exhausted': 'The account at the carrier has no credit left.',
  'provider-throttled': 'The carrier asks to slow down.',
  'recipient-invalid': 'The carrier does not know this recipient.',
  'sender-refused': 'The carrier does not let this sender be used.',
  'content-refused': 'The carrier refuses this text.',
  'link-refused': 'The carrier refuses links in this text.',
} as const satisfies Partial<Record<FailureCode, string>>

const account = { outcome: 'deferred', code: 'connection-misconfigured' } as const
const busy = { outcome: 'deferred', code: 'provider-throttled' } as const
const text = { outcome: 'rejected', code: 'content-refused', about: 'text' } as const

/**
 * Return codes that certainly mean "not taken". What is the account's fault (key, IP, credit) is `deferred`, so that the
 * next connection of the route carries the message: the tenant has done nothing wrong. 402 "operation failed" is left
 * out: it does not say whether anything was taken.
 */
const VERDICTS: Readonly<
  Record<number, { outcome: 'rejected' | 'deferred'; code: keyof typeof DETAILS; about?: 'to' | 'from' | 'text' }>
> = {
  400: account,
  401: account,
  403: account,
  404: account,
  405: account,
  406: account,
  407: account,
  409: busy,
  411: { outcome: 'rejected', code: 'recipient-invalid', about: 'to' },
  412: { outcome: 'rejected', code: 'sender-refused', about: 'from' },
  413: text,
  414: account,
  415: account,
  416: account,
  417: account,
  418: { outcome: 'deferred', code: 'credit-exhausted' },
  419: account,
  420: { outcome: 'rejected', code: 'link-refused', about: 'text' },
  422: text,
  424: account,
  426: account,
  428: text,
  429: busy,
  431: text,
  432: account,
  451: busy,
  501: account,
  607: account,
}

/** What a return code other than 200 proves; null: nothing, the message may have been taken. */
export function kavenegarVerdict(code: number): KavenegarVerdict | null {
  const row = VERDICTS[code]
  if (!row) return null
  const failure: Failure = { code: row.code, carrierCode: String(code), detail: DETAILS[row.code] }
  return { outcome: row.outcome, failure, ...(row.about === undefined ? {} : { about: row.about }) }
}

/** A message's status in our words. Null: it says nothing (50 is inbound, 100 unknown or aged out). */
export function kavenegarStatus(code: number): { status: ReceiptStatus; failure?: Failure } | null {
  const carrierCode = String(code)
  switch (code) {
    case 1:
    case 2:
    case 4:
    case 5:
      return { status: 'submitted' }
    case 6:
      return {
        status: 'failed',
        failure: { code: 'not-delivered', carrierCode, detail: 'The carrier failed to send the message.' },
      }
    case 10:
      return { status: 'delivered' }
    case 11:
      return {
        status: 'undelivered',
        failure: { code: 'recipient-unreachable', carrierCode, detail: 'The handset did not get the message.' },
      }
    case 13:
      return {
        status: 'failed',
        failure: { code: 'provider-refused', carrierCode, detail: 'The carrier called the message off.' },
      }
    case 14:
      return {
        status: 'rejected',
        failure: { code: 'recipient-blocked', carrierCode, detail: 'The recipient blocks these messages.' },
      }
    default:
      return null
  }
}

/** A mobile number in any of the forms Kavenegar uses (`09…`, `9…`, `98…`, `0098…`, `+98…`) as E.164; other texts unchanged. */
export function toE164(input: string): string {
  const digits = foldDigits(input).trim()
  const mobile = /^(?:0|98|0098|\+98)?(9\d{9})$/.exec(digits)
  return mobile ? `+98${mobile[1]}` : digits
}

/** A line as the gateway writes it: `10004346`, also when it comes as `+98…` or `0098…`. */
export const toLine = (input: string): string =>
  foldDigits(input)
    .trim()
    .replace(/^(?:\+98|0098)(?=\d{4,})/, '')
