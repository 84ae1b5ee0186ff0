import { expect } from 'vitest'
import { type MessageId, messageId, newRequestId, timeOfId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import type { PartyEntry } from '#worker/store/parties/entry.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { findByParty } from '#worker/store/parties/find.ts'
import type { PartyKey } from '#worker/store/parties/key.ts'
import { type Appended, partyStatements } from '#worker/store/parties/tail.ts'
import { startBindings } from '../../worlds/harness.ts'
import { seeded } from '../../worlds/random.ts'

export const NOW = Date.UTC(2026, 9, 20)
export const ALL = { from: 'msg_', before: 'msg_~' }

let requests = 0
/** A base of its own, at this time; nobody looks at its MAC here. */
export const baseAt = (at: number): string =>
  newRequestId(at).slice(4, 14) + encodeNumber(requests++, 6) + '00'.padEnd(15, '0')
let realms = 0
export const newRealm = (): Realm => `live.ten_${encodeNumber(realms++, 12)}`

/** Key of a person: another in every month, as the month's index key makes it. */
export const keyOf = (person: number, month: number): string => {
  const random = seeded(person * 1_000 + month)
  return Array.from({ length: 8 }, () =>
    Math.floor(random() * 256)
      .toString(16)
      .padStart(2, '0'),
  ).join('')
}
export const keysOf = (person: number): readonly PartyKey[] =>
  Array.from({ length: monthOf(NOW) + 1 }, (_, n) => ({ month: 1 + n, key: keyOf(person, 1 + n) }))
export const entryOf = (id: MessageId, person: number): PartyEntry => ({
  id,
  key: keyOf(person, monthOf(timeOfId(id))),
})
export const entriesAt = (at: number, people: readonly number[]): readonly PartyEntry[] => {
  const base = baseAt(at)
  return people.map((person, n) => entryOf(messageId(base, n), person))
}
export const newest = (ids: Iterable<MessageId>): MessageId[] => [...ids].sort().reverse()

/** A ledger, and what the tests of the index by party do to it. */
export async function startParties() {
  const bindings = await startBindings()
  const db = bindings.ledger()
  const find = (realm: Realm, person: number, search: Partial<Parameters<typeof findByParty>[1]> = {}) =>
    findByParty(db, { realm, people: [keysOf(person)], ...ALL, limit: 50, ...search })
  return {
    db,
    dispose: bindings.dispose,
    /** Writes entries, and answers whether their writer is to fill the index. */
    append: async (realm: Realm, entries: readonly PartyEntry[], into = db): Promise<boolean> => {
      const [answer] = await into.batch<Appended>(partyStatements(into, realm, entries))
      return answer?.results[0]?.isFull === 1
    },
    fillAll: async (realm: Realm): Promise<void> => {
      while ((await fillParties(db, realm)) > 0);
    },
    /** All messages of a person, page by page; each page must come further than the one before. */
    pagesOf: async (realm: Realm, person: number, limit: number): Promise<readonly MessageId[]> => {
      const ids: MessageId[] = []
      for (let before = 'msg_~'; ; ) {
        const [page] = await find(realm, person, { before, limit })
        if (!page) throw new Error('no page')
        ids.push(...page.ids)
        if (page.until === null) return ids
        expect(page.until < before).toBe(true)
        before = page.until
      }
    },
    countOf: async (table: string, realm: Realm): Promise<number> =>
      (await db.prepare(`SELECT count(*) AS n FROM ${table} WHERE realm = ?1`).bind(realm).first<number>('n')) ?? 0,
  }
}
export type Parties = Awaited<ReturnType<typeof startParties>>
