import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectionId } from '#worker/domain/ids.ts'
import { PARTS_WAIT } from '#worker/domain/messages/text-parts.ts'
import { MINUTE } from '#worker/domain/time.ts'
import { partKeysOf } from '#worker/store/messages/parts.ts'
import { refKeyOf } from '../worlds/tenant-rows.ts'
import { LINE, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ tenant: { pack: 'ir' } })
})
afterAll(() => world.dispose())

interface Shown {
  readonly from: string
  readonly content: { readonly text: string; readonly incomplete?: true }
}

let ids = 0
/** Posts a part as the carrier would: `7, 1/2, text`. `at` is the carrier's time. */
async function hear(
  from: string,
  [ref, number, total, text]: readonly [string, number, number, string],
  more: { id?: string; at?: number } = {},
) {
  const { id = `part${ids++}`, at = Date.now() } = more
  const { pathname } = new URL(world.callbackUrl)
  const inbound = [{ id, from, to: LINE, text, part: { ref, number, total } }]
  const answer = await world.chapar.fetch(pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ at, inbound }),
  })
  expect(answer.status).toBe(200)
  const facts = {
    connectionId: world.connectionId as ConnectionId,
    from,
    to: LINE,
    groupRef: ref,
    total,
    ref: `in:${id}`,
  }
  const [key] = await partKeysOf(world.chapar.keys, [facts])
  const taken = await refKeyOf(world.ledger, world.connectionId, `in:${id}`)
  await until('the part is worked', async () =>
    world.ledger
      .prepare(`SELECT 1 FROM inbound_parts WHERE ref = ?1 UNION SELECT 1 FROM refs WHERE ref_key = unhex(?2)`)
      .bind(key?.ref ?? '', taken)
      .first(),
  )
}
const textsFrom = async (from: string): Promise<Shown['content'][]> => {
  const { data } = await world.json<{ data: Shown[] }>('/v1/messages?direction=inbound&limit=100')
  return data
    .filter((one) => one.from === from)
    .map(({ content }) => content)
    .toReversed()
}
const received = (from: string, count: number) =>
  until(`${count} messages from a person`, async () => {
    const found = await textsFrom(from)
    return found.length >= count && found
  })
/** Lets the cron run so much later. */
const later = (ms: number) => world.chapar.scheduled('* * * * *', Date.now() + ms)
const kept = async (): Promise<number> =>
  (await world.ledger.prepare('SELECT count(*) AS n FROM inbound_parts').first<number>('n')) ?? 0

let people = 0
const newPerson = (): string => `+98912333${String(1_000 + people++)}`

describe('parts of a text', () => {
  test('whose others never come are told after ten minutes, as they are, and say so', async () => {
    const person = newPerson()
    await hear(person, ['9', 1, 3, 'head '])
    await hear(person, ['9', 3, 3, 'tail'])
    await later(PARTS_WAIT - MINUTE)
    expect(await textsFrom(person)).toEqual([])
    await later(PARTS_WAIT + MINUTE)
    expect(await received(person, 1)).toEqual([{ text: 'head tail', incomplete: true }])
    expect(await kept()).toBe(0)
    await later(2 * PARTS_WAIT)
    expect(await textsFrom(person)).toHaveLength(1)
  })

  test('a tail that was left over is not glued to the head of another text', async () => {
    const person = newPerson()
    await hear(person, ['7', 2, 2, 'OLD-TAIL'])
    await later(PARTS_WAIT + MINUTE)
    expect(await received(person, 1)).toEqual([{ text: 'OLD-TAIL', incomplete: true }])
    await hear(person, ['7', 1, 2, 'NEW-HEAD '])
    expect(await textsFrom(person)).toHaveLength(1)
    await hear(person, ['7', 2, 2, 'NEW-TAIL'])
    expect(await received(person, 2)).toContainEqual({ text: 'NEW-HEAD NEW-TAIL' })
  })

  test('nor where no cron has run since: the clock of the carrier tells', async () => {
    const person = newPerson()
    await hear(person, ['7', 2, 2, 'OLD-TAIL'], { at: Date.now() - PARTS_WAIT - MINUTE })
    await hear(person, ['7', 1, 2, 'NEW-HEAD '])
    expect(await received(person, 1)).toEqual([{ text: 'OLD-TAIL', incomplete: true }])
    await hear(person, ['7', 2, 2, 'NEW-TAIL'])
    expect(await received(person, 2)).toContainEqual({ text: 'NEW-HEAD NEW-TAIL' })
  })

  test('a second part of the same number ends the wait of the first at once', async () => {
    const person = newPerson()
    await hear(person, ['7', 2, 2, 'OLD-TAIL'])
    await hear(person, ['7', 2, 2, 'NEW-TAIL'])
    expect(await received(person, 1)).toEqual([{ text: 'OLD-TAIL', incomplete: true }])
    await hear(person, ['7', 1, 2, 'NEW-HEAD '])
    expect(await received(person, 2)).toContainEqual({ text: 'NEW-HEAD NEW-TAIL' })
    expect(await kept()).toBe(0)
  })

  test('a part that the carrier tells again is no second part', async () => {
    const person = newPerson()
    for (let i = 0; i < 3; i++) await hear(person, ['7', 2, 2, 'tail'], { id: 'told-again' })
    expect(await textsFrom(person)).toEqual([])
    await hear(person, ['7', 1, 2, 'head '])
    expect(await received(person, 1)).toEqual([{ text: 'head tail' }])
    await hear(person, ['7', 2, 2, 'tail'], { id: 'told-again' })
    await later(PARTS_WAIT + MINUTE)
    expect(await textsFrom(person)).toHaveLength(1)
  })

  test('of two people in one callback, under one reference, are two texts', async () => {
    const [one, two] = [newPerson(), newPerson()]
    const { pathname } = new URL(world.callbackUrl)
    const inbound = [one, two].map((from, i) => ({
      id: `both${i}`,
      from,
      to: LINE,
      text: `of ${i}`,
      part: { ref: '3', number: 1, total: 2 },
    }))
    const body = JSON.stringify({ at: Date.now(), inbound })
    await world.chapar.fetch(pathname, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    await until('both are kept', async () => (await kept()) === 2)
    await later(PARTS_WAIT + MINUTE)
    expect([await received(one, 1), await received(two, 1)]).toEqual([
      [{ text: 'of 0', incomplete: true }],
      [{ text: 'of 1', incomplete: true }],
    ])
  })
})

describe('words in parts', () => {
  const optedOut = async (person: string): Promise<number> =>
    (await world.json<{ data: unknown[] }>(`/v1/suppressions?recipient=${encodeURIComponent(person)}`)).data.length

  test('STOP in two parts is STOP', async () => {
    const person = newPerson()
    await hear(person, ['7', 2, 2, 'OP'])
    await hear(person, ['7', 1, 2, 'ST'])
    await until('the opt-out', async () => (await optedOut(person)) === 1)
  })

  test('STOP that lacks a part stops; START that lacks one starts nothing', async () => {
    const person = newPerson()
    await hear(person, ['7', 1, 2, 'STOP'])
    await later(PARTS_WAIT + MINUTE)
    await until('the opt-out', async () => (await optedOut(person)) === 1)
    await hear(person, ['8', 1, 2, 'START'])
    await later(PARTS_WAIT + MINUTE)
    await received(person, 2)
    expect(await optedOut(person)).toBe(1)
  })

  test('STOP as the tail of a text that came whole stops nothing', async () => {
    const person = newPerson()
    await hear(person, ['7', 2, 2, 'STOP'])
    await hear(person, ['7', 1, 2, 'please do not '])
    expect(await received(person, 1)).toEqual([{ text: 'please do not STOP' }])
    expect(await optedOut(person)).toBe(0)
  })
})
