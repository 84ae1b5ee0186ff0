import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sentArray, taken } from '../fixtures/kavenegar/answers.ts'
import { statusFields } from '../fixtures/kavenegar/callbacks.ts'
import { KAVENEGAR } from '../worlds/faults/carriers.ts'
import { numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { hexOf, setRef } from '../worlds/tenant-rows.ts'
import { message, reaches, until } from '../worlds/world.ts'

interface Shown {
  readonly id: string
  readonly status: string
  readonly price?: unknown
  readonly timeline?: readonly { readonly status: string; readonly price?: unknown }[]
}
const RIALS = (amount: number) => ({ amount, currency: 'IRR' })

/** What the carrier says that a message costs, in the answer to its next call; absent: nothing. */
let costs: readonly unknown[] = []
let lastId = 8_000_000
let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    connection: KAVENEGAR,
    carriers: {
      'api.kavenegar.com': async (request) => {
        const { pathname } = new URL(request.url)
        if (!pathname.endsWith('/sms/sendarray.json')) return Response.json({ return: { status: 200 }, entries: [] })
        const answer = (await taken(await sentArray(request), lastId).json()) as { entries: { cost?: unknown }[] }
        lastId += answer.entries.length
        for (const [n, entry] of answer.entries.entries()) entry.cost = costs[n % costs.length]
        return Response.json(answer)
      },
    },
  })
})
afterAll(() => stage.world.dispose())

const read = (id: string): Promise<Shown> => stage.world.json(`/v1/messages/${id}`)
const listed = async (id: string): Promise<Shown | undefined> =>
  (await stage.world.json<{ data: Shown[] }>('/v1/messages?limit=100')).data.find((one) => one.id === id)

async function sent(cost: unknown): Promise<string> {
  costs = [cost]
  const [to = ''] = numbers(1)
  const { id } = await stage.world.json<{ id: string }>('/v1/messages', { body: message(to), status: 202 })
  await reaches(stage.world, id, 'submitted')
  return id
}

async function report(id: string, fields: Record<string, string>): Promise<void> {
  const ref = String(Number.parseInt(hexOf(id).slice(0, 12), 16))
  await setRef(stage.world.ledger, id, ref)
  const { pathname } = new URL(stage.world.callbackUrl)
  const body = new URLSearchParams({ ...statusFields(ref, 10), ...fields })
  expect((await stage.world.chapar.fetch(pathname, { method: 'POST', body })).status).toBe(200)
}

/** The data of the event by which the endpoint heard of this status. */
const told = (id: string, status: string) =>
  until(`${status} is told`, async () => {
    const event = stage.receiver.heard.find(({ id: heard }) => heard === `evt_${id.slice(4)}_${status}`)
    return event && (JSON.parse(event.data) as Shown)
  })

describe('what a carrier charges', () => {
  test('stands in the message, its timeline, lists and the event', async () => {
    const id = await sent(120)
    const shown = await read(id)
    expect(shown.price).toEqual(RIALS(120))
    expect(shown.timeline?.map(({ status, price }) => [status, price])).toEqual([
      ['accepted', undefined],
      ['submitted', RIALS(120)],
    ])
    expect((await listed(id))?.price).toEqual(RIALS(120))
    expect((await told(id, 'submitted')).price).toEqual(RIALS(120))
  })

  test('and says later, in a report, replaces it and is in that event', async () => {
    const id = await sent(120)
    await report(id, { cost: '۲۴۰' })
    await reaches(stage.world, id, 'delivered')
    expect((await read(id)).price).toEqual(RIALS(240))
    expect((await told(id, 'delivered')).price).toEqual(RIALS(240))
  })

  test('and says only in a report that changes nothing else is kept too', async () => {
    const id = await sent(undefined)
    await report(id, { cost: '' })
    await reaches(stage.world, id, 'delivered')
    expect((await told(id, 'delivered')).price).toBeUndefined()
    await report(id, { cost: '130' })
    const shown = await until('the price is there', async () => {
      const now = await read(id)
      return now.price === undefined ? null : now
    })
    expect([shown.status, shown.price]).toEqual(['delivered', RIALS(130)])
  })

  test('is each message’s own in a batch', async () => {
    costs = [100, 200, undefined]
    const ids = await stage.send(numbers(3))
    for (const id of ids) await reaches(stage.world, id, 'submitted')
    const prices = await Promise.all(ids.map(async (id) => (await read(id)).price))
    expect(prices).toEqual([RIALS(100), RIALS(200), undefined])
    const events = await Promise.all(ids.map(async (id) => (await told(id, 'submitted')).price))
    expect(events).toEqual(prices)
  })

  test.each([undefined, null, 'free', '', -5, 120.5, { amount: 1 }, [120], true])(
    'as %j is no price, and the message is taken all the same',
    async (cost) => {
      const id = await sent(cost)
      const shown = await read(id)
      expect([shown.status, 'price' in shown]).toEqual(['submitted', false])
      expect('price' in (await told(id, 'submitted'))).toBe(false)
    },
  )

  test('is in the event that is made from the ledger once more', async () => {
    const id = await sent(170)
    const first = await told(id, 'submitted')
    const before = stage.receiver.seen.length
    const [hook] = (await stage.world.json<{ data: Shown[] }>('/v1/webhooks')).data
    const log = `/v1/webhooks/${hook?.id}/deliveries`
    const { id: post } = await until('the POST is in the log', async () => {
      const { data } = await stage.world.json<{ data: { id: string; eventIds: string[] }[] }>(log)
      return data.find(({ eventIds }) => eventIds.includes(`evt_${id.slice(4)}_submitted`))
    })
    await stage.world.json(`${log}/${post}/redeliver`, { method: 'POST', status: 202 })
    const again = await until('it is told again', async () =>
      stage.receiver.seen.slice(before).find(({ id: heard }) => heard === `evt_${id.slice(4)}_submitted`),
    )
    expect(JSON.parse(again.data)).toEqual(first)
  })
})
