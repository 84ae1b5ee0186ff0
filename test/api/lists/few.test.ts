import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MessageId, TenantId } from '#worker/domain/ids.ts'
import { MESSAGE_STATUSES, type MessageStatus, STATUS_CODES, UNSUCCESSFUL } from '#worker/domain/messages/status.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { encodeNumber } from '#worker/lib/base32.ts'
import { operations } from '#worker/routes/resources.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { insertStatement } from '#worker/store/messages/writes.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { partyKeyOf } from '#worker/store/parties/key.ts'
import { entriesOf, partyStatements } from '#worker/store/parties/tail.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'
import { hexOf, newMessage, sealed } from '../../worlds/tenant-rows.ts'

const list = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages')
const HOUR = 3_600_000
/** Messages on each of two shards, one every few seconds. */
const MANY = 4_000
const PEOPLE = ['+989129990000', '+989129990001', '+989129990002', '+989129990003'] as const
const LINE = '10004346'
const RARE_LINE = '10004347'
const q = encodeURIComponent

interface Archived {
  readonly id: string
  readonly at: number
  readonly shard: number
  readonly direction: 'outbound' | 'inbound'
  readonly channel: 'sms' | 'voice'
  readonly status: MessageStatus
  readonly party: string
  readonly line: string
  readonly clientRef: string | null
}

let it: Surface
/** All of both shards, newest first. */
let archive: Archived[] = []

/** Facts of the nth message: almost all are delivered text messages, and whatever else there is comes once in hundreds. */
function messageOf(n: number, at: number, shard: number): Archived {
  const id = `msg_${encodeNumber(at, 10)}${encodeNumber(n, 6)}${encodeNumber(shard, 2)}00100000000000000`.padEnd(
    39,
    '0',
  )
  const isInbound = n % 401 === 7
  const few = UNSUCCESSFUL[(n / 70) % UNSUCCESSFUL.length]
  const status: MessageStatus = isInbound ? 'received' : (few ?? (n % 1_999 === 3 ? 'accepted' : 'delivered'))
  return {
    id,
    at,
    shard,
    direction: isInbound ? 'inbound' : 'outbound',
    channel: n % 503 === 5 ? 'voice' : 'sms',
    status,
    party: PEOPLE[n % 211 === 1 ? 1 : n % 307 === 2 ? 2 : n % 409 === 3 ? 3 : 0],
    line: n % 601 === 11 ? RARE_LINE : LINE,
    clientRef: n % 13 === 0 && !isInbound ? `r${n % 10}` : null,
  }
}

const CONTENT = { outbound: { say: { text: 'x' } }, inbound: { digits: '1' } } as const

/** The row of an archived message. */
function rowOf(realm: Realm, one: Archived): NewMessage {
  const { id, direction, channel, status, party, line, clientRef, at } = one
  const content = JSON.stringify(channel === 'voice' ? CONTENT[direction] : { text: 'x' })
  const known = { direction, channel, status, party, line, clientRef, content }
  return newMessage(realm, id as MessageId, 0, { acceptedAt: at, ...known, batched: false, connectionId: null })
}

beforeAll(async () => {
  it = await startSurface({ shards: 2, tenant: { shards: [0, 1] } })
  const realm = realmOf(it.tenantId as TenantId, it.mode)
  const standing = await it.chapar.keys.standing(it.tenantId as TenantId)
  const keys = new Map(
    await Promise.all(PEOPLE.map(async (one) => [one, await partyKeyOf(standing, realm, one)] as const)),
  )
  const from = Date.now() - 20 * HOUR
  for (const shard of [0, 1]) {
    const own = Array.from({ length: MANY }, (_, n) => {
      // The second shard took the writes later, with some hours in which both did.
      const at = from + Math.floor((n / MANY) * 12 * HOUR) + shard * 7 * HOUR
      return messageOf(n, at, shard)
    })
    for (let done = 0; done < own.length; done += 2_000) {
      const some = own.slice(done, done + 2_000)
      const rows = some.map((one) => rowOf(realm, one))
      const people = some.map(({ id, party }) => ({
        id: id as MessageId,
        partyKey: keys.get(party as (typeof PEOPLE)[number]) ?? '',
        attempt: 1,
      }))
      const entries = await entriesOf(it.chapar.keys, realm, people)
      const db = it.chapar.ledger(shard)
      await db.batch([insertStatement(db, await sealed(db, rows), Date.now()), ...partyStatements(db, realm, entries)])
    }
    // Most of the first shard's lie in the index by party, all of the second's wait for it.
    if (shard === 0) await fillParties(it.chapar.ledger(shard), realm)
    archive.push(...own)
  }
  archive = archive.sort((a, b) => (a.id < b.id ? 1 : -1))
})
afterAll(() => it.dispose())

interface Page {
  readonly data: readonly { readonly id: string; readonly acceptedAt: string }[]
  readonly nextCursor: string | null
  readonly lookedUntil?: string
}

/** All pages of a query. Each that is short and not the last must say how far it looked, and that must be true. */
async function walk(query: string, wanted: (one: Archived) => boolean, limit = 50): Promise<readonly Page[]> {
  const pages: Page[] = []
  const rest = archive.filter(wanted)
  let cursor: string | null = ''
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`
    const path = `/v1/messages?${query}&limit=${limit}${more}`
    const page = (await it.good(path, list ? { operation: list } : {})) as unknown as Page
    pages.push(page)
    expect(page.data.map(({ id }) => id)).toEqual(rest.splice(0, page.data.length).map(({ id }) => id))
    cursor = page.nextCursor
    if (page.data.length === limit || cursor === null) expect(page.lookedUntil).toBeUndefined()
    else {
      const until = Date.parse(String(page.lookedUntil))
      expect(rest.every(({ at }) => at <= until)).toBe(true)
      expect(page.data.every(({ acceptedAt }) => Date.parse(acceptedAt) >= until)).toBe(true)
    }
    if (pages.length > 300) throw new Error('the list does not end')
  }
  expect(rest).toEqual([])
  return pages
}

const pagesOf = (count: number, limit: number): number => Math.max(1, Math.ceil(count / limit))

describe('what did not succeed is found at once, among thousands that did', () => {
  const FEW: readonly (readonly MessageStatus[])[] = [
    ...UNSUCCESSFUL.map((status) => [status]),
    ['failed', 'undelivered'],
    ['unknown', 'failed', 'expired', 'undelivered', 'rejected'],
  ]
  test.each(FEW.map((statuses) => [statuses.join(','), statuses] as const))(
    '%s: each page is full',
    async (query, statuses) => {
      const wanted = ({ status }: Archived) => statuses.includes(status)
      for (const limit of [10, 50]) {
        const pages = await walk(`status=${query}`, wanted, limit)
        expect(pages.length).toBe(pagesOf(archive.filter(wanted).length, limit))
      }
    },
  )
  test.each(['direction=inbound', 'status=received', 'direction=inbound&status=received'])(
    'what people wrote, as %s: each page is full',
    async (query) => {
      const wanted = ({ direction }: Archived) => direction === 'inbound'
      const count = archive.filter(wanted).length
      expect(count).toBeGreaterThan(10)
      const pages = await walk(query, wanted, 10)
      expect(pages.length).toBe(pagesOf(count, 10))
    },
  )
  test('what people wrote, on one channel, to one line, in a window', async () => {
    const inbound = ({ direction }: Archived) => direction === 'inbound'
    const middle = archive[Math.floor(archive.length / 2)]?.at ?? 0
    await walk('direction=inbound&channel=voice', (one) => inbound(one) && one.channel === 'voice')
    await walk(`sender=${RARE_LINE}&direction=inbound`, (one) => inbound(one) && one.line === RARE_LINE)
    await walk(`status=received&before=${q(new Date(middle).toISOString())}`, (one) => inbound(one) && one.at < middle)
  })
  test('all of them, a hundred a page: no page is empty', async () => {
    const pages = await walk(
      `status=${UNSUCCESSFUL.join(',')}`,
      ({ status }) => UNSUCCESSFUL.some((one) => one === status),
      100,
    )
    expect(pages.slice(0, -1).every(({ data }) => data.length >= 30)).toBe(true)
  })
  test('within a window, on one channel, from one line', async () => {
    const middle = archive[Math.floor(archive.length / 2)]?.at ?? 0
    const time = q(new Date(middle).toISOString())
    const failed = ({ status }: Archived) => status === 'failed' || status === 'unknown'
    expect(await walk(`status=failed,unknown&after=${time}`, (one) => failed(one) && one.at >= middle)).toHaveLength(1)
    expect(await walk(`status=failed,unknown&before=${time}`, (one) => failed(one) && one.at < middle)).toHaveLength(1)
    await walk('status=failed,unknown&channel=voice', (one) => failed(one) && one.channel === 'voice')
    await walk(`status=failed,unknown&from=${RARE_LINE}`, (one) => failed(one) && one.line === RARE_LINE)
    await walk('status=failed,unknown&direction=outbound', failed)
    await walk(`status=failed,unknown&to=${q(PEOPLE[1])}`, (one) => failed(one) && one.party === PEOPLE[1])
    await walk('status=failed,unknown&clientRef=r0', (one) => failed(one) && one.clientRef === 'r0')
  })
  test('a message that ends otherwise between two pages is in one list at a time', async () => {
    const failed = archive.filter(({ status }) => status === 'failed')
    const first = (await it.good('/v1/messages?status=failed&limit=5')) as unknown as Page
    expect(first.data).toHaveLength(5)
    const late = failed[7]
    const change = (status: number) =>
      it.chapar
        .ledger(late?.shard)
        .prepare('UPDATE messages SET status = ?1 WHERE id = unhex(?2)')
        .bind(status, hexOf(late?.id ?? ''))
        .run()
    await change(STATUS_CODES.delivered)
    const next = (await it.good(`/v1/messages?status=failed&limit=5&cursor=${first.nextCursor}`)) as unknown as Page
    await change(STATUS_CODES.failed)
    const ids = failed.map(({ id }) => id)
    expect(next.data.map(({ id }) => id)).toEqual([...ids.slice(5, 7), ...ids.slice(8, 11)])
  })
})

describe('what an index does not find is looked for a few hundred messages at a time, and each page says how far', () => {
  const RARE: readonly (readonly [query: string, wanted: (one: Archived) => boolean])[] = [
    ['channel=voice', ({ channel }) => channel === 'voice'],
    ['channel=push', () => false],
    ['status=accepted', ({ status }) => status === 'accepted'],
    ['status=accepted,failed', ({ status }) => status === 'accepted' || status === 'failed'],
    ['status=read,submitted', () => false],
    [`from=${RARE_LINE}`, ({ line, direction }) => line === RARE_LINE && direction === 'outbound'],
    [`sender=${RARE_LINE}`, ({ line }) => line === RARE_LINE],
    [
      `to=${q(PEOPLE[0])}&channel=voice`,
      (one) => one.party === PEOPLE[0] && one.channel === 'voice' && one.direction === 'outbound',
    ],
    [`person=${q(PEOPLE[0])}&direction=inbound`, (one) => one.party === PEOPLE[0] && one.direction === 'inbound'],
    [`clientRef=r3&channel=voice`, (one) => one.clientRef === 'r3' && one.channel === 'voice'],
  ]
  test.each(RARE)('%s', async (query, wanted) => {
    const pages = await walk(query, wanted)
    // Of a person half as many, as each must be found first.
    expect(pages.length).toBeLessThanOrEqual(archive.length / (/^(to|person)=/.test(query) ? 60 : 120) + 4)
  })
  test('every state alone, once through', async () => {
    for (const status of MESSAGE_STATUSES) await walk(`status=${status}`, (one) => one.status === status, 100)
  })
})

describe('a person, in both directions and on every channel unless one is asked for', () => {
  test.each(PEOPLE.slice(1).map((one) => [one] as const))('%s', async (person) => {
    const own = (one: Archived) => one.party === person
    await walk(`person=${q(person)}`, own)
    await walk(`person=${q(`0${person.slice(3)}`)}`, own)
    await walk(`person=${q(person)}&direction=inbound`, (one) => own(one) && one.direction === 'inbound')
    await walk(`person=${q(person)}&channel=voice`, (one) => own(one) && one.channel === 'voice')
    await walk(
      `person=${q(person)}&channel=sms&status=delivered`,
      (one) => own(one) && one.channel === 'sms' && one.status === 'delivered',
    )
    await walk(`person=${q(person)}&sender=${RARE_LINE}`, (one) => own(one) && one.line === RARE_LINE)
    await walk(`to=${q(person)}`, (one) => own(one) && one.direction === 'outbound')
    await walk(
      `to=${q(person)}&channel=voice`,
      (one) => own(one) && one.direction === 'outbound' && one.channel === 'voice',
    )
    await walk(`channel=email&person=a@example.com`, () => false)
  })
})

test('a cursor goes on under any other filter, as a place in time', async () => {
  const { nextCursor } = (await it.good('/v1/messages?status=failed&limit=7')) as unknown as Page
  for (const [query, wanted] of [
    ['status=rejected', (one: Archived) => one.status === 'rejected'],
    [`person=${q(PEOPLE[2])}`, (one: Archived) => one.party === PEOPLE[2]],
    ['', () => true],
  ] as const) {
    const { data } = (await it.good(`/v1/messages?${query}&cursor=${nextCursor}&limit=5`)) as unknown as Page
    const older = archive.filter((one) => wanted(one) && one.id < String(nextCursor))
    expect(data.map(({ id }) => id)).toEqual(older.slice(0, 5).map(({ id }) => id))
  }
})
