import { afterAll, beforeAll, expect, test } from 'vitest'
import { shardOf } from '#worker/domain/ids.ts'
import { rowOf } from '../worlds/tenant-rows.ts'
import { message, reaches, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ shards: 2, tenant: { shards: [0] } })
})
afterAll(() => world.dispose())

const send = async (to: string) =>
  (await world.json<{ id: `msg_${string}` }>('/v1/messages', { body: message(to), status: 202 })).id
const listed = async (query: string) =>
  (await world.json<{ data: { id: string }[] }>(`/v1/messages?${query}`)).data.map(({ id }) => id)

test('a new shard takes the writes, moves no data, and reads see both', async () => {
  const old = await send('+989121230001')
  await reaches(world, old, 'delivered')
  const changed = await world.chapar.fetch(`/admin/v1/tenants/${world.tenantId}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${await world.chapar.operatorToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ shards: [0, 1] }),
  })
  expect(changed.status).toBe(200)
  const fresh = await until('a send goes to the new shard', async () => {
    const id = await send('+989121230001')
    return shardOf(id) === 1 && id
  })
  expect(shardOf(old)).toBe(0)
  await reaches(world, fresh, 'delivered')
  expect((await rowOf(world.chapar.ledger(1), fresh))?.id).toBe(fresh)
  const both = await listed(`to=${encodeURIComponent('+989121230001')}`)
  expect(both).toEqual(expect.arrayContaining([old, fresh]))
  expect(both.indexOf(fresh)).toBeLessThan(both.indexOf(old))
  expect(await listed('limit=100')).toEqual(expect.arrayContaining([old, fresh]))
})
