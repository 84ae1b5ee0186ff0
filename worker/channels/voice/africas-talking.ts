import * as z from 'zod'
import { speaks } from '#worker/domain/carriers/features.ts'
import type { Attempt, Connection, Ports, Provider, Settings, Submission } from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { askCarrier, throttled, unclearSubmission, unclearValue } from '#worker/vendors/carrier-answer.ts'
import { EXPIRED, refusalTable } from '#worker/vendors/refusal-table.ts'
import { receiveCall, recordingUrl } from './africas-talking-callback.ts'
import { answeringOf, answeringSettings } from './answering.ts'
import type { VoiceContent } from './content.ts'

/**
 * Africa's Talking Voice. The request is that of the official Node SDK (lib/voice.js); callbacks and hangup causes are those
 * of the vendor's help pages; the callback URL is set for each number in the dashboard, so `clientRequestId` is what ties a
 * call to its message. `Say` names no language here, and its voice reads English. Not confirmed against the live service: that
 * `clientRequestId` comes back in every callback (without it a call that is answered says nothing), the entry statuses other than
 * Queued, and where recordings lie: applications have seen them on bare addresses over plain HTTP, which is not fetched, and the
 * message says `missing` then. A voice call has no sandbox there.
 */
export const africasTalking: Provider<VoiceContent> = {
  name: 'africas-talking',
  features: ['outbound', 'inbound', 'receipts', 'say', 'play', 'digits', 'gather', 'record', speaks('en')],
  settings: {
    username: {
      title: 'Username',
      help: 'Of the application, as the dashboard shows it.',
      kind: 'text',
      required: true,
      pattern: '[A-Za-z0-9._-]{1,64}',
    },
    apiKey: {
      title: 'API key',
      help: 'Dashboard → Settings → API key.',
      kind: 'secret',
      required: true,
      pattern: '[\\x21-\\x7e]{16,200}',
    },
    number: {
      title: 'A number of the account',
      help: 'Asked about when the gateway finds out whether the carrier is up again; +254…',
      kind: 'text',
      required: true,
      pattern: '\\+[0-9]{7,15}',
    },
    ...answeringSettings,
    url: {
      title: 'API',
      help: 'Origin of the voice API, or of a relay.',
      kind: 'url',
      required: false,
      default: 'https://voice.africastalking.com',
    },
  },
  batch: 1,
  // No dedupeWindow: clientRequestId is echoed, but drops no repeat.
  echoesRef: false,
  callbackProof: 'path-secret',
  open: openAfricasTalking,
}

const placed = z.object({
  entries: z
    .array(z.object({ phoneNumber: z.string().max(40), status: z.string().max(60), sessionId: z.string().max(200) }))
    .max(10),
  errorMessage: z.string().max(500).nullish(),
})

/** Statuses of entries that were not queued, and errors without any entry. */
const REFUSALS = refusalTable([
  { code: 'connection-misconfigured', detail: 'The account at the carrier does not allow this call.' },
  {
    code: 'connection-misconfigured',
    detail: 'The carrier does not call this country.',
    of: ['DestinationNotSupported'],
  },
  {
    code: 'credit-exhausted',
    detail: 'The account at the carrier has no credit left.',
    of: ['InsufficientCredit'],
  },
  { code: 'recipient-invalid', detail: 'The carrier does not know this recipient.', of: ['InvalidPhoneNumber'] },
  {
    code: 'sender-refused',
    detail: 'The carrier does not let this account call from this number.',
    said: /caller ?id/i,
  },
  { code: 'provider-refused', detail: 'The carrier refused this call.' },
])

function submissionOf(value: z.output<typeof placed>, to: string, status: number): Submission {
  const [entry] = value.entries
  const isOne = value.entries.length === 1 && entry?.phoneNumber === to
  if (isOne && entry.status === 'Queued' && entry.sessionId !== 'None')
    return { outcome: 'accepted', providerRef: entry.sessionId }
  const known = isOne ? REFUSALS.find(entry.status) : null
  if (known) return known
  // Keeps the carrier's words of an error back, because they may quote numbers.
  const error = value.errorMessage ?? 'None'
  if (value.entries.length > 0 || error === 'None') return unclearValue(status)
  return REFUSALS.read(error) ? REFUSALS.make('sender-refused', 'callerId') : REFUSALS.make('provider-refused', 'error')
}

/** The carrier asks what to say when the call is answered, and by then nobody has the code any more. */
const ASKED_TOO_LATE: Submission = {
  outcome: 'rejected',
  failure: {
    code: 'not-supported',
    detail: 'This carrier asks for the words of a call too late for a code that is kept nowhere.',
  },
}

function openAfricasTalking(raw: Settings, ports: Ports): Connection<VoiceContent> {
  const settings = openSettings(africasTalking, raw)
  const username = settings.text('username')
  const answering = answeringOf(settings)
  const post = (path: string, form: Readonly<Record<string, string>>): Request =>
    new Request(`${settings.url('url')}${path}`, {
      method: 'POST',
      headers: { apikey: settings.text('apiKey'), accept: 'application/json' },
      body: new URLSearchParams({ username, ...form }),
    })

  async function submitOne(message: Attempt<VoiceContent>): Promise<Submission> {
    if (message.validUntil !== undefined && message.validUntil <= ports.now()) return EXPIRED
    if (message.code !== undefined) return ASKED_TOO_LATE
    const form = { to: message.to, from: message.from, clientRequestId: message.ref }
    const answer = await askCarrier(ports, post('/call', form), placed)
    if (answer.kind === 'value')
      return answer.status === 200 || answer.status === 201
        ? submissionOf(answer.value, message.to, answer.status)
        : answer.status === 429
          ? throttled(answer.retryAfter)
          : unclearValue(answer.status)
    // A wrong key is answered in plain words; the status alone proves that nothing was taken.
    const isDenied = answer.kind === 'unreadable' && (answer.status === 401 || answer.status === 403)
    return isDenied ? REFUSALS.make('connection-misconfigured') : unclearSubmission(answer)
  }

  return {
    submit: (messages) => mapLimited(messages, OPEN_CONNECTIONS, submitOne),
    receive: (request) => receiveCall(request, answering, ports),
    async download(url) {
      if (recordingUrl(url) !== url) throw new Error('this is no recording of the carrier')
      return ports.guarded(new Request(url), { maxBytes: MOST_FILE_BYTES, timeoutMs: 30_000 })
    },
    /**
     * Asks how many calls wait at a number, which changes nothing. Any answer in the carrier's own words proves that it is
     * up.
     */
    async health() {
      const asked = post('/queueStatus', { phoneNumbers: settings.text('number') })
      const answer = await askCarrier(ports, asked, z.object({ status: z.string() }))
      return answer.kind === 'value' && answer.status < 300
    },
  }
}
