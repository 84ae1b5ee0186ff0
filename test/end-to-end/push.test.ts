import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { altered } from '../worlds/altered.ts'
import { openedCalls } from '../worlds/at-rest/opened-calls.ts'
import { newBrowser, subscriptionOf } from '../worlds/players/push-browser.ts'
import { type PushWorld, startPush } from '../worlds/push-world.ts'
import { until } from '../worlds/world.ts'

let world: PushWorld
beforeAll(async () => {
  world = await startPush({ gateways: 2 })
})
afterAll(() => world?.chapar.dispose())

const GONE = () => new Response(null, { status: 410 })
const CREATED = () => new Response(null, { status: 201 })
let tokens = 0
beforeEach(() => {
  world.service.answer = CREATED
})

async function subscribed() {
  await world.json('/v1/devices/key', 200)
  const browser = newBrowser()
  return { browser, device: await world.device({ network: 'webpush', subscription: subscriptionOf(browser) }) }
}
/** Of the test credential, as a message over the sandbox is. */
const sandboxDevice = (end = '0000', call = world.test) =>
  world.device({ network: 'sandbox', token: `token-${tokens++}-${end}` }, call)
const report = (url: string, body: unknown, init: RequestInit = {}) => {
  const { pathname } = new URL(url)
  return world.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify(body), ...init })
}
const inbound = async (call = world.live) => {
  const path = '/v1/messages?direction=inbound&limit=100'
  return (await world.json<{ data: Record<string, unknown>[] }>(path, 200, undefined, call)).data
}

describe('a web push', () => {
  test('reaches the browser encrypted, signed with the tenant’s key, and is submitted', async () => {
    const { browser, device } = await subscribed()
    const id = await world.send(device.id, { title: 'سلام', body: 'متن', url: '/x', topic: 'news', urgency: 'high' })
    const payload = await world.received(browser)
    expect(payload).toMatchObject({ id, title: 'سلام', body: 'متن', url: '/x', topic: 'news' })
    const { publicKey } = await world.json<{ publicKey: string }>('/v1/devices/key', 200)
    const sent = world.pushed.find(({ url }) => url === browser.endpoint)
    expect(sent?.headers).toMatchObject({ ttl: '86400', urgency: 'high', topic: 'news' })
    expect(sent?.headers['authorization']).toContain(`, k=${publicKey}`)
    await world.status(id, 'submitted')
  })

  test('to a subscription that is gone is rejected, the device is removed and told of once', async () => {
    const { browser, device } = await subscribed()
    world.service.answer = ({ url }) => (url === browser.endpoint ? GONE() : CREATED())
    const ids = [await world.send(device.id), await world.send(device.id)]
    for (const id of ids)
      expect(await world.status(id, 'rejected')).toMatchObject({ failure: { code: 'recipient-unregistered' } })
    const event = await world.heard('device.removed', ({ id }) => id === device.id)
    expect(event.data).toMatchObject({ app: 'shop.example', network: 'webpush' })
    expect(JSON.stringify(event)).not.toContain(browser.endpoint)
    expect(await world.json(`/v1/devices/${device.id}`, 200)).toMatchObject({ status: 'removed' })
    const kept = await world.chapar
      .ledger()
      .prepare('SELECT target FROM devices WHERE id = ?1')
      .bind(device.id)
      .first<{ target: string | null }>()
    expect(kept?.target).toBeNull()
    const calls = world.pushed.length
    const late = await world.send(device.id)
    expect(await world.status(late, 'rejected')).toMatchObject({ failure: { code: 'recipient-unregistered' } })
    expect(world.pushed.length).toBe(calls)
    const told = new Set(
      world.events
        .filter(({ type, data }) => type === 'device.removed' && data['id'] === device.id)
        .map(({ id }) => id),
    )
    expect(told.size).toBe(1)
  })

  test('to a device that registers again after its removal is sent', async () => {
    const { browser, device } = await subscribed()
    world.service.answer = GONE
    await world.status(await world.send(device.id), 'rejected')
    await world.heard('device.removed', ({ id }) => id === device.id)
    world.service.answer = CREATED
    const body = { network: 'webpush', subscription: subscriptionOf(browser) }
    expect(await world.json('/v1/devices', 200, body)).toMatchObject({ id: device.id, status: 'active' })
    await world.status(await world.send(device.id), 'submitted')
  })

  test('to a device that registers again while its messages are refused leaves it registered', async () => {
    const { browser, device } = await subscribed()
    const { browser: other, device: busy } = await subscribed()
    world.service.answer = GONE
    await world.status(await world.send(device.id), 'rejected')
    await world.heard('device.removed', ({ id }) => id === device.id)
    // Comes back between the look-up that does not find it and the end of the slice.
    world.service.answer = async ({ url }) => {
      if (url === other.endpoint)
        await world.json('/v1/devices', 200, { network: 'webpush', subscription: subscriptionOf(browser) })
      return CREATED()
    }
    const messages = [{ to: device.id }, { to: busy.id }]
    const body = { channel: 'push', content: { title: 'x' }, messages }
    const { accepted } = await world.json<{ accepted: { id: string }[] }>('/v1/messages/batch', 202, body)
    await world.status(accepted[0]?.id ?? '', 'rejected')
    await world.status(accepted[1]?.id ?? '', 'submitted')
    world.service.answer = CREATED
    await world.status(await world.send(device.id), 'submitted')
    expect(await world.json(`/v1/devices/${device.id}`, 200)).toMatchObject({ status: 'active' })
  })

  test('refused while its device registers again leaves the device registered', async () => {
    const { browser, device } = await subscribed()
    world.service.answer = async () => {
      await world.json('/v1/devices', 200, {
        network: 'webpush',
        subscription: subscriptionOf(browser),
        tags: ['back'],
      })
      return GONE()
    }
    await world.status(await world.send(device.id), 'rejected')
    world.service.answer = CREATED
    await world.status(await world.send(device.id), 'submitted')
    expect(await world.json(`/v1/devices/${device.id}`, 200)).toMatchObject({ status: 'active', tags: ['back'] })
  })

  test.each([
    ['what old libraries write', 422, { contentEncoding: 'aesgcm' }, '/subscription/contentEncoding'],
    ['an encoding to come', 422, { contentEncoding: 'aes256gcm' }, '/subscription/contentEncoding'],
    ['nothing', 422, { contentEncoding: '' }, '/subscription/contentEncoding'],
    ['null', 422, { contentEncoding: null }, '/subscription/contentEncoding'],
    ['a list without it', 422, { supportedContentEncodings: ['aesgcm'] }, '/subscription/supportedContentEncodings'],
    ['the one that there is', 201, { contentEncoding: 'aes128gcm' }, null],
    ['a list of both', 201, { supportedContentEncodings: ['aes128gcm', 'aesgcm'] }, null],
  ])('of a browser whose encoding is %s: %i', async (_, status, more, pointer) => {
    const subscription = { ...subscriptionOf(newBrowser()), ...more }
    const answer = await world.json<{ errors?: { pointer: string }[] }>('/v1/devices', status, {
      network: 'webpush',
      subscription,
    })
    expect(answer.errors?.map((one) => one.pointer) ?? null).toEqual(pointer === null ? null : [pointer])
  })

  test('that a push service asks to slow down for is sent again and arrives', async () => {
    const { browser, device } = await subscribed()
    let asked = 0
    world.service.answer = ({ url }) =>
      url === browser.endpoint && asked++ === 0
        ? new Response(null, { status: 429, headers: { 'retry-after': '1' } })
        : CREATED()
    await world.status(await world.send(device.id), 'submitted')
    expect(asked).toBe(2)
  })
})

describe('FCM', () => {
  test('gets the notification with the account’s token; UNREGISTERED removes the device', async () => {
    const device = await world.device({ network: 'fcm', token: 'fcm:token-1' })
    world.service.answer = () => Response.json({ name: 'projects/chapar-tests/messages/0:1' })
    await world.status(await world.send(device.id, { title: 'سلام', data: { order: '7' } }), 'submitted')
    const call = world.pushed.find(({ url }) => url.endsWith('/v1/projects/chapar-tests/messages:send'))
    expect(call?.headers['authorization']).toBe('Bearer ya29.x')
    const { message } = JSON.parse(new TextDecoder().decode(call?.body)) as { message: Record<string, unknown> }
    expect(message).toMatchObject({
      token: 'fcm:token-1',
      notification: { title: 'سلام' },
      data: { order: '7', chapar_report: expect.stringContaining('/p/report/') },
    })
    world.service.answer = () =>
      Response.json(
        { error: { code: 404, status: 'NOT_FOUND', details: [{ errorCode: 'UNREGISTERED' }] } },
        { status: 404 },
      )
    await world.status(await world.send(device.id), 'rejected')
    await world.heard('device.removed', ({ id }) => id === device.id)
  })
})

describe('the sandbox', () => {
  test.each([
    ['0000', 'delivered'],
    ['9901', 'undelivered'],
    ['9905', 'unknown'],
    ['9918', 'read'],
  ])('a device whose token ends in %s is %s', async (end, status) => {
    const device = await sandboxDevice(end)
    await world.status(await world.send(device.id, { title: 'x' }, world.test), status, world.test)
  })

  test('9919 is a device that the push service knows no more', async () => {
    const device = await sandboxDevice('9919')
    const id = await world.send(device.id, { title: 'x' }, world.test)
    expect(await world.status(id, 'rejected', world.test)).toMatchObject({
      failure: { code: 'recipient-unregistered' },
    })
    await world.heard('device.removed', (data) => data['id'] === device.id)
  })

  test('a reply comes as a text, threaded to the notification', async () => {
    const device = await sandboxDevice('9912')
    const id = await world.send(device.id, { title: 'x' }, world.test)
    const reply = await until('the reply', async () =>
      (await inbound(world.test)).find(({ from }) => from === device.id),
    )
    expect(reply).toMatchObject({ to: 'shop.example', inReplyTo: id, content: { text: 'سلام، رسید.' } })
  })
})

describe('who may be sent to', () => {
  test('a network that no connection of the route reaches is a 422 that names the recipient', async () => {
    const device = await sandboxDevice('0000', world.live)
    const body = { channel: 'push', to: device.id, content: { title: 'x' } }
    const answer = await world.json<{ code: string; errors: { pointer: string }[] }>('/v1/messages', 422, body)
    expect(answer).toMatchObject({ code: 'not-supported', errors: [{ pointer: '/to' }] })
  })

  test('another tenant’s device, and one that was made up, are rejected and no push service is called', async () => {
    const { device } = await subscribed()
    const other = await world.newTenant('other.example')
    const calls = world.pushed.length
    for (const to of [device.id, altered(device.id)]) {
      const body = { channel: 'push', to, content: { title: 'x' } }
      const { id } = await world.json<{ id: string }>('/v1/messages', 202, body, other.live)
      const ended = await until('it ends', async () => {
        const found = await world.json<{ status: string }>(`/v1/messages/${id}`, 200, undefined, other.live)
        return found.status === 'rejected' && found
      })
      expect(ended).toMatchObject({ failure: { code: 'recipient-unregistered' } })
    }
    expect(world.pushed.length).toBe(calls)
    expect(await world.json(`/v1/devices/${device.id}`, 200)).toMatchObject({ status: 'active' })
  })
})

describe('what the page tells', () => {
  test('shown is delivered, clicked is read, and repeats change nothing', async () => {
    const { browser, device } = await subscribed()
    const id = await world.send(device.id)
    const { report: url = '' } = await world.received(browser)
    expect((await report(url, { event: 'shown' })).status).toBe(204)
    await world.status(id, 'delivered')
    for (const event of ['clicked', 'clicked', 'shown', 'closed'])
      expect((await report(url, { event })).status).toBe(204)
    await world.status(id, 'read')
    expect((await report(url, { event: 'shown' })).status).toBe(204)
    expect(await world.json(`/v1/messages/${id}`, 200)).toMatchObject({ status: 'read' })
  })

  test('a reply is a message from the device to the application, threaded by the notification it answers', async () => {
    const { browser, device } = await subscribed()
    const first = await world.send(device.id)
    const { report: url = '' } = await world.received(browser)
    await world.status(await world.send(device.id, { title: 'later' }), 'submitted')
    for (let n = 0; n < 3; n++) expect((await report(url, { event: 'replied', text: 'بله' })).status).toBe(204)
    const event = await world.heard('message.received', ({ from }) => from === device.id)
    expect(event.data).toMatchObject({ to: 'shop.example', inReplyTo: first, content: { text: 'بله' } })
    await world.status(first, 'read')
    expect((await inbound()).filter(({ from }) => from === device.id)).toHaveLength(1)
  })

  test('a report that comes again, also to another isolate and at the same time, is told once', async () => {
    const { browser, device } = await subscribed()
    const id = await world.send(device.id)
    const { pathname } = new URL((await world.received(browser)).report ?? '')
    const tell = (body: object, gateway: number) =>
      world.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify(body) }, gateway)
    const everywhere = async (body: object) => {
      const answers = await Promise.all([0, 1, 0, 1].map((gateway) => tell(body, gateway)))
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204])
    }
    await everywhere({ event: 'shown' })
    await world.status(id, 'delivered')
    await everywhere({ event: 'clicked' })
    await everywhere({ event: 'replied', text: 'یک بار' })
    await world.status(id, 'read')
    await world.heard('message.received', ({ from }) => from === device.id)
    // Once the queue is through with a later message, it is through with all of these.
    const next = await subscribed()
    const later = await world.send(next.device.id)
    await report((await world.received(next.browser)).report ?? '', { event: 'clicked' })
    await world.status(later, 'read')
    for (const gateway of [0, 1]) expect((await tell({ event: 'replied', text: 'یک بار' }, gateway)).status).toBe(204)
    await world.heard('message.read', (data) => data['id'] === later)
    const told = world.events.filter(({ data }) => data['id'] === id || data['from'] === device.id)
    const ids = new Map(told.map((event) => [event.id, event.type]))
    expect([...ids.values()].sort()).toEqual(
      ['delivered', 'read', 'received', 'submitted'].map((one) => `message.${one}`),
    )
    expect((await inbound()).filter(({ from }) => from === device.id)).toHaveLength(1)
  })

  test('a reply stands in the access log with the address it came from; what was shown or clicked does not', async () => {
    const { browser, device } = await subscribed()
    await world.send(device.id)
    const { report: url = '' } = await world.received(browser)
    const from = (ip: string) => ({ headers: { 'cf-connecting-ip': ip } })
    expect((await report(url, { event: 'clicked' }, from('203.0.113.20'))).status).toBe(204)
    expect((await report(url, { event: 'replied', text: 'بله' }, from('203.0.113.21'))).status).toBe(204)
    const rows = await until('its row', async () => {
      const { chapar } = world
      const all = await openedCalls({ ledger: chapar.ledger(), keys: chapar.keys })
      const found = all.filter(({ ip }) => ip.startsWith('203.0.113.2'))
      return found.length > 0 && found
    })
    expect(rows).toMatchObject([{ ip: '203.0.113.21', method: 'POST', route: '/p/report/:token', status: 204 }])
  })

  test('a flood of replies ends at twenty', async () => {
    const { browser, device } = await subscribed()
    await world.send(device.id)
    const { report: url = '' } = await world.received(browser)
    for (let n = 0; n < 40; n++) expect((await report(url, { event: 'replied', text: `reply ${n}` })).status).toBe(204)
    await until('twenty have come', async () => (await inbound()).filter(({ from }) => from === device.id).length >= 20)
    expect((await inbound()).filter(({ from }) => from === device.id)).toHaveLength(20)
  })

  test('replies beyond the twentieth are not written into the message’s history either', async () => {
    const { browser, device } = await subscribed()
    const id = await world.send(device.id)
    const { report: url = '' } = await world.received(browser)
    for (let n = 0; n < 60; n++) expect((await report(url, { event: 'replied', text: `word ${n}` })).status).toBe(204)
    await until('twenty have come', async () => (await inbound()).filter(({ from }) => from === device.id).length >= 20)
    // The queue keeps its order: what is told of the next message comes behind what was told of this one.
    const next = await world.send(device.id)
    const { report: nextUrl = '' } = await until('the next is there', async () => {
      const last = await world.received(browser)
      return last['id'] === next && last
    })
    await world.status(next, 'submitted')
    await report(nextUrl, { event: 'shown' })
    await world.status(next, 'delivered')
    const { timeline } = await world.json<{ timeline: { status: string }[] }>(`/v1/messages/${id}`, 200)
    expect(timeline.filter(({ status }) => status === 'read').length).toBeLessThanOrEqual(20)
  })

  test('may come from any page, and is asked for no cookie', async () => {
    const { browser, device } = await subscribed()
    await world.send(device.id)
    const { report: url = '' } = await world.received(browser)
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' }
    const preflight = await report(url, undefined, { method: 'OPTIONS', headers, body: null })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type')
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
    expect((await report(url, undefined, { method: 'GET', body: null })).status).toBe(405)
  })

  test('of a forged link, of another purpose, of nonsense and of 8 KB changes nothing', async () => {
    const { browser, device } = await subscribed()
    const id = await world.send(device.id)
    const { report: url = '' } = await world.received(browser)
    await world.status(id, 'submitted')
    expect((await report(altered(url), { event: 'shown' })).status).toBe(404)
    expect((await report(url.replace('/report/', '/unsubscribe/'), { event: 'shown' })).status).not.toBe(204)
    for (const body of [
      null,
      [],
      { event: 'opened' },
      { event: 'replied' },
      { event: 'replied', text: '' },
      { event: 'shown', x: 1 },
    ])
      expect((await report(url, body)).status, JSON.stringify(body)).toBe(400)
    expect((await report(url, { event: 'replied', text: 'x'.repeat(9_000) })).status).toBe(413)
    expect(await world.json(`/v1/messages/${id}`, 200)).toMatchObject({ status: 'submitted' })
  })
})
