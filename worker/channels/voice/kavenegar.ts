import * as z from 'zod'
import { speaks } from '#worker/domain/carriers/features.ts'
import {
  type Attempt,
  CallbackRefused,
  type Connection,
  type Ports,
  type Provider,
  type Receipt,
  type Received,
  type Settings,
  type Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { unclearSubmission, unclearValue } from '#worker/vendors/carrier-answer.ts'
import {
  type KavenegarAnswer,
  type KavenegarState,
  kavenegarApi,
  kavenegarId,
  kavenegarPrice,
  kavenegarRefusal,
  kavenegarSettings,
  kavenegarStatus,
  localIdOf,
  refusedEntry,
  toE164,
} from '#worker/vendors/kavenegar.ts'
import { isMute, kavenegarReceipt, kavenegarRecords, kavenegarStatusCode } from '#worker/vendors/kavenegar-callback.ts'
import { spelled } from './call-script.ts'
import { scriptOf, type VoiceContent, type VoiceScript } from './content.ts'

/** Longest text of one call, in characters. */
const MAX_TEXT = 900

/**
 * Kavenegar `call/maketts`, and `verify/lookup` by call where a template is set: https://kavenegar.com/rest.html (method and
 * parameter names from a copy of it, FardaDev/kavenegar-for-laravel). It reads Persian and nothing else,
 * calls from a number of its own, and repeats nothing, so a repeated text is sent as often as its 900 characters hold.
 * Not confirmed against the live service: that status 11 of a call is "not answered", that the status methods of SMS know
 * calls too, and that a call's `localid` drops repeats; it is sent, and nothing here relies on it.
 */
export const kavenegar: Provider<VoiceContent> = {
  name: 'kavenegar',
  home: 'IR',
  features: ['outbound', 'receipts', 'say', 'digits', speaks('fa')],
  settings: {
    apiKey: kavenegarSettings.apiKey,
    template: kavenegarSettings.template,
    url: kavenegarSettings.url,
  },
  featuresBy: ({ template }) => (template === undefined ? [] : ['otp']),
  batch: 1,
  // No dedupeWindow: verify/lookup has no key that drops a repeat, and nobody confirms that a call's localid does.
  echoesRef: false,
  callbackProof: 'path-secret',
  open: openKavenegar,
}

const callEntry = z.object({
  messageid: kavenegarId,
  status: z.int(),
  receptor: z.string().max(40),
  cost: z.unknown().optional(),
})

const NOT_ANSWERED = 11

/** Translates a status: it is that of a text, but for the status of a call that nobody answered. */
function callState(status: number): KavenegarState | null {
  const state = kavenegarStatus(status)
  if (status !== NOT_ANSWERED || !state) return state
  return { ...state, failure: { code: 'no-answer', carrierCode: String(status), detail: 'Nobody answered.' } }
}

/** Repeats a text as often as it is to be heard, or as the longest text allows. */
function repeated(text: string, times: number): string {
  const pause = '. \n'
  const fits = Math.floor((MAX_TEXT + pause.length) / (text.length + pause.length))
  return Array.from({ length: Math.max(1, Math.min(times, fits)) }, () => text).join(pause)
}

function wordsOf({ say, digits }: VoiceScript): string | null {
  if (say) return repeated(say.text, say.repeat)
  return digits ? repeated(spelled(digits.code, 'fa-IR'), digits.repeat) : null
}

async function receive(request: Request): Promise<Received<VoiceContent>> {
  const receipts: Receipt[] = []
  for (const fields of await kavenegarRecords(request)) {
    const receipt = kavenegarReceipt(fields)
    const failure = callState(kavenegarStatusCode(fields) ?? Number.NaN)?.failure
    if (receipt) receipts.push(failure === undefined ? receipt : { ...receipt, failure })
    else if (!isMute(fields)) throw new CallbackRefused(400, 'not a status')
  }
  return { receipts, inbound: [] }
}

const UNREADABLE_ALOUD: Submission = {
  outcome: 'rejected',
  failure: { code: 'not-supported', detail: 'This carrier reads texts and codes out, and nothing else.' },
}

/** Gives the outcome for this recipient, as far as the answer to the request tells. */
function submissionOf(answer: KavenegarAnswer<z.infer<typeof callEntry>>, to: string): Submission {
  if (answer.kind !== 'value') return unclearSubmission(answer)
  const { code, entries } = answer.value
  const refusal = code === 200 ? null : kavenegarRefusal(code, answer.retryAfter)
  if (refusal) return refusal
  const entry = code === 200 && entries?.length === 1 ? entries[0] : undefined
  // An entry for another recipient belongs to another call: two may have the same localid.
  if (!entry || toE164(entry.receptor) !== to) return unclearValue(code)
  const failure = refusedEntry(entry.status)
  if (failure) return { outcome: 'rejected', failure }
  return { outcome: 'accepted', providerRef: entry.messageid, ...kavenegarPrice(entry.cost) }
}

function openKavenegar(raw: Settings, ports: Ports): Connection<VoiceContent> {
  const settings = openSettings(kavenegar, raw)
  const api = kavenegarApi(ports, settings)
  const template = settings.optionalText('template')

  async function submitOne({ ref, to, content }: Attempt<VoiceContent>): Promise<Submission> {
    const script = scriptOf(content)
    const words = script ? wordsOf(script) : null
    if (!script || words === null) return UNREADABLE_ALOUD
    if (template !== '' && script.digits !== undefined) {
      const fields = { receptor: to, template, token: script.digits.code, type: 'call' }
      return submissionOf(await api.ask('verify/lookup', fields, callEntry), to)
    }
    const fields = { receptor: to, message: words, localid: await localIdOf(ref) }
    return submissionOf(await api.ask('call/maketts', fields, callEntry), to)
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    receive: (request) => receive(request),
    query: (attempts) => api.query(attempts, callState),
    health: api.isAlive,
  }
}
