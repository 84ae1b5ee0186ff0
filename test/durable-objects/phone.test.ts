import { readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChapar, stateFolder } from '../worlds/harness.ts'
import { caller, message, reaches, startWorld, until, type World } from '../worlds/world.ts'

interface Shown {
  readonly data: readonly { readonly text: string }[]
}
const path = (number: string): string => `/v1/sandbox/phone?${new URLSearchParams({ number })}`
const texts = async (call: World['call'], number: string): Promise<readonly string[]> =>
  ((await (await call(path(number))).json()) as Shown).data.map(({ text }) => text)

describe('a message of test', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ entry: 'test/worlds/entries/faults.ts', mode: 'test' })
  })
  afterAll(() => world.dispose())

  test.each([
    ['cannot be reached', {}],
    ['never answers', { isHanging: true }],
  ])('is delivered although the object of the telephones %s', async (_, how) => {
    const faults = [{ on: 'PHONE', match: 'keep', times: 1_000, ...how }]
    await world.chapar.fetch('/faults', { method: 'POST', body: JSON.stringify(faults) })
    const { id } = await world.json<{ id: string }>('/v1/messages', { body: message('+989121230001'), status: 202 })
    await reaches(world, id, 'delivered')
  })
})

const FOLDER = 'do/chapar-PhoneObject'
const QUARTER_HOUR = 900_000
/** Nanoseconds of a millisecond, in which the runtime stores alarms. */
const NANO = 1_000_000n

const filesIn = (persist: string): string[] =>
  readdirSync(`${persist}/${FOLDER}`)
    .filter((name) => name.endsWith('.sqlite'))
    .map((name) => `${persist}/${FOLDER}/${name}`)

/** Changes what the object of the only tenant has stored. */
function changeStored(persist: string, sql: string): void {
  for (const file of filesIn(persist).filter((name) => !name.endsWith('/metadata.sqlite'))) {
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }
}

/** Lets the time of the alarm come: the runtime has it twice. */
function alarmNow(persist: string): void {
  const now = BigInt(Date.now()) * NANO
  changeStored(persist, `UPDATE _cf_METADATA SET value = ${now} WHERE key = 1`)
  const db = new DatabaseSync(`${persist}/${FOLDER}/metadata.sqlite`)
  db.exec(`UPDATE _cf_ALARM SET scheduled_time = ${now}`)
  db.close()
}

const tablesIn = (persist: string): unknown[] =>
  filesIn(persist).flatMap((file) => {
    const db = new DatabaseSync(file, { readOnly: true })
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE name = 'items'").all()
    db.close()
    return tables
  })

const NUMBERS = ['+989121230002', '+989121230003'] as const

/** A gateway on disk, ended after a text has arrived at each number. */
async function spoken() {
  const persist = stateFolder()
  const world = await startWorld({ persist, mode: 'test' })
  for (const number of NUMBERS) {
    await world.json('/v1/messages', { body: message(number, `for ${number}`), status: 202 })
    await until('it arrives', async () => (await texts(world.call, number)).length > 0)
  }
  await world.dispose()
  return { persist, secrets: world.chapar.secrets, token: world.token }
}
/** The same gateway again. */
async function again({ persist, secrets, token }: Awaited<ReturnType<typeof spoken>>) {
  const chapar = await startChapar({ persist, secrets })
  return { chapar, call: caller(chapar, token) }
}

test('what stands on a telephone opens on no other', async () => {
  const kept = await spoken()
  changeStored(kept.persist, 'UPDATE items SET keys = (SELECT max(keys) FROM items)')
  const { chapar, call } = await again(kept)
  try {
    const shown = (await Promise.all(NUMBERS.map((number) => texts(call, number)))).flat()
    expect(shown).toHaveLength(1)
  } finally {
    await chapar.dispose()
  }
})

test('nothing is shown after a quarter of an hour, and the alarm leaves no storage', async () => {
  const kept = await spoken()
  expect(tablesIn(kept.persist)).toHaveLength(1)
  changeStored(kept.persist, `UPDATE items SET at = at - ${QUARTER_HOUR}`)
  const first = await again(kept)
  expect(await texts(first.call, NUMBERS[0])).toEqual([])
  await first.chapar.dispose()
  alarmNow(kept.persist)
  const { chapar, call } = await again(kept)
  try {
    // Wakes the object.
    expect(await texts(call, NUMBERS[0])).toEqual([])
    await until('the alarm has deleted all', async () => tablesIn(kept.persist).length === 0)
  } finally {
    await chapar.dispose()
  }
})
