import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { REALM } from '#worker/store/codes/codes.ts'
import { monthOf, startOfMonth } from '#worker/store/keys/month.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import type { PartyEntry } from '#worker/store/parties/entry.ts'
import { purgeParties } from '#worker/store/parties/purge.ts'
import { hexOf, newMessage, sealed } from '../../worlds/tenant-rows.ts'
import { entriesAt, keyOf, NOW, newest, newRealm, type Parties, startParties } from './parties-world.ts'

const DAY = 86_400_000

let it: Parties
let db: D1Database
beforeAll(async () => {
  it = await startParties()
  db = it.db
})
afterAll(() => it.dispose())

/** Writes messages as the ledger has them, as far as the purge looks at them. */
async function writeMessages(realm: Realm, ids: readonly MessageId[]): Promise<void> {
  const rows = ids.map((id) => newMessage(realm, id, 0, { status: 'delivered', acceptedAt: NOW }))
  await insertStatement(db, await sealed(db, rows), NOW).run()
}
const deleteMessages = (realm: Realm, ids: readonly MessageId[]) =>
  db
    .prepare('DELETE FROM messages WHERE realm = unhex(?1) AND id IN (SELECT unhex(value) FROM json_each(?2))')
    .bind(REALM.encode(realm), JSON.stringify(ids.map(hexOf)))
    .run()

describe('the purge', () => {
  const old = startOfMonth(monthOf(NOW) - 1) + DAY
  async function filledRealm(entries: readonly PartyEntry[]): Promise<Realm> {
    const realm = newRealm()
    await it.append(realm, entries)
    await it.append(
      realm,
      entriesAt(
        NOW,
        Array.from({ length: 128 }, () => 77),
      ),
    )
    await it.fillAll(realm)
    await writeMessages(
      realm,
      entries.map(({ id }) => id),
    )
    return realm
  }
  const purge = async (realm: Realm): Promise<void> => {
    for (let rows = -1; rows !== 0; ) rows = await purgeParties(db, { realm, cutoff: NOW, limit: 3 })
  }

  test('leaves a month whose messages are there, and takes it whole when they are gone', async () => {
    const entries = entriesAt(
      old,
      Array.from({ length: 3_000 }, (_, n) => n % 7),
    )
    const realm = await filledRealm(entries)
    const rows = await it.countOf('party_index', realm)
    await purge(realm)
    expect(await it.countOf('party_index', realm)).toBe(rows)
    await deleteMessages(
      realm,
      entries.map(({ id }) => id),
    )
    await purge(realm)
    expect(await it.countOf('party_index', realm)).toBe(0)
    expect(await it.countOf('party_tail', realm)).toBe(1)
  })
  test('keeps the entries of the messages that stay, and those alone', async () => {
    const entries = entriesAt(
      old,
      Array.from({ length: 3_000 }, (_, n) => n % 7),
    )
    const realm = await filledRealm(entries)
    const stay = entries.filter((_, n) => n % 500 === 3)
    await deleteMessages(
      realm,
      entries.filter((one) => !stay.includes(one)).map(({ id }) => id),
    )
    await purge(realm)
    const person = 3
    const own = stay.filter(({ key }) => key === keyOf(person, monthOf(old)))
    expect(own.length).toBeGreaterThan(0)
    expect(await it.pagesOf(realm, person, 10)).toEqual(newest(own.map(({ id }) => id)))
    const kept = await db
      .prepare('SELECT sum(length(ids)) / 22 AS n FROM party_index WHERE realm = ?1')
      .bind(realm)
      .first<number>('n')
    expect(kept).toBe(stay.length)
    await deleteMessages(
      realm,
      stay.map(({ id }) => id),
    )
    await purge(realm)
    expect(await it.countOf('party_index', realm)).toBe(0)
  })
  test('takes the tail of a realm that fell silent, when its messages are gone', async () => {
    const realm = newRealm()
    const entries = entriesAt(old, [1, 2, 3])
    await it.append(realm, entries)
    await writeMessages(
      realm,
      entries.map(({ id }) => id),
    )
    await purge(realm)
    expect(await it.countOf('party_tail', realm)).toBe(1)
    await deleteMessages(
      realm,
      entries.map(({ id }) => id),
    )
    await purge(realm)
    expect(await it.countOf('party_tail', realm)).toBe(0)
  })
})
