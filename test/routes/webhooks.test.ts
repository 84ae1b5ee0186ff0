import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  eventIdOf,
  type MessageId,
  messageId,
  newBase,
  newClientId,
  newRequestId,
  type TenantId,
} from '../../worker/domain/ids.ts'
import { seal } from '../../worker/lib/seal.ts'
import { newSecret } from '../../worker/lib/standard-webhooks.ts'
import { webhookOperations } from '../../worker/routes/webhooks.ts'
import { putCredential } from '../../worker/store/control/credentials.ts'
import { type Delivery, insertDeliveries } from '../../worker/store/deliveries.ts'
import { claimStatement } from '../../worker/store/message-writes.ts'
import { hs256, jws } from '../fixtures/jws.ts'
import { type Answer, idsOf, type Notify, says, startNotify } from '../fixtures/receivers.ts'
import { configOf, credentialOf } from '../fixtures/tenant-world.ts'

interface Shown {
  readonly id: string
  readonly url: string
  readonly status: string
  readonly reason: string | null
  readonly secret: string
  readonly events: string[] | null
  readonly updatedAt: string
}
type Call = (path: string, method?: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>

let it: Notify
beforeAll(async () => {
  it = await startNotify('test/fixtures/entries/webhooks.ts')
})
afterAll(() => it.chapar.dispose())

/** Says the challenge back, then does as `then` says. */
const honest =
  (
    then: Answer = says(204),
    form: (challenge: string) => string = (challenge) => JSON.stringify({ challenge }),
  ): Answer =>
  (heard) => {
    const { type, data } = JSON.parse(heard.text) as { type: string; data: { challenge: string } }
    return type === 'webhook.challenge' ? new Response(form(data.challenge)) : then(heard)
  }

async function client(tenantId: TenantId, scopes = ['webhooks:read', 'webhooks:write']): Promise<Call> {
  const config = await configOf(it.chapar.secrets)
  const id = await newClientId(config.idKeys, tenantId)
  const secret = newSecret()
  const proof = { kind: 'hmac', sealed: await seal(config.sealKeys, secret, id) } as const
  const credential = credentialOf(id, proof, { scopes: scopes as never })
  await putCredential(it.chapar.control, { ...credential, tenantId, createdAt: 1, lastUsedAt: null })
  const iat = Math.floor(Date.now() / 1000)
  const token = jws({ alg: 'HS256' }, { iss: id, sub: id, aud: it.chapar.baseUrl, iat, exp: iat + 600 }, hs256(secret))
  return (path, method = 'GET', body, headers = {}) =>
    it.chapar.fetch(`/v1/webhooks${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
}

let hosts = 0
const newHost = (): string => `h${hosts++}.example.org`

let tenant: TenantId
let call: Call
beforeEach(async () => {
  tenant = await it.tenant()
  call = await client(tenant)
})

async function create(answer: Answer = honest(), more: object = {}) {
  const host = newHost()
  const receiver = it.listen(host, answer)
  const response = await call('', 'POST', { url: `https://${host}/in`, ...more })
  expect(response.status).toBe(201)
  return { receiver, host, shown: (await response.json()) as Shown }
}

const shownBy = async (response: Promise<Response>): Promise<Shown> => (await (await response).json()) as Shown

describe('making an endpoint', () => {
  test('the receiver says the signed challenge back, the endpoint is active and its secret is shown', async () => {
    const { receiver, shown } = await create()
    expect(shown).toMatchObject({ status: 'active', reason: null, events: null, batch: false })
    expect(Buffer.from(shown.secret.slice(6), 'base64')).toHaveLength(32)
    const { text = '', headers = {} } = receiver.heard[0] ?? {}
    expect(new Webhook(shown.secret).verify(text, headers)).toMatchObject({ type: 'webhook.challenge' })
    const read = await shownBy(call(`/${shown.id}`))
    expect(read).not.toHaveProperty('secret')
    expect(read.status).toBe('active')
    const { results } = await it.chapar.control.prepare('SELECT * FROM webhooks').all()
    expect(JSON.stringify(results)).not.toContain(shown.secret.slice(6))
  })

  test('the challenge as plain text is as good', async () => {
    expect((await create(honest(says(204), (text) => `${text}\n`))).shown.status).toBe('active')
  })

  test.each<[string, Answer, string]>([
    ['another text', () => new Response('{"challenge":"no"}'), 'the answer does not hold the challenge'],
    ['an error', says(404), 'the receiver answered 404'],
    ['a redirect', says(302, { location: 'https://elsewhere.example.org/' }), 'the receiver answered 302'],
    [
      'a broken connection',
      () => {
        throw new Error('reset')
      },
      'the connection failed',
    ],
  ])('with %s it is pending, which says why, and a second try makes it active', async (_, answer, reason) => {
    const { receiver, shown } = await create(answer)
    expect(shown).toMatchObject({ status: 'pending', reason })
    expect((await call(`/${shown.id}/test`, 'POST')).status).toBe(409)
    receiver.answer = honest()
    expect(await shownBy(call(`/${shown.id}/verify`, 'POST'))).toMatchObject({ status: 'active', reason: null })
  })

  test.each([
    'http://hooks.example.org/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://hooks.example.org:444/',
    'https://a:b@hooks.example.org/',
    'nothing',
  ])('%s is a 422 that names the field, and nothing is sent or made', async (url) => {
    const response = await call('', 'POST', { url })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/url' }] })
    expect(await (await call('')).json()).toEqual({ data: [], nextCursor: null })
  })

  test.each([
    [{ url: 'https://a.example.org/', events: ['message.exploded'] }, '/events/0'],
    [{ url: 'https://a.example.org/', events: [] }, '/events'],
    [{ url: 'https://a.example.org/', batch: 'yes' }, '/batch'],
    [{ url: 'https://a.example.org/', secret: 'mine' }, '/secret'],
    [{}, '/url'],
  ])('%j is refused at %s', async (body, pointer) => {
    const response = await call('', 'POST', body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] })
  })

  test('one Idempotency-Key makes one endpoint, and its replay masks the secret', async () => {
    const host = newHost()
    it.listen(host, honest())
    const post = () => call('', 'POST', { url: `https://${host}/` }, { 'idempotency-key': '"k1"' })
    const first = await shownBy(post())
    const replay = await shownBy(post())
    expect(replay).toEqual({ ...first, secret: 'whsec_********' })
    expect(((await (await call('')).json()) as { data: Shown[] }).data).toHaveLength(1)
  })

  test('an account has twenty endpoints at most', async () => {
    for (let n = 0; n < 20; n++) await it.endpoint(tenant)
    const host = newHost()
    it.listen(host, honest())
    expect((await call('', 'POST', { url: `https://${host}/` })).status).toBe(409)
  })
})

describe('changing an endpoint', () => {
  test('each change is a new version of the policy, confirmed by the tenant’s object before the answer', async () => {
    const before = await versionOf()
    const { shown } = await create(honest(), { events: ['message.delivered'] })
    expect(await versionOf()).toBe(before + 1)
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', { status: 'disabled' }))).toMatchObject({ status: 'disabled' })
    expect(await versionOf()).toBe(before + 2)
  })

  const versionOf = async (): Promise<number> =>
    (await it.chapar.control
      .prepare('SELECT version FROM tenants WHERE id = ?1')
      .bind(tenant)
      .first<number>('version')) ?? 0

  test('another URL must prove itself, other fields need no challenge', async () => {
    const { receiver, shown } = await create()
    const changed = await shownBy(
      call(`/${shown.id}`, 'PATCH', { events: ['message.received'], description: 'replies' }),
    )
    expect(changed).toMatchObject({ events: ['message.received'], description: 'replies', status: 'active' })
    expect(receiver.heard).toHaveLength(1)
    const host = newHost()
    it.listen(host, says(404))
    const moved = await shownBy(call(`/${shown.id}`, 'PATCH', { url: `https://${host}/` }))
    expect(moved).toMatchObject({ status: 'pending', url: `https://${host}/` })
    const back = await shownBy(call(`/${shown.id}`, 'PATCH', { url: shown.url }))
    expect(back.status).toBe('active')
  })

  test('a disabled endpoint proves itself before it hears events again', async () => {
    const { receiver, shown } = await create()
    await call(`/${shown.id}`, 'PATCH', { status: 'disabled' })
    expect((await call(`/${shown.id}/verify`, 'POST')).status).toBe(409)
    receiver.answer = says(500)
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', { status: 'active' }))).toMatchObject({ status: 'pending' })
    receiver.answer = honest()
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', { status: 'active' }))).toMatchObject({ status: 'active' })
  })

  test('a PATCH to a forbidden URL changes nothing', async () => {
    const { shown } = await create()
    expect((await call(`/${shown.id}`, 'PATCH', { url: 'https://[::1]/' })).status).toBe(422)
    expect((await shownBy(call(`/${shown.id}`))).url).toBe(shown.url)
  })

  test('after a rotation both secrets verify, after a second one the oldest does not', async () => {
    const { receiver, shown } = await create()
    const second = await shownBy(call(`/${shown.id}/rotate-secret`, 'POST'))
    expect(second.secret).not.toBe(shown.secret)
    await call(`/${shown.id}/test`, 'POST')
    const { text = '', headers = {} } = receiver.heard.at(-1) ?? {}
    for (const { secret } of [shown, second]) expect(() => new Webhook(secret).verify(text, headers)).not.toThrow()
    const third = await shownBy(call(`/${shown.id}/rotate-secret`, 'POST'))
    await call(`/${shown.id}/test`, 'POST')
    const last = receiver.heard.at(-1) ?? { text: '', headers: {} }
    expect(() => new Webhook(shown.secret).verify(last.text, last.headers)).toThrow()
    for (const { secret } of [second, third]) new Webhook(secret).verify(last.text, last.headers)
  })

  test('what is removed is gone', async () => {
    const { shown } = await create()
    expect((await call(`/${shown.id}`, 'DELETE')).status).toBe(204)
    expect((await call(`/${shown.id}`)).status).toBe(404)
  })
})

describe('who may', () => {
  test('reading needs webhooks:read, all else webhooks:write', async () => {
    // Before the first call: an isolate knows a tenant's credentials for a few seconds.
    const reader = await client(tenant, ['webhooks:read'])
    const nobody = await client(tenant, ['messages:send'])
    const { shown } = await create()
    for (const { method, path, scope } of webhookOperations) {
      const at = path.replace('/v1/webhooks', '').replace(':id', shown.id).replace(':deliveryId', 'dlv_1')
      const body = method === 'POST' || method === 'PATCH' ? {} : undefined
      expect((await nobody(at, method, body)).status, `${method} ${path}`).toBe(403)
      if (scope === 'webhooks:write') expect((await reader(at, method, body)).status, `${method} ${path}`).toBe(403)
      else expect((await reader(at, method)).status).toBe(200)
    }
  })

  test('another tenant’s endpoint is a 404 on every route', async () => {
    const { shown } = await create()
    const stranger = await client(await it.tenant())
    const bodies: Record<string, unknown> = { PATCH: {}, POST: { since: '2026-01-01T00:00:00Z' } }
    for (const { method, path } of webhookOperations.filter(({ path: each }) => each.includes(':id'))) {
      const at = path.replace('/v1/webhooks', '').replace(':id', shown.id).replace(':deliveryId', 'dlv_1')
      expect((await stranger(at, method, bodies[method])).status, `${method} ${path}`).toBe(404)
    }
    expect(await (await stranger('')).json()).toEqual({ data: [], nextCursor: null })
  })
})

describe('test events and the log', () => {
  test('a test event is sent at once, once, and answers what came of it', async () => {
    const { receiver, shown } = await create(honest(), { events: ['message.delivered'] })
    expect(await (await call(`/${shown.id}/test`, 'POST')).json()).toMatchObject({
      outcome: 'succeeded',
      httpStatus: 204,
    })
    expect(JSON.parse(receiver.heard[1]?.text ?? '')).toMatchObject({ type: 'webhook.test' })
    receiver.answer = says(503)
    expect(await (await call(`/${shown.id}/test`, 'POST')).json()).toMatchObject({
      outcome: 'exhausted',
      httpStatus: 503,
      nextAt: null,
    })
    expect(await it.work(tenant)).toEqual([])
    const log = (await (await call(`/${shown.id}/deliveries`)).json()) as { data: Delivery[] }
    expect(log.data.map(({ outcome }) => outcome)).toEqual(['exhausted', 'succeeded'])
    const failed = (await (await call(`/${shown.id}/deliveries?outcome=succeeded`)).json()) as { data: Delivery[] }
    expect(failed.data).toHaveLength(1)
  })

  test('the log pages by cursor through one endpoint’s rows only', async () => {
    const { shown } = await create()
    const other = await create()
    await insertDeliveries(
      it.chapar.ledger(),
      Array.from({ length: 25 }, (_, n) => row(n % 2 === 0 ? shown.id : other.shown.id, n, 'succeeded', [])),
    ).run()
    const ids: string[] = []
    let cursor: string | null = ''
    for (let page = 0; cursor !== null && page < 10; page++) {
      const at: string = `/${shown.id}/deliveries?limit=5${cursor && `&cursor=${cursor}`}`
      const answer = (await (await call(at)).json()) as { data: Delivery[]; nextCursor: string | null }
      ids.push(...answer.data.map(({ id }) => id))
      cursor = answer.nextCursor
    }
    expect(ids).toHaveLength(13)
    expect(ids).toEqual([...new Set(ids)].sort().reverse())
    for (const bad of ['cursor=x', 'limit=0', 'limit=101', 'outcome=lost', 'page=2'])
      expect((await call(`/${shown.id}/deliveries?${bad}`)).status).toBe(400)
  })

  const row = (
    endpoint: string,
    n: number,
    outcome: Delivery['outcome'],
    eventIds: Delivery['eventIds'],
  ): Delivery => ({
    tenantId: tenant,
    id: newRequestId(1_790_000_000_000 + n).replace('req_', 'dlv_'),
    endpointId: endpoint as Delivery['endpointId'],
    at: 1_790_000_000_000 + n,
    attempt: 1,
    outcome,
    httpStatus: 200,
    durationMs: 1,
    reason: null,
    eventIds,
    nextAt: null,
  })

  /** Messages that were delivered, in the ledger. */
  async function delivered(count: number): Promise<MessageId[]> {
    const now = 1_790_000_000_000
    const base = await newBase((await configOf(it.chapar.secrets)).idKeys, tenant, newRequestId(now), 0, count)
    const ids = Array.from({ length: count }, (_, n) => messageId(base, n))
    const rows = ids.map((id) => ({
      ...({ tenantId: tenant, id, direction: 'outbound', channel: 'sms', mode: 'live', status: 'delivered' } as const),
      ...{ attempt: 1, connectionId: null, providerRef: null, partyKey: 'k', party: '+1', line: '1', content: '{}' },
      ...({ units: 1, encoding: 'gsm-7', purpose: 'otp', clientRef: null, metadata: null, batched: false } as const),
      ...{ inReplyTo: null, validUntil: null, failure: null, acceptedAt: now },
      timeline: JSON.stringify({ at: now + 5, status: 'delivered', by: 'report' }),
    }))
    await claimStatement(it.chapar.ledger(), rows, now).run()
    return ids
  }

  test('a POST of the log goes again under the same event ids; what no message tells is named', async () => {
    const { receiver, shown } = await create()
    const [id] = await delivered(1)
    if (!id) throw new Error('no message')
    const eventId = eventIdOf(id, 'delivered')
    const log = row(shown.id, 1, 'exhausted', [eventId, 'evt_abc_test'])
    await insertDeliveries(it.chapar.ledger(), [log]).run()
    const response = await call(`/${shown.id}/deliveries/${log.id}/redeliver`, 'POST')
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ queued: 1, skipped: ['evt_abc_test'] })
    await it.until(() => expect(idsOf(receiver.heard)).toContain(eventId))
    expect(JSON.parse(receiver.heard.at(-1)?.text ?? '')).toMatchObject({ type: 'message.delivered', data: { id } })
    await it.until(async () => expect(await it.work(tenant)).toEqual([]))
    expect((await call(`/${shown.id}/deliveries/dlv_0000000000000000/redeliver`, 'POST')).status).toBe(404)
  })

  test('a span of time goes again: all that no POST brought through, and only that', async () => {
    const { receiver, shown } = await create(honest(), { batch: true })
    const events = (await delivered(4)).map((id) => eventIdOf(id, 'delivered'))
    const [arrived, late, lost, early] = events
    if (!arrived || !late || !lost || !early) throw new Error('no events')
    await insertDeliveries(it.chapar.ledger(), [
      row(shown.id, -5_000, 'exhausted', [early]),
      row(shown.id, 1, 'succeeded', [arrived]),
      row(shown.id, 2, 'failed', [late, lost]),
      row(shown.id, 3, 'succeeded', [late]),
      row(shown.id, 4, 'exhausted', [lost]),
    ]).run()
    const since = new Date(1_790_000_000_000).toISOString()
    const again = (body: object) => call(`/${shown.id}/redeliver`, 'POST', body)
    expect(await (await again({ since, types: ['message.received'] })).json()).toMatchObject({ queued: 0 })
    const response = await again({ since })
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ queued: 1, skipped: [], nextCursor: null })
    await it.until(() => expect(receiver.heard.at(-1)?.text).toContain(lost))
    expect(receiver.heard.at(-1)?.text).not.toContain(late)
    expect((await again({ since, until: since })).status).toBe(422)
    expect((await again({ since: 'yesterday' })).status).toBe(422)
  })

  test('long outages go again in calls of at most 2,000 events, each event once', async () => {
    const { receiver, shown } = await create(honest(), { batch: true })
    const events = (await delivered(2_350)).map((id) => eventIdOf(id, 'delivered'))
    const rows = Array.from({ length: 24 }, (_, n) =>
      row(shown.id, n, 'exhausted', events.slice(n * 100, n * 100 + 100)),
    )
    const retried = rows.map((each, n) => row(shown.id, 100 + n, 'exhausted', each.eventIds))
    await insertDeliveries(it.chapar.ledger(), [...rows, ...retried]).run()
    const since = new Date(1_789_999_000_000).toISOString()
    const until = new Date(1_790_000_100_000).toISOString()
    let queued = 0
    let cursor: string | null | undefined
    for (let n = 0; cursor !== null && n < 5; n++) {
      const body = cursor === undefined ? { since, until } : { since, until, cursor }
      const answer = (await (await call(`/${shown.id}/redeliver`, 'POST', body)).json()) as {
        queued: number
        nextCursor: string | null
      }
      expect(answer.queued).toBeLessThanOrEqual(2_000)
      queued += answer.queued
      cursor = answer.nextCursor
    }
    expect(queued).toBe(2_350)
    await it.until(async () => expect(await it.work(tenant)).toEqual([]))
    const heard = receiver.heard.slice(1).flatMap(({ text }) => {
      const body = JSON.parse(text) as { data: { events: { id: string }[] } }
      return body.data.events.map(({ id }) => id)
    })
    expect(new Set(heard)).toEqual(new Set(events))
  })

  test('an endpoint that is off takes no redelivery', async () => {
    const { shown } = await create()
    await call(`/${shown.id}`, 'PATCH', { status: 'disabled' })
    expect((await call(`/${shown.id}/redeliver`, 'POST', { since: '2026-01-01T00:00:00Z' })).status).toBe(409)
    expect((await call(`/${shown.id}/deliveries/dlv_0000000000000000/redeliver`, 'POST')).status).toBe(409)
  })
})
