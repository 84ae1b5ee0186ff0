import { afterAll, describe, expect, it } from 'vitest'
import type { Connection, Receipt, Submission } from '../../worker/domain/provider.ts'
import { edgeOf } from './edge.ts'
import { HOSTILE_BODIES } from './hostile.ts'
import { attemptOf, CALLBACK, type Carrier, type ConformanceKit, NOW, type Played, play } from './kit.ts'

/** Keeps its promise: returns or throws. A text: the promise cannot be asked of this provider. */
type Check = (kit: ConformanceKit) => Promise<void>
interface Promised {
  readonly name: string
  /** Is the promise meant for this provider? Decided from the provider, never from its kit's word. */
  readonly concerns: (kit: ConformanceKit) => boolean
  readonly check: Check
}

const always = () => true

interface Submitted extends Played {
  readonly connection: Connection
  readonly outcomes: readonly Submission[]
}

/** Submits `count` messages to a connection whose carrier is `carrier`. A throw counts as `unknown`, as dispatch counts it. */
async function submit(kit: ConformanceKit, carrier: Carrier, count = 1, timeoutMs?: number): Promise<Submitted> {
  const played = play(carrier, timeoutMs)
  const connection = kit.provider.open(kit.settings, played.ports)
  const outcomes = await connection.submit(Array.from({ length: count }, (_, n) => attemptOf(kit, n)))
  expect(outcomes).toHaveLength(count)
  expectSilence(kit, JSON.stringify(outcomes))
  return { ...played, connection, outcomes }
}

/** Nothing that leaves a provider names a secret, a recipient or a text. */
function expectSilence(kit: ConformanceKit, text: string): void {
  for (const [name, spec] of Object.entries(kit.provider.settings))
    if (spec.kind === 'secret' && kit.settings[name] !== undefined)
      expect(text).not.toContain(String(kit.settings[name]))
  expect(text).not.toContain(kit.to.slice(-9))
  expect(text).not.toContain(JSON.stringify(kit.content).slice(9, 25))
}

const unknownFor =
  (carrier: Carrier, timeoutMs?: number): Check =>
  async (kit) => {
    const { outcomes } = await submit(kit, carrier, Math.min(2, kit.provider.batch), timeoutMs)
    for (const one of outcomes)
      expect(one).toMatchObject({ outcome: 'unknown', failure: { code: expect.stringMatching(/^provider-/) } })
  }

const page =
  (status: number, headers: HeadersInit = {}): Carrier =>
  () =>
    new Response('<html><body><h1>Oops</h1></body></html>', {
      status,
      headers: { 'content-type': 'text/html', ...headers },
    })
const tenMegabytes: Carrier = () => {
  let left = 160
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => (left-- > 0 ? controller.enqueue(new Uint8Array(65_536).fill(32)) : controller.close()),
  })
  return new Response(stream)
}
const hangs: Carrier = () => new Promise<Response>(() => undefined)
const hangsInBody: Carrier = () =>
  new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([123])) }))
const resets: Carrier = () => {
  throw new TypeError('Network connection lost.')
}
const halves =
  (whole: Carrier): Carrier =>
  async (request) => {
    const text = await (await whole(request)).text()
    return new Response(text.slice(0, text.length / 2), { headers: { 'content-type': 'application/json' } })
  }

const keyOf = (kit: ConformanceKit, ref: string) =>
  kit.provider.echoesRef ? { attemptRef: ref } : { providerRef: kit.callback?.providerRef }

const PROMISES: readonly Promised[] = [
  {
    name: 'a full batch: one outcome a message, each with its own ref of theirs',
    concerns: always,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.takes, kit.provider.batch)
      const refs = outcomes.map((one) => (one.outcome === 'accepted' ? one.providerRef : one.outcome))
      expect(outcomes.every(({ outcome }) => outcome === 'accepted')).toBe(true)
      expect(new Set(refs).size).toBe(kit.provider.batch)
    },
  },
  {
    name: 'asked to slow down: deferred, with the carrier’s waiting time',
    concerns: always,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.throttles)
      expect(outcomes[0]).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-throttled' }, retryAfter: 7 })
    },
  },
  {
    name: 'a 429 in anybody’s words: deferred',
    concerns: always,
    check: async (kit) => {
      const { outcomes } = await submit(kit, page(429))
      expect(outcomes[0]).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-throttled' } })
    },
  },
  {
    name: 'refused for good: rejected, with the carrier’s code',
    concerns: always,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.refuses)
      expect(outcomes[0]).toMatchObject({ outcome: 'rejected', failure: { carrierCode: expect.any(String) } })
    },
  },
  { name: 'no answer in time: unknown', concerns: always, check: unknownFor(hangs, 40) },
  { name: 'an answer that stops in the middle: unknown', concerns: always, check: unknownFor(hangsInBody, 40) },
  { name: 'a reset connection: unknown', concerns: always, check: unknownFor(resets) },
  { name: 'a 500: unknown', concerns: always, check: unknownFor(page(500)) },
  { name: 'an HTML page with 200: unknown', concerns: always, check: unknownFor(page(200)) },
  {
    name: 'a redirect: unknown, and not followed',
    concerns: always,
    check: unknownFor(page(307, { location: 'https://x.example' })),
  },
  { name: 'half a JSON: unknown', concerns: always, check: (kit) => unknownFor(halves(kit.carrier.takes))(kit) },
  { name: 'JSON of another shape: unknown', concerns: always, check: unknownFor(() => Response.json({ ok: true })) },
  { name: 'an answer of 10 MB: unknown', concerns: always, check: unknownFor(tenMegabytes) },
  {
    name: 'an origin that Cloudflare could not reach: deferred; one that may have heard: unknown',
    concerns: always,
    check: async (kit) => {
      const refused = await submit(kit, page(521, { server: 'cloudflare' }))
      expect(refused.outcomes[0]).toMatchObject({ outcome: 'deferred', failure: { code: 'provider-unavailable' } })
      await unknownFor(page(524, { server: 'cloudflare' }))(kit)
      await unknownFor(page(521))(kit)
    },
  },
  {
    name: 'a wrong number of entries',
    concerns: ({ provider }) => provider.batch > 1,
    check: async (kit) => {
      const { outcomes } = await submit(kit, kit.carrier.miscounts ?? kit.carrier.takes, 2)
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
    },
  },
  {
    name: 'the same key for a repeat',
    concerns: ({ provider }) => provider.dedupeWindow !== undefined,
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
    name: 'a missing setting',
    concerns: ({ provider }) =>
      Object.values(provider.settings).some((spec) => spec.required && spec.default === undefined),
    check: async (kit) => {
      for (const [name, spec] of Object.entries(kit.provider.settings)) {
        if (!spec.required || spec.default !== undefined) continue
        const { [name]: _, ...rest } = kit.settings
        expect(() => kit.provider.open(rest, play(resets).ports)).toThrow(
          `settings of ${kit.provider.name}: ${name} is required`,
        )
      }
    },
  },
  {
    name: 'a setting of the wrong form: an error that names it and holds no value',
    concerns: always,
    check: async (kit) => {
      const wrong = { ...kit.settings, url: 'file:///secret-of-the-host' }
      expect(() => kit.provider.open(wrong, play(resets).ports)).toThrow(/: url must be/)
      expect(() => kit.provider.open(wrong, play(resets).ports)).not.toThrow(/secret-of-the-host/)
    },
  },
  {
    name: 'a genuine report: delivered, under the ref that the ledger knows; twice the same twice',
    concerns: always,
    check: async (kit) => {
      const { ref } = attemptOf(kit)
      const { ports } = play(resets)
      const hear = async () => {
        const request = kit.callback?.delivered(CALLBACK, kit.callback.providerRef, ref)
        return request && kit.provider.open(kit.settings, ports).receive?.(request)
      }
      const first = await hear()
      expect(first?.inbound).toEqual([])
      expect(first?.receipts).toHaveLength(1)
      expect(first?.receipts[0]).toMatchObject({ ...keyOf(kit, ref), status: 'delivered', at: NOW })
      expect((await hear())?.receipts).toEqual(first?.receipts)
    },
  },
  {
    name: 'a message from a person: canonical sender and line, the text, the carrier’s id',
    concerns: always,
    check: async (kit) => {
      const request = kit.callback?.inbound(CALLBACK)
      const heard = request && (await kit.provider.open(kit.settings, play(resets).ports).receive?.(request))
      expect(heard?.receipts).toEqual([])
      expect(heard?.inbound[0]).toMatchObject({
        from: kit.to,
        to: kit.from,
        content: { text: expect.stringContaining('سلام') },
      })
      expect(heard?.inbound[0]?.providerRef).toBeTruthy()
    },
  },
  {
    name: 'the edge takes the genuine ones and queues them once',
    concerns: always,
    check: async (kit) => {
      const edge = await edgeOf(kit.provider, kit.settings)
      const { ref } = attemptOf(kit)
      for (const request of [
        kit.callback?.delivered(edge.url(), kit.callback.providerRef, ref),
        kit.callback?.inbound(edge.url()),
      ])
        expect(request && (await edge.call(request)).status).toBe(200)
      expect(edge.jobs.map(({ kind }) => kind)).toEqual(['report', 'inbound'])
      expect(edge.jobs[0]).toMatchObject({ proof: kit.provider.callbackProof, connectionId: edge.id })
    },
  },
  {
    name: 'a wrong signature',
    concerns: ({ provider }) => provider.callbackProof === 'signature',
    check: async (kit) => {
      const edge = await edgeOf(kit.provider, kit.settings)
      const forged = kit.callback?.forged?.(edge.url())
      expect(forged && (await edge.call(forged)).status).toBe(403)
      expect(
        (await edge.call(new Request(edge.url(), { method: 'POST', body: 'MessageStatus=delivered' }))).status,
      ).toBe(403)
      expect(edge.jobs).toEqual([])
    },
  },
  {
    name: 'a wrong secret in the path',
    concerns: ({ provider }) => provider.callbackProof === 'path-secret',
    check: async (kit) => {
      const edge = await edgeOf(kit.provider, kit.settings)
      for (const secret of ['x', '', 'the-current-secret-of-the-patH']) {
        const url = edge.url(secret).replace(/\/$/, '')
        const request = kit.callback?.delivered(url, kit.callback.providerRef, attemptOf(kit).ref)
        expect(request && (await edge.call(request)).status).toBe(403)
      }
      expect(edge.jobs).toEqual([])
    },
  },
  {
    name: 'hostile callback bodies: refused or ignored, nothing queued, nothing echoed',
    concerns: always,
    check: async (kit) => {
      const edge = await edgeOf(kit.provider, kit.settings)
      for (const [name, { type, body }] of Object.entries(HOSTILE_BODIES)) {
        const request = new Request(edge.url(), {
          method: 'POST',
          headers: { 'content-type': type, 'x-twilio-signature': 'x' },
          body,
        })
        const response = await edge.call(request)
        expect([400, 403], name).toContain(response.status)
        expect(await response.text()).toBe('')
      }
      const huge = new Request(edge.url(), { method: 'POST', body: new Uint8Array(1_000_001) })
      expect((await edge.call(huge)).status).toBe(413)
      expect(edge.jobs).toEqual([])
    },
  },
  {
    name: 'asked what became of an attempt: delivered; an unreadable answer throws and says nothing',
    concerns: always,
    check: async (kit) => {
      const { ref, to } = attemptOf(kit)
      const providerRef = kit.callback?.providerRef ?? null
      const past = [{ ref, providerRef, to, submittedAt: NOW - 3_600_000 }]
      const ask = async (carrier: Carrier): Promise<readonly Receipt[] | undefined> =>
        kit.provider.open(kit.settings, play(carrier).ports).query?.(past)
      const receipts = await ask(kit.carrier.reports ?? resets)
      expect(receipts).toHaveLength(1)
      expect(receipts?.[0]).toMatchObject({ status: 'delivered' })
      for (const carrier of [page(200), page(500), resets, tenMegabytes]) {
        const error: unknown = await ask(carrier).catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(Error)
        expectSilence(kit, String(error))
      }
    },
  },
  {
    name: 'health: true when the carrier answers, false when it does not',
    concerns: always,
    check: async (kit) => {
      const probe = (carrier: Carrier) => kit.provider.open(kit.settings, play(carrier).ports).health?.()
      expect(await probe(kit.carrier.isHealthy ?? resets)).toBe(true)
      for (const carrier of [resets, page(200), page(503)]) expect(await probe(carrier)).toBe(false)
    },
  },
]

/** Runs every promise against every kit of a channel, and prints what was kept as one table. */
export function conform(channel: string, kits: readonly ConformanceKit[]): void {
  const marks = new Map<string, Map<string, string>>(PROMISES.map(({ name }) => [name, new Map()]))
  for (const kit of kits) {
    const { name: provider } = kit.provider
    describe(`${channel}/${provider}`, () => {
      for (const { name, check } of PROMISES.filter((promised) => promised.concerns(kit))) {
        it(name, async () => {
          marks.get(name)?.set(provider, 'FAILED')
          await check(kit)
          marks.get(name)?.set(provider, 'kept')
        })
      }
      it('leaves out what cannot be asked of it, each with a reason, and nothing else', () => {
        const absent = PROMISES.filter(({ concerns }) => !concerns(kit)).map(({ name }) => name)
        expect(Object.keys(kit.skips).sort()).toEqual(absent.sort())
        for (const [name, reason] of Object.entries(kit.skips)) {
          expect(reason.length).toBeGreaterThan(10)
          marks.get(name)?.set(provider, '–')
        }
      })
    })
  }
  afterAll(() => process.stdout.write(table(channel, kits, marks)))
}

function table(
  channel: string,
  kits: readonly ConformanceKit[],
  marks: ReadonlyMap<string, ReadonlyMap<string, string>>,
): string {
  const names = kits.map(({ provider }) => provider.name)
  const wide = Math.max(...[...marks.keys()].map((name) => name.length))
  const lines = [...marks].map(([name, row]) => {
    const cells = names.map((provider) => (row.get(provider) ?? '?').padEnd(provider.length))
    return `${name.padEnd(wide)}  ${cells.join('  ')}`
  })
  const reasons = kits.flatMap(({ provider, skips }) =>
    Object.entries(skips).map(([name, reason]) => `– ${provider.name}: ${name}: ${reason}`),
  )
  const count = [...marks.values()].flatMap((row) => [...row.values()])
  const kept = count.filter((mark) => mark === 'kept').length
  const total = `${kept} kept, ${count.filter((mark) => mark === 'FAILED').length} failed, ${reasons.length} not asked`
  return `\n${[`${`conformance: ${channel}`.padEnd(wide)}  ${names.join('  ')}`, ...lines, ...reasons, total].join('\n')}\n`
}
