import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { operations } from '#worker/routes/resources.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { altered } from '../../worlds/altered.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'
import { newMessage, sealed } from '../../worlds/tenant-rows.ts'
import { message, until } from '../../worlds/world.ts'

const ANN = '+989121110000'
const operationOf = (path: string, method = 'GET') =>
  operations.find((one) => one.method === method && one.path === path)

let it: Surface
let first = ''
beforeAll(async () => {
  it = await startSurface()
  first = (await it.good('/v1/messages', { body: message(ANN) }, 202)).id
})
afterAll(() => it.dispose())

const again = (of: unknown, token = it.token) => {
  const operation = operationOf('/v1/messages', 'POST')
  return it.call('/v1/messages', { token, body: message(ANN, 'x', { resendOf: of }), ...(operation && { operation }) })
}

test('one that is sent again names the first, in its 202, by itself and in lists; the first names none', async () => {
  const accepted = await again(first)
  expect([accepted.status, accepted.json['resendOf']]).toEqual([202, first])
  const read = operationOf('/v1/messages/:id')
  const shown = await until('it is taken up', async () => {
    const seen = await it.good(`/v1/messages/${accepted.json.id}`, read ? { operation: read } : {})
    return seen['to'] === undefined ? null : seen
  })
  expect(shown['resendOf']).toBe(first)
  const twice = (await again(first)).json.id
  const listed = await until('both are listed', async () => {
    const { data } = await it.good(`/v1/messages?resendOf=${first}`)
    return data.length === 2 ? data : null
  })
  expect(listed.map(({ id, resendOf }) => [id, resendOf])).toEqual([
    [twice, first],
    [accepted.json.id, first],
  ])
  expect((await it.good(`/v1/messages?resendOf=${first}&to=${encodeURIComponent(ANN)}`)).data).toHaveLength(2)
  expect((await it.good(`/v1/messages?resendOf=${twice}`)).data).toEqual([])
  expect(await it.good(`/v1/messages/${first}`)).not.toHaveProperty('resendOf')
})

test('one that was canceled before it was taken up keeps the link once it is', async () => {
  const { id } = (await again(first)).json
  const canceled = await it.call(`/v1/messages/${id}/cancel`, { method: 'POST', token: it.token })
  expect([200, 409]).toContain(canceled.status)
  await until('it is taken up', async () => (await it.good(`/v1/messages/${id}`))['resendOf'] === first)
})

describe('a 422 names the field', () => {
  const CASES: Readonly<Record<string, () => Promise<unknown>>> = {
    'a text': async () => 'the first one',
    'a number': async () => 1,
    'a forged id': async () => altered(first),
    'an id of a batch': async () => (await it.idAt(Date.now())).batch,
    'another tenant’s': async () => {
      const { token } = await it.other('30007101')
      return (await it.good('/v1/messages', { token, body: message(ANN) }, 202)).id
    },
    'one that is past its retention': async () => (await it.idAt(Date.now() - 200 * 86_400_000)).id,
    'one that came in': async () => {
      const { id } = await it.idAt(Date.now())
      const known = { direction: 'inbound', status: 'received', party: ANN, content: '{"text":"x"}' } as const
      const row = newMessage(realmOf(it.tenantId as TenantId, it.mode), id, 0, { ...known, batched: false })
      await it.ledger.batch([insertStatement(it.ledger, await sealed(it.ledger, [row]), Date.now())])
      return id
    },
  }
  test.each(Object.entries(CASES))('%s', async (_, made) => {
    const seen = await again(await made())
    expect([seen.status, seen.json.errors?.map(({ pointer }) => pointer)], seen.text).toEqual([422, ['/resendOf']])
  })

  test('and a token of the other mode finds no message of this one', async () => {
    const live = await it.login(await it.credential(it.tenantId, { mode: 'live', scopes: ['messages:send'] }))
    const route = { tenantId: it.tenantId, channel: 'sms', mode: 'live', connections: [it.connectionId] }
    await it.admin('/admin/v1/routes', { method: 'PUT', body: route })
    const seen = await again(first, live)
    expect([seen.status, seen.json.errors?.map(({ pointer }) => pointer)], seen.text).toEqual([422, ['/resendOf']])
  })
})
