import { afterAll, beforeAll, expect, test } from 'vitest'
import { addChannel, startWorld, until, type World } from '../worlds/world.ts'

interface Item {
  readonly channel: string
  readonly messageId: string
  readonly text: string
}

interface Started {
  readonly id: string
  readonly messageIds: readonly string[]
  readonly resendAt: string
}

/** Longer than the time after which a second code may be asked for. */
const RESEND_MS = 31_000

let world: World
beforeAll(async () => {
  world = await startWorld({ entry: 'test/worlds/entries/clock.ts', mode: 'test' })
  await addChannel(world, { channel: 'voice', address: '+982191001235' })
  await addChannel(world, { channel: 'email', address: 'shop@shop.example' })
})
afterAll(() => world.dispose())

const shown = async (phone: Readonly<Record<string, string>>): Promise<readonly Item[]> =>
  (await world.json<{ data: Item[] }>(`/v1/sandbox/phone?${new URLSearchParams(phone)}`)).data

const CHANNELS = [
  ['sms', '+989121234567', { number: '+989121234567' }],
  ['voice', '+989121234568', { number: '+989121234568' }],
  ['email', 'ali@example.com', { channel: 'email', address: 'ali@example.com' }],
] as const

test.each(CHANNELS)(
  'a code by %s is read on the test telephone, and nowhere else, and approves',
  async (channel, to, phone) => {
    const started = { body: { to, channel }, status: 202 }
    const { id, messageIds } = await world.json<Started>('/v1/verifications', started)
    const { messageId, text } = await until('the code arrives', async () => {
      return (await shown(phone)).find((item) => item.channel === channel)
    })
    expect(messageIds).toContain(messageId)
    const [code] = /\d{6}/.exec(text) ?? []
    expect(await world.json(`/v1/messages/${messageId}`)).toMatchObject({ content: null, redacted: 'code' })
    expect(await world.json(`/v1/verifications/${id}/check`, { body: { code } })).toMatchObject({
      status: 'approved',
      to,
    })
  },
)

test('a number that takes no SMS is verified by a call', async () => {
  const to = '+989120009929'
  const body = { to, channels: ['sms', 'voice'] }
  const { id, messageIds } = await world.json<Started>('/v1/verifications', { body, status: 202 })
  await until('the SMS is undelivered', async () => {
    const { status } = await world.json<{ status: string }>(`/v1/messages/${messageIds[0]}`)
    return status === 'undelivered'
  })
  expect(await shown({ number: to })).toEqual([])
  await world.chapar.fetch('/clock', { method: 'POST', body: String(Date.now() + RESEND_MS) })
  await world.json(`/v1/verifications/${id}/resend`, { body: { channel: 'voice' }, status: 202 })
  const [call] = await until('the call arrives', async () => {
    const items = await shown({ number: to })
    return items.length > 0 && items
  })
  expect(call?.channel).toBe('voice')
  const approved = { status: 'approved', to }
  expect(await world.json(`/v1/verifications/${id}/check`, { body: { code: call?.text } })).toMatchObject(approved)
})

test('a number that the carrier takes nothing for is offered the next channel at once', async () => {
  const to = '+989120009925'
  const body = { to, channels: ['sms', 'voice'] }
  await world.json('/v1/verifications', { body, status: 202 })
  await until('the number is suppressed', async () => {
    const path = `/v1/suppressions?channel=sms&recipient=${encodeURIComponent(to)}`
    return (await world.json<{ data: unknown[] }>(path)).data.length > 0
  })
  const { id, messageIds, resendAt } = await world.json<Started>('/v1/verifications', { body, status: 202 })
  const offered = await until('the next channel is offered', async () => {
    const seen = await world.json<Started>(`/v1/verifications/${id}`)
    return seen.resendAt !== resendAt && seen
  })
  expect(offered).toMatchObject({ status: 'pending', channel: 'sms', nextChannel: 'voice' })
  expect(await world.json(`/v1/messages/${messageIds[0]}`)).toMatchObject({ status: 'suppressed' })
  await world.json(`/v1/verifications/${id}/resend`, { body: {}, status: 202 })
})
