import { readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stateFolder } from '../worlds/harness.ts'
import { con, echo, end, FALLBACK, PERSON, startUssd, type Ussd } from '../worlds/ussd-world.ts'
import { until } from '../worlds/world.ts'

const ALWAYS = 1_000_000
const HALF_HOUR = 1_800_000
/** Nanoseconds of a millisecond, in which the runtime stores alarms. */
const NANO = 1_000_000n
/** A carrier that does not wait long. */
const HASTY = { deadlineMs: 700 }

let it: Ussd
beforeAll(async () => {
  it = await startUssd({ entry: 'test/worlds/entries/faults.ts' })
})
afterAll(() => it.dispose())

const fail = (...faults: readonly object[]) =>
  it.chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) })
beforeEach(async () => {
  await fail()
})

describe('a person on the line gets a screen', () => {
  test.each([
    ['the control database fails', { on: 'CONTROL' }],
    ['the control database never answers', { on: 'CONTROL', isHanging: true }],
    ['the object cannot be reached', { on: 'SESSION', match: 'begin' }],
    ['the object never answers', { on: 'SESSION', match: 'begin', isHanging: true }],
    ['the object is lost after the application answered', { on: 'SESSION', match: 'finish' }],
    ['the object’s last answer is lost', { on: 'SESSION', match: 'finish', isLate: true }],
  ])('although %s', async (_, fault) => {
    const line = await it.line(HASTY, echo)
    await line.step({ session: 'before', number: 1 })
    await fail({ ...fault, times: ALWAYS })
    expect(await line.step({ session: 's', number: 1 })).toEqual(FALLBACK)
  })

  test('although the database has been away for longer than a connection is remembered as fresh', async () => {
    const line = await it.line(HASTY, echo)
    await line.step({ session: 's', number: 1 })
    await new Promise((resolve) => setTimeout(resolve, 5_500))
    await fail({ on: 'CONTROL', times: ALWAYS, isHanging: true })
    const answer = await line.post({ session: 's', event: 'input', input: '1', number: 2 })
    expect([answer.status, await answer.json()]).toEqual([200, FALLBACK])
    expect((await line.post({ session: 's', number: 1 }, 'not-the-secret')).status).toBe(403)
  })
})

test.each([
  ['refuses', {}],
  ['never answers', { isHanging: true }],
])('a ledger that %s takes the offer to go on from a person, not the session', async (_, how) => {
  const line = await it.line({ resumeSeconds: 60, deadlineMs: 60_000 }, echo)
  await fail({ on: 'LEDGER_0', match: 'sessions_by_party', times: ALWAYS, ...how })
  expect(await line.step({ session: 's', number: 1 })).toEqual({ text: 'at', ends: false })
})

test('a turn whose Worker died after it asked counts as the fallback, and its late repeat is not asked again', async () => {
  // Patient enough for the application to be asked on a busy machine: the screen comes at this deadline, whatever is under way.
  const line = await it.line({ deadlineMs: 4_000 }, echo)
  await fail({ on: 'SESSION', match: 'finish', times: ALWAYS, isHanging: true })
  expect(await line.step({ session: 's', number: 1 })).toEqual(FALLBACK)
  await fail()
  const { reason, turns } = await it.ended(it.idOf(line))
  expect([reason, turns]).toMatchObject(['fallback', [{ screen: FALLBACK.text, by: 'fallback' }]])
  expect(await line.step({ session: 's', number: 1 })).toEqual(FALLBACK)
  expect(it.askedOf(line)).toHaveLength(1)
})

test('a session whose turns the queue refuses is written down when it takes them again', async () => {
  const line = await it.line({}, () => end('bye'))
  await fail({ on: 'REPORT', times: 1 })
  await line.step({ session: 's' })
  expect((await it.ended(it.idOf(line))).reason).toBe('application')
})

test('a session survives its object: what was typed and shown before a restart is known after it', async () => {
  const persist = stateFolder()
  const first = await startUssd({ persist })
  const line = await first.line({}, echo)
  await line.step({ session: 's', number: 1 })
  await line.step({ session: 's', event: 'input', input: '1', number: 2 })
  await first.dispose()
  const kept = { tenantId: first.tenantId, token: first.token }
  const second = await startUssd({ persist, secrets: first.chapar.secrets }, kept)
  try {
    const again = second.lineOf(line.id, line.code, line.callbackUrl)
    second.applications.set(line.code, ({ inputs }) => con(`after ${inputs.join('*')}`))
    const repeat = { session: 's', event: 'input', input: '1', number: 2, from: PERSON } as const
    expect(await again.step(repeat)).toMatchObject({ text: 'at 1' })
    expect(await again.step({ ...repeat, input: '2', number: 3 })).toMatchObject({ text: 'after 1*2' })
    expect(second.asked.map(({ sessionId, turn }) => [sessionId, turn])).toEqual([[first.asked[0]?.sessionId, 3]])
  } finally {
    await second.dispose()
  }
})

/** Databases of the sessions' objects that have stored something. */
function objectsIn(persist: string): readonly DatabaseSync[] {
  const folder = `${persist}/do/chapar-SessionObject`
  const files = readdirSync(folder).filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite')
  return files.map((name) => new DatabaseSync(`${folder}/${name}`))
}
const storedIn = (db: DatabaseSync): Uint8Array | undefined =>
  db.prepare(`SELECT value FROM _cf_KV WHERE key = 'session'`).get()?.['value'] as Uint8Array | undefined

test('what one object stored is nothing to another: it shows nobody else’s screens, and stays for a while', async () => {
  const persist = stateFolder()
  const first = await startUssd({ persist })
  const line = await first.line({ sessionSeconds: 12 }, ({ from }) => con(`for ${from}`))
  const people = ['+989121230001', '+989121230002'] as const
  for (const from of people) await line.step({ session: 's', number: 1, from })
  await first.dispose()
  const stored = objectsIn(persist)
  expect(stored).toHaveLength(2)
  const values = stored.map(storedIn)
  for (const [n, db] of stored.entries()) {
    db.prepare(`UPDATE _cf_KV SET value = ?1 WHERE key = 'session'`).run(values[1 - n] ?? null)
    db.close()
  }
  const alarms = new DatabaseSync(`${persist}/do/chapar-SessionObject/metadata.sqlite`)
  const kept = { tenantId: first.tenantId, token: first.token }
  const second = await startUssd({ persist, secrets: first.chapar.secrets }, kept)
  try {
    const again = second.lineOf(line.id, line.code, line.callbackUrl)
    second.applications.set(line.code, ({ from, turn }) => con(`anew for ${from}: ${turn}`))
    const step = { session: 's', number: 1, from: people[0] } as const
    expect(await again.step(step)).toMatchObject({ text: `anew for ${people[0]}: 1` })
    expect(await again.step(step)).toMatchObject({ text: `anew for ${people[0]}: 1` })
    await until('the other one looks again in an hour', async () =>
      alarms.prepare('SELECT 1 FROM _cf_ALARM WHERE scheduled_time > ?1').get(BigInt(Date.now() + HALF_HOUR) * NANO),
    )
  } finally {
    alarms.close()
    await second.dispose()
  }
  const left = objectsIn(persist)
  expect(left.map((db) => storedIn(db) !== undefined)).toEqual([true, true])
  for (const db of left) db.close()
})
