import { afterAll, beforeAll, expect, test } from 'vitest'
import { newReceiver, type Receiver } from '../worlds/faults/receiver.ts'
import { startWorld, until, type World } from '../worlds/world.ts'

const PERSON = '+989121117777'
let world: World
let receiver: Receiver
let serial = 0

beforeAll(async () => {
  receiver = newReceiver('hooks.example.com')
  world = await startWorld({ outbound: receiver.outbound })
  await world.json('/v1/webhooks', { body: { url: receiver.url }, status: 201 })
  // Keeps what is written into the table of work, whose rows are deleted again.
  await world.ledger.batch([
    world.ledger.prepare('CREATE TABLE written (body TEXT NOT NULL)'),
    world.ledger.prepare(
      'CREATE TRIGGER work_written AFTER INSERT ON work BEGIN INSERT INTO written VALUES (new.body); END',
    ),
  ])
})
afterAll(() => world?.dispose())

/** The person writes a word so many times; each is a message of its own, which the tenant hears. */
async function says(text: string, times: number): Promise<void> {
  const heard = () => receiver.heard.filter(({ type }) => type === 'message.received').length
  const before = heard()
  for (let n = 0; n < times; n++) {
    const inbound = [{ id: `in-${serial++}`, from: PERSON, to: world.line, text }]
    const { pathname } = new URL(world.callbackUrl)
    const body = JSON.stringify({ at: Date.now(), inbound })
    expect((await world.chapar.fetch(pathname, { method: 'POST', body })).status).toBe(200)
  }
  await until('the messages', async () => heard() >= before + times)
}
const events = (of: string) => new Set(receiver.heard.filter(({ type }) => type === of).map(({ id }) => id))
const written = async (type: string) =>
  (await world.ledger
    .prepare('SELECT count(*) AS n FROM written WHERE body LIKE ?1')
    .bind(`%${type}%`)
    .first<number>('n')) ?? 0

test('a word that changes nothing writes no row beside its message, and is told no second time', async () => {
  await says('START', 3)
  expect(await written('suppression.')).toBe(0)
  await says('STOP', 1)
  await until('the event', async () => events('suppression.added').size === 1)
  const once = await written('suppression.')
  await says('STOP', 5)
  expect(await written('suppression.')).toBe(once)
  await says('START', 1)
  await until('the event', async () => events('suppression.removed').size === 1)
  const twice = await written('suppression.')
  await says('START', 5)
  expect(await written('suppression.')).toBe(twice)
  expect([events('suppression.added').size, events('suppression.removed').size]).toEqual([1, 1])
})
