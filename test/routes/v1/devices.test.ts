import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Browser, newBrowser, subscriptionOf } from '../../worlds/players/push-browser.ts'
import { type PushWorld, type ShownDevice, startPush } from '../../worlds/push-world.ts'
import { until } from '../../worlds/world.ts'

let world: PushWorld
beforeAll(async () => {
  world = await startPush({ vars: { PUSH_SERVICES: 'push.own.example.net, .pushes.example.net' } })
})
afterAll(() => world?.chapar.dispose())

let count = 0
const sandbox = (more: object = {}) => ({ network: 'sandbox', token: `token-${count++}`, ...more })
const webpush = (browser: Browser = newBrowser(), more: object = {}) => ({
  network: 'webpush',
  subscription: subscriptionOf(browser),
  ...more,
})
const list = async (query: string) =>
  (await world.json<{ data: ShownDevice[]; nextCursor: string | null }>(`/v1/devices?${query}`, 200)) ?? {}
const idsOf = async (query: string) => (await list(query)).data.map(({ id }) => id)
const faults = async (body: unknown, path = '/v1/devices') =>
  (await world.json<{ errors: { pointer: string; detail: string }[] }>(path, 422, body)).errors

describe('the key that browsers subscribe with', () => {
  test('is a point of P-256, the same at every ask, and another tenant has another', async () => {
    const asked = Array.from({ length: 5 }, () => world.json<{ publicKey: string }>('/v1/devices/key', 200))
    const keys = new Set((await Promise.all(asked)).map(({ publicKey }) => publicKey))
    expect(keys.size).toBe(1)
    const [key = ''] = keys
    expect(Buffer.from(key, 'base64url')).toHaveLength(65)
    const other = await world.newTenant('keys.example')
    expect(await world.json('/v1/devices/key', 200, undefined, other.live)).not.toEqual({ publicKey: key })
  })

  test('is kept with its private half sealed', async () => {
    await world.json('/v1/devices/key', 200)
    const { results } = await world.chapar.control.prepare('SELECT private_key AS kept FROM push_keys').all<{
      kept: string
    }>()
    expect(results.length).toBeGreaterThan(0)
    for (const { kept } of results) expect(kept).not.toMatch(/"d"|"kty"/)
  })
})

describe('registering', () => {
  test('the same subscription again is the same device, with user and tags replaced', async () => {
    const browser = newBrowser()
    const first = await world.device(webpush(browser, { user: '42', tags: ['news', 'sport', 'news'] }))
    expect(first).toMatchObject({ status: 'active', user: '42', tags: ['news', 'sport'] })
    expect(first.id).toMatch(/^dev_[0-9a-z]{29}w[0-9a-z]{9}$/)
    const again = await world.json<ShownDevice>('/v1/devices', 200, webpush(browser, { tags: ['sport'] }))
    expect(again).toMatchObject({ id: first.id, user: null, tags: ['sport'] })
    expect(await idsOf('tag=news')).not.toContain(first.id)
    expect(await idsOf('user=42')).not.toContain(first.id)
    expect(await idsOf('tag=sport')).toContain(first.id)
  })

  test('leaves no user, tag, endpoint or token in clear', async () => {
    const browser = newBrowser()
    const [one, other] = [
      await world.device(webpush(browser, { user: 'leila@example.com', tags: ['smokers'] })),
      await world.device(sandbox({ token: 'token-of-somebody', tags: ['smokers'] })),
    ]
    expect(await idsOf('tag=smokers')).toEqual(expect.arrayContaining([one.id, other.id]))
    const kept = await Promise.all(
      ['devices', 'device_labels'].map(async (table) =>
        JSON.stringify((await world.chapar.ledger().prepare(`SELECT * FROM ${table}`).all()).results),
      ),
    )
    expect(kept.join(' ')).toContain(one.id)
    for (const words of ['leila@example.com', 'smokers', new URL(browser.endpoint).pathname, 'token-of-somebody'])
      expect(kept.join(' ')).not.toContain(words)
  })

  test('under one Idempotency-Key makes one device, and ten at once of one target too', async () => {
    const body = sandbox()
    const headers = { 'idempotency-key': '"one-device"' }
    const first = (await (await world.live('/v1/devices', { body, headers })).json()) as ShownDevice
    const second = (await (await world.live('/v1/devices', { body, headers })).json()) as ShownDevice
    expect(second.id).toBe(first.id)
    const same = sandbox({ tags: ['race'] })
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.live('/v1/devices', { body: same })))
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as ShownDevice).id))
    expect(new Set(ids).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(await idsOf('tag=race')).toEqual([ids[0]])
  })

  test('two tenants may hold the same subscription, and neither sees the other’s', async () => {
    const browser = newBrowser()
    const mine = await world.device(webpush(browser))
    const other = await world.newTenant('same.example')
    const theirs = await world.device(webpush(browser), other.live)
    expect(theirs.id).not.toBe(mine.id)
    expect((await world.live(`/v1/devices/${theirs.id}`)).status).toBe(404)
    expect((await other.live(`/v1/devices/${mine.id}`, { method: 'DELETE' })).status).toBe(404)
  })

  test('no answer and no list shows how a device is reached', async () => {
    const browser = newBrowser()
    const { id } = await world.device(webpush(browser, { tags: ['quiet'] }))
    const shown = JSON.stringify([await world.json(`/v1/devices/${id}`, 200), await list('tag=quiet')])
    for (const secret of [browser.endpoint, browser.auth, browser.p256dh]) expect(shown).not.toContain(secret)
  })

  test.each([
    'https://fcm.googleapis.com/fcm/send/x',
    'https://wns2-par02p.notify.windows.com/w/?token=x',
    'https://web.push.apple.com/x',
    'https://push.own.example.net/x',
    'https://a.b.pushes.example.net/x',
  ])('%s is a push service', async (endpoint) => {
    await world.device({ network: 'webpush', subscription: { ...subscriptionOf(newBrowser()), endpoint } })
  })

  test.each([
    ['http://fcm.googleapis.com/x', 'https'],
    ['https://10.0.0.1/x', 'IP address'],
    ['https://[::1]/x', 'IP address'],
    ['https://0x7f.1/x', 'IP address'],
    ['https://localhost/x', 'public name'],
    ['https://metadata.internal/x', 'public name'],
    ['https://fcm.googleapis.com:8443/x', '443'],
    ['https://user:pass@fcm.googleapis.com/x', 'user name'],
    ['https://fcm.googleapis.com.evil.example.com/x', 'push service'],
    ['https://evil-push.apple.com.example.com/x', 'push service'],
    ['https://evilpush.apple.com/x', 'push service'],
    ['https://own.example.net/x', 'push service'],
    ['https://chapar.test/x', 'public name'],
    ['not a url', 'URL'],
  ])('an endpoint at %s is refused', async (endpoint, reason) => {
    const [fault] = await faults({
      network: 'webpush',
      subscription: { ...subscriptionOf(newBrowser()), endpoint },
    })
    expect(fault?.pointer).toBe('/subscription/endpoint')
    expect(fault?.detail).toContain(reason)
  })

  test.each([
    ['/subscription/keys/p256dh', { p256dh: 'x' }],
    ['/subscription/keys/p256dh', { p256dh: Buffer.alloc(65, 4).toString('base64url') }],
    ['/subscription/keys/auth', { auth: Buffer.alloc(15).toString('base64url') }],
  ])('keys that are none are refused at %s', async (pointer, keys) => {
    const subscription = subscriptionOf(newBrowser())
    const body = { network: 'webpush', subscription: { ...subscription, keys: { ...subscription.keys, ...keys } } }
    expect((await faults(body)).map((fault) => fault.pointer)).toEqual([pointer])
  })

  test.each([
    ['/network', { network: 'apns', token: 'x' }],
    ['/token', { network: 'fcm' }],
    ['/subscription', { network: 'webpush' }],
    ['/subscription', { network: 'fcm', token: 'x', subscription: subscriptionOf(newBrowser()) }],
    ['/token', { network: 'webpush', token: 'x', subscription: subscriptionOf(newBrowser()) }],
    ['/app', { network: 'sandbox', token: 'x', app: 'not an app' }],
    ['/tags/0', { network: 'sandbox', token: 'x', tags: [''] }],
    ['/token', { network: 'sandbox', token: 'with space' }],
  ])('a wrong body is a 422 at %s', async (pointer, body) => {
    expect((await faults(body)).map((fault) => fault.pointer)).toContain(pointer)
  })

  test('for an application of somebody else is refused', async () => {
    await world.newTenant('theirs.example')
    const answer = await world.json<{ code: string }>('/v1/devices', 422, sandbox({ app: 'theirs.example' }))
    expect(answer.code).toBe('sender-not-assigned')
  })
})

describe('reading, changing and deleting', () => {
  test('a list comes in pages, each device once', async () => {
    const made = []
    for (let n = 0; n < 5; n++) made.push((await world.device(sandbox({ tags: ['paged'] }))).id)
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`tag=paged&limit=2${cursor && `&cursor=${cursor}`}`)
      found.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(found).toEqual([...made].sort())
    const all = await idsOf('limit=200')
    expect(all).toEqual([...all].sort())
    expect(all).toEqual(expect.arrayContaining(made))
  })

  test.each([
    ['query:user', 'tag=a&user=b'],
    ['query:status', 'tag=a&status=removed'],
    ['query:limit', 'limit=201'],
    ['query:app', 'app=x'],
  ])('what a list cannot be asked is a 400 at %s', async (pointer, query) => {
    const answer = await world.json<{ errors: { pointer: string }[] }>(`/v1/devices?${query}`, 400)
    expect(answer.errors.map((fault) => fault.pointer)).toEqual([pointer])
  })

  test('a change replaces what it names and leaves the rest, labels too', async () => {
    const { id } = await world.device(sandbox({ user: 'u1', tags: ['a', 'b'] }))
    const patch = (body: unknown) => world.live(`/v1/devices/${id}`, { method: 'PATCH', body })
    expect(await (await patch({ tags: ['c'] })).json()).toMatchObject({ user: 'u1', tags: ['c'] })
    expect(await idsOf('tag=a')).not.toContain(id)
    expect(await idsOf('user=u1')).toContain(id)
    expect(await (await patch({ user: null })).json()).toMatchObject({ user: null, tags: ['c'] })
    expect(await idsOf('user=u1')).not.toContain(id)
  })

  test('a deleted device leaves nothing behind', async () => {
    const { id } = await world.device(sandbox({ user: 'u2', tags: ['gone'] }))
    expect((await world.live(`/v1/devices/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await world.live(`/v1/devices/${id}`)).status).toBe(404)
    for (const [table, column] of [
      ['devices', 'id'],
      ['device_labels', 'device_id'],
    ])
      expect(
        await world.chapar.ledger().prepare(`SELECT 1 FROM ${table} WHERE ${column} = ?1`).bind(id).first(),
      ).toBeNull()
  })

  test('ids of no device, and with another network’s letter, are 404', async () => {
    const { id } = await world.device(sandbox())
    for (const made of [id.replace(/s(?=.{9}$)/, 'w'), `${id}0`, 'dev_x', id.replace('dev_', 'med_')])
      expect((await world.live(`/v1/devices/${made}`)).status).toBe(404)
  })
})

describe('an audience', () => {
  const batch = (audience: unknown, more: object = {}) => ({
    channel: 'push',
    content: { title: 'x' },
    audience,
    ...more,
  })

  test('is every active device of the application with that tag', async () => {
    const made = []
    for (let n = 0; n < 3; n++) made.push((await world.device(sandbox({ tags: ['crowd'] }), world.test)).id)
    await world.device(sandbox({ tags: ['others'] }), world.test)
    const body = batch({ tag: 'crowd' })
    const { id, accepted } = await world.json<{ id: string; accepted: { id: string }[] }>(
      '/v1/messages/batch',
      202,
      body,
      world.test,
    )
    expect(accepted).toHaveLength(3)
    await until('all are delivered', async () => {
      const { counts } = await world.json<{ counts: Record<string, number> }>(
        `/v1/batches/${id}`,
        200,
        undefined,
        world.test,
      )
      return counts['delivered'] === 3
    })
    const told = await Promise.all(
      accepted.map(
        async (one) => (await world.json<{ to: string }>(`/v1/messages/${one.id}`, 200, undefined, world.test)).to,
      ),
    )
    expect(told).toEqual([...made].sort())
  })

  test.each([
    ['/audience', batch({ tag: 'nobody-has-this' })],
    ['/audience', batch({ tag: 'a', user: 'b' })],
    ['/audience', batch({})],
    ['/audience', batch({ tag: 'a' }, { messages: [{ to: 'x' }] })],
    ['/messages', { channel: 'push', content: { title: 'x' } }],
    ['/audience', { channel: 'sms', content: { text: 'x' }, audience: { tag: 'a' } }],
    ['/content', { channel: 'push', audience: { tag: 'a' } }],
  ])('that cannot be is a 422 at %s', async (pointer, body) => {
    expect((await faults(body, '/v1/messages/batch')).map((fault) => fault.pointer)).toContain(pointer)
  })
})
