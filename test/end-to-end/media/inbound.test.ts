import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newRequestId } from '#worker/domain/ids.ts'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { mailPlace, putSealed } from '#worker/flows/media/sealed-object.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { type MediaWorld, startMediaWorld } from '../../worlds/media-world.ts'
import { rowsWhere } from '../../worlds/tenant-rows.ts'
import { until } from '../../worlds/world.ts'

let it: MediaWorld
beforeAll(async () => {
  it = await startMediaWorld()
})
afterAll(() => it.dispose())

const file = (path: string, more: Record<string, unknown> = {}) => ({
  url: `https://carrier.example${path}`,
  type: null,
  name: null,
  ...more,
})
const textOf = async (id: string): Promise<string> => (await it.world.call(`/v1/media/${id}/content`)).text()
const message = (from: string, files: readonly unknown[]) => ({ from, content: { text: from }, files })
const filesOf = ({ content }: { content: Record<string, unknown> }) => (content['files'] ?? []) as string[]

describe('files that come with a message', () => {
  test('are fetched, stored and named in it, with type and name as far as they can be believed', async () => {
    it.atCarrier.set('/a', () => new Response('voice', { headers: { 'content-type': 'Audio/OGG; codecs=opus' } }))
    it.atCarrier.set('/b', () => new Response('<script>', { headers: { 'content-type': 'text/html' } }))
    await it.hear(message('p1', [file('/a', { name: '../x\u202egpj.ogg' }), file('/b', { type: 'image/svg+xml' })]))
    const received = await it.received('p1')
    const [audio = '', page = ''] = filesOf(received)
    expect(await it.world.json(`/v1/media/${audio}`)).toMatchObject({
      type: 'audio/ogg',
      name: '.. x gpj.ogg',
      bytes: 5,
    })
    expect(await it.world.json(`/v1/media/${page}`)).toMatchObject({ type: 'application/octet-stream', name: null })
    expect([await textOf(audio), await textOf(page)]).toEqual(['voice', '<script>'])
    expect(received.content['missing']).toBeUndefined()
    const inUse = await it.world.call(`/v1/media/${audio}`, { method: 'DELETE' })
    expect(inUse.status).toBe(409)
  })

  test('that lie in our own store already are copied to the tenant', async () => {
    const platform = { env: { MEDIA: it.bucket }, keys: it.chapar.keys } as unknown as Platform
    const facts = { type: 'application/octet-stream', name: null }
    await putSealed(platform, mailPlace('mail/job/0'), facts, utf8('attached'))
    await it.hear(message('p2', [{ key: 'mail/job/0', bytes: 8, type: 'application/pdf', name: 'one.pdf' }]))
    const [id = ''] = filesOf(await it.received('p2'))
    expect(await it.world.json(`/v1/media/${id}`)).toMatchObject({ type: 'application/pdf', name: 'one.pdf', bytes: 8 })
    expect(await it.keys()).toContain(`test.${it.world.tenantId}/${id}`)
  })

  test('that fail once are fetched again, and the message comes with them; others do not wait for it', async () => {
    let tries = 0
    it.atCarrier.set('/flaky', () => (tries++ === 0 ? new Response(null, { status: 503 }) : new Response('late')))
    await it.hear(message('p3', [file('/flaky')]))
    await until('the first try', async () => tries > 0)
    await it.hear(message('p4', []))
    await it.received('p4')
    const received = await it.received('p3')
    expect(received.content['missing']).toBeUndefined()
    expect(await textOf(filesOf(received)[0] ?? '')).toBe('late')
  })

  test('that never come are counted in the message, which is not lost', async () => {
    it.atCarrier.set('/good', () => new Response('good'))
    const queue = await it.chapar.queue('REPORT')
    const at = Date.now()
    const messages = [{ ...message('p5', [file('/never'), file('/good')]), providerRef: 'never', to: it.bot, at }]
    const job = { kind: 'inbound', id: newRequestId(at), connectionId: it.connectionId, receivedAt: at, messages }
    // As it comes back from its last delay.
    await queue.send({ ...job, tries: 4 })
    const received = await it.received('p5')
    expect(received.content['missing']).toBe(1)
    expect(await textOf(filesOf(received)[0] ?? '')).toBe('good')
  })

  test('too large, empty or gone for good are missing at once', async () => {
    it.atCarrier.set('/huge', () => new Response(new Uint8Array(MOST_FILE_BYTES + 1)))
    it.atCarrier.set('/empty', () => new Response(''))
    it.atCarrier.set('/gone', () => new Response(null, { status: 410 }))
    await it.hear(
      message('p6', [
        file('/huge'),
        file('/empty'),
        file('/gone'),
        { key: 'mail/none', bytes: 1, type: null, name: null },
      ]),
    )
    const received = await it.received('p6')
    expect([received.content['missing'], filesOf(received)]).toEqual([4, []])
  })

  test('of a job that is delivered again are the same files, fetched once', async () => {
    it.atCarrier.set('/once', () => new Response('once'))
    const queue = await it.chapar.queue('REPORT')
    const at = Date.now()
    const messages = [{ ...message('p7', [file('/once')]), providerRef: 'once', to: it.bot, at }]
    const job = { kind: 'inbound', id: newRequestId(at), connectionId: it.connectionId, receivedAt: at, messages }
    await queue.send(job)
    const first = await it.received('p7')
    await queue.send(job)
    await queue.send({ ...job, id: newRequestId(at) })
    await it.hear(message('p8', []))
    await it.received('p8')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(it.asked.filter((path) => path === '/once')).toHaveLength(1)
    expect(await it.received('p7')).toEqual(first)
    expect((await it.keys()).filter((key) => key.endsWith(filesOf(first)[0] ?? ''))).toHaveLength(1)
  })

  test('to a line that nobody owns are not kept, and said to be missing', async () => {
    const before = await it.keys()
    await it.hear({ ...message('p9', [file('/a')]), to: 'sandbox:nobody' })
    const row = await until(
      'the message',
      async () => (await rowsWhere(it.world.ledger, 'true')).find(({ party }) => party === 'p9')?.content,
    )
    expect(JSON.parse(row)).toEqual({ text: 'p9', missing: 1 })
    expect(await it.keys()).toEqual(before)
  })
})
