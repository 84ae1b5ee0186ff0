import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import {
  addSuppressions,
  listSuppressions,
  openSuppressions,
  type Suppression,
  sealSuppressions,
} from '#worker/store/suppressions.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'
import { countingRows } from './rows-read.ts'

const REALM = 'live.ten_000000000001' as Realm
const MANY = 4_000

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
  const rows = Array.from({ length: MANY }, (_, n): Suppression => {
    const channel = (['email', 'sms', 'voice'] as const)[n % 3] ?? 'sms'
    const key = `key-${String(Math.floor(n / 3)).padStart(5, '0')}`
    return { realm: REALM, channel, partyKey: key, line: '', party: '+1', source: 'api', messageId: null, createdAt: n }
  })
  for (let n = 0; n < MANY; n += 1_000)
    await addSuppressions(db, await sealSuppressions(bindings.keys, rows.slice(n, n + 1_000))).run()
})
afterAll(() => bindings.dispose())

/** Names of a page's rows, and how many rows it read. */
async function pageOf(asked: Partial<Parameters<typeof listSuppressions>[2]>) {
  const counting = countingRows(db)
  const page = { channel: null, keys: null, after: ['', '', ''], limit: 10, ...asked } as const
  const rows = await listSuppressions(counting.db, REALM, page)
  return { names: rows.map(({ channel, partyKey }) => `${channel} ${partyKey}`), read: counting.read() }
}

test('a page reads its own rows, of all channels and of one, at the beginning and behind a place', async () => {
  const pages = [
    await pageOf({}),
    await pageOf({ after: ['email', 'key-01332', ''] }),
    await pageOf({ channel: 'voice' }),
    await pageOf({ channel: 'sms', after: ['sms', 'key-00700', ''] }),
  ]
  for (const { names, read } of pages) expect([names.length, read <= 25], String(read)).toEqual([10, true])
  expect(pages.map(({ names }) => names[0])).toEqual([
    'email key-00000',
    'email key-01333',
    'voice key-00000',
    'sms key-00701',
  ])
})

test('a person’s reads a person’s rows, and pages through them', async () => {
  const keys = ['key-00900', 'key-00901']
  const all = await pageOf({ keys })
  expect(all.names).toEqual(['email', 'sms', 'voice'].flatMap((channel) => keys.map((key) => `${channel} ${key}`)))
  expect(all.read).toBeLessThan(60)
  expect((await pageOf({ keys, after: ['sms', 'key-00900', ''], limit: 2 })).names).toEqual([
    'sms key-00901',
    'voice key-00900',
  ])
  expect((await pageOf({ keys, channel: 'voice', limit: 1 })).names).toEqual(['voice key-00900'])
})

test('an opt-out’s address is stored sealed, and opens in its own row alone', async () => {
  const plain: Suppression = {
    realm: REALM,
    channel: 'sms',
    partyKey: 'key-x',
    line: '',
    party: '+989121234567',
    source: 'api',
    messageId: null,
    createdAt: 1,
  }
  const [row] = await sealSuppressions(bindings.keys, [plain])
  if (!row) throw new Error('no row')
  expect(atob(row.party.slice(row.party.indexOf('.') + 1))).not.toContain('9121234567')
  expect(await openSuppressions(bindings.keys, [row])).toEqual([plain])
  const other = 'live.ten_000000000002' as Realm
  await bindings.keys.standing('ten_000000000002')
  for (const moved of [{ partyKey: 'key-y' }, { line: '10' }, { channel: 'voice' as const }, { realm: other }])
    expect(await openSuppressions(bindings.keys, [{ ...row, ...moved }])).toMatchObject([
      { party: '', isAltered: true },
    ])
})
