import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { shardOf } from '#worker/domain/ids.ts'
import { DAY, MINUTE } from '#worker/domain/time.ts'
import { numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, settled } from '../worlds/faults/invariant.ts'
import { seeded } from '../worlds/random.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { until } from '../worlds/world.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    isFaulty: true,
    shards: 2,
    tenant: { pack: 'ir', shards: [0, 1] },
    connection: { provider: 'sandbox-by-ref', name: 'By ref' },
  })
})
afterAll(() => stage.world.dispose())
beforeEach(() => stage.fail())

interface Part {
  readonly ref: string
  readonly number: number
  readonly total: number
}

/** A callback with messages from people to the tenant's line. */
async function hear(inbound: readonly { id: string; from: string; text: string; part?: Part }[]): Promise<void> {
  const body = JSON.stringify({
    at: 1_800_000_000_000,
    inbound: inbound.map((one) => ({ ...one, to: stage.world.line })),
  })
  const headers = { 'content-type': 'application/json' }
  const { pathname } = new URL(stage.world.callbackUrl)
  expect((await stage.world.chapar.fetch(pathname, { method: 'POST', headers, body })).status).toBe(200)
}

/** Texts that came from a person, as the ledger has them on both shards. */
async function textsFrom(person: string): Promise<string[]> {
  const texts: string[] = []
  for (const shard of [0, 1]) {
    const rows = await rowsWhere(stage.world.chapar.ledger(shard), 'kind & 1 = 1')
    const own = rows.filter(({ party }) => party === person)
    texts.push(...own.map(({ content }) => (JSON.parse(content ?? '') as { text: string }).text))
  }
  return texts
}

const eventsOf = (type: string, person: string) =>
  new Set(stage.receiver.heard.filter((one) => one.type === type && one.data.includes(person)).map(({ id }) => id)).size

const told = (type: string, person: string) => until(`${type} is heard`, async () => eventsOf(type, person) === 1)
let ids = 0
const newId = (): string => `drill${ids++}`

describe('an inbound message is taken once and told once', () => {
  test.each([
    ['refuses to take it at first', { on: 'LEDGER_1', match: 'INSERT INTO refs', times: 2 }],
    ['takes it, and the answer is lost', { on: 'LEDGER_1', match: 'INSERT INTO refs', times: 1, isLate: true }],
    ['fails every second statement', { on: 'LEDGER_1', times: 2, every: 2 }],
  ])('when the ledger %s', async (_, fault) => {
    const [person = ''] = numbers(1)
    await stage.fail(fault)
    const one = { id: newId(), from: person, text: 'سلام' }
    await hear([one])
    await until('it is taken', async () => (await textsFrom(person)).length === 1)
    await stage.fail()
    await hear([one])
    await told('message.received', person)
    expect(await textsFrom(person)).toEqual(['سلام'])
  })

  test('when the notify queue refuses', async () => {
    const [person = ''] = numbers(1)
    await stage.fail({ on: 'NOTIFY', times: 1_000 })
    await hear([{ id: newId(), from: person, text: 'سلام' }])
    await until('it is taken', async () => (await textsFrom(person)).length === 1)
    await until('its event is refused', async () => ((await stage.failures())[0] ?? 0) > 0)
    await stage.fail()
    await stage.sweep(6 * MINUTE)
    await told('message.received', person)
  })

  test.each([
    ['refuses at first', false],
    ['takes and does not say so', true],
  ])('when a part waits that the ledger %s', async (_, isLate) => {
    const [person = ''] = numbers(1)
    await stage.fail({ on: 'LEDGER_0', match: 'INSERT INTO inbound_parts', times: 1, isLate })
    await hear([{ id: newId(), from: person, text: 'half', part: { ref: '6', number: 1, total: 2 } }])
    await until('the part is kept', async () =>
      stage.world.chapar.ledger(0).prepare('SELECT 1 FROM inbound_parts').first(),
    )
    await stage.fail({ on: 'LEDGER_0', match: 'SELECT inbound_parts', times: 1 })
    await stage.sweep(11 * MINUTE)
    await stage.fail()
    await stage.sweep(12 * MINUTE)
    await told('message.received', person)
    expect(await textsFrom(person)).toEqual(['half'])
  })

  test('when its parts come in any order, doubled, at the same time', async () => {
    const random = seeded(3)
    const people = numbers(10)
    const callbacks = people.flatMap((from, n) => {
      const parts = [1, 2, 3, 4].map((number) => ({
        id: `${n}p${number}`,
        from,
        text: `${number}`,
        part: { ref: '5', number, total: 4 },
      }))
      return [...parts, ...parts]
    })
    await Promise.all(callbacks.sort(() => random() - 0.5).map((one) => hear([one])))
    for (const person of people) {
      await told('message.received', person)
      expect(await textsFrom(person)).toEqual(['1234'])
    }
    // Whatever the doubles left behind makes no second message.
    await stage.sweep(DAY + MINUTE)
    for (const person of people) expect(await textsFrom(person)).toEqual(['1234'])
  })
})

describe('an opt-out is applied and told', () => {
  test.each([
    ['the ledger refuses it at first', false],
    ['the ledger takes it and the answer is lost', true],
  ])('when %s', async (_, isLate) => {
    const [person = ''] = numbers(1)
    await stage.fail({ on: 'LEDGER_0', match: 'INSERT INTO suppressions', times: 1, isLate })
    await hear([{ id: newId(), from: person, text: 'لغو۱۱' }])
    await until('the suppression', async () => {
      const { data } = await stage.world.json<{ data: unknown[] }>(
        `/v1/suppressions?recipient=${encodeURIComponent(person)}`,
      )
      return data.length === 1
    })
    // The queue delivers the job again after two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    await stage.sweep(6 * MINUTE)
    await told('suppression.added', person)
    const held = await stage.send([person], { purpose: 'informational' })
    expect(await settled(stage.world, held)).toEqual({ suppressed: 1 })
    await assertInvariant({ world: stage.world, ids: held, heard: stage.receiver.heard })
  })
})

test('who had opted out already is not told of again beside those who opt out now', async () => {
  const [before = '', now = ''] = numbers(2)
  const stop = (from: string) => ({ id: newId(), from, text: 'لغو۱۱' })
  await hear([stop(before)])
  await told('suppression.added', before)
  await hear([stop(before), stop(now)])
  await told('suppression.added', now)
  await stage.sweep(6 * MINUTE)
  expect([before, now].map((person) => eventsOf('suppression.added', person))).toEqual([1, 1])
})

test('a carrier’s block is kept and told although the ledger refused it at first', async () => {
  const person = (numbers(1)[0] ?? '').replace(/....$/, '9903')
  await stage.fail({ on: 'LEDGER_0', match: 'INSERT INTO suppressions', times: 2 })
  const ids = await stage.send([person])
  await until('it is rejected', async () => (await settled(stage.world, ids))['rejected'] === 1)
  await told('suppression.added', person)
  const { data } = await stage.world.json<{ data: unknown[] }>(
    `/v1/suppressions?recipient=${encodeURIComponent(person)}`,
  )
  expect(data.length).toBe(1)
  await assertInvariant({ world: stage.world, ids, heard: stage.receiver.heard })
})

test('with several shards: writes go to the last, and a report by the carrier’s own ref finds its message there', async () => {
  const sent = await stage.send(numbers(50))
  expect(sent.every((id) => shardOf(id as `msg_${string}`) === 1)).toBe(true)
  await until('all are delivered', async () => (await settled(stage.world, sent))['delivered'] === 50)
  await assertInvariant({ world: stage.world, ids: sent, heard: stage.receiver.heard })
})
