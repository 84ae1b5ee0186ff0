import { describe, expect, test } from 'vitest'
import { CallbackRefused } from '#worker/domain/carriers/provider.ts'
import { isMetaSignature } from '#worker/vendors/meta-signature.ts'
import { whatsappKit } from '../../conformance/chat/whatsapp.ts'
import { edgeOf } from '../../conformance/edge.ts'
import { HOSTILE_BODIES } from '../../conformance/hostile.ts'
import { attemptOf, CALLBACK } from '../../conformance/kit.ts'
import { PHONE_ID, WAMID } from '../../fixtures/whatsapp/answers.ts'
import {
  APP_SECRET,
  failed,
  inbound,
  notification,
  said,
  signed,
  status,
  TIMESTAMP,
  textMessage,
} from '../../fixtures/whatsapp/callbacks.ts'
import { open } from './carrier.ts'

const { connection } = open(whatsappKit, () => new Response(null, { status: 500 }))
const receive = async (request: Request) => {
  if (!connection.receive) throw new Error('it does not receive')
  return connection.receive(request)
}
const hear = (body: unknown) => receive(signed(CALLBACK, body))
const AT = Number(TIMESTAMP) * 1_000
const { ref } = attemptOf(whatsappKit)

describe('registration', () => {
  const ask = (query: string) => receive(new Request(`${CALLBACK}?${query}`))
  const TOKEN = `hub.verify_token=${whatsappKit.settings['verifyToken']}`

  test('with the verify token the challenge comes back, as it is', async () => {
    const { reply, receipts, inbound: messages } = await ask(`hub.mode=subscribe&${TOKEN}&hub.challenge=1158201444`)
    expect([await reply?.text(), receipts, messages]).toEqual(['1158201444', [], []])
  })

  test.each([
    'hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1',
    'hub.mode=subscribe&hub.challenge=1',
    `hub.mode=unsubscribe&${TOKEN}&hub.challenge=1`,
    `hub.mode=subscribe&${TOKEN}&hub.challenge=<script>`,
    `hub.mode=subscribe&${TOKEN}`,
    '',
  ])('?%s is refused', async (query) => {
    await expect(ask(query)).rejects.toMatchObject({ status: 403 })
  })
})

describe('the signature', () => {
  test('is HMAC-SHA256 of the raw body: RFC 4231’s second case', async () => {
    const body = new TextEncoder().encode('what do ya want for nothing?') as Uint8Array<ArrayBuffer>
    const mac = 'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    expect(await isMetaSignature('Jefe', mac, body)).toBe(true)
    expect(await isMetaSignature('Jefe', mac.replace('5b', '5c'), body)).toBe(false)
    expect(await isMetaSignature('jefe', mac, body)).toBe(false)
    expect(await isMetaSignature('Jefe', mac.slice(7), body)).toBe(false)
    expect(await isMetaSignature('Jefe', null, body)).toBe(false)
  })

  test('of another body does not carry over', async () => {
    const genuine = signed(CALLBACK, status('sent'))
    const forged = new Request(CALLBACK, {
      method: 'POST',
      headers: genuine.headers,
      body: JSON.stringify(status('delivered')),
    })
    await expect(receive(forged)).rejects.toMatchObject({ status: 403 })
  })

  test.each(Object.entries(HOSTILE_BODIES))('genuine over %s: unreadable, never a crash', async (_, { body }) => {
    const raw = Buffer.from(body === null ? '' : body instanceof Uint8Array ? body : String(body))
    const { createHmac } = await import('node:crypto')
    const mac = createHmac('sha256', APP_SECRET).update(raw).digest('hex')
    const headers = { 'x-hub-signature-256': `sha256=${mac}` }
    const error: unknown = await receive(new Request(CALLBACK, { method: 'POST', headers, body: raw })).catch(
      (caught: unknown) => caught,
    )
    expect(error).toBeInstanceOf(CallbackRefused)
    expect(error).toMatchObject({ status: 400 })
  })
})

describe('statuses', () => {
  test.each([
    ['sent', 'submitted'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['played', 'read'],
  ])('%s is %s, under our own ref where it is echoed', async (word, known) => {
    expect((await hear(status(word, { biz_opaque_callback_data: ref }))).receipts).toEqual([
      { attemptRef: ref, status: known, carrierAt: AT },
    ])
  })

  test('an echo that is none of ours leaves the network’s id as the key', async () => {
    const [receipt] = (await hear(status('read', { biz_opaque_callback_data: 'campaign-7' }))).receipts
    expect(receipt).toMatchObject({ providerRef: WAMID, status: 'read' })
  })

  test.each([
    [131047, 'rejected', 'session-closed'],
    [132015, 'rejected', 'content-refused'],
    [131026, 'undelivered', 'recipient-unreachable'],
    [131049, 'undelivered', 'not-delivered'],
    [131050, 'undelivered', 'not-delivered'],
    [131048, 'failed', 'provider-throttled'],
    [131053, 'rejected', 'content-refused'],
    [424_242, 'undelivered', 'not-delivered'],
  ])('failed with %i: %s, %s', async (code, known, failure) => {
    expect((await hear(failed(code))).receipts).toMatchObject([
      { providerRef: WAMID, status: known, failure: { code: failure, carrierCode: String(code) } },
    ])
  })

  test('failed without a reason is failed, and a word that is not known is no news', async () => {
    expect((await hear(status('failed'))).receipts).toMatchObject([
      { status: 'failed', failure: { code: 'not-delivered' } },
    ])
    for (const word of ['warning', 'constructor', '__proto__', 'toString'])
      expect((await hear(status(word))).receipts).toEqual([])
  })
})

describe('what people do', () => {
  const person = { from: 'whatsapp:+989121234567', to: 'whatsapp:+982191001234', carrierAt: AT }

  test('write', async () => {
    expect((await hear(textMessage)).inbound).toEqual([
      { ...person, providerRef: 'wamid.HBgMOTg5MTIxMjM0NTY3FQIAEhggQTND', content: { text: 'سلام، سفارشم کجاست؟' } },
    ])
  })

  test('press a button, of a message or of a template', async () => {
    const pressed = inbound({
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'بله' } },
    })
    expect((await hear(pressed)).inbound).toMatchObject([{ ...person, content: { text: 'بله', reply: 'yes' } }])
    const quick = inbound({ type: 'button', button: { payload: 'TRACK', text: 'پیگیری' } })
    expect((await hear(quick)).inbound).toMatchObject([{ content: { text: 'پیگیری', reply: 'TRACK' } }])
  })

  test('answer a message: it is named by the network’s id', async () => {
    const answer = inbound({ type: 'text', text: { body: 'ممنون' }, context: { from: '982191001234', id: WAMID } })
    expect((await hear(answer)).inbound).toMatchObject([{ inReplyTo: { providerRef: WAMID } }])
    const forwarded = inbound({ type: 'text', text: { body: 'ببین' }, context: { forwarded: true } })
    expect((await hear(forwarded)).inbound[0]).not.toHaveProperty('inReplyTo')
  })

  test('send files and places', async () => {
    const file = { id: '2754859441498128', mime_type: 'image/jpeg', sha256: 'x', caption: 'رسید' }
    expect((await hear(inbound({ type: 'image', image: file }))).inbound).toMatchObject([
      {
        ...person,
        content: { text: 'رسید' },
        files: [{ type: 'image/jpeg', name: null, url: 'https://graph.facebook.com/v23.0/2754859441498128' }],
      },
    ])
    const place = inbound({ type: 'location', location: { latitude: 35.6892, longitude: 51.389, name: 'تهران' } })
    expect((await hear(place)).inbound).toMatchObject([
      { content: { location: { latitude: 35.6892, longitude: 51.389 } } },
    ])
  })

  test('without a visible number: known by their business-scoped id', async () => {
    const hidden = inbound({
      from: undefined,
      from_user_id: 'IR.13491208655302741918',
      type: 'text',
      text: { body: 'سلام' },
    })
    expect((await hear(hidden)).inbound).toMatchObject([{ from: 'whatsapp:IR.13491208655302741918' }])
  })

  test('with a number and a business-scoped id: the id is another address of theirs', async () => {
    const both = inbound({ from_user_id: 'IR.13491208655302741918', type: 'text', text: { body: 'سلام' } })
    expect((await hear(both)).inbound).toMatchObject([
      { from: 'whatsapp:+989121234567', also: 'whatsapp:IR.13491208655302741918' },
    ])
  })

  test('write without any name: nobody can be told of', async () => {
    const body = { from: undefined, type: 'text', text: { body: 'nobody' } }
    expect((await hear(inbound(body))).inbound).toEqual([])
  })

  test.each([
    ['stop', 'block'],
    ['resume', 'unblock'],
  ])('%s what is advertised to them', async (word, asks) => {
    const choice = { wa_id: '989121234567', detail: 'User requested', category: 'marketing_messages', value: word }
    const news = notification({ user_preferences: [{ ...choice, timestamp: Number(TIMESTAMP) }] }, undefined, undefined)
    const [change] = news.entry[0]?.changes ?? []
    if (change) change.field = 'user_preferences'
    expect((await hear(news)).inbound).toMatchObject([
      { ...person, asks, content: { unsupported: 'user_preferences', details: { value: word } } },
    ])
  })

  test('write to another number of the same app: to that line', async () => {
    const other = inbound({ type: 'text', text: { body: 'سلام' } }, '999999999999999', '98 21 9100 9999')
    expect((await hear(other)).inbound).toMatchObject([{ to: 'whatsapp:+982191009999' }])
  })
})

test('what became of another number’s messages is not for this connection, whose own are heard beside it', async () => {
  const [own, other] = [status('delivered').entry[0], status('read').entry[0]]
  const foreign = JSON.parse(JSON.stringify(other).replace(PHONE_ID, '999999999999999')) as typeof other
  const { receipts } = await hear({ object: 'whatsapp_business_account', entry: [foreign, own] })
  expect(receipts).toMatchObject([{ providerRef: WAMID, status: 'delivered' }])
})

test('a notification of many things is all of them, and what is no news of a message is passed over', async () => {
  const [statusEntry, messageEntry] = [status('delivered').entry[0], textMessage.entry[0]]
  const account = { id: '1', changes: [{ field: 'account_update', value: { event: 'VERIFIED_ACCOUNT' } }] }
  const errors = notification({ errors: [{ code: 130429, title: 'Rate limit hit' }] }).entry[0]
  const body = { object: 'whatsapp_business_account', entry: [account, statusEntry, errors, messageEntry] }
  const { receipts, inbound: messages } = await hear(body)
  expect([receipts.length, messages.length]).toEqual([1, 1])
})

test('a text longer than any message is cut, not lost, and half a character is not left behind', async () => {
  for (const long of ['آ'.repeat(60_000), `a${'😀'.repeat(30_000)}`, '\u0001'.repeat(60_000)]) {
    const edge = await edgeOf(whatsappKit.provider, whatsappKit.settings, { channel: 'chat' })
    const messages = [said({ type: 'text', text: { body: long } }), said({ type: 'text', text: { body: 'سلام' } })]
    expect((await edge.call(signed(edge.url(), notification({ messages })))).status).toBe(200)
    const [text, other] = edge.jobs
      .flatMap((job) => (job.kind === 'inbound' ? job.messages : []))
      .map(({ content }) => (content as { text: string }).text)
    expect(long.startsWith(text ?? '-') && text?.isWellFormed()).toBe(true)
    expect(text?.length).toBeGreaterThan(14_000)
    expect(other).toBe('سلام')
  }
})

test('a notification of three megabytes is taken: the largest that the network sends', async () => {
  const edge = await edgeOf(whatsappKit.provider, whatsappKit.settings, { channel: 'chat' })
  const statuses = Array.from({ length: 1_000 }, (_, n) => ({
    id: `wamid.${n}`,
    status: 'delivered',
    timestamp: TIMESTAMP,
    conversation: { id: 'c'.repeat(2_900) },
  }))
  expect((await edge.call(signed(edge.url(), notification({ statuses })))).status).toBe(200)
  expect(edge.jobs.flatMap((job) => (job.kind === 'report' ? job.receipts : []))).toHaveLength(1_000)
})

test('an entry that cannot be read costs no other', async () => {
  const good = said({ type: 'text', text: { body: 'سلام' } })
  const mixed = notification({ messages: [{ id: 7 }, null, good], statuses: [{ status: 'read' }] })
  const { receipts, inbound: messages } = await hear(mixed)
  expect([receipts.length, messages.length]).toEqual([0, 1])
})
