import { describe, expect, it } from 'vitest'
import type { PushNotification } from '#worker/channels/push/content.ts'
import { webPush } from '#worker/channels/push/web-push.ts'
import type { Submission } from '#worker/domain/carriers/provider.ts'
import { attemptOf, type Carrier, NOW, play } from '../../conformance/kit.ts'
import { APP, browser, NOTIFICATION, webPushKit } from '../../conformance/push/web-push.ts'
import { decrypted } from '../../worlds/players/push-browser.ts'

interface Sent {
  readonly outcome: Submission | undefined
  readonly request: Request | undefined
}

async function send(
  content: Partial<PushNotification> = {},
  carrier: Carrier = () => created(),
  more = {},
): Promise<Sent> {
  const { ports, seen } = play(carrier)
  const attempt = { ...attemptOf({ ...webPushKit, content: { ...NOTIFICATION, ...content } }), ...more }
  const [outcome] = await webPush.open(webPushKit.settings, ports).submit([attempt])
  return { outcome, request: seen[0] }
}
const created = (location?: string): Response =>
  new Response(null, { status: 201, ...(location === undefined ? {} : { headers: { location } }) })
const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}): Carrier =>
  () =>
    new Response(null, { status, headers })

describe('a web push', () => {
  it('is one POST to the endpoint with the headers of RFC 8030 and a token for its origin', async () => {
    const { request } = await send({ topic: 'order-1', ttl: 60, urgency: 'low' })
    expect(request?.method).toBe('POST')
    expect(request?.url).toBe(browser.endpoint)
    const headers = Object.fromEntries(request?.headers ?? [])
    expect(headers).toMatchObject({ ttl: '60', urgency: 'low', topic: 'order-1', 'content-encoding': 'aes128gcm' })
    const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]{87})$/.exec(headers['authorization'] ?? '') ?? []
    expect(key).toHaveLength(87)
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(claims).toEqual({
      aud: 'https://updates.push.services.mozilla.com',
      exp: NOW / 1000 + 12 * 3_600,
      sub: 'mailto:push@chapar.example',
    })
  })

  it('carries the notification, its id and where to report, for the browser’s eyes only', async () => {
    const { request } = await send({ data: { order: '1' }, actions: [{ action: 'track', title: 'پیگیری' }] })
    const body = new Uint8Array((await request?.arrayBuffer()) ?? new ArrayBuffer())
    const { id, ref } = attemptOf(webPushKit)
    expect(JSON.parse(decrypted(body, browser))).toEqual({
      id,
      title: 'سفارش شما ارسال شد.',
      body: 'فردا می‌رسد.',
      url: '/orders/1',
      data: { order: '1' },
      actions: [{ action: 'track', title: 'پیگیری' }],
      report: `https://gw.example/p/report/${ref}.mac`,
    })
    expect(Buffer.from(body).includes(Buffer.from('سفارش'))).toBe(false)
  })

  it('of the same tenant to the same service is signed once', async () => {
    const tokens = await Promise.all([send(), send({ title: 'x' })])
    expect(tokens[0]?.request?.headers.get('authorization')).toBe(tokens[1]?.request?.headers.get('authorization'))
  })

  it('is kept no longer than its validity', async () => {
    const { request } = await send({ ttl: 3_600 }, undefined, { validUntil: NOW + 90_500 })
    expect(request?.headers.get('ttl')).toBe('90')
    const late = await send({ ttl: 3_600 }, undefined, { validUntil: NOW - 1 })
    expect(late.request?.headers.get('ttl')).toBe('0')
  })
})

describe('what push services answer', () => {
  it('201 is accepted under the last part of the Location, which alone recalls nothing; else under our ref', async () => {
    const location = 'https://updates.push.services.mozilla.com/m/gAAAA-x_y'
    const named = await send({}, () => created(location))
    expect(named.outcome).toEqual({ outcome: 'accepted', providerRef: 'gAAAA-x_y' })
    const { ref } = attemptOf(webPushKit)
    expect((await send()).outcome).toEqual({ outcome: 'accepted', providerRef: ref })
    expect((await send({}, answers(202))).outcome).toEqual({ outcome: 'accepted', providerRef: ref })
  })

  it.each([
    [404, 'rejected', 'recipient-unregistered'],
    [410, 'rejected', 'recipient-unregistered'],
    [413, 'rejected', 'content-refused'],
    [400, 'rejected', 'provider-refused'],
    [401, 'rejected', 'sender-refused'],
    [403, 'rejected', 'sender-refused'],
    [429, 'deferred', 'provider-throttled'],
    [406, 'deferred', 'provider-throttled'],
    [408, 'unknown', 'provider-invalid-answer'],
    [500, 'unknown', 'provider-invalid-answer'],
    [503, 'unknown', 'provider-invalid-answer'],
    [204, 'unknown', 'provider-invalid-answer'],
  ])('%i is %s (%s)', async (status, outcome, code) => {
    const sent = await send({}, answers(status, { 'retry-after': '30' }))
    expect(sent.outcome).toMatchObject({ outcome, failure: { code, carrierCode: `http-${status}` } })
    if (outcome === 'deferred') expect(sent.outcome).toMatchObject({ retryAfter: 30 })
  })
})

describe('a device', () => {
  it.each([
    ['that was removed', null, 'recipient-unregistered'],
    ['of another application', { ...Object(webPushKit.target), app: 'other' }, 'sender-refused'],
    ['of another network', { network: 'fcm', app: APP, token: 'x' }, 'not-supported'],
  ])('%s is not called', async (_, target, code) => {
    const { outcome, request } = await send({}, undefined, { target })
    expect(outcome).toMatchObject({ outcome: 'rejected', failure: { code } })
    expect(request).toBeUndefined()
  })
})
