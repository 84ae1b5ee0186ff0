import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../worlds/entries/faults.ts'
import { newBrowser, subscriptionOf } from '../worlds/players/push-browser.ts'
import { type PushWorld, startPush } from '../worlds/push-world.ts'
import { until } from '../worlds/world.ts'

let world: PushWorld
beforeAll(async () => {
  world = await startPush({ entry: 'test/worlds/entries/faults.ts' })
  await world.json('/v1/devices/key', 200)
})
afterAll(() => world?.chapar.dispose())
beforeEach(() => {
  world.service.answer = () => new Response(null, { status: 201 })
  return fail()
})

const fail = (...faults: Fault[]) => world.chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) })
const failures = async () => (await (await world.chapar.fetch('/faults')).json()) as number[]
const LOOK_UP = 'd.target_key AS targetKey, d.target FROM json_each'

async function subscribed() {
  const browser = newBrowser()
  return { browser, device: await world.device({ network: 'webpush', subscription: subscriptionOf(browser) }) }
}
const callsOf = (endpoint: string): number => world.pushed.filter(({ url }) => url === endpoint).length

describe('the registry', () => {
  test('that cannot be read strands no message: it is sent when it can be read again, once', async () => {
    const { browser, device } = await subscribed()
    await fail({ on: 'LEDGER_0', match: LOOK_UP, times: 2 })
    const id = await world.send(device.id)
    await world.status(id, 'submitted')
    expect(await failures()).toEqual([2])
    expect(callsOf(browser.endpoint)).toBe(1)
  })

  test('that takes no removal loses no outcome, and the next message removes the device', async () => {
    const { browser, device } = await subscribed()
    world.service.answer = () => new Response(null, { status: 410 })
    await fail({ on: 'LEDGER_0', match: "SET status = 'removed'", times: 1 })
    expect(await world.status(await world.send(device.id), 'rejected')).toMatchObject({
      failure: { code: 'recipient-unregistered' },
    })
    await until('the removal has failed', async () => (await failures())[0] === 1)
    expect(await world.json(`/v1/devices/${device.id}`, 200)).toMatchObject({ status: 'active' })
    expect(callsOf(browser.endpoint)).toBe(1)
    await world.status(await world.send(device.id), 'rejected')
    await world.heard('device.removed', ({ id }) => id === device.id)
    expect(await world.json(`/v1/devices/${device.id}`, 200)).toMatchObject({ status: 'removed' })
  })

  test('of which a removal was made and its answer lost, tells of it all the same', async () => {
    const { device } = await subscribed()
    world.service.answer = () => new Response(null, { status: 410 })
    await fail({ on: 'LEDGER_0', match: "SET status = 'removed'", times: 1, isLate: true })
    await world.status(await world.send(device.id), 'rejected')
    await until('the device is removed', async () => {
      const { status } = await world.json<{ status: string }>(`/v1/devices/${device.id}`, 200)
      return status === 'removed'
    })
    // The row that watches over the event is due after five minutes.
    await world.chapar.scheduled('* * * * *', Date.now() + 10 * 60_000)
    await world.heard('device.removed', ({ id }) => id === device.id)
  })
})

describe('push services', () => {
  test('that answer nothing leave the message unknown, and it is never sent again', async () => {
    const { browser, device } = await subscribed()
    world.service.answer = () => {
      throw new Error('reset')
    }
    await world.status(await world.send(device.id), 'unknown')
    expect(callsOf(browser.endpoint)).toBe(1)
  })
})
