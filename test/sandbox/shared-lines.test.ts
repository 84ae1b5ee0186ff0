import { afterAll, beforeAll, expect, test } from 'vitest'
import { con, startUssd, type Ussd } from '../worlds/ussd-world.ts'
import { addChannel, caller, newTenant, until } from '../worlds/world.ts'

interface Page {
  readonly data: readonly { readonly text: string; readonly messageId: string | null; readonly from: string }[]
}

const NUMBER = '+989121234567'

/** The tenant of the longer code and of one mailbox, and another with the code and the domain that cover them. */
let owner: Ussd
let call: ReturnType<typeof caller>
let cover: Awaited<ReturnType<typeof newTenant>>
beforeAll(async () => {
  owner = await startUssd()
  cover = await newTenant(owner.chapar)
  call = caller(owner.chapar, cover.token)
  const { id: connectionId } = await owner.line({}, () => con('menu of the owner'))
  const add = (tenantId: string, sender: object) => owner.operator.post(`/admin/v1/tenants/${tenantId}/senders`, sender)
  await add(cover.tenantId, { channel: 'ussd', address: '*384#', lineClass: 'service', connectionId })
  const mail = await addChannel(cover, { channel: 'email', address: '@shop.example' })
  const ownMailbox = { channel: 'email', address: 'ali@shop.example', lineClass: 'service', connectionId: mail.id }
  await add(owner.tenantId, ownMailbox)
})
afterAll(() => owner.dispose())

const refusal = async (body: object): Promise<unknown> => {
  const answer = await call('/v1/sandbox/phone', { body })
  return [answer.status, await answer.json()]
}

test('a code that another tenant has is not dialled by who has the shorter one', async () => {
  const refused = { errors: [{ pointer: '/dial', detail: 'is none of the account’s senders' }] }
  expect(await refusal({ number: NUMBER, dial: '*384*1#' })).toMatchObject([422, refused])
  expect(await refusal({ number: NUMBER, dial: '*384*1*7' })).toMatchObject([422, refused])
  expect(owner.asked).toEqual([])
  expect(await refusal({ number: NUMBER, dial: '*384*2#' })).toMatchObject([200, { data: [{}, { text: '*384*2#' }] }])
  const own = await owner.call('/v1/sandbox/phone', { body: { number: NUMBER, dial: '*384*1#' } })
  expect(((await own.json()) as Page).data[0]?.text).toBe('menu of the owner')
})

test('an address that another tenant has is not written to by who has its domain, not even in answer to a mail', async () => {
  const phone = { channel: 'email', address: 'nasrin@example.com' }
  const refused = { errors: [{ pointer: '/to', detail: 'is none of the account’s senders' }] }
  expect(await refusal({ ...phone, reply: 'forged', to: 'ali@shop.example' })).toMatchObject([422, refused])
  const content = { subject: 'سفارش', text: 'رسید.' }
  const sent = { channel: 'email', to: phone.address, from: 'ali@shop.example', content }
  expect((await call('/v1/messages', { body: sent })).status).toBe(202)
  await until('the mail has arrived', async () => {
    const answer = await call(`/v1/sandbox/phone?${new URLSearchParams(phone)}`)
    return ((await answer.json()) as Page).data.some(({ from }) => from === 'ali@shop.example')
  })
  expect(await refusal({ ...phone, reply: 'forged' })).toMatchObject([409, { code: 'conflict' }])
  expect(await refusal({ ...phone, reply: 'own', to: 'info@shop.example' })).toMatchObject([200, {}])
  // What was let through would arrive before what came later over the same connection.
  await until('what is let through is heard', async () => {
    const { data } = (await (await call('/v1/messages?direction=inbound')).json()) as Page
    return data.length > 0
  })
  const { data } = (await (await owner.call('/v1/messages?direction=inbound')).json()) as Page
  expect(data).toEqual([])
})
