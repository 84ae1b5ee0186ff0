import * as z from 'zod'
import type { Need } from '#worker/domain/carriers/features.ts'
import {
  type Attempt,
  asksSuppression,
  CallbackRefused,
  type Connection,
  type Failure,
  type InboundMessage,
  type Polled,
  type Ports,
  type Provider,
  type Receipt,
  type Received,
  type Screen,
  type SettingSpec,
  type Settings,
  type Submission,
  type Turn,
} from '#worker/domain/carriers/provider.ts'
import { openSettings } from '#worker/domain/carriers/settings.ts'
import type { ChannelName } from '#worker/domain/channel-names.ts'
import { parseAttemptRef } from '#worker/domain/ids.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { askCarrier, unclearSubmission, unclearValue } from './carrier-answer.ts'
import { refusalTable } from './refusal-table.ts'
import {
  SANDBOX_ORIGIN,
  type SandboxCallback,
  type SandboxReplyKind,
  type SandboxSubmit,
  sandboxAnswer,
  sandboxCallback,
  sandboxInboxAnswer,
  sandboxQueryAnswer,
  type sandboxReceipt,
} from './sandbox.ts'

const BATCH = 500

/** Parts of the sandbox driver that differ between channels. */
export interface SandboxSpec<Content> {
  readonly channel: ChannelName
  /** Name of the provider; default `sandbox`. */
  readonly name?: string
  /** True if the callbacks name our attempt ref. Default: true. */
  readonly echoesRef?: boolean
  readonly features: readonly Need[]
  /** Gives the text whose last four digits choose the outcome; default the recipient. */
  readonly fate?: (message: Attempt<Content>) => string
  /** Gives the name by which people know the device of a message; default the recipient. */
  readonly phone?: (message: Attempt<Content>) => string | undefined
  /** Gives the words of a message, as the carrier sees them. */
  readonly text: (content: Content) => string
  /** Makes the content of what a person sends back. The channel's `withFiles` puts a file into it. */
  readonly content: (text: string, kind: SandboxReplyKind) => Content
  /** True if its accounts may have a line whose inbox is pulled, to which somebody with a phone number writes. */
  readonly isPulled?: true
  /** Set where people open sessions: a callback may be a turn, answered with the screen as JSON. */
  readonly turns?: true
}

const INBOX: SettingSpec = {
  title: 'Pulled line',
  help: 'Line whose inbox is pulled: somebody writes «سلام» to it every minute, for trying what a pulled inbox does.',
  kind: 'text',
  required: false,
  default: '',
  pattern: '[0-9]{4,14}',
}

/** Makes a channel's driver for the sandbox carrier. */
export function sandboxProvider<Content>(spec: SandboxSpec<Content>): Provider<Content> {
  const provider: Provider<Content> = {
    name: spec.name ?? 'sandbox',
    features: spec.features,
    settings: {
      url: {
        title: 'Carrier',
        help: 'Origin of the sandbox carrier; the default is served inside this deployment.',
        kind: 'url',
        required: false,
        default: SANDBOX_ORIGIN,
      },
      batchCallbacks: {
        title: 'Batch callbacks',
        help: 'On: up to 500 receipts a callback. Off: one callback a receipt, as most carriers do.',
        kind: 'boolean',
        required: false,
        default: true,
      },
      latencyMs: {
        title: 'Latency',
        help: 'Milliseconds that the carrier takes to answer a submit, at most 60,000.',
        kind: 'number',
        required: false,
        default: 0,
      },
      ...(spec.isPulled ? { inbox: INBOX } : {}),
    },
    batch: BATCH,
    // No dedupeWindow: the sandbox shows what `unknown` means with a carrier that cannot drop repeats.
    echoesRef: spec.echoesRef ?? true,
    callbackProof: 'path-secret',
    simulated: true,
    open: (settings, ports) => openSandbox(spec, provider, settings, ports),
  }
  return provider
}

const post = (url: string, body: unknown): Request =>
  new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const REFUSALS = refusalTable([
  { code: 'recipient-invalid', detail: 'The carrier knows no such recipient.', of: ['invalid'] },
  { code: 'recipient-unregistered', detail: 'The device or account exists no more.', of: ['unregistered'] },
  { code: 'provider-timeout', detail: 'The carrier did not answer in time.', of: ['timeout'] },
  {
    code: 'provider-unavailable',
    outcome: 'unknown',
    detail: 'The connection to the carrier failed.',
    of: ['reset'],
  },
  { code: 'provider-throttled', detail: 'The carrier asks to slow down.', of: ['busy'] },
])

function submissionOf(result: z.infer<typeof sandboxAnswer>['results'][number]): Submission {
  if ('id' in result) return { outcome: 'accepted', providerRef: result.id }
  return REFUSALS.find(result.error, result.retryAfter) ?? unclearValue(200)
}

/** Failures by the codes that the sandbox's reports name, which are our own. */
const ENDINGS = refusalTable([
  { code: 'recipient-unreachable', detail: 'The handset could not be reached.' },
  { code: 'recipient-blocked', detail: 'The recipient blocks these messages.' },
  { code: 'validity-expired', detail: 'The validity ended before the message was delivered.' },
  { code: 'recipient-invalid', detail: 'The carrier knows no such recipient.' },
  { code: 'recipient-busy', detail: 'The line was busy.' },
  { code: 'no-answer', detail: 'Nobody answered.' },
  { code: 'not-delivered', detail: 'The carrier gave up delivering the message.' },
])
const OTHER_ENDING = 'The carrier could not deliver the message.'

function failureOf(code: string | undefined): { failure: Failure } | undefined {
  if (code === undefined) return undefined
  if (ENDINGS.has(code)) return { failure: ENDINGS.make(code, code).failure }
  return { failure: { code: 'not-delivered', carrierCode: code, detail: OTHER_ENDING } }
}

function receiptOf(wire: z.infer<typeof sandboxReceipt>, at: number): Receipt {
  const said: Omit<Receipt, 'attemptRef' | 'providerRef'> = {
    status: wire.status,
    carrierAt: at,
    ...failureOf(wire.code),
    ...(wire.suppress ? { suppress: true } : {}),
  }
  if (wire.ref === undefined) return { providerRef: wire.id, ...said }
  return { attemptRef: wire.ref, ...(asksSuppression(said) ? { providerRef: wire.id } : {}), ...said }
}

type WireInbound = NonNullable<SandboxCallback['inbound']>[number]

function inboundOf<Content>(spec: SandboxSpec<Content>, wire: WireInbound, at: number): InboundMessage<Content> {
  const { id, from, to, text, part, kind = 'text', replyTo, files } = wire
  return {
    providerRef: id,
    from,
    to,
    content: spec.content(text, kind),
    carrierAt: at,
    ...(part === undefined ? {} : { part }),
    ...(replyTo === undefined ? {} : { inReplyTo: replyTo }),
    ...(files === undefined ? {} : { files }),
  }
}

function turnOf({ session, event, from, to, input, number }: NonNullable<SandboxCallback['turn']>, at: number): Turn {
  const counted = number === undefined ? {} : { number }
  return { sessionRef: session, event, from, to, input: input ?? null, at, ...counted }
}

async function receive<Content>(spec: SandboxSpec<Content>, request: Request): Promise<Received<Content>> {
  const json: unknown = await request.json().catch(() => undefined)
  const parsed = sandboxCallback.safeParse(json)
  if (!parsed.success) throw new CallbackRefused(400, 'not a sandbox callback')
  const { at, receipts = [], inbound = [], turn } = parsed.data
  if (turn && !spec.turns) throw new CallbackRefused(400, 'this channel has no sessions')
  return {
    receipts: receipts.map((wire) => receiptOf(wire, at)),
    inbound: inbound.map((wire) => inboundOf(spec, wire, at)),
    ...(turn ? { turn: turnOf(turn, at) } : {}),
  }
}

/** Reads what was written to a line whose inbox is pulled. The cursor is the minute of the last message. */
async function pull<Content>(
  spec: SandboxSpec<Content>,
  ports: Ports,
  { url, line }: { readonly url: string; readonly line: string },
  cursor: string | null,
): Promise<Polled<Content>> {
  const request = post(`${url}/v1/inbox`, { line, after: cursor === null ? null : Number(cursor) })
  const answer = await askCarrier(ports, request, sandboxInboxAnswer)
  if (answer.kind !== 'value' || answer.status !== 200) {
    const { failure } = answer.kind === 'value' ? unclearValue(answer.status) : unclearSubmission(answer)
    return { cursor, last: true, inbound: [], receipts: [], failure }
  }
  const { at, next, inbound } = answer.value
  const messages = inbound.map((wire) => inboundOf(spec, wire, at))
  return { cursor: String(next), last: true, inbound: messages, receipts: [] }
}

function openSandbox<Content>(
  spec: SandboxSpec<Content>,
  provider: Provider<Content>,
  raw: Settings,
  ports: Ports,
): Connection<Content> {
  const settings = openSettings(provider, raw)
  const url = settings.url('url')
  const line = spec.isPulled ? settings.optionalText('inbox') : ''
  const receiptsPerCallback = settings.flag('batchCallbacks') ? BATCH : 1
  const { channel } = spec

  /** True if a test telephone shows the messages, which are of one realm: the carrier inside the deployment alone has any. */
  const areShown = (messages: readonly Attempt<Content>[]): boolean => {
    const first = url === SANDBOX_ORIGIN && messages[0] ? parseAttemptRef(messages[0].ref) : null
    return first !== null && modeOf(first.realm) === 'test'
  }

  async function submit(messages: readonly Attempt<Content>[]): Promise<readonly Submission[]> {
    const isShown = areShown(messages)
    const body: SandboxSubmit = {
      callbackUrl: ports.callbackUrl(),
      receiptsPerCallback,
      echo: provider.echoesRef,
      latencyMs: settings.number('latencyMs'),
      channel,
      messages: messages.map((message) => ({
        ref: message.ref,
        to: message.to,
        from: message.from,
        text: spec.text(message.content),
        ...(spec.fate === undefined ? {} : { fate: spec.fate(message) }),
        ...(isShown ? { content: message.content, phone: spec.phone?.(message) } : {}),
      })),
    }
    const answer = await askCarrier(ports, post(`${url}/v1/messages`, body), sandboxAnswer)
    if (answer.kind !== 'value') return messages.map(() => unclearSubmission(answer))
    if (answer.status !== 200 || answer.value.results.length !== messages.length)
      return messages.map(() => unclearValue(answer.status))
    return answer.value.results.map(submissionOf)
  }

  return {
    submit,
    receive: (request) => receive(spec, request),
    ...(spec.turns ? { answer: (_, { text, ends }: Screen) => Response.json({ text, ends }) } : {}),
    ...(line === '' ? {} : { poll: (cursor) => pull(spec, ports, { url, line }, cursor) }),
    async download(file) {
      if (!file.startsWith(`${url}/`)) throw new Error('this file is not the carrier’s')
      return ports.http(new Request(file))
    },
    async query(attempts) {
      const known = attempts.filter(({ providerRef }) => providerRef !== null)
      if (known.length === 0) return []
      const messages = known.map(({ providerRef, to }) => ({ id: providerRef, to }))
      const answer = await askCarrier(ports, post(`${url}/v1/status`, { channel, messages }), sandboxQueryAnswer)
      if (answer.kind !== 'value') throw new Error('the carrier’s status answer was not readable')
      return answer.value.receipts.map((wire) => receiptOf(wire, answer.value.at))
    },
    async health() {
      const answer = await askCarrier(ports, new Request(`${url}/v1/health`), z.object({ ok: z.literal(true) }))
      return answer.kind === 'value' && answer.status === 200
    },
  }
}
