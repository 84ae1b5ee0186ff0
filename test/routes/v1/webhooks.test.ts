import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { deliveries } from '#worker/routes/v1/deliveries.ts'
import { webhooks } from '#worker/routes/v1/webhooks.ts'
import {
  type Call,
  clientOf,
  createEndpoint,
  honest,
  newHost,
  type Shown,
  shownBy,
} from '../../worlds/players/webhook-client.ts'
import { type Answer, type Notify, says, startNotify } from '../../worlds/receivers.ts'

let it: Notify
let realm: Realm
let call: Call
beforeAll(async () => {
  it = await startNotify('test/worlds/entries/webhooks.ts')
})
afterAll(() => it.chapar.dispose())
beforeEach(async () => {
  realm = await it.realm()
  call = await clientOf(it, realm)
})

const webhookOperations = [...webhooks.operations, ...deliveries.operations]
const create = (answer?: Answer, more?: object) => createEndpoint(it, call, answer, more)

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
    for (let n = 0; n < 20; n++) await it.endpoint(realm)
    const host = newHost()
    it.listen(host, honest())
    expect((await call('', 'POST', { url: `https://${host}/` })).status).toBe(422)
  })
})

describe('requests to receivers that do not answer right', () => {
  const tooMany = (answers: readonly Response[]) => answers.filter(({ status }) => status === 429)

  test('100 times /verify at an unproven URL: twenty requests reach it, and the answer says when to come again', async () => {
    const { receiver, shown } = await create(says(500))
    const heard = receiver.heard.length
    const answers: Response[] = []
    for (let n = 0; n < 5; n++)
      answers.push(...(await Promise.all(Array.from({ length: 20 }, () => call(`/${shown.id}/verify`, 'POST')))))
    expect(receiver.heard.length - heard).toBeLessThan(20)
    const [refused] = tooMany(answers)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused?.json()).toMatchObject({ code: 'too-many-calls', 'violated-policies': ['challenges'] })
  })

  test('making and deleting endpoints, changing URLs and test events are no way round', async () => {
    const host = newHost()
    const receiver = it.listen(host, says(500))
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) => call('', 'POST', { url: `https://${host}/${n}` })),
    )
    const ids = await Promise.all(made.map(async (answer) => ((await answer.json()) as { id: string }).id))
    for (const id of ids) await call(`/${id}`, 'DELETE')
    const { shown } = await create()
    for (let n = 0; n < 15; n++) await call(`/${shown.id}`, 'PATCH', { url: `https://${host}/${n + 20}` })
    expect(receiver.heard.length).toBeLessThanOrEqual(20)
    expect((await call('', 'POST', { url: `https://${newHost()}/` })).status).toBe(429)
  })

  test('a host is asked 60 times over all tenants, and one of them alone cannot use that up', async () => {
    const host = newHost()
    const receiver = it.listen(host, says(500))
    for (let tenant = 0; tenant < 5; tenant++) {
      const other = await clientOf(it, await it.realm())
      await Promise.all(Array.from({ length: 20 }, (_, n) => other('', 'POST', { url: `https://${host}/${n}` })))
    }
    expect(receiver.heard.length).toBe(60)
    const { shown } = await create()
    expect(shown.status).toBe('active')
  })

  test('a host that did not answer right stands nowhere in clear', async () => {
    const host = newHost()
    it.listen(host, says(500))
    const pace = async () => {
      const { results } = await it.chapar.control.prepare('SELECT key FROM challenge_pace').all<{ key: string }>()
      return results.map(({ key }) => key)
    }
    const before = new Set(await pace())
    await (await clientOf(it, await it.realm()))('', 'POST', { url: `https://${host}/in` })
    const made = (await pace()).filter((key) => !before.has(key))
    expect(made.filter((key) => key.startsWith('host:'))).toHaveLength(1)
    expect(made.join()).not.toContain(host)
  })

  test('a receiver that answers right is asked as often as one likes', async () => {
    const { receiver, shown } = await create()
    for (let n = 0; n < 25; n++) {
      expect((await call(`/${shown.id}`, 'PATCH', { status: 'disabled' })).status).toBe(200)
      expect(await shownBy(call(`/${shown.id}`, 'PATCH', { status: 'active' }))).toMatchObject({ status: 'active' })
      expect((await call(`/${shown.id}/test`, 'POST')).status).toBe(200)
    }
    expect(receiver.heard.length).toBeGreaterThanOrEqual(50)
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
      .bind(tenantOf(realm))
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

describe('URL and description in the database', () => {
  const inRow = (sql: string, id: string) => it.chapar.control.prepare(sql).bind(id).run()
  const description = 'Bookings of Kish'

  test('are sealed, from the first and after a change', async () => {
    const { shown, host } = await create(honest(), { description })
    const other = newHost()
    it.listen(other, honest())
    const change = { url: `https://${other}/in`, description: 'Bookings of Qeshm' }
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', change))).toMatchObject({ ...change, status: 'active' })
    expect(await shownBy(call(`/${shown.id}`))).toMatchObject(change)
    const { results } = await it.chapar.control.prepare('SELECT * FROM webhooks').all()
    for (const said of [host, other, 'Bookings']) expect(JSON.stringify(results)).not.toContain(said)
  })

  test.each([
    ['swapped with one another', 'UPDATE webhooks SET url = description, description = url WHERE id = ?1'],
    ['put where secrets are', 'UPDATE webhooks SET url = secrets, description = secrets WHERE id = ?1'],
    [
      'moved from another endpoint',
      `UPDATE webhooks SET (url, description) = (SELECT url, description FROM webhooks w WHERE w.tenant_id = webhooks.tenant_id
         AND w.id <> webhooks.id) WHERE id = ?1`,
    ],
  ])('that were %s show nobody anything, and the other endpoint is listed', async (_, sql) => {
    const [one, other] = [await create(honest(), { description }), await create(honest(), { description })]
    await inRow(sql, one.shown.id)
    const { data } = (await (await call('')).json()) as { data: { id: string; url: string; description: string }[] }
    const told = Object.fromEntries(data.map(({ id, ...shown }) => [id, [shown.url, shown.description]]))
    expect(told).toEqual({ [one.shown.id]: ['', ''], [other.shown.id]: [other.shown.url, description] })
  })

  test('that cannot be opened are conflicts of what needs them, until they are set again', async () => {
    const { shown, receiver } = await create(honest(), { description })
    await inRow('UPDATE webhooks SET url = description WHERE id = ?1', shown.id)
    receiver.heard.length = 0
    expect((await call(`/${shown.id}/test`, 'POST')).status).toBe(409)
    expect(receiver.heard).toEqual([])
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', { batch: true }))).toMatchObject({ url: '', description })
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', { status: 'disabled' }))).toMatchObject({ status: 'disabled' })
    expect((await call(`/${shown.id}`, 'PATCH', { status: 'active' })).status).toBe(409)
    const { url } = shown
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', { url, status: 'active' }))).toMatchObject({
      url,
      status: 'active',
    })
  })

  test('that could not be opened for lack of a key are not lost by a change of something else', async () => {
    const { shown } = await create(honest(), { description })
    await inRow("UPDATE webhooks SET url = 'gone.' || url WHERE id = ?1", shown.id)
    expect(await shownBy(call(`/${shown.id}`, 'PATCH', { description: 'Tours' }))).toMatchObject({ url: '' })
    await inRow('UPDATE webhooks SET url = substr(url, 6) WHERE id = ?1', shown.id)
    expect(await shownBy(call(`/${shown.id}`))).toMatchObject({ url: shown.url, description: 'Tours' })
  })
})

describe('who may', () => {
  test('reading needs webhooks:read, all else webhooks:write', async () => {
    // Before the first call: an isolate knows a realm's credentials for a few seconds.
    const reader = await clientOf(it, realm, ['webhooks:read'])
    const nobody = await clientOf(it, realm, ['messages:send'])
    const { shown } = await create()
    for (const { method, path, scope } of webhookOperations) {
      const at = path.replace('/v1/webhooks', '').replace(':id', shown.id).replace(':deliveryId', 'dlv_1')
      const body = method === 'POST' || method === 'PATCH' ? {} : undefined
      expect((await nobody(at, method, body)).status, `${method} ${path}`).toBe(403)
      if (scope === 'webhooks:write') expect((await reader(at, method, body)).status, `${method} ${path}`).toBe(403)
      else expect((await reader(at, method)).status, path).toBe(path.includes(':deliveryId') ? 404 : 200)
    }
  })

  test('another realm’s endpoint is a 404 on every route', async () => {
    const { shown } = await create()
    const stranger = await clientOf(it, await it.realm())
    const bodies: Record<string, unknown> = { PATCH: {}, POST: { since: '2026-01-01T00:00:00Z' } }
    for (const { method, path } of webhookOperations.filter(({ path: each }) => each.includes(':id'))) {
      const at = path.replace('/v1/webhooks', '').replace(':id', shown.id).replace(':deliveryId', 'dlv_1')
      expect((await stranger(at, method, bodies[method])).status, `${method} ${path}`).toBe(404)
    }
    expect(await (await stranger('')).json()).toEqual({ data: [], nextCursor: null })
  })
})
