import type { Provider } from '#worker/domain/carriers/provider.ts'
import { sandboxCarrier } from '#worker/sandbox/carrier.ts'
import { type SandboxAnswer, type SandboxCallback, sandboxScreen } from '#worker/vendors/sandbox.ts'
import { type Carrier, type ConformanceKit, NOW } from './kit.ts'

const ID = 'sbx_000000000000_0'

/** The carrier itself plays; its queue is not asked for anything here. */
const carrier: Carrier = sandboxCarrier({
  queue: { sendBatch: async () => ({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }) },
  deliver: async () => new Response(null),
  now: () => NOW,
})

const answer = (result: SandboxAnswer['results'][number]): Response => Response.json({ results: [result] })
const post = (url: string, body: SandboxCallback): Request =>
  new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

type Said<Content> = Pick<ConformanceKit<Content>, 'content' | 'to' | 'from' | 'target'> & {
  readonly people: NonNullable<ConformanceKit['people']>
  /** What «سلام» from a person becomes; default: a text. */
  readonly heard?: unknown
}

const sessionOf = (person: string, code: string): Pick<NonNullable<ConformanceKit['callback']>, 'turn' | 'asked'> => ({
  turn: (url) =>
    post(url, { at: NOW, turn: { session: 's1', event: 'input', from: person, to: code, input: '1', number: 2 } }),
  asked: {
    turn: { sessionRef: 's1', event: 'input', input: '1', number: 2, at: NOW },
    answered: async (response, screen) => {
      if (JSON.stringify(sandboxScreen.parse(await response.json())) !== JSON.stringify(screen))
        throw new Error('another screen')
    },
  },
})

const SKIPS: Readonly<Record<string, string>> = {
  'the same key for a repeat': 'it drops no repeats, so that `unknown` can be shown',
}

/** The kit of a channel's sandbox provider: one carrier plays them all. */
export function sandboxKitOf<Content>(
  provider: Provider<Content>,
  { heard, ...said }: Said<Content>,
): ConformanceKit<Content, Carrier> {
  const { to, from } = said
  return {
    provider,
    settings: {},
    ...said,
    carrier: {
      takes: carrier,
      throttles: () => answer({ error: 'busy', retryAfter: 7 }),
      refuses: () => answer({ error: 'invalid' }),
      miscounts: () => answer({ id: ID }),
      reports: carrier,
      isHealthy: carrier,
    },
    callback: {
      delivered: (url, id, ref) =>
        post(url, { at: NOW, receipts: [{ id, ...(provider.echoesRef ? { ref } : {}), status: 'delivered' }] }),
      inbound: (url) => post(url, { at: NOW, inbound: [{ id: `${ID}r`, from: to, to: from, text: 'سلام' }] }),
      ...(heard === undefined ? {} : { heard: { content: heard } }),
      ...(provider.features.includes('session') ? sessionOf(to, from) : {}),
      providerRef: ID,
      at: NOW,
    },
    skips: provider.dedupeWindow === undefined ? SKIPS : {},
  }
}
