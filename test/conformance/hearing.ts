import { expect } from 'vitest'
import type { Received, Screen, Turn } from '#worker/domain/carriers/provider.ts'
import { edgeOf } from './edge.ts'
import { HOSTILE_BODIES } from './hostile.ts'
import { attemptOf, type ConformanceKit, callbackOf, play } from './kit.ts'
import { connectionOf, type Promised, resets } from './promise.ts'

const hears = (kit: ConformanceKit): true | string =>
  connectionOf(kit).receive !== undefined || 'nothing comes by callback'

const hearsWith =
  (feature: 'receipts' | 'inbound' | 'session') =>
  (kit: ConformanceKit): true | string => {
    if (!kit.provider.features.includes(feature)) return `it has no ${feature}`
    return hears(kit)
  }

const keyOf = (kit: ConformanceKit, ref: string) =>
  kit.provider.echoesRef ? { attemptRef: ref } : { providerRef: kit.callback?.providerRef }

async function receive(kit: ConformanceKit, request: Request | undefined): Promise<Received> {
  if (!request) throw new Error('the kit lacks the callback')
  const connection = kit.provider.open(kit.settings, play(resets, undefined, kit.ports).ports)
  const received = await connection.receive?.(request)
  if (!received) throw new Error('the connection does not receive')
  return received
}

const reportOf = (kit: ConformanceKit, url: string): Request | undefined =>
  kit.callback?.delivered?.(url, kit.callback.providerRef, attemptOf(kit).ref)

const SCREENS: readonly Screen[] = [
  { text: 'یک را بزنید: 1) موجودی', ends: false },
  { text: 'Bye', ends: true },
]

/** All genuine callbacks that this provider's carrier makes. */
const genuine = (kit: ConformanceKit, url: string): Request[] =>
  [reportOf(kit, url), kit.callback?.inbound?.(url), kit.callback?.turn?.(url)].filter((one) => one !== undefined)

/** What callbacks must come to. */
export const HEARING: readonly Promised[] = [
  {
    name: 'a genuine report: delivered, under the ref that the ledger knows',
    column: 'reports',
    concerns: hearsWith('receipts'),
    check: async (kit, channel) => {
      const { receipts, inbound } = await receive(kit, reportOf(kit, callbackOf(channel)))
      expect(inbound).toEqual([])
      expect(receipts).toHaveLength(1)
      expect(receipts[0]).toMatchObject({
        ...keyOf(kit, attemptOf(kit).ref),
        status: 'delivered',
      })
      expect(receipts[0]?.carrierAt).toBe(kit.callback?.at)
    },
  },
  {
    name: 'a message from a person: canonical sender and line, what it says, the carrier’s id',
    column: 'inbound',
    concerns: hearsWith('inbound'),
    check: async (kit, channel) => {
      const heard = await receive(kit, kit.callback?.inbound?.(callbackOf(channel)))
      const {
        from = kit.to,
        to = kit.from,
        content = { text: expect.stringContaining('سلام') },
      } = kit.callback?.heard ?? {}
      expect(heard.receipts).toEqual([])
      expect(heard.inbound[0]).toMatchObject({ from, to, content })
      expect(heard.inbound[0]?.providerRef).toBeTruthy()
    },
  },
  {
    name: 'a step of a session: read as one, and answered in the carrier’s format',
    column: 'session',
    concerns: hearsWith('session'),
    check: async (kit, channel) => {
      const { turn } = await receive(kit, kit.callback?.turn?.(callbackOf(channel)))
      expect(turn).toMatchObject({ sessionRef: expect.any(String), from: kit.to, ...kit.callback?.asked?.turn })
      for (const screen of SCREENS) {
        const response = connectionOf(kit).answer?.(turn as Turn, screen)
        expect(response?.status).toBe(200)
        if (!response || !kit.callback?.asked) throw new Error('the kit must read the answer to a turn')
        await kit.callback.asked.answered(response, screen)
      }
    },
  },
  {
    name: 'the edge takes the genuine ones and queues them once',
    column: 'reports',
    concerns: (kit) => {
      const reports = hearsWith('receipts')(kit)
      return reports === true ? true : hearsWith('inbound')(kit) === true || reports
    },
    check: async (kit, channel) => {
      const edge = await edgeOf(kit.provider, kit.settings, { channel })
      const report = reportOf(kit, edge.url())
      const inbound = kit.callback?.inbound?.(edge.url())
      for (const request of [report, inbound]) if (request) expect((await edge.call(request)).status).toBeLessThan(300)
      expect(edge.jobs.map(({ kind }) => kind)).toEqual([
        ...(report ? ['report'] : []),
        ...(inbound ? ['inbound'] : []),
      ])
      expect(edge.jobs[0]).toMatchObject({ connectionId: edge.id })
      if (report) expect(edge.jobs[0]).toMatchObject({ proof: kit.provider.callbackProof })
    },
  },
  {
    name: 'a wrong signature',
    column: 'forged',
    concerns: (kit) => {
      const heard = hears(kit)
      if (heard !== true) return heard
      return (
        kit.provider.callbackProof === 'signature' || 'the carrier signs nothing; the secret in the path is the proof'
      )
    },
    check: async (kit, channel) => {
      const edge = await edgeOf(kit.provider, kit.settings, { channel })
      const forged = kit.callback?.forged?.(edge.url())
      expect(forged && (await edge.call(forged)).status).toBe(403)
      const bare = new Request(edge.url(), { method: 'POST', body: 'MessageStatus=delivered' })
      expect((await edge.call(bare)).status).toBe(403)
      expect(edge.jobs).toEqual([])
    },
  },
  {
    name: 'a wrong secret in the path',
    column: 'forged',
    concerns: (kit) => {
      const heard = hears(kit)
      if (heard !== true) return heard
      return kit.provider.callbackProof === 'path-secret' || 'the signature is the proof'
    },
    check: async (kit, channel) => {
      const edge = await edgeOf(kit.provider, kit.settings, { channel })
      for (const secret of ['x', '', 'the-current-secret-of-the-patH']) {
        const requests = genuine(kit, edge.url(secret).replace(/\/$/, ''))
        expect(requests.length).toBeGreaterThan(0)
        for (const request of requests) expect((await edge.call(request)).status).toBe(403)
      }
      expect(edge.jobs).toEqual([])
    },
  },
  {
    name: 'a callback that comes twice: the same twice, so that the second changes nothing',
    column: 'double',
    concerns: hears,
    check: async (kit, channel) => {
      const count = genuine(kit, callbackOf(channel)).length
      expect(count).toBeGreaterThan(0)
      for (let n = 0; n < count; n++) {
        const first = await receive(kit, genuine(kit, callbackOf(channel))[n])
        const second = await receive(kit, genuine(kit, callbackOf(channel))[n])
        const said = ({ receipts, inbound, turn }: Received) => ({ receipts, inbound, turn })
        expect(said(second)).toEqual(said(first))
      }
    },
  },
  {
    name: 'hostile callback bodies: refused or ignored, nothing queued, nothing echoed',
    column: 'hostile',
    concerns: hears,
    check: async (kit, channel) => {
      const edge = await edgeOf(kit.provider, kit.settings, { channel })
      for (const [name, { type, body }] of Object.entries(HOSTILE_BODIES)) {
        const request = new Request(edge.url(), {
          method: 'POST',
          headers: { 'content-type': type, 'x-twilio-signature': 'x' },
          body,
        })
        const response = await edge.call(request)
        expect([200, 400, 403], name).toContain(response.status)
        if (response.status !== 200) expect(await response.text(), name).toBe('')
      }
      const huge = new Request(edge.url(), { method: 'POST', body: new Uint8Array(4_000_001) })
      expect((await edge.call(huge)).status).toBe(413)
      expect(edge.jobs).toEqual([])
    },
  },
  {
    name: 'callbacks, genuine and hostile: no secret, person or word of theirs in the log',
    column: 'silent',
    concerns: hears,
    check: async (kit, channel) => {
      const edge = await edgeOf(kit.provider, kit.settings, { channel })
      const hostile = new Request(edge.url(), { method: 'POST', body: JSON.stringify({ told: kit.to }) })
      for (const request of [reportOf(kit, edge.url()), kit.callback?.inbound?.(edge.url()), hostile])
        if (request) await edge.call(request)
      const lines = JSON.stringify(edge.logs)
      expect(edge.logs.length).toBeGreaterThan(0)
      expect(lines).not.toContain(/^\+\d+$/.test(kit.to) ? kit.to.slice(-9) : kit.to)
      expect(lines).not.toContain('سلام')
      expect(lines).not.toContain(edge.url().split('/').at(-1) === edge.id ? '\0' : edge.url().split('/').at(-1))
    },
  },
]
