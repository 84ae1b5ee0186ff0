import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sandbox } from '#worker/channels/sms/sandbox.ts'
import { newConnectionId } from '#worker/domain/ids.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import type { SandboxCallback } from '#worker/vendors/sandbox.ts'
import { type Edge, edgeOf, OLD_SECRET, SECRET } from './conformance/edge.ts'
import { attemptOf, NOW } from './conformance/kit.ts'
import { twilioKit } from './conformance/sms/twilio.ts'
import { twilioKit as voiceKit } from './conformance/voice/twilio.ts'
import { ACCOUNT } from './fixtures/twilio/answers.ts'
import { inboundFields, signed, statusFields } from './fixtures/twilio/callbacks.ts'
import { callFields } from './fixtures/twilio/voice.ts'

const post = (url: string, body: unknown): Request =>
  new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

const callbackOf = (count: number, refLength = 50): SandboxCallback => ({
  at: NOW,
  receipts: Array.from({ length: count }, (_, n) => ({
    id: `sbx_${n}`,
    ref: String(n).padStart(refLength, '0'),
    status: 'delivered',
  })),
})

describe('a callback that is believed', () => {
  it('is one queue message and an empty 200', async () => {
    const edge = await edgeOf(sandbox, {})
    const response = await edge.call(post(edge.url(), callbackOf(500)))
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(edge.jobs).toHaveLength(1)
    expect(edge.jobs[0]).toMatchObject({ kind: 'report', connectionId: edge.id, receivedAt: NOW, proof: 'path-secret' })
  })

  it('is taken with the current and the previous secret', async () => {
    const edge = await edgeOf(sandbox, {})
    for (const secret of [SECRET, OLD_SECRET])
      expect((await edge.call(post(edge.url(secret), callbackOf(1)))).status).toBe(200)
    expect(edge.jobs).toHaveLength(2)
  })

  it('with reports and messages in it becomes a job of each kind', async () => {
    const edge = await edgeOf(sandbox, {})
    const inbound = [
      { id: 'a', from: '+989121234567', to: '10004346', text: 'x', part: { ref: '7', number: 2, total: 3 } },
    ]
    expect((await edge.call(post(edge.url(), { ...callbackOf(1), inbound }))).status).toBe(200)
    expect(edge.jobs.map(({ kind }) => kind)).toEqual(['report', 'inbound'])
    expect(edge.jobs[1]).toMatchObject({ messages: [{ part: { ref: '7', number: 2, total: 3 } }] })
  })

  it('that says nothing to us is answered and makes no job', async () => {
    const edge = await edgeOf(sandbox, {})
    expect((await edge.call(post(edge.url(), { at: NOW }))).status).toBe(200)
    expect(edge.jobs).toEqual([])
  })

  it('is cut into jobs that fit a queue, each receipt in exactly one, under ids of their own', async () => {
    const edge = await edgeOf(sandbox, {})
    expect((await edge.call(post(edge.url(), callbackOf(1_000, 300)))).status).toBe(200)
    expect(edge.jobs.length).toBeGreaterThan(1)
    for (const job of edge.jobs) expect(utf8Length(JSON.stringify(job))).toBeLessThanOrEqual(100_000)
    const refs = edge.jobs
      .flatMap((job) => (job.kind === 'report' ? job.receipts : []))
      .map((one) => 'attemptRef' in one && one.attemptRef)
    expect(new Set(refs).size).toBe(1_000)
    expect(refs).toHaveLength(1_000)
    expect(new Set(edge.jobs.map(({ id }) => id)).size).toBe(edge.jobs.length)
  })

  it('with many messages becomes jobs that one invocation can work, each message in exactly one', async () => {
    const edge = await edgeOf(sandbox, {})
    const inbound = Array.from({ length: 120 }, (_, n) => ({
      id: `m${n}`,
      from: '+989121234567',
      to: '1000',
      text: 'x',
    }))
    expect((await edge.call(post(edge.url(), { at: NOW, inbound }))).status).toBe(200)
    const messages = edge.jobs.map((job) => (job.kind === 'inbound' ? job.messages : []))
    for (const own of messages) expect(own.length).toBeLessThanOrEqual(50)
    expect(new Set(messages.flat().map(({ providerRef }) => providerRef)).size).toBe(120)
    expect(messages.flat()).toHaveLength(120)
    expect(new Set(edge.jobs.map(({ id }) => id)).size).toBe(edge.jobs.length)
  })

  it('is dated when it was heard, and by its carrier’s clock too unless that says what cannot be', async () => {
    const inbound = [{ id: 'a', from: '+989121234567', to: '10004346', text: 'x' }]
    const dated = async (at: number) => {
      const edge = await edgeOf(sandbox, {})
      expect((await edge.call(post(edge.url(), { ...callbackOf(1), at, inbound }))).status).toBe(200)
      return edge.jobs.map((job) => {
        const [record] = job.kind === 'report' ? job.receipts : job.messages
        return [record?.at, record?.carrierAt]
      })
    }
    const ours = [NOW, undefined]
    expect(await dated(Number.MAX_SAFE_INTEGER)).toEqual([ours, ours])
    expect(await dated(NOW + 2 * 86_400_000)).toEqual([ours, ours])
    const weekAgo = NOW - 7 * 86_400_000
    expect(await dated(weekAgo)).toEqual([
      [NOW, weekAgo],
      [NOW, weekAgo],
    ])
  })

  it('gets the answer that its provider wants', async () => {
    const edge = await edgeOf(twilioKit.provider, twilioKit.settings)
    const token = String(twilioKit.settings['authToken'])
    const response = await edge.call(signed(token, edge.url(), inboundFields))
    expect(await response.text()).toMatch(/<Response\/>$/)
  })

  it('is checked against the public URL, whatever host the request came in by', async () => {
    const edge = await edgeOf(twilioKit.provider, twilioKit.settings)
    const token = String(twilioKit.settings['authToken'])
    const url = `${edge.url()}?ref=${attemptOf(twilioKit).ref}`
    const request = signed(
      token,
      url.replace('https://gw.example', 'http://10.0.0.7:8080'),
      statusFields('delivered'),
      url,
    )
    expect((await edge.call(request)).status).toBe(200)
    expect(edge.jobs).toMatchObject([{ proof: 'signature', receipts: [{ attemptRef: attemptOf(twilioKit).ref }] }])
  })
})

describe('callbacks that come together', () => {
  const tellAll = (edge: Edge, bodies: readonly object[]) =>
    Promise.all(bodies.map(async (body) => (await edge.call(post(edge.url(), body))).status))
  const twoHundred = (count: number) => Array.from({ length: count }, () => 200)
  const spoken = (n: number, more: object = {}) => ({
    at: NOW,
    inbound: [{ id: `m${n}`, from: '+989121234567', to: '1000', text: 'x', ...more }],
  })
  const messagesOf = (jobs: Edge['jobs']) => jobs.map((job) => (job.kind === 'inbound' ? job.messages : []))

  it('are cut into jobs that one operation of the queue and one invocation take', async () => {
    const edge = await edgeOf(sandbox, {}, { queueMs: 30 })
    const long = Array.from({ length: 100 }, (_, n) => ({ ...callbackOf(n % 3 ? 1 : 9, 300), at: NOW + n }))
    const bodies = [...long, ...Array.from({ length: 120 }, (_, n) => spoken(n))]
    expect(await tellAll(edge, bodies)).toEqual(twoHundred(220))
    for (const job of edge.jobs) expect(utf8Length(JSON.stringify(job))).toBeLessThanOrEqual(63_000)
    for (const own of messagesOf(edge.jobs)) expect(own.length).toBeLessThanOrEqual(50)
    expect(
      new Set(
        messagesOf(edge.jobs)
          .flat()
          .map(({ providerRef }) => providerRef),
      ).size,
    ).toBe(120)
    const receipts = edge.jobs.flatMap((job) => (job.kind === 'report' ? job.receipts : []))
    expect(receipts.length).toBe(long.reduce((sum, { receipts: own = [] }) => sum + own.length, 0))
    expect(edge.jobs.length).toBeLessThan(110)
  })

  it('with a file keep jobs of their own, for a slow download delays nobody', async () => {
    const edge = await edgeOf(sandbox, {}, { queueMs: 30 })
    const files = [{ url: 'https://media.example/1', type: 'image/png', name: 'a.png' }]
    const bodies = Array.from({ length: 12 }, (_, n) => spoken(n, n % 4 === 0 ? { kind: 'file', files } : {}))
    expect(await tellAll(edge, bodies)).toEqual(twoHundred(12))
    const withFiles = messagesOf(edge.jobs).filter((own) => own.some((one) => (one.files ?? []).length > 0))
    expect(withFiles.map((own) => own.length)).toEqual([1, 1, 1])
    expect(messagesOf(edge.jobs).flat()).toHaveLength(12)
  })

  describe('while time stands still', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    it('one that a person waits for is not held for others, nor one that is large enough by itself', async () => {
      const { provider, settings } = voiceKit
      const voice = await edgeOf(provider, settings, { channel: 'voice' })
      const token = String(settings['authToken'])
      const pressed = signed(token, `${voice.url()}?step=keys`, callFields('in-progress', { Digits: '12#' }))
      expect((await voice.call(pressed)).status).toBe(200)
      expect(voice.jobs).toHaveLength(1)
      const edge = await edgeOf(sandbox, {})
      expect((await edge.call(post(edge.url(), callbackOf(200, 150)))).status).toBe(200)
      expect(edge.jobs).toHaveLength(1)
    })
  })
})

describe('a callback that is not believed', () => {
  it('for a made-up connection costs no look-up', async () => {
    const edge = await edgeOf(sandbox, {})
    for (const id of ['con_x', 'con_00000000100000000', `${edge.id.slice(0, -1)}!`, '%00', '..'])
      expect((await edge.call(post(edge.url().replace(edge.id, id), callbackOf(1)))).status).toBe(404)
    expect(edge.lookUps()).toBe(0)
  })

  it('for a connection that is gone, of another provider, or on another channel is 404', async () => {
    const edge = await edgeOf(sandbox, {})
    const other = await newConnectionId(edge.keys)
    const urls = [
      edge.url().replace(edge.id, other),
      edge.url().replace('/sandbox/', '/twilio/'),
      edge.url().replace('/sandbox/', '/constructor/'),
      edge.url().replace('/sms/', '/email/'),
      edge.url().replace('/sms/', '/__proto__/'),
      `${edge.url()}/more`,
      'https://gw.example/callbacks',
      'https://gw.example/callbacks/sms/sandbox',
    ]
    for (const url of urls) expect((await edge.call(post(url, callbackOf(1)))).status, url).toBe(404)
    expect(edge.jobs).toEqual([])
  })

  it('by another method is 405 and says which are allowed', async () => {
    const edge = await edgeOf(sandbox, {})
    for (const method of ['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) {
      const response = await edge.call(new Request(edge.url(), { method }))
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST'])
    }
  })

  it('leaves nothing of itself in the answer or the log', async () => {
    const edge = await edgeOf(sandbox, {})
    const url = edge.url('wrong-secret-of-the-caller')
    const response = await edge.call(post(url, { receipts: 'text-of-the-caller' }))
    expect([response.status, await response.text()]).toEqual([403, ''])
    expect(edge.logs).toMatchObject([
      { fact: 'callback.received', fields: { status: 403, connection: null, receipts: 0 } },
    ])
    expect(JSON.stringify(edge.logs)).not.toMatch(/of-the-caller/)
  })
})

describe('when we cannot take it', () => {
  it('the carrier is asked to call again: the queue refuses', async () => {
    const edge = await edgeOf(sandbox, {}, { isQueueDown: true })
    const response = await edge.call(post(edge.url(), callbackOf(1)))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30'])
  })

  it('the carrier is asked to call again: the database is down', async () => {
    const edge = await edgeOf(sandbox, {}, { isDatabaseDown: true })
    const response = await edge.call(post(edge.url(), callbackOf(1)))
    expect([response.status, await response.text()]).toEqual([503, ''])
  })

  it('the carrier is asked to call again: the connection’s settings are wrong', async () => {
    const edge = await edgeOf(twilioKit.provider, { accountSid: ACCOUNT })
    const request = signed('x', edge.url(), statusFields('delivered'))
    expect((await edge.call(request)).status).toBe(503)
    expect(edge.logs[0]?.fields['fault']).toMatch(/authToken is required/)
  })
})

it('one log line a callback, with counts and no content', async () => {
  const edge = await edgeOf(sandbox, {})
  const inbound = [{ id: 'a', from: '+989121234567', to: '10004346', text: 'a-private-text' }]
  await edge.call(post(edge.url(), { ...callbackOf(3), inbound }))
  expect(edge.logs).toEqual([
    {
      fact: 'callback.received',
      fields: { connection: edge.id, provider: 'sandbox', status: 200, receipts: 3, inbound: 1, fault: null, ms: 0 },
    },
  ])
})
