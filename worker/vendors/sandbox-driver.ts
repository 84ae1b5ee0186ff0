import * as z from 'zod'
import type { Need } from '../domain/features.ts'
import {
  type Attempt,
  CallbackRefused,
  type Connection,
  type Failure,
  type FailureCode,
  type Ports,
  type Provider,
  type Receipt,
  type Received,
  type Settings,
  type Submission,
} from '../domain/provider.ts'
import { openSettings } from '../domain/settings.ts'
import { askCarrier, throttled, unclearSubmission } from './carrier-answer.ts'
import {
  SANDBOX_ORIGIN,
  type SandboxSubmit,
  sandboxAnswer,
  sandboxCallback,
  sandboxQueryAnswer,
  type sandboxReceipt,
} from './sandbox.ts'

const BATCH = 500

/** What a channel must say of itself to have the carrier that is always there. */
export interface SandboxSpec<Content> {
  /** Default `sandbox`. */
  readonly name?: string
  /** Do its callbacks name our attempt ref? Default: yes. */
  readonly echoesRef?: boolean
  readonly features: readonly Need[]
  /** Whose last four digits choose the outcome; default the recipient. */
  readonly fate?: (message: Attempt<Content>) => string
  /** The words of a message, as the carrier sees them. */
  readonly text: (content: Content) => string
  /** The content of what a person sends back. */
  readonly content: (text: string) => Content
}

/** A driver for the carrier that is always there. */
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

const REFUSALS: Readonly<Record<'invalid' | 'timeout' | 'reset', Submission>> = {
  invalid: {
    outcome: 'rejected',
    failure: { code: 'recipient-invalid', carrierCode: 'invalid', detail: 'The carrier knows no such recipient.' },
  },
  timeout: {
    outcome: 'unknown',
    failure: { code: 'provider-timeout', carrierCode: 'timeout', detail: 'The carrier did not answer in time.' },
  },
  reset: {
    outcome: 'unknown',
    failure: { code: 'provider-unavailable', carrierCode: 'reset', detail: 'The connection to the carrier failed.' },
  },
}

function submissionOf(result: z.infer<typeof sandboxAnswer>['results'][number]): Submission {
  if ('id' in result) return { outcome: 'accepted', providerRef: result.id }
  return result.error === 'busy' ? throttled(result.retryAfter, 'busy') : REFUSALS[result.error]
}

const FAILURES: Partial<Record<FailureCode, string>> = {
  'recipient-unreachable': 'The handset could not be reached.',
  'recipient-blocked': 'The recipient blocks these messages.',
  'validity-expired': 'The validity ended before the message was delivered.',
  'not-delivered': 'The carrier gave up delivering the message.',
}

function failureOf(code: string | undefined): { failure: Failure } | undefined {
  if (code === undefined) return undefined
  const detail = FAILURES[code as FailureCode]
  return detail === undefined
    ? { failure: { code: 'not-delivered', carrierCode: code, detail: 'The carrier could not deliver the message.' } }
    : { failure: { code: code as FailureCode, carrierCode: code, detail } }
}

function receiptOf(wire: z.infer<typeof sandboxReceipt>, at: number): Receipt {
  const key = wire.ref === undefined ? { providerRef: wire.id } : { attemptRef: wire.ref }
  return { ...key, status: wire.status, at, carrierStatus: wire.status, ...failureOf(wire.code) }
}

async function receive<Content>(spec: SandboxSpec<Content>, request: Request): Promise<Received<Content>> {
  const json: unknown = await request.json().catch(() => undefined)
  const parsed = sandboxCallback.safeParse(json)
  if (!parsed.success) throw new CallbackRefused(400, 'not a sandbox callback')
  const { at, receipts = [], inbound = [] } = parsed.data
  return {
    receipts: receipts.map((wire) => receiptOf(wire, at)),
    inbound: inbound.map(({ id, from, to, text, part }) => ({
      providerRef: id,
      from,
      to,
      content: spec.content(text),
      at,
      ...(part === undefined ? {} : { part }),
    })),
  }
}

function openSandbox<Content>(
  spec: SandboxSpec<Content>,
  provider: Provider<Content>,
  raw: Settings,
  ports: Ports,
): Connection<Content> {
  const settings = openSettings(provider, raw)
  const url = settings.url('url')
  const receiptsPerCallback = settings.flag('batchCallbacks') ? BATCH : 1

  async function submit(messages: readonly Attempt<Content>[]): Promise<readonly Submission[]> {
    const body: SandboxSubmit = {
      callbackUrl: ports.callbackUrl(),
      receiptsPerCallback,
      echo: provider.echoesRef,
      latencyMs: settings.number('latencyMs'),
      messages: messages.map((message) => ({
        ref: message.ref,
        to: message.to,
        from: message.from,
        text: spec.text(message.content),
        ...(spec.fate === undefined ? {} : { fate: spec.fate(message) }),
      })),
    }
    const answer = await askCarrier(ports, post(`${url}/v1/messages`, body), sandboxAnswer)
    if (answer.kind !== 'value') return messages.map(() => unclearSubmission(answer))
    if (answer.status !== 200 || answer.value.results.length !== messages.length)
      return messages.map(() => unclearSubmission({ kind: 'unreadable', status: answer.status, unreached: false }))
    return answer.value.results.map(submissionOf)
  }

  return {
    submit,
    receive: (request) => receive(spec, request),
    async query(attempts) {
      const known = attempts.filter(({ providerRef }) => providerRef !== null)
      if (known.length === 0) return []
      const messages = known.map(({ providerRef, to }) => ({ id: providerRef, to }))
      const answer = await askCarrier(ports, post(`${url}/v1/status`, { messages }), sandboxQueryAnswer)
      if (answer.kind !== 'value') throw new Error('the carrier’s status answer was not readable')
      return answer.value.receipts.map((wire) => receiptOf(wire, answer.value.at))
    },
    async health() {
      const answer = await askCarrier(ports, new Request(`${url}/v1/health`), z.object({ ok: z.literal(true) }))
      return answer.kind === 'value' && answer.status === 200
    },
  }
}
