import * as z from 'zod'
import { speaks } from '#worker/domain/carriers/features.ts'
import type { Attempt, Connection, Ports, Provider, Settings, Submission } from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { EXPIRED } from '#worker/vendors/refusal-table.ts'
import {
  createByTwilio,
  isTwilioAlive,
  queryTwilio,
  type TwilioResource,
  twilioAccount,
  twilioAnswer,
  twilioRequest,
  twilioSettings,
} from '#worker/vendors/twilio.ts'
import { answeringOf, answeringSettings, boundedSeconds } from './answering.ts'
import { callScript, stepUrl } from './call-script.ts'
import { scriptOf, type VoiceContent } from './content.ts'
import { CALL_SID, callState, receiveCall, recordingPath } from './twilio-callback.ts'
import { SAY_LANGUAGES } from './twilio-languages.ts'
import { scriptTwiml, twiml } from './twiml.ts'

/**
 * Twilio Programmable Voice: https://www.twilio.com/docs/voice/api/call-resource. Twilio asks us for the TwiML once the
 * call is answered; that of a code goes with the call. `completed` says that somebody or something picked up: an answering
 * machine too. `Say` reads no Persian: for that `play` is the way.
 */
export const twilio: Provider<VoiceContent> = {
  name: 'twilio',
  features: [
    'outbound',
    'inbound',
    'receipts',
    'say',
    'play',
    'digits',
    'gather',
    'record',
    ...SAY_LANGUAGES.map(speaks),
  ],
  settings: {
    ...twilioSettings,
    ringSeconds: {
      title: 'Ringing',
      help: 'Seconds that a telephone rings before nobody has answered, 5 to 600.',
      kind: 'number',
      required: false,
      default: 30,
    },
    greeting: answeringSettings.greeting,
    greetingLanguage: {
      title: 'Language of the greeting',
      help: 'One of those that this carrier reads.',
      kind: 'text',
      required: false,
      default: 'en-US',
      pattern: SAY_LANGUAGES.join('|'),
    },
    recordSeconds: answeringSettings.recordSeconds,
  },
  batch: 1,
  // No dedupeWindow: the API has no key that would drop a second call.
  echoesRef: true,
  callbackProof: 'signature',
  open: openTwilio,
}

const call = z.object({ sid: z.string().regex(CALL_SID), status: z.string().max(40) })

const CALLS: TwilioResource<z.infer<typeof call>> = {
  path: '/Calls',
  sid: CALL_SID,
  answer: twilioAnswer(call),
  submissionOf: ({ sid }) => ({ outcome: 'accepted', providerRef: sid }),
  stateOf: ({ status }) => callState(status),
}

/**
 * Makes the fields that say what is heard: the URL at which it is asked for once the call is answered, or, of a code, which
 * nobody keeps so long, the TwiML itself.
 */
async function saidBy(message: Attempt<VoiceContent>, ports: Ports): Promise<Readonly<Record<string, string>>> {
  const callbackUrl = ports.callbackUrl(message.ref)
  const script = message.code === undefined ? null : scriptOf(message.content)
  if (!script) return { Url: stepUrl(callbackUrl, 'script'), Method: 'POST' }
  return { Twiml: twiml(scriptTwiml(await callScript(script, ports), stepUrl(callbackUrl, 'keys'))) }
}

/** Makes the form that places a call. */
async function formOf(message: Attempt<VoiceContent>, ports: Ports, ringSeconds: number): Promise<URLSearchParams> {
  const callbackUrl = ports.callbackUrl(message.ref)
  const form = new URLSearchParams({
    To: message.to,
    From: message.from,
    ...(await saidBy(message, ports)),
    StatusCallback: stepUrl(callbackUrl, 'status'),
    StatusCallbackMethod: 'POST',
    Timeout: String(boundedSeconds(ringSeconds, 5, 600)),
  })
  for (const event of ['ringing', 'answered', 'completed']) form.append('StatusCallbackEvent', event)
  return form
}

function openTwilio(raw: Settings, ports: Ports): Connection<VoiceContent> {
  const settings = openSettings(twilio, raw)
  const account = twilioAccount(settings)
  const answering = { ...answeringOf(settings), language: settings.text('greetingLanguage') }
  const recordings = `${account.url}/2010-04-01/Accounts/${account.accountSid}/Recordings/`

  async function submitOne(message: Attempt<VoiceContent>): Promise<Submission> {
    if (message.validUntil !== undefined && message.validUntil <= ports.now()) return EXPIRED
    return createByTwilio(ports, account, CALLS, await formOf(message, ports, settings.number('ringSeconds')))
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    query: (attempts) => queryTwilio(ports, account, CALLS, attempts),
    receive: (request) => receiveCall(request, account, answering, ports),
    /** Fetches a recording. The account's credentials go to its own recordings and nowhere else. */
    async download(url) {
      const sid = url.startsWith(recordings)
        ? /^(RE[0-9a-fA-F]{32})\.mp3$/.exec(url.slice(recordings.length))?.[1]
        : null
      if (!sid) throw new Error('this is no recording of the account')
      return ports.http(twilioRequest(account, recordingPath(sid)), { maxBytes: MOST_FILE_BYTES, timeoutMs: 30_000 })
    },
    health: () => isTwilioAlive(ports, account),
  }
}
