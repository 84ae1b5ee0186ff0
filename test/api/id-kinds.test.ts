import { afterAll, beforeAll, expect, test } from 'vitest'
import { LINE, message, reaches, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  // Jobs wait on the queue for longer than the forgeries take.
  world = await startWorld({ queue: { maxBatchTimeout: 3, maxBatchSize: 100 } })
})
afterAll(() => world.dispose())

/** The batch id that a message's digits would make. */
const batchMadeOf = (id: string): string => `bat_${id.slice(4, -4)}`
const statusOf = async (path: string, method = 'GET'): Promise<number> => (await world.call(path, { method })).status
const ofBatch = (id: string): Promise<number[]> =>
  Promise.all([
    statusOf(`/v1/batches/${id}`),
    statusOf(`/v1/batches/${id}/cancel`, 'POST'),
    statusOf(`/v1/messages?batch=${id}`),
  ])

test('no batch is made of a single message, which a cancel would mark as canceled although it is sent', async () => {
  const { id } = await world.json<{ id: string }>('/v1/messages', { body: message('+989121110000'), status: 202 })
  expect(await ofBatch(batchMadeOf(id))).toEqual([404, 404, 404])
  expect((await world.json<{ status: string }>(`/v1/messages/${id}`)).status).toBe('accepted')
  await reaches(world, id, 'delivered')
  expect(await ofBatch(batchMadeOf(id))).toEqual([404, 404, 404])
})

test('no batch is made of a message that came in', async () => {
  const { pathname } = new URL(world.callbackUrl)
  const inbound = [{ id: 'in1', from: '+989121110000', to: LINE, text: 'salam' }]
  await world.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify({ at: Date.now(), inbound }) })
  const { id } = await until('it came in', async () => {
    const { data } = await world.json<{ data: { id: string }[] }>('/v1/messages?direction=inbound')
    return data[0]
  })
  expect(await ofBatch(batchMadeOf(id))).toEqual([404, 404, 404])
})

test('a batch of one has its batch id and its message, and no other', async () => {
  const body = { channel: 'sms', content: { text: 'x' }, messages: [{ to: '+989121110000' }] }
  const { id, accepted } = await world.json<{ id: string; accepted: { id: string }[] }>('/v1/messages/batch', {
    body,
    status: 202,
  })
  const digits = id.slice(4)
  expect(accepted).toEqual([{ index: 0, id: `msg_${digits}0000` }])
  expect(batchMadeOf(accepted[0]?.id ?? '')).toBe(id)
  for (const rest of ['0010', '0001', 'zzz0', '000', '00000', ''])
    expect(await statusOf(`/v1/messages/msg_${digits}${rest}`), rest).toBe(404)
  expect(await ofBatch(id)).toEqual([200, 200, 200])
  expect(await world.json(`/v1/messages/msg_${digits}0000`)).toMatchObject({ status: 'canceled' })
  expect(await world.json('/v1/messages?status=canceled')).toMatchObject({ data: [] })
  await until('it is written', async () => {
    const { data } = await world.json<{ data: object[] }>('/v1/messages?status=canceled')
    return data.length > 0
  })
})
