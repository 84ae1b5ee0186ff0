import { afterAll, beforeAll, expect, test } from 'vitest'
import { attemptRefOf, type ConnectionId, messageId, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { askedRefs, countRefs, hashRefs, refsStatement, resolveRefs } from '#worker/store/messages/refs.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

const REALM: Realm = 'live.ten_000000000001'
const [FIRST, SECOND]: readonly [ConnectionId, ConnectionId] = ['con_11111111100000000', 'con_22222222200000000']
const ID = messageId(`${newRequestId(Date.UTC(2026, 10, 20)).slice(4)}000020000000000`, 0)
/** A ref as WhatsApp makes them: the number stands in its base64. */
const WAMID = `wamid.${btoa('\u0005\u0012989121112233\u0015')}`

let bindings: Bindings
let db: D1Database
beforeAll(async () => {
  bindings = await startBindings()
  db = bindings.ledger()
})
afterAll(() => bindings.dispose())

const write = async (connectionId: ConnectionId, ...refs: readonly string[]) =>
  refsStatement(
    db,
    await hashRefs(
      bindings.keys,
      refs.map((ref) => ({ connectionId, ref, realm: REALM, id: ID })),
    ),
  ).run()
const found = async (connection: ConnectionId, ...refs: readonly string[]) =>
  (await resolveRefs(db, connection, await askedRefs(bindings.keys, connection, refs))).map(({ ref }) => ref).sort()

test('a ref is found by what the carrier calls it, on its own connection only, and stands nowhere', async () => {
  await write(FIRST, WAMID, 'in:7')
  expect(await found(FIRST, 'nobody', WAMID, 'in:7')).toEqual(['in:7', WAMID])
  expect(await found(SECOND, WAMID)).toEqual([])
  const { results } = await db.prepare('SELECT hex(ref_key) AS hex FROM refs').all<{ hex: string }>()
  expect(results.map(({ hex }) => hex.length)).toEqual([32, 32])
  expect((await write(FIRST, WAMID)).meta.changes).toBe(0)
})

test('replies to an attempt are counted, those to others and on other connections are not, and each is found', async () => {
  const [one, other] = [1, 2].map((attempt) => `in:re:${attemptRefOf(REALM, ID, attempt)}:`)
  await write(FIRST, `${one}a`, `${one}b`, `${one}c`, `${other}a`)
  await write(SECOND, `${one}a`)
  const count = (group: string | undefined, most: number) => countRefs(db, bindings.keys, [FIRST, group ?? ''], most)
  expect([await count(one, 20), await count(one, 2), await count(other, 20)]).toEqual([3, 2, 1])
  expect(await found(FIRST, `${one}a`, `${one}d`)).toEqual([`${one}a`])
})
