import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY } from '#worker/domain/time.ts'
import { type Alias, aliasStatements, purgeAliases } from '#worker/store/alias-writes.ts'
import { aliasesOf, type Identity } from '#worker/store/aliases.ts'
import { addSuppressions, sealSuppressions } from '#worker/store/suppressions.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

const REALM: Realm = 'live.ten_a'
const NOW = 1_795_000_000_000

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())
beforeEach(() => db.batch([db.prepare('DELETE FROM aliases'), db.prepare('DELETE FROM suppressions')]))

const identity = (partyKey: string): Identity => ({ partyKey, party: `whatsapp:${partyKey}` })
const link = (told: Alias['told'], one: string, other: string): Alias => ({
  realm: REALM,
  channel: 'chat',
  told,
  both: [identity(one), identity(other)],
})
const keep = async (at: number, ...aliases: readonly Alias[]): Promise<number> =>
  (await db.batch(await aliasStatements({ db, keys: bindings.keys }, aliases, at))).reduce(
    (sum, { meta }) => sum + meta.changes,
    0,
  )
const keysFrom = async (key: string, realm: Realm = REALM, channel: 'chat' | 'sms' = 'chat') =>
  (await aliasesOf({ db, keys: bindings.keys }, realm, channel, [key]))[0]?.map(({ partyKey }) => partyKey)
const optOut = async (partyKey: string) => {
  const rows = await sealSuppressions(bindings.keys, [
    {
      realm: REALM,
      channel: 'chat',
      ...identity(partyKey),
      line: '',
      source: 'keyword',
      messageId: null,
      createdAt: NOW,
    },
  ])
  return addSuppressions(db, rows).run()
}

test('lead both ways, in their realm and on their channel only', async () => {
  await keep(NOW, link('heard', 'number', 'id'))
  const ledger = { db, keys: bindings.keys }
  expect(await aliasesOf(ledger, REALM, 'chat', ['number', 'id', 'nobody'])).toEqual([
    [identity('id')],
    [identity('number')],
    [],
  ])
  expect(await keysFrom('id', 'test.ten_a')).toEqual([])
  expect(await keysFrom('id', REALM, 'sms')).toEqual([])
  expect(await aliasesOf(ledger, REALM, 'chat', [])).toEqual([])
})

test('lead to addresses that do not stand there', async () => {
  await keep(NOW, link('heard', 'number', 'id'))
  const { results } = await db.prepare('SELECT other_party AS kept FROM aliases').all<{ kept: string }>()
  expect(results).toHaveLength(2)
  for (const { kept } of results) expect(kept).not.toContain('whatsapp:')
})

test('lead on: from any address of a person to all others, each once', async () => {
  await keep(NOW, link('sent', 'written', 'known'), link('sent', 'written too', 'known'), link('heard', 'known', 'id'))
  const all = ['id', 'known', 'written', 'written too']
  for (const key of all) expect(await keysFrom(key)).toEqual(all.filter((other) => other !== key))
})

test('end when the number is somebody else’s: the newest link of its kind holds, also within one call', async () => {
  await keep(NOW, link('sent', 'written', 'number'), link('heard', 'number', 'old'))
  await keep(NOW + 1, link('heard', 'number', 'other'), link('heard', 'number', 'new'))
  expect(await keysFrom('number')).toEqual(['new', 'written'])
  for (const key of ['old', 'other']) expect(await keysFrom(key)).toEqual([])
  await keep(NOW + 2, link('sent', 'written', 'elsewhere'))
  expect(await keysFrom('number')).toEqual(['new'])
})

test('are written again once a week at most, however often they are told', async () => {
  const told = (at: number) => keep(at, link('heard', 'number', 'id'))
  expect(await told(NOW)).toBe(2)
  expect(await told(NOW + DAY)).toBe(0)
  expect(await told(NOW + 8 * DAY)).toBe(2)
})

describe('purged', () => {
  const purge = (now: number, rows = 1_000) => purgeAliases(db, now - 186 * DAY, now, rows)
  const LATER = NOW + 187 * DAY

  test('are those that nobody told for the retention, and no younger ones', async () => {
    await keep(NOW, link('heard', 'number', 'id'))
    await keep(NOW + 2 * DAY, link('heard', 'number 2', 'id 2'))
    expect(await purge(NOW + 185 * DAY)).toBe(0)
    expect(await purge(LATER)).toBe(2)
    expect(await keysFrom('number')).toEqual([])
    expect(await keysFrom('number 2')).toEqual(['id 2'])
  })

  test('are none that an opt-out rests on, by either address; they are looked at again after another retention', async () => {
    await keep(NOW, link('heard', 'number 4', 'id 4'), link('heard', 'number 5', 'id 5'))
    await optOut('id 4')
    await optOut('number 5')
    expect(await purge(LATER)).toBe(4)
    expect(await purge(LATER)).toBe(0)
    expect([await keysFrom('number 4'), await keysFrom('id 5')]).toEqual([['id 4'], ['number 5']])
  })

  test('are as many as may be at once, the rest the next time', async () => {
    await keep(NOW, ...Array.from({ length: 10 }, (_, n) => link('heard', `number ${n}`, `id ${n}`)))
    const counts: number[] = []
    for (let rows = 8; rows >= 8; counts.push(rows)) rows = await purge(LATER, 8)
    expect(counts).toEqual([8, 8, 4])
  })
})
