import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Application, con, end, startUssd, type Ussd } from '../worlds/ussd-world.ts'
import {
  addChannel,
  caller,
  LINE,
  message,
  newTenant,
  startWorld,
  tokenOf,
  until,
  type World,
} from '../worlds/world.ts'

interface Item {
  readonly id: string
  readonly direction: string
  readonly channel: string
  readonly messageId: string | null
  readonly from: string
  readonly to: string
  readonly text: string
  readonly content: unknown
  readonly state: string
  readonly at: string
}
interface Page {
  readonly data: readonly Item[]
  readonly nextCursor: string | null
}
type Call = World['call']

let world: World
beforeAll(async () => {
  world = await startWorld({ mode: 'test' })
  await addChannel(world, { channel: 'voice', address: '+982191001235' })
  await addChannel(world, { channel: 'email', address: 'shop@shop.example' })
  await addChannel(world, { channel: 'chat', address: 'sandbox:1000' })
  await addChannel(world, { channel: 'push', address: 'shop.example' })
})
afterAll(() => world.dispose())

let numbers = 0
/** A number that nothing else of this file writes to. */
const fresh = (digits = '0000'): string => `+98912${String(++numbers).padStart(3, '0')}${digits}`

const asked = (of: Readonly<Record<string, string>>): string => `/v1/sandbox/phone?${new URLSearchParams(of)}`
const shown = async (of: Readonly<Record<string, string>>): Promise<readonly Item[]> =>
  (await world.json<Page>(asked(of))).data
const arrived = (of: Readonly<Record<string, string>>, count = 1): Promise<readonly Item[]> =>
  until(`${count} items on the telephone`, async () => {
    const items = await shown(of)
    return items.length >= count && items
  })
const send = async (body: object): Promise<string> =>
  (await world.json<{ id: string }>('/v1/messages', { body, status: 202 })).id
const act = async (body: object): Promise<readonly Item[]> =>
  (await world.json<Page>('/v1/sandbox/phone', { body })).data
/** What the account hears from a person. */
const heard = (from: string, text: string) =>
  until(`${text} is heard`, async () => {
    const path = '/v1/messages?direction=inbound&limit=100'
    const { data } = await world.json<{ data: readonly (Item & { inReplyTo?: string })[] }>(path)
    return data.find((one) => one.from === from && JSON.stringify(one.content).includes(text))
  })

describe('what arrives', () => {
  test('stands on the telephone with its words, newest first, whatever the channel and however the number is spelled', async () => {
    const number = fresh()
    const sms = await send(message(number, 'کد شما ۱۲۳۴ است'))
    await arrived({ number })
    const call = await send({ channel: 'voice', to: number, content: { digits: { code: '4711' } } })
    await arrived({ number }, 2)
    const items = await shown({ number: number.replace('+98', '0') })
    expect(items).toMatchObject([
      { messageId: call, channel: 'voice', direction: 'outbound', text: '4711', state: 'delivered', to: number },
      { messageId: sms, channel: 'sms', text: 'کد شما ۱۲۳۴ است', content: { text: 'کد شما ۱۲۳۴ است' }, from: LINE },
    ])
    expect(items[0]?.content).toMatchObject({ digits: { code: '4711', language: 'fa-IR' } })
  })

  test('stands in a mailbox, a messenger and on a device, by its token and by its id', async () => {
    const content = { subject: 'سفارش', text: 'رسید.' }
    await send({ channel: 'email', to: 'Ali@Example.com', content })
    expect(await arrived({ channel: 'email', address: 'Ali@example.com' })).toMatchObject([{ text: 'رسید.', content }])
    await send({
      channel: 'chat',
      to: 'sandbox:77',
      content: { text: 'hello', buttons: [[{ label: 'A', reply: 'a' }]] },
    })
    const chat = { text: 'hello', content: { buttons: [[{ label: 'A', reply: 'a' }]] } }
    expect(await arrived({ channel: 'chat', address: 'sandbox:77' })).toMatchObject([chat])
    const device = { app: 'shop.example', network: 'sandbox', token: 'token-of-a-device' }
    const { id } = await world.json<{ id: string }>('/v1/devices', { body: device, status: 201 })
    await send({ channel: 'push', to: id, content: { title: 'News' } })
    const byToken = await arrived({ channel: 'push', address: 'token-of-a-device' })
    expect(byToken).toMatchObject([{ to: id, content: { title: 'News' } }])
    expect(await shown({ channel: 'push', address: id })).toEqual(byToken)
    expect(await shown({ channel: 'chat', address: 'sandbox:78' })).toEqual([])
  })

  test('is only what arrives: a fate that ends elsewhere shows nothing, and a late one shows later', async () => {
    for (const [digits, states] of [
      ['9901', []],
      ['9902', []],
      ['9905', []],
      ['9927', []],
      ['9929', []],
      ['9908', []],
      ['9928', []],
      ['9910', ['delivered']],
      ['9918', ['read']],
      ['9912', ['sent', 'delivered']],
    ] as const) {
      const number = fresh(digits)
      await send(message(number))
      // A later message over the same carrier has arrived, so the one before would have.
      await send(message(number.replace(/.{4}$/, '0001')))
      await arrived({ number: number.replace(/.{4}$/, '0001') })
      expect(
        (await shown({ number })).map(({ state }) => state),
        digits,
      ).toEqual(states)
    }
    expect(await arrived({ number: `+98912${String(numbers - 4).padStart(3, '0')}9908` })).toMatchObject([
      { state: 'delivered' },
    ])
  })

  test('of calls shows the one that was missed, and the one that is the only channel to a number', async () => {
    const [missed, landline] = [fresh('9921'), fresh('9929')]
    await send({ channel: 'voice', to: missed, content: { say: { text: 'hello' } } })
    expect(await arrived({ number: missed })).toMatchObject([{ state: 'missed', text: '', content: null }])
    const id = await send({ channel: 'voice', to: landline, content: { say: { text: 'hello' } } })
    expect(await arrived({ number: landline })).toMatchObject([{ messageId: id, state: 'delivered' }])
  })

  test('comes in pages, and to a poll from where it ended', async () => {
    const number = fresh()
    for (let n = 0; n < 4; n++) {
      await send(message(number, `text ${n}`))
      await arrived({ number }, n + 1)
    }
    const texts = (items: readonly Item[]) => items.map(({ text }) => text.at(-1)).join('')
    const first = await world.json<Page>(asked({ number, limit: '3' }))
    expect([texts(first.data), first.nextCursor]).toEqual(['321', first.data[2]?.id])
    const rest = await world.json<Page>(asked({ number, limit: '3', cursor: first.nextCursor ?? '' }))
    expect([texts(rest.data), rest.nextCursor]).toEqual(['0', null])
    const since = rest.data[0]?.id ?? ''
    const poll = await world.json<Page>(asked({ number, limit: '2', since }))
    expect([texts(poll.data), poll.nextCursor]).toEqual(['21', null])
    expect(texts(await shown({ number, since: poll.data[0]?.id ?? '' }))).toBe('3')
  })
})

describe('who may look', () => {
  test('a live credential is refused, and its messages stand on no telephone', async () => {
    const made = { name: 'live', mode: 'live', kind: 'secret', scopes: ['messages:send', 'messages:read'] }
    const path = `/admin/v1/tenants/${world.tenantId}/credentials`
    const client = (await world.operator.post(path, made)) as { clientId: string; clientSecret: string }
    const live: Call = caller(world.chapar, await tokenOf(world.chapar, client.clientId, client.clientSecret))
    const route = { tenantId: world.tenantId, channel: 'sms', mode: 'live', connections: [world.connectionId] }
    await world.operator.put('/admin/v1/routes', route)
    const number = fresh()
    for (const init of [{}, { body: { number, reply: 'STOP' } }]) {
      const refused = await live('body' in init ? '/v1/sandbox/phone' : asked({ number }), init)
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('test') })
    }
    const { id } = (await (await live('/v1/messages', { body: message(number) })).json()) as { id: string }
    await until('the live message is delivered', async () => {
      const found = (await (await live(`/v1/messages/${id}`)).json()) as { status: string }
      return found.status === 'delivered'
    })
    expect(await shown({ number })).toEqual([])
  })

  test('another tenant sees nothing of it, and neither answers for it nor writes to its lines', async () => {
    const number = fresh()
    const id = await send(message(number))
    await arrived({ number })
    const other = await newTenant(world.chapar, { line: '10009999' })
    const call = caller(world.chapar, other.token)
    expect(await (await call(asked({ number }))).json()).toEqual({ data: [], nextCursor: null })
    const tried = (body: object) => call('/v1/sandbox/phone', { body: { number, ...body } })
    expect((await tried({ reply: 'STOP', messageId: id })).status).toBe(409)
    const foreign = await tried({ reply: 'STOP', to: LINE })
    expect([foreign.status, await foreign.json()]).toMatchObject([422, { errors: [{ pointer: '/to' }] }])
    const code = await tried({ dial: '*100#' })
    expect([code.status, await code.json()]).toMatchObject([422, { errors: [{ pointer: '/dial' }] }])
  })
})

describe('what the person says', () => {
  test('answers the last message: words are heard, and STOP opts out', async () => {
    const number = fresh()
    const id = await send(message(number))
    await arrived({ number })
    expect(await act({ number, reply: 'سلام، رسید' })).toMatchObject([
      { direction: 'inbound', state: 'sent', from: number, to: LINE, text: 'سلام، رسید', messageId: id },
    ])
    expect(await heard(number, 'رسید')).toMatchObject({ inReplyTo: id, to: LINE })
    await act({ number, reply: 'STOP' })
    await until('the person has opted out', async () => {
      const path = `/v1/suppressions?channel=sms&recipient=${encodeURIComponent(number)}`
      return (await world.json<{ data: unknown[] }>(path)).data.length > 0
    })
    expect((await shown({ number })).map(({ text }) => text)).toEqual(['STOP', 'سلام، رسید', 'سلام'])
  })

  test('needs no message before it: it goes to the default sender, or to one of the account', async () => {
    const number = fresh()
    await act({ number, reply: 'first' })
    expect(await heard(number, 'first')).toMatchObject({ to: LINE })
    await act({ channel: 'email', address: 'new@example.com', reply: 'by mail', to: 'shop@shop.example' })
    expect(await heard('new@example.com', 'by mail')).toMatchObject({ to: 'shop@shop.example' })
    await act({ channel: 'chat', address: 'sandbox:901', reply: 'by chat' })
    expect(await heard('sandbox:901', 'by chat')).toMatchObject({ to: 'sandbox:1000' })
  })

  test('presses keys in a call and buttons of a message, in answer to that very one', async () => {
    const number = fresh()
    const gather = { digits: 1, prompt: 'press' }
    const call = await send({ channel: 'voice', to: number, content: { say: { text: 'hello' }, gather } })
    await arrived({ number })
    await act({ number, press: '1' })
    expect(await heard(number, '1')).toMatchObject({ inReplyTo: call, content: { digits: '1' } })
    const address = 'sandbox:902'
    const first = await send({
      channel: 'chat',
      to: address,
      content: { text: 'a', buttons: [[{ label: 'Y', reply: 'yes' }]] },
    })
    await arrived({ channel: 'chat', address })
    await send({ channel: 'chat', to: address, content: { text: 'b' } })
    await arrived({ channel: 'chat', address }, 2)
    await act({ channel: 'chat', address, button: 'yes', messageId: first })
    expect(await heard(address, 'yes')).toMatchObject({ inReplyTo: first, content: { reply: 'yes' } })
  })

  test('presses a button of a notification: the device is heard, by its token or its id', async () => {
    const device = { app: 'shop.example', network: 'sandbox', token: 'device-that-answers' }
    const { id } = await world.json<{ id: string }>('/v1/devices', { body: device, status: 201 })
    const actions = [{ action: 'accept', title: 'Accept' }]
    const sent = await send({ channel: 'push', to: id, content: { title: 'An offer', actions } })
    await arrived({ channel: 'push', address: id })
    await act({ channel: 'push', address: 'device-that-answers', button: 'accept' })
    expect(await heard(id, 'accept')).toMatchObject({ inReplyTo: sent })
    expect(await shown({ channel: 'push', address: id })).toMatchObject([{ text: 'accept' }, { messageId: sent }])
  })

  test('is refused by name where it makes no sense', async () => {
    const number = fresh()
    const refused = async (body: object): Promise<unknown> => {
      const answer = await world.call('/v1/sandbox/phone', { body })
      const { code, errors } = (await answer.json()) as { code: string; errors?: readonly { pointer: string }[] }
      return [answer.status, code, errors?.[0]?.pointer]
    }
    expect(await refused({ number, press: '1' })).toEqual([409, 'conflict', undefined])
    expect(await refused({ number, input: '1' })).toEqual([409, 'conflict', undefined])
    expect(await refused({ number, hangUp: true })).toEqual([409, 'conflict', undefined])
    expect(await refused({ number, reply: 'a', messageId: 'msg_1' })).toEqual([409, 'conflict', undefined])
    expect(await refused({ number })).toEqual([422, 'invalid-fields', ''])
    expect(await refused({ number, reply: 'a', press: '1' })).toEqual([422, 'invalid-fields', ''])
    expect(await refused({ reply: 'a' })).toEqual([422, 'invalid-fields', '/number'])
    expect(await refused({ number, address: 'a@b.example', channel: 'email', reply: 'a' })).toEqual([
      422,
      'invalid-fields',
      '/number',
    ])
    expect(await refused({ address: 'a@b.example', reply: 'a' })).toEqual([422, 'invalid-fields', '/channel'])
    expect(await refused({ channel: 'email', address: 'nobody', reply: 'a' })).toEqual([
      422,
      'invalid-fields',
      '/address',
    ])
    const query = await world.call(asked({ number: 'x' }))
    expect([query.status, await query.json()]).toMatchObject([400, { errors: [{ pointer: 'query:number' }] }])
  })

  test('is said once under one Idempotency-Key', async () => {
    const number = fresh()
    const init = { body: { number, reply: 'once' }, headers: { 'idempotency-key': 'a-reply' } }
    const said = [await world.json('/v1/sandbox/phone', init), await world.json('/v1/sandbox/phone', init)]
    expect(said[1]).toEqual(said[0])
    expect(await shown({ number })).toHaveLength(1)
  })
})

describe('a session', () => {
  let ussd: Ussd
  const menu: Application = ({ inputs }) =>
    inputs.length === 0 ? con('1) balance') : end(`you chose ${inputs.join()}`)
  beforeAll(async () => {
    ussd = await startUssd()
  })
  afterAll(() => ussd.dispose())

  const phone = async (body: object): Promise<{ readonly status: number } & Page> => {
    const answer = await ussd.call('/v1/sandbox/phone', { body: { number: '+989121234567', ...body } })
    return { status: answer.status, ...((await answer.json()) as Page) }
  }

  test('is dialled, answered and read to its end on the telephone', async () => {
    const line = await ussd.line({}, menu)
    expect((await phone({ dial: line.code })).data).toMatchObject([
      { direction: 'outbound', channel: 'ussd', text: '1) balance', state: 'open', from: line.code, messageId: null },
      { direction: 'inbound', text: line.code, state: 'sent' },
    ])
    expect((await phone({ input: '7' })).data).toMatchObject([
      { text: 'you chose 7', state: 'closed' },
      { direction: 'inbound', text: '7' },
    ])
    expect((await phone({ input: '8' })).status).toBe(409)
    const seen = await ussd.call(asked({ number: '+989121234567' }))
    expect(((await seen.json()) as Page).data.map(({ state }) => state)).toEqual(['closed', 'sent', 'open', 'sent'])
    expect(await ussd.ended(ussd.idOf(line))).toMatchObject({ reason: 'application', turnCount: 2 })
  })

  test('ends when the person hangs up', async () => {
    const line = await ussd.line({}, menu)
    await phone({ dial: line.code })
    expect((await phone({ hangUp: true })).data).toMatchObject([{ state: 'closed', direction: 'inbound' }])
    expect(await ussd.ended(ussd.idOf(line))).toMatchObject({ reason: 'person' })
    expect((await phone({ input: '1' })).status).toBe(409)
  })
})
