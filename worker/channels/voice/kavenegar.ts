import * as z from 'zod'
import {
  type Attempt,
  CallbackRefused,
  type Connection,
  type Failure,
  type PastAttempt,
  type Ports,
  type Provider,
  type Receipt,
  type Received,
  type Settings,
  type Submission,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { HOUR } from '#worker/domain/time.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { unclearSubmission } from '#worker/vendors/carrier-answer.ts'
import {
  askKavenegar,
  type KavenegarAccount,
  kavenegarId,
  kavenegarStatus,
  kavenegarVerdict,
  localIdOf,
  toE164,
} from '#worker/vendors/kavenegar.ts'
import { isMute, kavenegarReceipt, kavenegarRecords, kavenegarStatusCode } from '#worker/vendors/kavenegar-callback.ts'
import { spelled } from './call-script.ts'
import { scriptOf, type VoiceContent, type VoiceScript } from './content.ts'

/** Longest text of one call. */
const MAX_TEXT = 900
/** `status` knows a message for 48 hours, `statuslocalmessageid` for 12. */
const STATUS_HOURS = 48
const LOCALID_HOURS = 12
const STATUS_BATCH = 500

/**
 * Kavenegar `call/maketts`, and `verify/lookup` by call where a template is set: https://kavenegar.com/rest.html (method and
 * parameter names from a copy of it, FardaDev/kavenegar-for-laravel). It reads Persian whatever the content's language,
 * calls from a number of its own, and repeats nothing, so a repeated text is sent as often as its 900 characters hold.
 * Not confirmed against the live service: that status 11 of a call is "not answered", that the status methods of SMS know
 * calls too, and that a call's `localid` drops repeats; it is sent, and nothing here relies on it.
 */
export const kavenegar: Provider<VoiceContent> = {
  name: 'kavenegar',
  home: 'IR',
  features: ['outbound', 'receipts', 'say', 'digits'],
  settings: {
    apiKey: {
      title: 'API key',
      help: 'Panel → Account → API key. It travels in the path of every call; the gateway never logs it.',
      kind: 'secret',
      required: true,
      pattern: '[A-Za-z0-9+/=_-]{16,200}',
    },
    template: {
      title: 'Template of codes',
      help: 'A verification template of the panel: one-time codes then go by verify/lookup. Empty: they are read as text.',
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
  },
  batch: 1,
  // No dedupeWindow: verify/lookup has no key that drops a repeat, and nobody confirms that a call's localid does.
  echoesRef: false,
  callbackProof: 'path-secret',
  open: openKavenegar,
}

const callEntry = z.object({ messageid: kavenegarId, status: z.int(), receptor: z.string().max(40) })
const statusEntry = z.object({ messageid: kavenegarId, status: z.int(), localid: kavenegarId.optional() })

/** Statuses of an entry that mean that this call was refused although the request was taken. */
const REFUSED_ENTRIES = new Set([6, 13, 14])
const NOT_ANSWERED = 11

/** A status of a call in our words. */
function callState(status: number): ReturnType<typeof kavenegarStatus> {
  const state = kavenegarStatus(status)
  if (status !== NOT_ANSWERED || !state) return state
  const failure: Failure = { code: 'no-answer', carrierCode: String(status), detail: 'Nobody answered.' }
  return { status: state.status, failure }
}

/** As often as it is to be heard, and as the longest text allows. */
function repeated(text: string, times: number): string {
  const pause = '. \n'
  const fits = Math.floor((MAX_TEXT + pause.length) / (text.length + pause.length))
  return Array.from({ length: Math.max(1, Math.min(times, fits)) }, () => text).join(pause)
}

function wordsOf({ say, digits }: VoiceScript): string | null {
  if (say) return repeated(say.text, say.repeat)
  return digits ? repeated(spelled(digits.code, 'fa-IR'), digits.repeat) : null
}

async function receive(request: Request, now: number): Promise<Received<VoiceContent>> {
  const receipts: Receipt[] = []
  for (const fields of await kavenegarRecords(request)) {
    const receipt = kavenegarReceipt(fields, now)
    const failure = callState(kavenegarStatusCode(fields) ?? Number.NaN)?.failure
    if (receipt) receipts.push(failure === undefined ? receipt : { ...receipt, failure })
    else if (!isMute(fields)) throw new CallbackRefused(400, 'not a status')
  }
  return { receipts, inbound: [] }
}

const REFUSED: Submission = {
  outcome: 'rejected',
  failure: { code: 'not-supported', detail: 'This carrier reads texts and codes out, and nothing else.' },
}

function openKavenegar(raw: Settings, ports: Ports): Connection<VoiceContent> {
  const settings = openSettings(kavenegar, raw)
  const account: KavenegarAccount = { url: settings.url('url'), apiKey: settings.text('apiKey') }
  const template = settings.optionalText('template')

  async function submitOne({ ref, to, content }: Attempt<VoiceContent>): Promise<Submission> {
    const script = scriptOf(content)
    const words = script ? wordsOf(script) : null
    if (!script || words === null) return REFUSED
    const byTemplate = template !== '' && script.digits !== undefined
    const answer = byTemplate
      ? await askKavenegar(
          ports,
          account,
          'verify/lookup',
          { receptor: to, template, token: script.digits.code, type: 'call' },
          callEntry,
        )
      : await askKavenegar(
          ports,
          account,
          'call/maketts',
          { receptor: to, message: words, localid: await localIdOf(ref) },
          callEntry,
        )
    if (answer.kind !== 'value') return unclearSubmission(answer)
    const { code, entries } = answer.value
    const verdict = code === 200 ? null : kavenegarVerdict(code)
    if (verdict) {
      const { outcome, failure } = verdict
      const after = answer.retryAfter === undefined ? {} : { retryAfter: answer.retryAfter }
      return outcome === 'deferred' ? { outcome, failure, ...after } : { outcome, failure }
    }
    const entry = code === 200 && entries?.length === 1 ? entries[0] : undefined
    // An entry of another recipient is another call's: the localid of two may be the same.
    if (!entry || toE164(entry.receptor) !== to)
      return unclearSubmission({ kind: 'unreadable', status: code, unreached: false })
    const failure = REFUSED_ENTRIES.has(entry.status) ? callState(entry.status)?.failure : undefined
    return failure === undefined
      ? { outcome: 'accepted', providerRef: entry.messageid }
      : { outcome: 'rejected', failure }
  }

  async function statuses(
    attempts: readonly PastAttempt[],
    method: string,
    field: 'messageid' | 'localid',
    idOf: (attempt: PastAttempt) => Promise<string | null>,
  ): Promise<Receipt[]> {
    const byId = new Map<string, PastAttempt>()
    for (const attempt of attempts.slice(0, STATUS_BATCH)) {
      const id = await idOf(attempt)
      if (id !== null) byId.set(id, attempt)
    }
    if (byId.size === 0) return []
    const answer = await askKavenegar(ports, account, method, { [field]: [...byId.keys()].join(',') }, statusEntry)
    if (answer.kind !== 'value' || answer.value.code !== 200 || !answer.value.entries)
      throw new Error('the carrier’s status answer was not readable')
    return answer.value.entries.flatMap((entry) => {
      const attempt = byId.get((field === 'localid' ? entry.localid : entry.messageid) ?? '')
      const state = callState(entry.status)
      return attempt && state ? [{ attemptRef: attempt.ref, ...state, at: ports.now() }] : []
    })
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    receive: (request) => receive(request, ports.now()),
    async query(attempts) {
      const age = (attempt: PastAttempt) => ports.now() - attempt.submittedAt
      const known = attempts.filter((one) => one.providerRef !== null && age(one) < STATUS_HOURS * HOUR)
      const unheard = attempts.filter((one) => one.providerRef === null && age(one) < LOCALID_HOURS * HOUR)
      return [
        ...(await statuses(known, 'sms/status', 'messageid', async (one) => one.providerRef)),
        ...(await statuses(unheard, 'sms/statuslocalmessageid', 'localid', (one) => localIdOf(one.ref))),
      ]
    },
    /** The one method that needs no key, so that a probe says nothing about the account and costs nothing. */
    async health() {
      const answer = await askKavenegar(ports, { ...account, apiKey: '0' }, 'utils/getdate', {}, z.unknown())
      return answer.kind === 'value' && answer.value.code === 200
    },
  }
}
