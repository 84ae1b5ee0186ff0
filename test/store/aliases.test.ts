import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY } from '#worker/domain/time.ts'
import { type Alias, aliasesOf, aliasStatement } from '#worker/store/aliases.ts'
import { purgeRest } from '#worker/store/purge.ts'
import { addSuppressions } from '#worker/store/suppressions.ts'
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

const alias = (n: number): Alias => ({
  realm: REALM,
  channel: 'chat',
  both: [
    { partyKey: `number-${n}`, party: `whatsapp:+98912111000${n}` },
    { partyKey: `id-${n}`, party: `whatsapp:IR.${n}` },
  ],
})
const keep = (at: number, ...numbers: number[]) => aliasStatement(db, numbers.map(alias), at).run()
const othersOf = async (key: string, realm: Realm = REALM, channel: 'chat' | 'sms' = 'chat') =>
  (await aliasesOf(db, [[realm, channel, key]]))[0]

test('lead both ways, in their realm and on their channel only', async () => {
  await keep(NOW, 1, 2)
  expect(await othersOf('number-1')).toEqual([{ partyKey: 'id-1', party: 'whatsapp:IR.1' }])
  expect(await othersOf('id-1')).toEqual([{ partyKey: 'number-1', party: 'whatsapp:+989121110001' }])
  expect(await othersOf('id-1', 'test.ten_a')).toEqual([])
  expect(await othersOf('id-1', REALM, 'sms')).toEqual([])
  expect(await aliasesOf(db, [])).toEqual([])
})

test('are written again once a week at most, however often they are told', async () => {
  const before = async (at: number) => (await keep(at, 1)).meta.changes
  expect(await before(NOW + DAY)).toBe(0)
  expect(await before(NOW + 8 * DAY)).toBe(2)
})

test('are purged when nobody told them for the retention, but none that an opt-out rests on, by either address', async () => {
  await keep(NOW, 3, 4, 5)
  const optOut = (partyKey: string) => ({
    realm: REALM,
    channel: 'chat' as const,
    partyKey,
    line: '',
    party: 'whatsapp:IR.4',
    source: 'keyword' as const,
    messageId: null,
    createdAt: NOW,
  })
  await addSuppressions(db, [optOut('id-4'), optOut('number-5')]).run()
  await keep(NOW + 10 * DAY, 2)
  expect(await purgeRest(db, NOW + DAY, 1_000)).toBe(2)
  expect(await othersOf('number-3')).toEqual([])
  for (const key of ['number-2', 'id-2', 'number-4', 'id-4', 'number-5', 'id-5'])
    expect(await othersOf(key)).toHaveLength(1)
})
