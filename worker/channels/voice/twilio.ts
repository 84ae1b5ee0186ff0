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
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { askCarrier, throttled, unclearSubmission } from '#worker/vendors/carrier-answer.ts'
import { type TwilioAccount, twilioRequest, twilioSettings, twilioVerdict } from '#worker/vendors/twilio.ts'
import type { VoiceContent } from './content.ts'
import { CALL_SID, callState, receiveCall, recordingPath, stepUrl } from './twilio-callback.ts'

/**
 * Twilio Programmable Voice: https://www.twilio.com/docs/voice/api/call-resource. The carrier asks us for the TwiML once the
 * call is answered. `completed` says that somebody or something picked up: an answering machine too. Which languages `Say`
 * reads is Twilio's matter; for Persian `play` is the safe way.
 */
export const twilio: Provider<VoiceContent> = {
  name: 'twilio',
  features: ['outbound', 'inbound', 'receipts', 'say', 'play', 'digits', 'gather', 'record'],
  settings: {
    ...twilioSettings,
    ringSeconds: {
      title: 'Ringing',
      help: 'Seconds that a telephone rings before nobody has answered, 5 to 600.',
      kind: 'number',
      required: false,
      default: 30,
    },
    greeting: {
      title: 'Greeting',
      help: 'Read to people who call; then they leave a voice message. Empty: calls are not taken.',
      kind: 'text',
      required: false,
    },
    greetingLanguage: {
      title: 'Language of the greeting',
      help: 'BCP 47.',
      kind: 'text',
      required: false,
      default: 'en-US',
      pattern: '[a-z]{2,3}(?:-[A-Za-z]{2,4}){0,2}',
    },
    recordSeconds: {
      title: 'Longest voice message',
      help: 'Seconds, 2 to 600.',
      kind: 'number',
      required: false,
      default: 120,
    },
  },
  batch: 1,
  // No dedupeWindow: the API has no key that would drop a second call.
  echoesRef: true,
  callbackProof: 'signature',
  open: openTwilio,
}

/** The answer to a create and to a read: a call, or `code` and `status` of an error. */
const answerSchema = z.union([
  z.object({ sid: z.string().regex(CALL_SID), status: z.string().max(40) }),
  z.object({ code: z.int(), status: z.int() }),
])

const unreadable = (status: number): Submission => unclearSubmission({ kind: 'unreadable', status, unreached: false })

const within = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.trunc(value)))

function openTwilio(raw: Settings, ports: Ports): Connection<VoiceContent> {
  const settings = openSettings(twilio, raw)
  const account: TwilioAccount = {
    url: settings.url('url'),
    accountSid: settings.text('accountSid'),
    authToken: settings.text('authToken'),
    keySid: settings.optionalText('keySid'),
    keySecret: settings.optionalText('keySecret'),
  }
  if ((account.keySid === '') !== (account.keySecret === ''))
    throw new Error('settings of twilio: keySid and keySecret belong together')
  const answering = {
    greeting: settings.optionalText('greeting'),
    language: settings.text('greetingLanguage'),
    seconds: within(settings.number('recordSeconds'), 2, 600),
  }
  const recordings = `${account.url}/2010-04-01/Accounts/${account.accountSid}/Recordings/`

  async function submitOne(message: Attempt<VoiceContent>): Promise<Submission> {
    if (message.validUntil !== undefined && message.validUntil <= ports.now())
      return { outcome: 'rejected', failure: { code: 'validity-expired', detail: 'The validity has ended.' } }
    const callbackUrl = ports.callbackUrl(message.ref)
    const form = new URLSearchParams({
      To: message.to,
      From: message.from,
      Url: stepUrl(callbackUrl, 'script'),
      Method: 'POST',
      StatusCallback: stepUrl(callbackUrl, 'status'),
      StatusCallbackMethod: 'POST',
      Timeout: String(within(settings.number('ringSeconds'), 5, 600)),
    })
    for (const event of ['ringing', 'answered', 'completed']) form.append('StatusCallbackEvent', event)
    const answer = await askCarrier(ports, twilioRequest(account, '/Calls.json', form), answerSchema)
    if (answer.kind !== 'value') return unclearSubmission(answer)
    const { status, value } = answer
    if ('sid' in value) return status < 300 ? { outcome: 'accepted', providerRef: value.sid } : unreadable(status)
    if (status === 429) return throttled(answer.retryAfter, String(value.code))
    return twilioVerdict(status, value.code) ?? unreadable(status)
  }

  async function query(attempts: readonly PastAttempt[]): Promise<readonly Receipt[]> {
    // The list can be searched by number and day only, which names no attempt: without a SID there is nothing to ask.
    const known = attempts.filter(({ providerRef }) => CALL_SID.test(providerRef ?? ''))
    const found = await mapLimited(known, OPEN_CONNECTIONS, async (attempt): Promise<Receipt | null> => {
      const answer = await askCarrier(ports, twilioRequest(account, `/Calls/${attempt.providerRef}.json`), answerSchema)
      if (answer.kind !== 'value') throw new Error('the carrier’s status answer was not readable')
      if (!('sid' in answer.value)) return null
      const state = callState(answer.value.status)
      return state && { attemptRef: attempt.ref, ...state, at: ports.now() }
    })
    return found.filter((receipt) => receipt !== null)
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    query,
    receive: (request) => receiveCall(request, account, answering, ports),
    /** The account's credentials go to its own recordings and nowhere else. */
    async download(url) {
      const sid = url.startsWith(recordings) ? /^(RE[0-9a-f]{32})\.mp3$/.exec(url.slice(recordings.length))?.[1] : null
      if (!sid) throw new Error('this is no recording of the account')
      return ports.http(twilioRequest(account, recordingPath(sid)), { maxBytes: MOST_FILE_BYTES, timeoutMs: 30_000 })
    },
    async health() {
      const answer = await askCarrier(ports, twilioRequest(account, '.json'), z.object({ sid: z.string() }))
      return answer.kind === 'value' && answer.status === 200
    },
  }
}
