import { afterAll, beforeAll, expect, test } from 'vitest'
import { KAVENEGAR } from '../../worlds/faults/carriers.ts'
import { type Seen, startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { addChannel, reaches, until, type World } from '../../worlds/world.ts'

let it: VerificationWorld
const looked: URLSearchParams[] = []
let isDead = false
beforeAll(async () => {
  it = await startVerifications(
    { connection: { ...KAVENEGAR, settings: { ...KAVENEGAR.settings, template: 'sign-in' } } },
    (form) => {
      looked.push(form)
      if (isDead) throw new Error('the connection was reset')
      const entry = { messageid: 8_900_000 + looked.length, status: 5, receptor: form.get('receptor'), cost: 120 }
      return Response.json({ return: { status: 200, message: '' }, entries: [entry] })
    },
  )
  await addChannel(it.world, { channel: 'voice', address: '+982191001235', mode: 'live' })
})
afterAll(() => it.world.dispose())

const reached = (id: string, ...states: string[]) => reaches(it.world as World, id, ...states)

test('a code goes by the template of the account, and the answer says so; other texts go as they are', async () => {
  const to = '+989126300001'
  const { messageIds, wording } = await it.start({ to })
  expect(wording).toBe('carrier')
  expect(await reached(messageIds[0] ?? '', 'submitted')).toMatchObject({ content: null, redacted: 'code' })
  expect(looked.map((form) => [form.get('receptor'), form.get('template'), form.get('type')])).toEqual([
    [to, 'sign-in', 'sms'],
  ])
  expect(looked[0]?.get('token')).toMatch(/^\d{6}$/)
  const body = { channel: 'sms', to, content: { text: 'سلام' }, purpose: 'otp' }
  const { id } = await it.world.json<{ id: string }>('/v1/messages', { body, status: 202 })
  await reached(id, 'submitted')
  expect([it.textsTo(to), looked.length]).toEqual([['سلام'], 1])
})

test('one that ends unclear is sent once, and the next channel is offered at once, and no other', async () => {
  isDead = true
  const to = '+989126300002'
  const before = looked.length
  const { id, messageIds, resendAt } = await it.start({ to, channels: ['sms', 'voice'] })
  expect(Date.parse(resendAt ?? '')).toBeGreaterThan(Date.now())
  await reached(messageIds[0] ?? '', 'unknown')
  expect(looked.length).toBe(before + 1)
  isDead = false
  const offered = await until('voice is offered', async () => {
    const seen = await it.world.json<Seen>(`/v1/verifications/${id}`)
    return Date.parse(seen.resendAt ?? '') <= Date.now() && seen
  })
  expect(offered).toMatchObject({ status: 'pending', channel: 'sms', nextChannel: 'voice' })
  const again = await it.world.call(`/v1/verifications/${id}/resend`, { body: { channel: 'sms' } })
  expect([again.status, await again.json()]).toMatchObject([429, { code: 'too-many-codes' }])
  const next = await it.world.json<Seen>(`/v1/verifications/${id}/resend`, { body: {}, status: 202 })
  expect(next).toMatchObject({ channel: 'voice', nextChannel: null, wording: 'gateway' })
  await reached(next.messageIds[1] ?? '', 'delivered')
  expect(looked.length).toBe(before + 1)
})
