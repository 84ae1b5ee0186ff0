import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { OpenApi } from '#worker/routes/openapi/document.ts'
import { operations } from '#worker/routes/resources.ts'
import { type Api, accessToken, api } from '../local/api.ts'
import { bundleWorker } from '../local/build/bundle.ts'
import { database, migrateAll } from '../local/build/migrations.ts'
import { workerOptions } from '../local/build/miniflare.ts'
import { readWrangler } from '../local/build/wrangler-config.ts'
import { WORKER_FIRST } from '../local/console/site.ts'
import { createDemo } from '../local/demo/seed.ts'
import { operatorToken } from '../local/operator-token.ts'
import { generateSecrets } from '../local/secrets.ts'
import { SPLIT } from '../local/split.ts'
import { PATIENCE } from './patience.ts'
import { watchAtRest } from './worlds/at-rest/every-world.ts'
import { consoleFiles, DOCUMENT } from './worlds/console/files.ts'
import { newWatch } from './worlds/contract/watch.ts'
import { OUTBOUND, type Outbound, outboundWorker } from './worlds/outbound.ts'
import { kavenegarInbox } from './worlds/players/kavenegar-inbox.ts'
import { honest } from './worlds/players/webhook-client.ts'

const BASE_URL = 'https://chapar.test'
const CARRIER = 'https://kavenegar.example.com'
const HOOK = 'https://hooks.example.org/in'
const inbox = kavenegarInbox()
/** Texts of the POSTs to the tenant's endpoint. */
const posted: string[] = []

const outside: Outbound = async (request) => {
  if (request.url !== HOOK) return inbox.outbound(request)
  const text = await request.text()
  posted.push(text)
  return honest()({ headers: {}, text })
}
const secrets = generateSecrets()
const atRest = watchAtRest(null)
const watch = newWatch(atRest)
let mf: Miniflare
let url: string
let tenant: Api
let tenantToken: string
let operator: Api
let tenantId: string

beforeAll(async () => {
  const workers = await Promise.all(
    SPLIT.map(async (toml) => {
      const config = readWrangler(toml)
      const { code: script } = await bundleWorker({ entry: config.main })
      const vars = { ...secrets.worker, BASE_URL }
      const files = config.assets ? { files: await consoleFiles() } : {}
      const queue = { maxBatchTimeout: 0.02 }
      return workerOptions({ config, script, vars, outbound: OUTBOUND, port: 0, queue, ...files })
    }),
  )
  const log = new Log(LogLevel.NONE)
  mf = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      host: '127.0.0.1',
      port: 0,
      log,
      handleStructuredLogs: ({ message }) => watch.log(message),
      resourcePersistencePath: atRest.folder,
      workers: [...workers, outboundWorker(watch.outbound(outside))],
    }),
  )
  await mf.ready
  await migrateAll((binding) => database(mf, binding, 'chapar-api'), 1)
  url = (await mf.unsafeGetDirectURL('chapar-api')).origin
  const token = await operatorToken({ key: secrets.operatorKey, audience: BASE_URL, subject: 'tester' })
  watch.start(url)
  const send = (to: string, init: RequestInit): Promise<Response> => watch.fetch(new URL(to), init)
  operator = api(url, token, send)
  const demo = await createDemo(operator)
  tenantId = demo.tenantId
  tenantToken = await accessToken(url, demo.clientId, demo.clientSecret)
  tenant = api(url, tenantToken, send)
})
afterAll(() => mf.dispose().finally(watch.end))

test('a message accepted by the public gateway is sent, reported and read back across the Workers', async () => {
  const input = { channel: 'sms', to: '+989121234567', content: { text: 'سلام' } }
  const { id } = (await tenant.post('/v1/messages', input)) as { id: string }
  await vi.waitFor(async () => expect(await tenant.get(`/v1/messages/${id}`)).toMatchObject({ status: 'delivered' }), {
    timeout: PATIENCE,
    interval: 100,
  })
})

test('every call of tenants reaches a Worker that knows it', async () => {
  const calls = operations.filter(({ path }) => path.startsWith('/v1/') && !path.startsWith('/v1/auth/'))
  const unknown: string[] = []
  for (const { method, path } of calls) {
    const answer = await fetch(`${url}${path.replaceAll(/:\w+/g, 'x')}?noSuchParameter=1`, {
      method,
      headers: { authorization: `Bearer ${tenantToken}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '"no object"' }),
    })
    await answer.body?.cancel()
    if (![400, 403, 415, 422].includes(answer.status)) unknown.push(`${method} ${path} ${answer.status}`)
  }
  expect(unknown).toEqual([])
})

test('an endpoint made by the account’s Worker hears of a message, and hears it once more out of its log', async () => {
  const { id } = (await tenant.post('/v1/webhooks', { url: HOOK, events: ['message.delivered'] })) as { id: string }
  const input = { channel: 'sms', to: '+989121234568', content: { text: 'سلام' } }
  const message = (await tenant.post('/v1/messages', input)) as { id: string }
  const heard = () => posted.filter((text) => text.includes(message.id)).length
  const waits = { timeout: PATIENCE, interval: 100 }
  await vi.waitFor(() => expect(heard()).toBe(1), waits)
  const log = `/v1/webhooks/${id}/deliveries`
  const first = await vi.waitFor(async () => {
    const { data } = (await tenant.get(log)) as { data: { id: string; outcome: string }[] }
    expect(data).toMatchObject([{ outcome: 'succeeded' }])
    return data[0]
  }, waits)
  await tenant.post(`${log}/${first?.id}/redeliver`, {})
  await vi.waitFor(() => expect(heard()).toBe(2), waits)
})

test('a test telephone shows what a channel’s Worker sent, and answers through the operators’ and the carriers’ Workers', async () => {
  const number = '+989121230099'
  const path = `/v1/sandbox/phone?${new URLSearchParams({ number })}`
  const { id } = (await tenant.post('/v1/messages', { channel: 'sms', to: number, content: { text: 'سلام' } })) as {
    id: string
  }
  const arrived = { data: [{ messageId: id, text: 'سلام', state: 'delivered' }] }
  await vi.waitFor(async () => expect(await tenant.get(path)).toMatchObject(arrived), {
    timeout: PATIENCE,
    interval: 100,
  })
  await tenant.post('/v1/sandbox/phone', { number, reply: 'رسید' })
  await vi.waitFor(
    async () => {
      const heard = { data: [{ from: number, content: { text: 'رسید' }, inReplyTo: id }] }
      expect(await tenant.get('/v1/messages?direction=inbound')).toMatchObject(heard)
    },
    { timeout: PATIENCE, interval: 100 },
  )
})

test('a session is answered by the carriers’ Worker, kept by its object and written down by the events’ Worker', async () => {
  const input = { channel: 'ussd', provider: 'sandbox', name: 'USSD', settings: {} }
  const connection = (await operator.post('/admin/v1/connections', input)) as { id: string; callbackUrl: string }
  const sender = { channel: 'ussd', address: '*384*1#', lineClass: 'service', connectionId: connection.id }
  await operator.post(`/admin/v1/tenants/${tenantId}/senders`, sender)
  const callbacks = (await mf.unsafeGetDirectURL('chapar-callbacks')).origin
  const turn = { session: 's', event: 'start', from: '+989121234567', to: '*384*1#' }
  const answer = await fetch(callbacks + new URL(connection.callbackUrl).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ at: Date.now(), turn }),
  })
  // The account has no application, so the screen is the connection's own.
  expect(await answer.json()).toMatchObject({ ends: true })
  const sessions = () => tenant.get('/v1/sessions') as Promise<{ data: unknown[] }>
  await vi.waitFor(async () => expect((await sessions()).data).toMatchObject([{ reason: 'fallback', turnCount: 1 }]), {
    timeout: PATIENCE,
    interval: 100,
  })
})

test('an inbox is pulled by the events’ Worker, one round at a time by its object, and seen by the operators’ Worker', async () => {
  const line = '30001234'
  const settings = { apiKey: 'A1b2C3d4E5f6A1b2C3d4E5f6', url: CARRIER, lines: line }
  const input = { channel: 'sms', provider: 'kavenegar', name: 'Polled', settings }
  const connection = (await operator.post('/admin/v1/connections', input)) as { id: string }
  const sender = { channel: 'sms', address: line, lineClass: 'service', connectionId: connection.id }
  await operator.post(`/admin/v1/tenants/${tenantId}/senders`, sender)
  const texts = inbox.put(line, 120)
  const events = await mf.getWorker('chapar-events')
  await Promise.all(
    [0, 1, 2].map((n) => events.scheduled({ cron: '* * * * *', scheduledTime: new Date(Date.now() + n) })),
  )
  const ledger = await database(mf, 'LEDGER_0', 'chapar-api')
  const held = async () =>
    (await ledger.prepare('SELECT content FROM messages WHERE line = ?1').bind(line).all<{ content: string }>()).results
  await vi.waitFor(async () => expect((await held()).length).toBe(texts.length), { timeout: PATIENCE, interval: 100 })
  expect([inbox.calls.length, inbox.busiest()]).toEqual([2, 1])
  const health = (await operator.get('/admin/v1/health')) as { connections: { id: string; polling: unknown }[] }
  expect(health.connections.find(({ id }) => id === connection.id)?.polling).toMatchObject({ state: 'working' })
})

test('every call of the document is served behind the public gateway, and so are the documents', async () => {
  for (const path of ['/docs', '/docs/errors', '/docs/events', '/openapi.json', '/healthz'])
    expect((await fetch(url + path)).status, path).toBe(200)
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi
  expect(Object.keys(paths).sort()).toEqual(
    [...new Set(operations.map(({ path }) => path.replace(/:(\w+)/g, '{$1}')))].sort(),
  )
  for (const { method, path } of operations) {
    const answer = await fetch(url + path.replace(/:\w+/g, 'x'), { method })
    await answer.body?.cancel()
    expect([404, 405], `${method} ${path}`).not.toContain(answer.status)
  }
})

test('the console is answered by the public gateway alone, and takes no path of the Workers behind it', async () => {
  expect(SPLIT.filter((toml) => readWrangler(toml).assets)).toEqual(['dist/split/api.toml'])
  // The path decides: `Sec-Fetch-Mode`, which `fetch` may not send, makes no difference where nothing falls back to a page.
  expect(readWrangler('dist/split/api.toml').assets).toMatchObject({
    not_found_handling: 'none',
    run_worker_first: WORKER_FIRST,
  })
  const textOf = async (path: string) => (await fetch(url + path, { headers: { accept: 'text/html' } })).text()
  for (const path of ['/', '/t/ten_x/test', '/sign-in']) expect(await textOf(path), path).toBe(DOCUMENT)
  const behind = [
    '/callbacks/x/y/con_x',
    '/p/report/x',
    '/files/x',
    '/admin/v1/tenants',
    '/v1/auth/me',
    '/v1/sandbox/phone',
    '/docs',
  ]
  for (const path of [
    ...behind,
    '/v1/verifications/x',
    '/v1/webhooks',
    '/assets/app-Old1.js',
    '/oauth/token',
    '/healthz',
  ])
    expect(await textOf(path), path).not.toBe(DOCUMENT)
})

test('the Worker of the operators has no other surface', async () => {
  const admin = (await mf.unsafeGetDirectURL('chapar-admin')).origin
  for (const path of ['/v1/messages', '/oauth/token', '/callbacks/x/y', '/healthz'])
    expect((await fetch(admin + path)).status, path).toBe(404)
  expect((await fetch(`${admin}/admin/v1/tenants`)).status).toBe(401)
})
