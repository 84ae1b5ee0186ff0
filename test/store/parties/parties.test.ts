import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idFloor, type MessageId, messageId, timeOfId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { boundHex } from '#worker/store/codes/codes.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { sipKeyOf } from '#worker/store/keys/sip-hash.ts'
import { idAfter, idHex, idOfHex, type PartyEntry, ROW_ENTRIES } from '#worker/store/parties/entry.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { findByParty } from '#worker/store/parties/find.ts'
import { entryKey, searchKeys } from '#worker/store/parties/key.ts'
import { waitingRealms } from '#worker/store/parties/waiting.ts'
import { meteredDatabase } from '../../worlds/databases/metered.ts'
import { seeded } from '../../worlds/random.ts'
import {
  ALL,
  baseAt,
  entriesAt,
  entryOf,
  keyOf,
  keysOf,
  NOW,
  newest,
  newRealm,
  type Parties,
  startParties,
} from './parties-world.ts'

const MINUTE = 60_000
const DAY = 86_400_000

let it: Parties
let db: D1Database
beforeAll(async () => {
  it = await startParties()
  db = it.db
})
afterAll(() => it.dispose())

describe('ids', () => {
  test('are 22 bytes that sort as they do, and come back', () => {
    const random = seeded(1)
    const ids = Array.from({ length: 300 }, () =>
      messageId(
        baseAt(Math.floor(NOW * random()))
          .slice(0, 16)
          .padEnd(31, random() < 0.5 ? 'z' : '3'),
        Math.floor(random() * 32_768),
      ),
    ).sort()
    expect(ids.map(idHex).map(idOfHex)).toEqual(ids)
    expect(ids.map(idHex)).toEqual(ids.map(idHex).sort())
    expect(idHex(ids[0] ?? '')).toHaveLength(44)
  })
  test('bounds are around the ids that they begin, and nothing is between an id and the one after', () => {
    const base = baseAt(NOW)
    const [low, high] = [idHex(messageId(base, 0)), idHex(messageId(base, 32_767))]
    expect(boundHex(`msg_${base}`, 'id') <= low && boundHex(`msg_${base}~`, 'id') > high).toBe(true)
    expect(boundHex(idFloor('msg', NOW), 'id') <= low && boundHex(idFloor('msg', NOW + 1), 'id') > high).toBe(true)
    expect(boundHex('msg_', 'id') < low && boundHex('msg_~', 'id') > high).toBe(true)
    const id = messageId(base, 7)
    expect(idAfter(idHex(id))).toBe(messageId(base, 8))
  })
})

describe('keys', () => {
  const months = Array.from({ length: 8 }, (_, n) => ({ number: 9 + n, sip: sipKeyOf(randomBytes(16)) }))
  const person = randomBytes(16).toString('hex')
  test('are eight bytes, others in each month, and the same whenever they are made', () => {
    const keys = searchKeys(months, person)
    expect(keys.map(({ month }) => month)).toEqual(months.map(({ number }) => number))
    expect(new Set(keys.map(({ key }) => key)).size).toBe(8)
    for (const [n, { key }] of keys.entries()) {
      expect(key).toMatch(/^[0-9a-f]{16}$/)
      expect(entryKey(months[n] ?? { sip: sipKeyOf(randomBytes(16)) }, person)).toBe(key)
    }
  })
})

describe('the tail', () => {
  test('single messages share a row, slices have one each, and every 20,000th entry says so once', async () => {
    const realm = newRealm()
    for (let n = 0; n < 130; n++) await it.append(realm, entriesAt(NOW + n, [n]))
    expect(await it.countOf('party_tail', realm)).toBe(2)
    const full: boolean[] = []
    for (let n = 0; n < 41; n++)
      full.push(
        await it.append(
          realm,
          entriesAt(
            NOW + n,
            Array.from({ length: 1_000 }, (_, i) => i),
          ),
        ),
      )
    expect(await it.countOf('party_tail', realm)).toBe(43)
    expect(full.flatMap((one, n) => (one ? [n] : []))).toEqual([19, 39])
    const [waiting] = (await waitingRealms(db, '', 500)).filter((one) => one.realm === realm)
    expect(waiting).toEqual({ realm, entries: 40_130, month: monthOf(NOW) })
  })
  test('its newest row is never filled, and 20,000 at most are at a time', async () => {
    const realm = newRealm()
    for (let n = 0; n < 23; n++)
      await it.append(
        realm,
        entriesAt(
          NOW + n,
          Array.from({ length: 1_000 }, (_, i) => i),
        ),
      )
    expect(await fillParties(db, realm)).toBe(20_000)
    expect(await fillParties(db, realm)).toBe(2_000)
    expect(await fillParties(db, realm)).toBe(0)
    expect(await it.countOf('party_tail', realm)).toBe(1)
    expect(await it.pagesOf(realm, 5, 10)).toHaveLength(23)
  })
  test('of two fills at once one moves the entries', async () => {
    const realm = newRealm()
    for (let n = 0; n < 4; n++)
      await it.append(
        realm,
        entriesAt(
          NOW + n,
          Array.from({ length: 500 }, () => 1),
        ),
      )
    const moved = await Promise.all(Array.from({ length: 4 }, () => fillParties(db, realm)))
    expect(moved.reduce((a, b) => a + b)).toBe(1_500)
    const { n } = (await db
      .prepare('SELECT sum(length(keys)) / 8 AS n FROM party_index WHERE realm = ?1')
      .bind(realm)
      .first<{ n: number }>()) ?? { n: 0 }
    expect(n).toBe(1_500)
  })
})

describe('rows written', () => {
  /** Rows that statements write, added up. */
  function metered(): { readonly db: D1Database; written(): number } {
    let written = 0
    const batch = async (statements: D1PreparedStatement[]) => {
      const results = await db.batch(statements)
      written += results.reduce((sum, { meta }) => sum + meta.rows_written, 0)
      return results
    }
    return { db: { prepare: (sql: string) => db.prepare(sql), batch } as unknown as D1Database, written: () => written }
  }
  test('a message of a batch takes a fiftieth of a row, filled, though its realm has hundreds of buckets', async () => {
    const realm = newRealm()
    const meter = metered()
    const slices = 90
    for (let n = 0; n < slices; n++) {
      const people = Array.from({ length: 1_000 }, (_, i) => n * 1_000 + i)
      if (await it.append(realm, entriesAt(NOW + n, people), meter.db)) await fillParties(meter.db, realm)
    }
    expect(await it.countOf('party_index', realm)).toBeGreaterThan(256)
    expect(meter.written() / (slices * 1_000)).toBeLessThanOrEqual(0.02)
  })
  test('a message of its own takes the row that its tail has, and a hundredth more', async () => {
    const realm = newRealm()
    const meter = metered()
    for (let n = 0; n < 200; n++) await it.append(realm, entriesAt(NOW + n, [n]), meter.db)
    await fillParties(meter.db, realm)
    expect(meter.written() / 200).toBeLessThanOrEqual(1.03)
  })
})

describe('the index', () => {
  test('no row has more entries than it may, though all are of one person, and its pages are whole and in order', async () => {
    const realm = newRealm()
    const ids: MessageId[] = []
    for (let n = 0; n < 12; n++) {
      const entries = entriesAt(
        NOW + n * MINUTE,
        Array.from({ length: 1_000 }, () => 9),
      )
      ids.push(...entries.map(({ id }) => id))
      await it.append(realm, entries)
      if (n % 5 === 4) await it.fillAll(realm)
    }
    const { most, longest } = (await db
      .prepare(
        'SELECT max(length(keys)) / 8 AS most, max(length(keys) + length(ids)) AS longest FROM party_index WHERE realm = ?1',
      )
      .bind(realm)
      .first<{ most: number; longest: number }>()) ?? { most: 0, longest: 0 }
    expect(most).toBe(ROW_ENTRIES)
    expect(longest).toBeLessThanOrEqual(65_536)
    expect(await it.pagesOf(realm, 9, 240)).toEqual(newest(ids))
  })
  test('a key that another key holds at an odd place is not that one', async () => {
    const realm = newRealm()
    const base = baseAt(NOW)
    const key = '0011223344556677'
    const keys = [
      'ff00112233445566',
      '77ffffffffffffff',
      '0000001122334455',
      '6677ffffffffffff',
      key,
      '0000000011223344',
    ]
    await it.append(
      realm,
      keys.map((one, n) => ({ id: messageId(base, n), key: one })),
    )
    const look = async () =>
      (await findByParty(db, { realm, people: [[{ month: monthOf(NOW), key }]], ...ALL, limit: 9 }))[0]?.ids
    expect(await look()).toEqual([messageId(base, 4)])
    await it.append(
      realm,
      entriesAt(
        NOW,
        Array.from({ length: 128 }, () => 1),
      ),
    )
    await it.fillAll(realm)
    expect(await look()).toEqual([messageId(base, 4)])
  })
})

describe('a person with many messages', () => {
  /** Keys that a search must not stumble over: of zero bytes, and such that one begins within another. */
  const KEYS = ['9d41c07f2e66b318', '0000000000000000', '00000000000000ab', 'abababababababab', '0a0b0c0d0a0b0c0d']
  const month = monthOf(NOW)
  /** Entries in no order, most of one key, the others such that its bytes stand across two entries. */
  function mixed(key: string, random: () => number): readonly PartyEntry[] {
    const others = [key.slice(2) + key.slice(0, 2), key.slice(6) + key.slice(0, 6), `${key.slice(0, 14)}ff`]
    const entries: PartyEntry[] = []
    while (entries.length < 200) {
      const base = baseAt(NOW - Math.floor(random() * 10 * DAY))
      const one = random() < 0.6 ? key : (others[Math.floor(random() * 3)] ?? '')
      const many = 1 + Math.floor(random() ** 4 * 150)
      entries.push(...Array.from({ length: many }, (_, n) => ({ id: messageId(base, n), key: one })))
    }
    return [...entries, ...entries.filter(() => random() < 0.1)].slice(0, ROW_ENTRIES)
  }
  /** A row as fills wrote it that left the entries in the order of the tail. */
  const writeRow = (realm: Realm, entries: readonly PartyEntry[]) => {
    const ids = entries.map(({ id }) => idHex(id))
    const [first, last] = [[...ids].sort()[0], [...ids].sort().at(-1)]
    return db
      .prepare(
        `INSERT INTO party_index (realm, month, bucket, part, first, last, keys, ids)
        VALUES (?1, ?2, 0, 0, unhex(?3), unhex(?4), unhex(?5), unhex(?6))`,
      )
      .bind(realm, month, first, last, entries.map(({ key }) => key).join(''), ids.join(''))
      .run()
  }
  test.each(KEYS)('is found whole, in order and in disorder, in index and tail (%s)', async (key) => {
    const random = seeded(Number.parseInt(key.slice(0, 6), 16) + 7)
    const realm = newRealm()
    const written: PartyEntry[] = []
    const some = (): readonly PartyEntry[] => {
      const entries = mixed(key, random)
      written.push(...entries)
      return entries
    }
    await writeRow(realm, some())
    for (let n = 0; n < 5; n++) {
      await it.append(realm, some())
      if (n === 1 || n === 3) await it.fillAll(realm)
    }
    const own = newest(new Set(written.filter((one) => one.key === key).map(({ id }) => id)))
    const people = [[{ month, key }]]
    for (let n = 0; n < 12; n++) {
      const [before = '', from = ''] = [0, 1]
        .map(() => own[Math.floor(random() * own.length)] ?? '')
        .sort()
        .reverse()
      const limit = 1 + Math.floor(random() * 300)
      for (const range of [ALL, { from, before }]) {
        const [page] = await findByParty(db, { realm, people, ...range, limit })
        const fitting = own.filter((id) => id >= range.from && id < range.before)
        const known = fitting.filter((id) => page?.until === null || id >= (page?.until ?? ''))
        expect(page?.ids).toEqual(known.slice(0, limit))
        expect(known.length).toBeGreaterThanOrEqual(Math.min(1, fitting.length))
      }
    }
  })

  test('is gone through to the end though a slice was written twice', async () => {
    const realm = newRealm()
    const entries = entriesAt(
      NOW,
      Array.from({ length: 200 }, () => 3),
    )
    for (const some of [entries, entries, entries.slice(100), entries.slice(0, 7)]) await it.append(realm, some)
    expect(await it.pagesOf(realm, 3, 20)).toEqual(newest(entries.map(({ id }) => id)))
  })

  /** Rows that D1 counts as read, for one page. */
  async function pageOf(realm: Realm, person: number, limit: number) {
    const meter = { read: 0, written: 0, calls: 0 }
    const [page] = await findByParty(meteredDatabase(db, meter), { realm, people: [keysOf(person)], ...ALL, limit })
    return { read: meter.read, ids: page?.ids ?? [], until: page?.until }
  }
  test('costs few rows read, however many they are, and a page is full though each row has few of them', async () => {
    const realm = newRealm()
    const often: MessageId[] = []
    const seldom: MessageId[] = []
    for (let n = 0; n < 60; n++) {
      const people = Array.from({ length: 1_000 }, (_, i) => (i % 50 === 0 ? 1 : i === 7 && n % 3 === 0 ? 2 : 100 + i))
      const entries = entriesAt(NOW - (60 - n) * 60 * MINUTE * 36, people)
      often.push(...entries.filter((_, i) => people[i] === 1).map(({ id }) => id))
      seldom.push(...entries.filter((_, i) => people[i] === 2).map(({ id }) => id))
      if (await it.append(realm, entries)) await fillParties(db, realm)
    }
    expect(often.length).toBe(1_200)
    for (const limit of [21, 240]) {
      const page = await pageOf(realm, 1, limit)
      expect(page.ids).toEqual(newest(often).slice(0, limit))
      expect(page.read).toBeLessThanOrEqual(300)
    }
    const page = await pageOf(realm, 2, 21)
    expect(page).toMatchObject({ ids: newest(seldom), until: null })
    expect(page.read).toBeLessThanOrEqual(300)
  })
})

describe('searches', () => {
  interface Model {
    readonly realm: Realm
    readonly written: Map<MessageId, number>
  }
  /** A slice, a single message, or one that is written a second time; most are of a few people, and ids come out of order. */
  async function write({ realm, written }: Model, random: () => number): Promise<void> {
    const at = NOW - Math.floor(random() ** 3 * 80 * DAY)
    const size = random() < 0.6 ? 1 : 1 + Math.floor(random() * 400)
    const person = () => (random() < 0.3 ? Math.floor(random() * 4) : 10 + Math.floor(random() * 2_000))
    const known = [...written]
    const again = known[Math.floor(random() * known.length)]
    const entries = again && random() < 0.1 ? [entryOf(...again)] : entriesAt(at, Array.from({ length: size }, person))
    await it.append(realm, entries)
    for (const { id, key } of entries) {
      const month = monthOf(timeOfId(id))
      for (const one of [0, 1, 2, 3]) if (key === keyOf(one, month)) written.set(id, one)
      if (!written.has(id)) written.set(id, -1)
    }
  }
  /** Begins a fill and loses its answer, or its batch: what a crash leaves. */
  async function crashedFill(realm: Realm, random: () => number): Promise<void> {
    const failing = random() < 0.5
    const broken = {
      prepare: (sql: string) => db.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => {
        if (failing) await db.batch([...statements, db.prepare('INSERT INTO party_tail (realm) VALUES (NULL)')])
        else await db.batch(statements)
        throw new Error('lost')
      },
    } as unknown as D1Database
    await fillParties(broken, realm).catch(() => 0)
  }
  async function agrees({ realm, written }: Model, random: () => number): Promise<void> {
    const own = (person: number) => newest([...written].flatMap(([id, of]) => (of === person ? [id] : [])))
    const limit = 1 + Math.floor(random() * 60)
    // Pages of a few would be hundreds of calls.
    for (const person of [0, 1]) expect(await it.pagesOf(realm, person, 20 + limit)).toEqual(own(person))
    const [from, until] = [NOW - random() * 60 * DAY, NOW - random() * 30 * DAY].sort((a, b) => a - b)
    const window = { from: idFloor('msg', Math.floor(from ?? 0)), before: idFloor('msg', Math.floor(until ?? 0)) }
    const asked = [[2], [3], [5_000], [0], [1, 2]]
    const people = asked.map((some) => some.flatMap((person) => keysOf(person)))
    const pages = await findByParty(db, { realm, people, ...window, limit })
    for (const [n, page] of pages.entries()) {
      const fitting = newest((asked[n] ?? []).flatMap((person) => own(person))).filter(
        (id) => id >= window.from && id < window.before && (page.until === null || id >= page.until),
      )
      expect(page.ids).toEqual(fitting.slice(0, limit))
    }
  }

  test.each([11, 12, 13])('find what a list of all would, whatever was written, filled and lost (%i)', async (seed) => {
    const random = seeded(seed)
    const models: Model[] = [0, 1].map(() => ({ realm: newRealm(), written: new Map() }))
    for (let step = 0; step < 40; step++)
      for (const model of models) {
        const dice = random()
        if (dice < 0.8) await write(model, random)
        else if (dice < 0.88) await fillParties(db, model.realm)
        else if (dice < 0.94) await crashedFill(model.realm, random)
        else await agrees(model, random)
      }
    for (const model of models) {
      await agrees(model, random)
      await it.fillAll(model.realm)
      await agrees(model, random)
    }
  })
})
