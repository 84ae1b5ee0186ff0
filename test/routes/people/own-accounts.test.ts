import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { caller, message, startWorld, until, type World } from '../../worlds/world.ts'

let it: World
beforeAll(async () => {
  it = await startWorld({ mode: 'live' })
})
afterAll(() => it.dispose())

const body = async (answer: Response) => JSON.parse((await answer.text()) || 'null')
const refusal = async (answer: Response) => [answer.status, (await body(answer))?.code]

describe('an account that somebody makes for himself', () => {
  const admin = async (path: string, method: string, sent?: object) =>
    caller(it.chapar, await it.chapar.operatorToken())(path, { method, ...(sent ? { body: sent } : {}) })
  const defaults = async (): Promise<readonly Record<string, unknown>[]> =>
    (await body(await admin('/admin/v1/routes?tenantId=', 'GET'))).data
  const signUp = (open: boolean) => admin('/admin/v1/licensee', 'PATCH', { signUp: { open } })
  beforeAll(async () => {
    expect((await signUp(true)).status).toBe(200)
  })
  afterAll(async () => {
    await signUp(false)
    for (const { channel, mode } of await defaults())
      await admin(`/admin/v1/routes?tenantId=&channel=${channel}&mode=${mode}`, 'DELETE')
  })

  async function made() {
    const person = await signedInPerson(it.chapar)
    const { id } = await body(await person.browse('/v1/auth/tenants', { body: { tenantName: 'Of his own' } }))
    const [test, live] = [await person.calling(id, 'test'), () => person.calling(id, 'live')]
    return { tenantId: id as string, person, test, live }
  }
  const sendersIn = async (call: ReturnType<typeof caller>): Promise<readonly Record<string, string | boolean>[]> =>
    (await body(await call('/v1/senders'))).data

  test('has a test mode, as one that an operator makes', async () => {
    const { id } = await body(await admin('/admin/v1/tenants', 'POST', { name: 'Of an operator' }))
    const call = await (await signedInPerson(it.chapar, { roles: { [id]: 'owner' } })).calling(id, 'test')
    expect((await sendersIn(call)).map(({ channel }) => channel)).toEqual(CHANNELS)
    const sent = (await body(await call('/v1/messages', { body: message('+989361230002') }))).id as string
    await until('it is delivered', async () => (await body(await call(`/v1/messages/${sent}`))).status === 'delivered')
    // Where nobody makes an account by himself, who makes one gives it what it is for.
    await signUp(false)
    const other = await body(await admin('/admin/v1/tenants', 'POST', { name: 'Of an operator alone' }))
    await signUp(true)
    expect((await body(await admin(`/admin/v1/tenants/${other.id}/senders`, 'GET'))).data).toEqual([])
  })

  test('sends on every channel without an act of an operator, and is answered', async () => {
    const { test: call } = await made()
    const senders = await sendersIn(call)
    expect(senders.map(({ channel, isDefault, state }) => [channel, isDefault, state])).toEqual(
      CHANNELS.map((channel) => [channel, true, 'active']),
    )
    const to = '+989361230001'
    const purpose = 'transactional'
    const ids = await Promise.all(
      [
        message(to),
        { channel: 'voice', to, content: { say: { text: 'Hello' } }, purpose },
        { channel: 'chat', to: 'sandbox:42', content: { text: 'Hello' }, purpose },
        { channel: 'email', to: 'ali@person.example', content: { subject: 'Hello', text: 'Hello' }, purpose },
      ].map(async (one) => (await body(await call('/v1/messages', { body: one }))).id as string),
    )
    for (const id of ids)
      await until(
        `${id} is delivered`,
        async () => (await body(await call(`/v1/messages/${id}`))).status === 'delivered',
      )
    expect((await call('/v1/sandbox/phone', { body: { number: to, reply: 'Thank you' } })).status).toBe(200)
    await until('the answer is heard', async () => {
      const { data } = await body(await call('/v1/messages?direction=inbound'))
      return data.some((one: Record<string, string>) => one['from'] === to && one['to'] === senders[0]?.['address'])
    })
  })

  describe('whose codes an account of a market sends', () => {
    const ofMarket = { name: 'Market', pack: 'ir', region: 'IR', timeZone: 'Asia/Tehran' }
    let market: string
    beforeAll(async () => {
      const { id } = await body(await admin('/admin/v1/tenants', 'POST', ofMarket))
      market = id
      await admin('/admin/v1/licensee', 'PATCH', { signUp: { tenantId: market } })
    })
    afterAll(() => admin('/admin/v1/licensee', 'PATCH', { signUp: { tenantId: null } }))

    test('reads numbers, begins a day and keeps to the rules as that one', async () => {
      const { test: call } = await made()
      const { region, timeZone, pack } = await body(await call('/v1/account'))
      expect({ name: 'Market', region, timeZone, pack: pack.name }).toEqual(ofMarket)
      expect((await call('/v1/messages', { body: message('09361230001') })).status).toBe(202)
    })

    test('sends nothing live before its owner is known as those rules ask, and its people are told so beforehand', async () => {
      const { tenantId, live: opened, person } = await made()
      const { levels } = await body(await person.browse('/v1/auth/identity'))
      expect(levels.map(({ live }: { live: boolean }) => live)).toEqual([false, false, true, true])
      await admin(`/admin/v1/tenants/${tenantId}/approve`, 'POST')
      const line = { channel: 'sms', address: '30007744', lineClass: 'service' }
      await admin(`/admin/v1/tenants/${tenantId}/senders`, 'POST', line)
      await admin('/admin/v1/routes', 'PUT', { tenantId, channel: 'sms', mode: 'live', connections: [it.connectionId] })
      const live = await opened()
      await until('live is open', async () => (await live('/v1/senders')).status === 200)
      expect((await body(await live('/v1/account'))).identity).toMatchObject({ level: 'L1', live: { live: false } })
      const sent = await live('/v1/messages', { body: message('+989361230002') })
      expect(await refusal(sent)).toEqual([403, 'identity-required'])
    })
  })

  test('has the rules of no market where nobody sends codes, until an operator gives it others', async () => {
    const { tenantId, test: call, person } = await made()
    const account = async () => {
      const { region, timeZone, pack } = await body(await call('/v1/account'))
      return [region, timeZone, pack.name]
    }
    expect(await account()).toEqual([null, 'UTC', 'generic'])
    const { levels } = await body(await person.browse('/v1/auth/identity'))
    expect(levels[1]).toMatchObject({ level: 'L1', live: true, recipients: 1 })
    const change = { pack: 'ir', region: 'IR', timeZone: 'Asia/Tehran' }
    expect((await admin(`/admin/v1/tenants/${tenantId}`, 'PATCH', change)).status).toBe(200)
    await until('it has them', async () => (await account()).join() === 'IR,Asia/Tehran,ir')
  })

  test('has senders that live knows nothing of, and what an operator gives goes before them', async () => {
    const { tenantId, test: inTest, live: opened } = await made()
    const [own] = await sendersIn(inTest)
    await admin(`/admin/v1/tenants/${tenantId}/approve`, 'POST')
    await admin('/admin/v1/routes', 'PUT', { tenantId, channel: 'sms', mode: 'live', connections: [it.connectionId] })
    const live = await opened()
    await until('live is open', async () => (await live('/v1/senders')).status === 200)
    expect(await sendersIn(live)).toEqual([])
    const to = '+989361230002'
    for (const from of [undefined, own?.['address']]) {
      const sent = await live('/v1/messages', { body: { ...message(to), from } })
      expect(await refusal(sent)).toEqual([422, 'sender-not-assigned'])
    }
    // As the form of the console says it: not the default, but the only one that was given.
    const given = { channel: 'sms', address: '30007733', lineClass: 'service', isDefault: false }
    await admin(`/admin/v1/tenants/${tenantId}/senders`, 'POST', given)
    for (const call of [live, inTest])
      await until('it is the usual sender', async () => {
        const usual = (await sendersIn(call)).filter(({ channel, isDefault }) => channel === 'sms' && isDefault)
        return usual.map(({ address }) => address).join() === given.address
      })
    const { id } = await body(await inTest('/v1/messages', { body: message(to) }))
    await until('it is sent', async () => (await body(await inTest(`/v1/messages/${id}`))).from === given.address)
  })

  test('goes by the default route that an operator made, and by one connection a channel, however often it is opened', async () => {
    const sandbox = { channel: 'sms', provider: 'sandbox', name: 'Of the operator', settings: {} }
    const { id } = await body(await admin('/admin/v1/connections', 'POST', sandbox))
    const count = async () => (await body(await admin('/admin/v1/connections?limit=100', 'GET'))).data.length
    const before = await count()
    const route = { tenantId: '', channel: 'sms', mode: 'test', connections: [id] }
    await admin('/admin/v1/routes', 'PUT', route)
    await admin('/admin/v1/routes?tenantId=&channel=chat&mode=test', 'DELETE')
    await signUp(true)
    const after = await defaults()
    expect(after).toEqual(expect.arrayContaining([expect.objectContaining(route)]))
    expect(after.map(({ channel, mode }) => `${channel} ${mode}`).toSorted()).toEqual(
      CHANNELS.map((channel) => `${channel} test`).toSorted(),
    )
    expect(await count()).toBe(before)
  })
})
