import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { personUrl } from '#worker/flows/carriers/person-links.ts'
import type { Fault } from '../worlds/entries/faults.ts'
import { type Stage, startStage } from '../worlds/faults/drill.ts'
import { newBrowser, subscriptionOf } from '../worlds/players/push-browser.ts'
import { type PushWorld, startPush } from '../worlds/push-world.ts'
import { configOf } from '../worlds/tenant-world.ts'
import { addChannel, reaches, until } from '../worlds/world.ts'

const ALWAYS = 1_000_000

describe('what a device tells of a message is taken, or refused so that it comes again', () => {
  let world: PushWorld
  beforeAll(async () => {
    world = await startPush({ entry: 'test/worlds/entries/faults.ts' })
    await world.json('/v1/devices/key', 200)
  })
  afterAll(() => world?.chapar.dispose())
  const fail = (...faults: Fault[]) => world.chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) })
  beforeEach(() => fail())

  async function shown() {
    const browser = newBrowser()
    const device = await world.device({ network: 'webpush', subscription: subscriptionOf(browser) })
    const id = await world.send(device.id)
    const { report = '' } = await world.received(browser)
    await world.status(id, 'submitted')
    const tell = async (body: object): Promise<number> => {
      const { pathname } = new URL(report)
      return (await world.chapar.fetch(pathname, { method: 'POST', body: JSON.stringify(body) })).status
    }
    return { id, tell }
  }

  test.each([
    ['the ledger refuses', { on: 'LEDGER_0', match: 'hex(c.content) AS shared' }],
    ['the queue refuses', { on: 'REPORT' }],
  ])('when %s', async (_, fault) => {
    const { id, tell } = await shown()
    await fail({ ...fault, times: ALWAYS })
    expect(await tell({ event: 'shown' })).toBe(503)
    await fail()
    expect(await tell({ event: 'shown' })).toBe(204)
    await world.status(id, 'delivered')
  })

  test.each([
    ['the ledger', { on: 'LEDGER_0', match: 'FROM refs' }],
    ['the queue', { on: 'REPORT' }],
  ])('a reply that %s refused more often than a message may have replies is taken when it can be', async (_, fault) => {
    const { id, tell } = await shown()
    await fail({ ...fault, times: ALWAYS })
    for (let n = 0; n < 25; n++) expect(await tell({ event: 'replied', text: 'yes' })).toBe(503)
    await fail()
    expect(await tell({ event: 'replied', text: 'yes' })).toBe(204)
    await world.heard('message.received', (data) => data['inReplyTo'] === id)
  })
})

describe('an opt-out is kept before the person is told so', () => {
  const SENDER = 'news@shop.example'
  let stage: Stage
  beforeAll(async () => {
    stage = await startStage({ isFaulty: true })
    await addChannel(stage.world, { channel: 'email', address: SENDER, sender: { lineClass: 'advertising' } })
  })
  afterAll(() => stage?.world.dispose())
  beforeEach(async () => {
    await stage.fail()
    await stage.world.ledger.prepare('DELETE FROM requests').run()
  })
  const logged = () =>
    stage.world.ledger
      .prepare("SELECT count(*) AS n FROM requests WHERE route LIKE '/p/unsubscribe%'")
      .first<number>('n')

  async function linkTo(to: string): Promise<string> {
    const content = { subject: 'News', text: 'x', unsubscribe: true }
    const body = { channel: 'email', to, purpose: 'advertising', content }
    const { id } = await stage.world.json<{ id: string }>('/v1/messages', { body, status: 202 })
    await reaches(stage.world, id, 'delivered')
    const { idKeys } = await configOf(stage.world.chapar.secrets)
    const ref = `${stage.world.tenantId.slice(4)}.${id.slice(4)}.1` as const
    return new URL(await personUrl('https://chapar.test', idKeys, 'unsubscribe', ref)).pathname
  }
  const press = async (path: string): Promise<number> =>
    (await stage.world.chapar.fetch(path, { method: 'POST', body: new URLSearchParams('List-Unsubscribe=One-Click') }))
      .status
  const optOuts = async (person: string) =>
    (
      await stage.world.json<{ data: unknown[] }>(
        `/v1/suppressions?channel=email&recipient=${encodeURIComponent(person)}`,
      )
    ).data

  test.each([
    ['the message cannot be read', { on: 'LEDGER_0', match: 'hex(c.content) AS shared' }, 0],
    ['the ledger refuses it', { on: 'LEDGER_0', match: 'INTO suppressions' }, 0],
    ['the ledger takes it and the answer is lost', { on: 'LEDGER_0', match: 'INTO suppressions', isLate: true }, 1],
  ])('when %s', async (_, fault, kept) => {
    const person = `leaver${Math.random().toString(36).slice(2)}@example.com`
    const path = await linkTo(person)
    await stage.fail({ ...fault, times: ALWAYS })
    expect(await press(path)).toBe(503)
    await stage.fail()
    expect(await optOuts(person)).toHaveLength(kept)
    expect(await press(path)).toBe(200)
    expect(await optOuts(person)).toHaveLength(1)
    await stage.sweep(10 * 60_000)
    const heard = () => stage.receiver.heard.filter(({ data }) => data.includes(person) && data.includes('recipient'))
    await until('the tenant is told', async () => heard().length > 0)
    expect(new Set(heard().map(({ id }) => id)).size).toBe(1)
    expect(await logged()).toBe(1)
  })

  test('the log has one row of an opt-out that several isolates write at once', async () => {
    const person = 'everywhere@example.com'
    const path = await linkTo(person)
    await stage.fail({ on: 'LEDGER_0', match: 'INTO suppressions', times: 5, isGate: true })
    expect(await Promise.all(Array.from({ length: 5 }, () => press(path)))).toEqual([200, 200, 200, 200, 200])
    expect(await optOuts(person)).toHaveLength(1)
    expect(await logged()).toBe(1)
  })
})
