import { expect } from 'vitest'
import type { Carrier, ConformanceKit, Scene } from './kit.ts'
import { type Check, IMPATIENT_MS, overHttp, type Promised, resets, sceneOf, sends, submit } from './promise.ts'

type SceneOf = (kit: ConformanceKit) => Scene

const unknownFor =
  (scene: SceneOf, timeoutMs?: number): Check =>
  async (kit) => {
    const played = scene(kit)
    // In a session, what stands behind the message that went unanswered was certainly not sent.
    const count = typeof played === 'function' ? Math.min(2, kit.provider.batch) : 1
    const { outcomes } = await submit(kit, played, count, timeoutMs)
    for (const one of outcomes)
      expect(one).toMatchObject({ outcome: 'unknown', failure: { code: expect.stringMatching(/^provider-/) } })
  }

export const page =
  (status: number, headers: HeadersInit = {}): Carrier =>
  () =>
    new Response('<html><body><h1>Oops</h1></body></html>', {
      status,
      headers: { 'content-type': 'text/html', ...headers },
    })
const pageOf =
  (status: number, headers?: HeadersInit): SceneOf =>
  () =>
    page(status, headers)

export const tenMegabytes: Carrier = () => {
  let left = 160
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(65_536).fill(32)) : controller.close()),
  })
  return new Response(stream)
}
const hangs: Carrier = () => new Promise<Response>(() => undefined)
const hangsInBody: Carrier = () =>
  new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([123])) }))
const halves: SceneOf = (kit) => async (request) => {
  const { takes } = kit.carrier
  if (typeof takes !== 'function') throw new Error('not called by HTTP')
  const text = await (await takes(request)).text()
  return new Response(text.slice(0, text.length / 2), { headers: { 'content-type': 'application/json' } })
}
/** Says all that it was told in its answer, headers too, as a carrier in debug mode does. */
const echoes =
  (status: number): Carrier =>
  async (request) => {
    const told = `${[...request.headers].join(' ')} ${request.url} ${await request.text()}`
    const error = { code: 0, status: told, message: told, description: told, details: [told] }
    return Response.json({ ...error, ok: false, name: told, error, errors: [error], return: error }, { status })
  }

/** What a submit must come to. */
export const SUBMITTING: readonly Promised[] = [
  {
    name: 'a full batch: one outcome a message, each with its own ref of theirs',
    column: 'accepts',
    concerns: sends,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.takes, kit.provider.batch)
      const refs = outcomes.map((one) => (one.outcome === 'accepted' ? one.providerRef : one.outcome))
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(outcomes.map(() => 'accepted'))
      expect(new Set(refs).size).toBe(kit.provider.batch)
    },
  },
  {
    name: 'asked to slow down: deferred, with the carrier’s waiting time',
    column: 'throttled',
    concerns: sends,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.throttles)
      expect(outcomes[0]).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-throttled' } })
      if (kit.retryAfter !== null) expect(outcomes[0]).toMatchObject({ retryAfter: kit.retryAfter ?? 7 })
    },
  },
  {
    name: 'a 429 in anybody’s words: deferred',
    column: 'throttled',
    concerns: overHttp,
    check: async (kit) => {
      const { outcomes } = await submit(kit, page(429))
      expect(outcomes[0]).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-throttled' } })
    },
  },
  {
    name: 'refused for good: rejected, with the carrier’s code',
    column: 'refused',
    concerns: sends,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.refuses)
      expect(outcomes[0]).toMatchObject({ outcome: 'rejected', failure: { carrierCode: expect.any(String) } })
    },
  },
  {
    name: 'no answer in time: unknown',
    column: 'timeout',
    concerns: sends,
    check: unknownFor((kit) => sceneOf(kit, 'hangs', hangs), IMPATIENT_MS),
  },
  {
    name: 'an answer that stops in the middle: unknown',
    column: 'timeout',
    concerns: overHttp,
    check: unknownFor(() => hangsInBody, IMPATIENT_MS),
  },
  {
    name: 'a reset connection: unknown',
    column: 'unclear',
    concerns: sends,
    check: unknownFor((kit) => sceneOf(kit, 'resets', resets)),
  },
  { name: 'a 500: unknown', column: 'unclear', concerns: overHttp, check: unknownFor(pageOf(500)) },
  {
    name: 'an HTML page with 200: unknown',
    column: 'unclear',
    concerns: overHttp,
    waivable: true,
    check: unknownFor(pageOf(200)),
  },
  {
    name: 'a redirect: unknown, and not followed',
    column: 'unclear',
    concerns: overHttp,
    check: async (kit, channel) => {
      await unknownFor(pageOf(307, { location: 'https://x.example' }))(kit, channel)
      const { seen } = await submit(kit, page(307, { location: 'https://x.example' }))
      expect(seen.map(({ url }) => new URL(url).host)).not.toContain('x.example')
    },
  },
  {
    name: 'half a JSON: unknown',
    column: 'unclear',
    concerns: overHttp,
    waivable: true,
    check: unknownFor(halves),
  },
  {
    name: 'JSON of another shape: unknown',
    column: 'unclear',
    concerns: overHttp,
    waivable: true,
    check: unknownFor(() => () => Response.json({ ok: true })),
  },
  {
    name: 'an answer of no sense: unknown',
    column: 'unclear',
    concerns: (kit) => (overHttp(kit) === true ? 'its nonsense over HTTP is asked one by one' : sends(kit)),
    check: unknownFor((kit) => sceneOf(kit, 'garbles', page(200))),
  },
  {
    name: 'an answer of 10 MB: unknown',
    column: 'unclear',
    concerns: sends,
    waivable: true,
    check: unknownFor((kit) => sceneOf(kit, 'floods', tenMegabytes)),
  },
  {
    name: 'an origin that Cloudflare could not reach: deferred; one that may have heard: unknown',
    column: 'unclear',
    concerns: overHttp,
    check: async (kit, channel) => {
      const refused = await submit(kit, page(521, { server: 'cloudflare' }))
      expect(refused.outcomes[0]).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-unavailable' } })
      await unknownFor(pageOf(524, { server: 'cloudflare' }))(kit, channel)
      await unknownFor(pageOf(521))(kit, channel)
    },
  },
  {
    name: 'a carrier that is not there: deferred',
    column: 'unclear',
    concerns: (kit) => (kit.carrier.isAway ? sends(kit) : 'by its answer nobody could tell'),
    check: async (kit) => {
      const { outcomes } = await submit(kit, sceneOf(kit, 'isAway', resets))
      expect(outcomes[0]).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-unavailable' } })
    },
  },
  {
    name: 'a wrong number of entries',
    column: 'unclear',
    concerns: ({ provider }) => provider.batch > 1 || 'a submit is one message',
    waivable: true,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.miscounts ?? kit.carrier.takes, 2)
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
    },
  },
  {
    name: 'the same key for a repeat',
    column: 'double',
    concerns: ({ provider }) => provider.dedupeWindow !== undefined || 'it does not claim to drop repeats',
    check: async (kit) => {
      const keysOf = async () => {
        const { seen } = await submit(kit, kit.carrier.takes, 2)
        return (await Promise.all(seen.map((request) => kit.dedupeKeys?.(request) ?? []))).flat()
      }
      const keys = await keysOf()
      expect(new Set(keys).size).toBe(2)
      expect(await keysOf()).toEqual(keys)
    },
  },
  {
    name: 'a carrier that repeats all it was told: no secret, recipient or text in the outcome',
    column: 'silent',
    concerns: overHttp,
    check: async (kit) => {
      // `submit` looks at every outcome.
      for (const status of [200, 400, 401, 403, 404, 500]) await submit(kit, echoes(status))
    },
  },
]
