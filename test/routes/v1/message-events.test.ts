import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newRequestId, type TenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { operations } from '#worker/routes/resources.ts'
import { type Delivery, insertDeliveries } from '#worker/store/deliveries.ts'
import { altered } from '../../worlds/altered.ts'
import { honest } from '../../worlds/players/webhook-client.ts'
import { type Body, type Surface, startSurface } from '../../worlds/surface.ts'
import { message, until } from '../../worlds/world.ts'

const ANN = '+989121110000'
const operationOf = (path: string) => operations.find((one) => one.method === 'GET' && one.path === path)

interface Event {
  readonly id: string
  readonly type: string
  readonly at: string
  readonly data: Readonly<Record<string, unknown>>
  readonly deliveries?: readonly { readonly id: string; readonly outcome: string; readonly endpointId: string }[]
}

let it: Surface
let isDown = false
let endpoint = ''
beforeAll(async () => {
  it = await startSurface({
    outbound: async (request) => {
      const heard = { headers: Object.fromEntries(request.headers), text: await request.text() }
      return isDown ? new Response('no', { status: 500 }) : honest()(heard)
    },
  })
  endpoint = (await it.good('/v1/webhooks', { body: { url: 'https://events.example.org/in' } }, 201)).id
})
afterAll(() => it.dispose())

async function eventsOf(id: string, token = it.token): Promise<{ data: readonly Event[]; complete: boolean }> {
  const operation = operationOf('/v1/messages/:id/events')
  const seen: unknown = await it.good(`/v1/messages/${id}/events`, { token, ...(operation && { operation }) })
  return seen as { data: readonly Event[]; complete: boolean }
}
const ended = async (to = ANN): Promise<string> => {
  const { id } = await it.good('/v1/messages', { body: message(to, 'سلام') }, 202)
  await until('it is delivered', async () => (await it.good(`/v1/messages/${id}`)).status === 'delivered')
  return id
}
const told = (id: string, outcome: string, count = 2) =>
  until('its events are posted', async () => {
    const found = await eventsOf(id)
    const all = found.data.flatMap(({ deliveries = [] }) => deliveries)
    return all.filter((one) => one.outcome === outcome).length === count ? found : null
  })

describe('the events of a message', () => {
  test('are what webhooks heard, each with the POST that carried it', async () => {
    const id = await ended()
    const { data, complete } = await told(id, 'succeeded')
    expect(complete).toBe(true)
    expect(data.map(({ type }) => type)).toEqual(['message.submitted', 'message.delivered'])
    expect(data[1]).toMatchObject({ data: { id, to: ANN, status: 'delivered' } })
    for (const { deliveries } of data)
      expect(deliveries).toMatchObject([{ endpointId: endpoint, outcome: 'succeeded', attempt: 1, httpStatus: 204 }])
  })

  test('and the log of an endpoint is asked for one message, or for one event', async () => {
    const [one, other] = [await ended(), await ended()]
    const [{ data }] = [await told(one, 'succeeded'), await told(other, 'succeeded')]
    const operation = operationOf('/v1/webhooks/:id/deliveries')
    const log = async (query: string) =>
      (await it.good(`/v1/webhooks/${endpoint}/deliveries?${query}`, operation ? { operation } : {})).data
    const idsOf = (rows: readonly Body[]) => rows.flatMap((row) => row['eventIds'] as string[]).sort()
    const events = data.map(({ id }) => id).sort()
    expect(idsOf(await log(`message=${one}`))).toEqual(events)
    expect(idsOf(await log(`event=${events[0]}`))).toEqual([events[0]])
    expect(idsOf(await log(`message=${one}&event=${events[1]}&outcome=succeeded`))).toEqual([events[1]])
    expect(await log(`message=${other}&event=${events[1]}`)).toEqual([])
    expect(await log(`message=${one}&before=${new Date(Date.now() - 3_600_000).toISOString()}`)).toEqual([])
    expect(idsOf(await log(`message=${one}&after=${new Date(Date.now() - 3_600_000).toISOString()}`))).toEqual(events)
    const bad = await it.call(`/v1/webhooks/${endpoint}/deliveries?event=x&message=y`, { token: it.token })
    expect([bad.status, bad.json.errors?.map(({ pointer }) => pointer)]).toEqual([
      400,
      ['query:event', 'query:message'],
    ])
  })

  test('say nothing of webhooks to a token that may not read them, and nothing at all to one that may not read messages', async () => {
    const id = await ended()
    await told(id, 'succeeded')
    const reader = await it.login(await it.credential(it.tenantId, { scopes: ['messages:read'] }))
    const { data } = await eventsOf(id, reader)
    expect(data).toHaveLength(2)
    for (const event of data) expect(event).not.toHaveProperty('deliveries')
    const other = await it.login(await it.credential(it.tenantId, { scopes: ['webhooks:read'] }))
    expect((await it.call(`/v1/messages/${id}/events`, { token: other })).status).toBe(403)
    expect((await it.call(`/v1/messages/${altered(id)}/events`, { token: it.token })).status).toBe(404)
  })

  test('of one that waits in its queue there are none', async () => {
    expect(await eventsOf((await it.idAt(Date.now())).id)).toEqual({ data: [], nextCursor: null, complete: true })
  })
})

describe('one POST of the log', () => {
  test('shows its request word for word, but for its signature; not to a token that may not read messages', async () => {
    isDown = true
    const id = await ended()
    const { data } = await told(id, 'failed').finally(() => {
      isDown = false
    })
    const [event] = data
    const path = `/v1/webhooks/${endpoint}/deliveries/${event?.deliveries?.[0]?.id}`
    const operation = operationOf('/v1/webhooks/:id/deliveries/:deliveryId')
    const shown = await it.good(path, operation ? { operation } : {})
    expect(shown).toMatchObject({ outcome: 'failed', httpStatus: 500, nextAt: expect.any(String) })
    const { url, headers, body } = shown['request'] as { url: string; headers: Record<string, string>; body: string }
    expect([url, headers['webhook-id']]).toEqual(['https://events.example.org/in', event?.id])
    expect(headers).not.toHaveProperty('webhook-signature')
    expect(JSON.parse(body)).toEqual({ type: event?.type, timestamp: event?.at, data: event?.data })
    const token = await it.login(await it.credential(it.tenantId, { scopes: ['webhooks:read'] }))
    expect((await it.good(path, { token }))['request']).toMatchObject({ body: null })
    expect((await it.call(`/v1/webhooks/${endpoint}/deliveries/dlv_0000000000000000`, { token })).status).toBe(404)
  })
})

describe('among thousands of POSTs', () => {
  const HOUR = 3_600_000
  const rowAt = (at: number, n: number, more: Partial<Delivery> = {}): Delivery => ({
    ...{ realm: realmOf(it.tenantId as TenantId, it.mode), endpointId: endpoint as `whe_${string}`, at, attempt: 1 },
    ...{ id: newRequestId(at + n).replace('req_', 'dlv_'), outcome: 'succeeded', httpStatus: 204, durationMs: 1 },
    ...{ reason: null, eventIds: [`evt_of_another_${n}`], nextAt: null },
    ...more,
  })

  test('a next attempt is found where it was due, and it is said that some may be missing', async () => {
    const id = await ended()
    const { data } = await told(id, 'succeeded')
    const event = data[1]?.id as `evt_${string}`
    const at = Date.parse(data[1]?.at ?? '')
    const later = { eventIds: [event], outcome: 'failed', nextAt: at + HOUR } as const
    const between = Array.from({ length: 1_500 }, (_, n) => rowAt(at + 60_000, n))
    const again = rowAt(at + HOUR, 5, { eventIds: [event], attempt: 3 })
    for (const some of [[rowAt(at, 9, later)], between, [again]]) await insertDeliveries(it.ledger, some).run()
    const found = await eventsOf(id)
    expect(found.data[1]?.deliveries?.map(({ outcome }) => outcome).sort()).toEqual([
      'failed',
      'succeeded',
      'succeeded',
    ])
    expect(found.complete).toBe(false)
    const pages: number[] = []
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null && pages.length < 20; ) {
      const more: string = cursor && `&cursor=${cursor}`
      const page: Body = await it.good(`/v1/webhooks/${endpoint}/deliveries?event=${event}&limit=10${more}`)
      pages.push(page.data.length)
      seen.push(...page.data.map((row) => row.id))
      cursor = page.nextCursor
    }
    expect(new Set(seen).size).toBe(3)
    expect(pages.length).toBeGreaterThan(5)
  })
})
