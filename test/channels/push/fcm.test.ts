import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { fcm } from '#worker/channels/push/fcm.ts'
import { attemptOf, type Carrier, NOW, play } from '../../conformance/kit.ts'
import { fcmKit, TOKEN } from '../../conformance/push/fcm.ts'
import { NOTIFICATION } from '../../conformance/push/web-push.ts'
import { badField, badToken, failed, granted, sent, signedIn } from '../../fixtures/fcm/answers.ts'
import { newServiceAccount } from '../../worlds/players/push-browser.ts'

async function send(carrier: Carrier, { settings = fcmKit.settings, content = {}, now = NOW } = {}) {
  const { ports, seen } = play(carrier)
  const connection = fcm.open(settings, { ...ports, now: () => now })
  const attempt = attemptOf({ ...fcmKit, content: { ...NOTIFICATION, ...content } })
  const [outcome] = await connection.submit([attempt])
  return { outcome, seen }
}
const fresh = () => ({ settings: { serviceAccount: newServiceAccount() } })

describe('signing in', () => {
  it('asks for a token by the JWT bearer grant, and once for many messages', async () => {
    const account = fresh()
    const first = await send(signedIn(sent), account)
    const [grant, call] = first.seen
    expect(grant?.url).toBe('https://oauth2.googleapis.com/token')
    const form = new URLSearchParams(await grant?.text())
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    const assertion = form.get('assertion') ?? ''
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'RS256', kid: expect.stringMatching(/^key-/) })
    expect(decodeJwt(assertion)).toEqual({
      iss: 'sender@chapar-tests.iam.gserviceaccount.com',
      aud: 'https://oauth2.googleapis.com/token',
      scope: 'https://www.googleapis.com/auth/firebase.messaging',
      iat: NOW / 1000,
      exp: NOW / 1000 + 3_600,
    })
    expect(call?.headers.get('authorization')).toBe('Bearer ya29.not-a-real-token')
    expect((await send(signedIn(sent), account)).seen).toHaveLength(1)
    const later = await send(signedIn(sent), { ...account, now: NOW + 3_400_000 })
    expect(later.seen).toHaveLength(2)
  })

  it('asks for another after FCM refused one', async () => {
    const account = fresh()
    const refused = await send(
      signedIn(() => failed(401, 'UNAUTHENTICATED')),
      account,
    )
    expect(refused.outcome).toMatchObject({ outcome: 'deferred', failure: { code: 'connection-misconfigured' } })
    expect((await send(signedIn(sent), account)).seen).toHaveLength(2)
  })

  it('never hands an account’s token to whoever only names the account', async () => {
    const owner = fresh()
    await send(signedIn(sent), owner)
    const { private_key: _, ...known } = JSON.parse(owner.settings.serviceAccount)
    const { private_key } = JSON.parse(newServiceAccount())
    const stranger = { settings: { serviceAccount: JSON.stringify({ ...known, private_key }) } }
    const { seen } = await send(signedIn(sent), stranger)
    expect(seen.map(({ url }) => new URL(url).hostname)).toEqual(['oauth2.googleapis.com', 'fcm.googleapis.com'])
  })

  it.each([
    ['a reset', () => Promise.reject(new TypeError('lost')), 'provider-unavailable'],
    ['an HTML page', () => new Response('<h1>x</h1>'), 'provider-unavailable'],
    ['a 500', () => Response.json({ error: 'internal_failure' }, { status: 500 }), 'provider-unavailable'],
    ['invalid_grant', () => Response.json({ error: 'invalid_grant' }, { status: 400 }), 'connection-misconfigured'],
    ['a 429', () => new Response('slow', { status: 429 }), 'provider-throttled'],
  ])('%s there is deferred: nothing was submitted', async (_, carrier, code) => {
    const { outcome } = await send(carrier as Carrier, fresh())
    expect(outcome).toMatchObject({ outcome: 'deferred', failure: { code } })
  })

  it.each([
    ['is cut short', (key: string) => key.slice(0, 400)],
    ['has its line breaks written out', (key: string) => key.replaceAll('\n', '\\n')],
    ['is of another kind', (key: string) => key.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY')],
    ['is nothing but its frame', () => '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n'],
  ])('with a private key that %s is a setting that is wrong', (_, spoil) => {
    const account = JSON.parse(newServiceAccount())
    const serviceAccount = JSON.stringify({ ...account, private_key: spoil(account.private_key) })
    expect(() => fcm.open({ serviceAccount }, play(sent).ports)).toThrow('settings of fcm: serviceAccount')
  })

  it('with what is no key file is a setting that is wrong, and its error holds none of it', () => {
    for (const serviceAccount of ['{}', 'secret words', JSON.stringify({ type: 'service_account', project_id: 'p' })]) {
      const open = () => fcm.open({ serviceAccount }, play(sent).ports)
      expect(open).toThrow('settings of fcm: serviceAccount')
      expect(open).not.toThrow(/secret words/)
    }
  })
})

describe('a notification', () => {
  it('goes to every platform with its own way of saying it', async () => {
    const content = { topic: 'order-1', icon: 'https://a.example/i.png', url: 'https://a.example/x', data: { k: 'v' } }
    const { seen } = await send(signedIn(sent), { content })
    const { message } = JSON.parse((await seen[0]?.text()) ?? '')
    const { id, ref } = attemptOf(fcmKit)
    expect(message).toEqual({
      token: TOKEN,
      notification: { title: 'سفارش شما ارسال شد.', body: 'فردا می‌رسد.' },
      data: {
        k: 'v',
        chapar_id: id,
        chapar_report: `https://gw.example/p/report/${ref}.mac`,
        chapar_url: 'https://a.example/x',
      },
      android: { priority: 'HIGH', ttl: '3600s', collapse_key: 'order-1' },
      apns: {
        headers: {
          'apns-priority': '10',
          'apns-expiration': String(NOW / 1000 + 3_600),
          'apns-collapse-id': 'order-1',
        },
      },
      webpush: {
        headers: { TTL: '3600', Urgency: 'high', Topic: 'order-1' },
        notification: { icon: 'https://a.example/i.png' },
        fcm_options: { link: 'https://a.example/x' },
      },
    })
  })

  it('that must arrive now or never says so to Apple too', async () => {
    const { seen } = await send(signedIn(sent), { content: { ttl: 0, urgency: 'low' } })
    const { message } = JSON.parse((await seen[0]?.text()) ?? '')
    expect(message).toMatchObject({
      android: { ttl: '0s', priority: 'NORMAL' },
      apns: { headers: { 'apns-expiration': '0', 'apns-priority': '5' } },
    })
  })
})

describe('what FCM answers', () => {
  it.each([
    ['UNREGISTERED', () => failed(404, 'UNREGISTERED', 'NOT_FOUND'), 'rejected', 'recipient-unregistered'],
    ['a bad token', badToken, 'rejected', 'recipient-invalid'],
    ['a bad field', badField, 'rejected', 'content-refused'],
    ['SENDER_ID_MISMATCH', () => failed(403, 'SENDER_ID_MISMATCH', 'PERMISSION_DENIED'), 'rejected', 'sender-refused'],
    ['QUOTA_EXCEEDED', () => failed(429, 'QUOTA_EXCEEDED', 'RESOURCE_EXHAUSTED'), 'deferred', 'provider-throttled'],
    ['THIRD_PARTY_AUTH_ERROR', () => failed(401, 'THIRD_PARTY_AUTH_ERROR'), 'deferred', 'connection-misconfigured'],
    ['no permission', () => failed(403, 'PERMISSION_DENIED'), 'deferred', 'connection-misconfigured'],
    ['no such project', () => failed(404, 'NOT_FOUND'), 'deferred', 'connection-misconfigured'],
    ['UNAVAILABLE', () => failed(503, 'UNAVAILABLE'), 'unknown', 'provider-unavailable'],
    ['INTERNAL', () => failed(500, 'INTERNAL'), 'unknown', 'provider-unavailable'],
    ['a token of the other endpoint', () => granted(), 'unknown', 'provider-invalid-answer'],
  ])('%s', async (_, carrier, outcome, code) => {
    expect((await send(signedIn(carrier))).outcome).toMatchObject({ outcome, failure: { code } })
  })

  it('the message’s name is the provider’s ref', async () => {
    expect((await send(signedIn(sent))).outcome).toEqual({
      outcome: 'accepted',
      providerRef: '0:1500415314455276%31bd1c9631bd1c96',
    })
  })
})
