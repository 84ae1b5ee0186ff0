import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHAT, sent, TOKEN } from '../fixtures/telegram/answers.ts'
import { photoUpdate, post, pressUpdate, message as said, textUpdate, update } from '../fixtures/telegram/updates.ts'
import { PHONE_ID, taken, WAMID } from '../fixtures/whatsapp/answers.ts'
import { APP_SECRET, signed, status } from '../fixtures/whatsapp/callbacks.ts'
import { caller, reaches, startWorld, tokenOf, until, type World } from '../worlds/world.ts'

const BOT = 'telegram:chapar_shop_bot'
const NUMBER = 'whatsapp:+982191001234'
const PHOTO = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
const WEBHOOK_SECRET = 'webhook-secret-of-the-tests'

/** What Telegram and WhatsApp were asked for, by their host. */
let messageNumber = 4_711
const asked: { url: string; body: string }[] = []
const outbound = async (request: Request): Promise<Response> => {
  const { hostname, pathname } = new URL(request.url)
  asked.push({ url: request.url, body: await request.text() })
  // Every message has a number of its own in its chat.
  if (hostname === 'api.telegram.org' && pathname.endsWith('/sendMessage')) return sent(CHAT, messageNumber++)
  if (pathname.endsWith('/getFile')) return Response.json({ ok: true, result: { file_path: 'photos/file_1.jpg' } })
  if (pathname.endsWith('/photos/file_1.jpg')) return new Response(PHOTO)
  if (hostname === 'graph.facebook.com' && pathname.endsWith('/messages')) return taken()
  throw new Error('no such carrier is played')
}

interface Made {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly callbackUrl: string
}
interface Shown {
  readonly id: string
  readonly status: string
  readonly from: string
  readonly to: string
  readonly content: Readonly<Record<string, unknown>>
  readonly inReplyTo?: string
  readonly acceptedAt: string
  readonly timeline: readonly { readonly status: string }[]
}
interface Refused {
  readonly code: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
}

let world: World
let telegram: Made
let whatsapp: Made
/** The same tenant by a live credential: its route has Telegram or WhatsApp, never both. */
let live: World

/** A connection on the tenant's route of this mode. */
async function connect(provider: string, mode: string, settings: Record<string, unknown>): Promise<Made> {
  const body = { channel: 'chat', provider, name: provider, settings }
  const made = (await world.operator.post('/admin/v1/connections', body)) as Made
  await route(mode, made)
  return made
}
async function route(mode: string, ...connections: readonly Made[]): Promise<void> {
  const ids = connections.map(({ id }) => id)
  await world.operator.put('/admin/v1/routes', { tenantId: world.tenantId, channel: 'chat', mode, connections: ids })
}
const assign = (address: string, more: Record<string, unknown> = {}) =>
  world.operator.post(`/admin/v1/tenants/${world.tenantId}/senders`, {
    channel: 'chat',
    address,
    lineClass: 'service',
    ...more,
  })

beforeAll(async () => {
  world = await startWorld({ outbound })
  await connect('sandbox', 'test', {})
  telegram = await connect('telegram', 'live', {
    token: TOKEN,
    username: 'chapar_shop_bot',
    webhookSecret: WEBHOOK_SECRET,
  })
  whatsapp = await connect('whatsapp', 'live', {
    phoneNumber: '+982191001234',
    phoneNumberId: PHONE_ID,
    accessToken: 'EAAJB-not-a-real-token-0123456789',
    appSecret: APP_SECRET,
    verifyToken: 'verify-token-of-the-tests',
  })
  await assign(BOT, { isDefault: true })
  await assign(NUMBER)
  const client = (await world.operator.post(`/admin/v1/tenants/${world.tenantId}/credentials`, {
    name: 'live',
    mode: 'live',
    kind: 'secret',
    scopes: ['messages:send', 'messages:read', 'media:read'],
  })) as Made
  const token = await tokenOf(world.chapar, client.clientId, client.clientSecret)
  const call = caller(world.chapar, token)
  live = {
    ...world,
    call,
    json: async (path, { status: wanted = 200, ...init } = {}) => {
      const answer = await call(path, init)
      if (answer.status !== wanted) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
      return answer.json() as never
    },
  }
})
afterAll(() => world.dispose())

const message = (to: string, content: Record<string, unknown> = { text: 'سفارش شما ارسال شد.' }, from?: string) => ({
  body: { channel: 'chat', to, content, ...(from === undefined ? {} : { from }) },
})
const sendBy = async (by: World, ...args: Parameters<typeof message>): Promise<string> =>
  (await by.json<Shown>('/v1/messages', { ...message(...args), status: 202 })).id
const inboundTo = async (line: string): Promise<Shown[]> => {
  const { data } = await live.json<{ data: Shown[] }>('/v1/messages?direction=inbound&limit=100')
  return data.filter(({ to }) => to === line)
}
describe('the sandbox', () => {
  test('takes messages of every network, and tells what became of them', async () => {
    for (const to of ['telegram:123450000', 'telegram:@chapar_news', 'sandbox:1']) {
      const found = await reaches<Shown>(world, await sendBy(world, to), 'delivered')
      expect(found.to).toBe(to)
    }
  })

  test('tells that a message was read', async () => {
    const found = await reaches<Shown>(world, await sendBy(world, 'telegram:123459918'), 'read')
    // The two reports may be worked in either order.
    const told = found.timeline.map((entry) => entry.status)
    expect(told.slice(0, 2)).toEqual(['accepted', 'submitted'])
    expect(told.slice(2).sort()).toEqual(['delivered', 'read'])
  })

  test('replies to a message, and the reply is threaded to it', async () => {
    const id = await sendBy(world, 'telegram:555559912')
    await reaches(world, id, 'delivered')
    const [reply] = await until('the reply', async () => {
      const { data } = await world.json<{ data: Shown[] }>('/v1/messages?direction=inbound&limit=100')
      const found = data.filter(({ from }) => from === 'telegram:555559912')
      return found.length > 0 && found
    })
    expect(reply).toMatchObject({ to: BOT, inReplyTo: id, content: { text: 'سلام، رسید.' } })
  })
})

describe('a recipient on another network', () => {
  test('than the route’s: 422, and no carrier is called', async () => {
    await route('live', whatsapp)
    const before = asked.length
    const refused = await live.json<Refused>('/v1/messages', { ...message('telegram:123456789'), status: 422 })
    expect(refused.code).toBe('not-supported')
    expect(refused.errors).toEqual([
      { pointer: '/to', detail: expect.stringContaining('reaches recipients on `telegram`') },
    ])
    expect(asked.length).toBe(before)
  })

  test('than the sender’s: 422 at the sender, alone and in a batch', async () => {
    await route('live', telegram, whatsapp)
    const refused = await live.json<Refused>('/v1/messages', { ...message('whatsapp:+989121234567'), status: 422 })
    expect(refused.errors).toEqual([{ pointer: '/from', detail: expect.stringContaining('network') }])
    const body = {
      channel: 'chat',
      content: { text: 'سلام' },
      messages: [{ to: 'telegram:123456789' }, { to: 'whatsapp:+989121234567' }],
    }
    const batch = await live.json<{ accepted: unknown[]; rejected: Refused[] }>('/v1/messages/batch', {
      body,
      status: 202,
    })
    expect(batch.accepted).toHaveLength(1)
    expect(batch.rejected).toMatchObject([{ index: 1, errors: [{ pointer: '/messages/1/from' }] }])
  })

  test('what no network of the route has is refused, where it stands', async () => {
    await route('live', telegram)
    const template = { template: { name: 'order_sent', language: 'fa' } }
    const refused = await live.json<Refused>('/v1/messages', {
      ...message('telegram:123456789', template),
      status: 422,
    })
    expect(refused).toMatchObject({ code: 'not-supported', errors: [{ pointer: '/content' }] })
  })

  const reply = (label: string) => ({ label, reply: label })
  const sound = { url: 'https://a.example/b.mp3', kind: 'audio' }
  test.each([
    ['four buttons', { text: 'a', buttons: [['1', '2', '3', '4'].map(reply)] }, '/content/buttons'],
    [
      'a page beside a reply',
      { text: 'a', buttons: [[reply('1')], [{ label: '2', url: 'https://a.example' }]] },
      '/content/buttons',
    ],
    [
      'a label of 21 characters',
      { text: 'a', buttons: [[reply('1')], [reply('آ'.repeat(21))]] },
      '/content/buttons/1/0/label',
    ],
    ['buttons below a long text', { text: 'a'.repeat(1_025), buttons: [[reply('1')]] }, '/content/text'],
    ['buttons below a sound', { text: 'a', media: sound, buttons: [[reply('1')]] }, '/content/media/kind'],
    ['a text below a sound', { text: 'a', media: sound }, '/content/text'],
  ])('%s: WhatsApp’s own limits are told at once, by the field', async (_, content, pointer) => {
    await route('live', whatsapp)
    const refused = await live.json<Refused>('/v1/messages', {
      ...message('whatsapp:+989121234567', content, NUMBER),
      status: 422,
    })
    expect(refused).toMatchObject({ code: 'not-supported', errors: [{ pointer }] })
  })
})

describe('Telegram', () => {
  beforeAll(() => route('live', telegram, whatsapp))
  const hear = (body: unknown, secret = WEBHOOK_SECRET) => {
    const { pathname } = new URL(telegram.callbackUrl)
    const { headers } = post('https://x.example', body, { 'x-telegram-bot-api-secret-token': secret })
    return world.chapar.fetch(pathname, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  test('takes a message, which ends submitted: nothing more is ever due', async () => {
    const due = async () =>
      (
        await world.ledger
          .prepare(`SELECT count(*) AS n FROM work WHERE kind = 'report-deadline'`)
          .first<{ n: number }>()
      )?.n
    const before = await due()
    const id = await sendBy(live, 'telegram:123456789')
    await reaches(live, id, 'submitted')
    expect(JSON.parse(asked.at(-1)?.body ?? '')).toEqual({ chat_id: '123456789', text: 'سفارش شما ارسال شد.' })
    expect(await due()).toBe(before)
  })

  test('an update that comes twice is one message, threaded to the latest; a button is its own message’s', async () => {
    const asking = await sendBy(live, 'telegram:123456789', {
      text: 'تأیید؟',
      buttons: [[{ label: 'بله', reply: 'confirm:42' }]],
    })
    await reaches(live, asking, 'submitted')
    const askingNumber = messageNumber - 1
    const latest = await sendBy(live, 'telegram:123456789')
    await reaches(live, latest, 'submitted')
    const ownWords = async (text: string) =>
      (await inboundTo(BOT)).filter(({ from, content }) => from === 'telegram:123456789' && content['text'] === text)
    for (let time = 0; time < 2; time++) expect((await hear(textUpdate)).status).toBe(200)
    const query = {
      ...pressUpdate.callback_query,
      message: { ...pressUpdate.callback_query.message, message_id: askingNumber },
    }
    const press = await hear({ ...pressUpdate, callback_query: query })
    expect(await press.json()).toMatchObject({ method: 'answerCallbackQuery' })
    // The queue works the press after both updates: once it is there, a second message would be there too.
    const [pressed] = await until('the press', async () => {
      const found = await ownWords('بله')
      return found.length > 0 && found
    })
    expect(pressed).toMatchObject({ content: { reply: 'confirm:42' }, inReplyTo: asking })
    expect((await ownWords('سلام، سفارشم کجاست؟')).map(({ inReplyTo }) => inReplyTo)).toEqual([latest])
  })

  test('a picture that a person sends is fetched and kept, and can be had', async () => {
    expect((await hear(photoUpdate)).status).toBe(200)
    const found = await until('the picture', async () =>
      (await inboundTo(BOT)).find(({ content }) => content['text'] === 'این رسید شد'),
    )
    const [file] = found.content['files'] as { id: string; type: string; bytes: number }[]
    expect(file).toMatchObject({ type: 'image/jpeg', bytes: PHOTO.length })
    const kept = await live.call(`/v1/media/${file?.id}/content`)
    expect(new Uint8Array(await kept.arrayBuffer())).toEqual(PHOTO)
    expect(
      asked.filter(({ url }) => url.includes(TOKEN)).every(({ url }) => url.startsWith('https://api.telegram.org/')),
    ).toBe(true)
  })

  test('an update whose date is none is a message of the moment when it came', async () => {
    const before = Date.now()
    expect((await hear(update(900_000_099, said({ text: 'از آینده', date: Number.MAX_SAFE_INTEGER })))).status).toBe(
      200,
    )
    const found = await until('the message', async () =>
      (await inboundTo(BOT)).find(({ content }) => content['text'] === 'از آینده'),
    )
    expect(Date.parse(found.acceptedAt)).toBeGreaterThanOrEqual(before)
  })

  test('an update without the secret token is refused', async () => {
    expect((await hear(textUpdate, 'forged-secret-of-the-tests')).status).toBe(403)
  })
})

describe('WhatsApp', () => {
  beforeAll(() => route('live', telegram, whatsapp))
  const report = async (body: unknown, secret?: string) => {
    const { pathname } = new URL(whatsapp.callbackUrl)
    const request = signed('https://x.example', body, secret)
    return world.chapar.fetch(pathname, { method: 'POST', headers: request.headers, body: await request.text() })
  }

  test('takes a message and reports it delivered, then read, by our ref or its own id', async () => {
    const id = await sendBy(live, 'whatsapp:+989121234567', { text: 'سلام' }, NUMBER)
    await reaches(live, id, 'submitted')
    const sentBody = JSON.parse(asked.at(-1)?.body ?? '') as { biz_opaque_callback_data: string; to: string }
    expect(sentBody.to).toBe('989121234567')
    const echoed = status('delivered', { biz_opaque_callback_data: sentBody.biz_opaque_callback_data })
    expect((await report(echoed, 'ffffffffffffffffffffffffffffffff')).status).toBe(403)
    expect((await report(echoed)).status).toBe(200)
    await reaches(live, id, 'delivered')
    expect((await report(status('read', { id: WAMID }))).status).toBe(200)
    await reaches(live, id, 'read')
  })
})

test('GET /v1/channels tells the two networks apart by mode', async () => {
  await route('live', whatsapp)
  const of = async (by: World) => {
    const { data } = await by.json<{ data: { channel: string; recipients: string[]; features: string[] }[] }>(
      '/v1/channels',
    )
    return data.find(({ channel }) => channel === 'chat')
  }
  const found = await until('the newest policy', async () => {
    const chat = await of(live)
    return chat?.recipients.length === 1 && chat
  })
  expect(found.recipients).toEqual(['whatsapp'])
  expect(found.features).toContain('template')
  expect((await of(world))?.recipients).toContain('telegram')
})
