import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { type Body, type Surface, startSurface } from '../../worlds/surface.ts'
import { message, until } from '../../worlds/world.ts'

const list = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages')
const MANY = '+989129990000'
const OTHER_LINE = 'Chapar'

let it: Surface
/** All ids of the tenant, newest first, with what was asked for. */
let sent: { id: string; to: string; clientRef?: string; batch?: string; from: string }[] = []

const batchOf = async (messages: readonly Record<string, unknown>[], more: Record<string, unknown> = {}) => {
  const body = { channel: 'sms', content: { text: 'hello' }, messages, ...more }
  const { id, accepted } = await it.good('/v1/messages/batch', { body }, 202)
  for (const { index, id: one } of accepted) {
    const { to, clientRef, from } = messages[index] as { to: string; clientRef?: string; from?: string }
    sent.push({ id: one, to, batch: id, from: from ?? '10004346', ...(clientRef === undefined ? {} : { clientRef }) })
  }
  return id
}

const number = (n: number): string => `+98912400${String(n).padStart(4, '0')}`

beforeAll(async () => {
  it = await startSurface({ shards: 2, tenant: { shards: [0] } })
  const sender = { channel: 'sms', address: OTHER_LINE, lineClass: 'advertising', isDefault: false }
  await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, { body: sender })
  await batchOf(
    Array.from({ length: 130 }, (_, n) => ({ to: n % 3 === 0 ? MANY : number(n), clientRef: `r${n % 10}` })),
  )
  for (let n = 0; n < 20; n++) {
    const clientRef = `r${n % 10}`
    const { id } = await it.good('/v1/messages', { body: message(MANY, 'x', { clientRef }) }, 202)
    sent.push({ id, to: MANY, clientRef, from: '10004346' })
  }
  // From now on the second shard takes the writes.
  await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { shards: [0, 1] } })
  await until('the new shard is in use', async () => {
    const { id } = await it.good('/v1/messages', { body: message(number(5_000)) }, 202)
    sent.push({ id, to: number(5_000), from: '10004346' })
    return id.slice(20, 22) === '01'
  })
  await batchOf(
    Array.from({ length: 140 }, (_, n) => ({ to: n % 4 === 0 ? MANY : n % 4 === 1 ? '+989120009902' : number(n) })),
    {},
  )
  await batchOf(Array.from({ length: 30 }, (_, n) => ({ to: number(n), from: OTHER_LINE, clientRef: `r${n}` })))
  sent = sent.sort((a, b) => (a.id < b.id ? 1 : -1))
  await until('all have ended', async () => {
    const rows = await Promise.all(
      [0, 1].map((shard) =>
        it.chapar
          .ledger(shard)
          .prepare('SELECT count(*) AS n FROM messages WHERE kind & 1 = 0 AND status >= 50')
          .first<number>('n'),
      ),
    )
    return rows.reduce<number>((sum, n) => sum + (n ?? 0), 0) === sent.length
  })
})
afterAll(() => it.dispose())

/** All pages of a query, and how many there were. */
async function pages(query: string, limit: number): Promise<{ items: Body[]; count: number }> {
  const items: Body[] = []
  let cursor: string | null = ''
  let count = 0
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`
    const seen: Body = await it.good(`/v1/messages?${query}&limit=${limit}${more}`, list ? { operation: list } : {})
    expect(seen.data.length).toBeLessThanOrEqual(limit)
    items.push(...seen.data)
    cursor = seen.nextCursor
    if (++count > 500) throw new Error('the list does not end')
  }
  return { items, count }
}

async function expectAll(query: string, wanted: (one: (typeof sent)[number]) => boolean, limit = 17): Promise<void> {
  const { items } = await pages(query, limit)
  expect(items.map(({ id }) => id)).toEqual(sent.filter(wanted).map(({ id }) => id))
}
const plus = encodeURIComponent

describe('over two shards, every page taken together is complete, in order and without doubles', () => {
  test.each([1, 7, 50, 100])('without a filter, %i a page', async (limit) => {
    const { items, count } = await pages('direction=outbound', limit)
    expect(items.map(({ id }) => id)).toEqual(sent.map(({ id }) => id))
    expect(count).toBeLessThanOrEqual(Math.ceil(sent.length / limit) + 4)
    const all = await pages('', limit)
    expect(all.items.filter(({ direction }) => direction === 'outbound').map(({ id }) => id)).toEqual(
      sent.map(({ id }) => id),
    )
  })

  test('by recipient, in any way to write the number', async () => {
    await expectAll(`to=${plus(MANY)}`, ({ to }) => to === MANY)
    await expectAll(`to=${plus('۰۹۱۲ ۹۹۹ ۰۰۰۰')}`, ({ to }) => to === MANY, 100)
  })
  test('by reference', () => expectAll('clientRef=r3', ({ clientRef }) => clientRef === 'r3', 4))
  test('by sender, in any way to write it', async () => {
    await expectAll(`from=${OTHER_LINE}`, ({ from }) => from === OTHER_LINE, 8)
    await expectAll(`from=${plus('۱۰۰۰۴۳۴۶')}`, ({ from }) => from === '10004346', 100)
  })
  test('by batch', async () => {
    for (const batch of new Set(sent.flatMap((one) => one.batch ?? [])))
      await expectAll(`batch=${batch}`, (one) => one.batch === batch, 33)
  })
  test('by state', async () => {
    await expectAll('status=rejected', ({ to }) => to === '+989120009902', 9)
    await expectAll('status=canceled', () => false)
  })
  test('by recipient and reference, reference and state, batch and recipient, sender and reference', async () => {
    await expectAll(`to=${plus(MANY)}&clientRef=r3`, ({ to, clientRef }) => to === MANY && clientRef === 'r3', 2)
    await expectAll('clientRef=r3&status=delivered', ({ clientRef }) => clientRef === 'r3', 2)
    const batch = sent.find((one) => one.batch)?.batch ?? ''
    await expectAll(`batch=${batch}&to=${plus(MANY)}`, (one) => one.batch === batch && one.to === MANY, 5)
    await expectAll(`from=${OTHER_LINE}&clientRef=r3`, (one) => one.from === OTHER_LINE && one.clientRef === 'r3', 5)
  })
  test('within a window, whatever else is asked', async () => {
    const middle = sent[Math.floor(sent.length / 2)]
    // The time in the id is the message's own, so that a window that begins with it has it.
    const { acceptedAt } = await it.good(`/v1/messages/${middle?.id}`)
    const at = plus(String(acceptedAt))
    const digits = middle?.id.slice(0, 14) ?? ''
    await expectAll(`after=${at}`, ({ id }) => id.slice(0, 14) >= digits, 50)
    await expectAll(`before=${at}`, ({ id }) => id.slice(0, 14) < digits, 50)
    await expectAll(`before=${at}&to=${plus(MANY)}`, ({ id, to }) => id.slice(0, 14) < digits && to === MANY, 50)
    await expectAll(
      `after=${at}&clientRef=r3`,
      ({ id, clientRef }) => id.slice(0, 14) >= digits && clientRef === 'r3',
      50,
    )
    await expectAll('after=2020-01-01T00:00:00Z&before=2020-01-02T00:00:00Z', () => false)
    await expectAll(`after=${at}&before=${at}`, () => false)
  })
  test('inbound ones are apart, and no recipient of ours', async () => {
    const seen = await it.call(`/v1/messages?direction=inbound&to=${plus(MANY)}`, { token: it.token })
    expect([seen.status, seen.json.errors?.[0]?.pointer]).toEqual([400, 'query:direction'])
    expect((await pages('direction=inbound', 10)).items).toEqual([])
  })
  test('a cursor of another list is only a place in time', async () => {
    const { nextCursor } = await it.good('/v1/messages?limit=40')
    const { data } = await it.good(`/v1/messages?to=${plus(MANY)}&limit=100&cursor=${nextCursor}`)
    expect(data.map(({ id }) => id)).toEqual(
      sent
        .filter(({ id, to }) => to === MANY && id < String(nextCursor))
        .map(({ id }) => id)
        .slice(0, 100),
    )
  })
})

describe('the other lists', () => {
  test('opt-outs page through once each', async () => {
    const wanted = Array.from({ length: 23 }, (_, n) => number(7_000 + n))
    for (const recipient of wanted) await it.good('/v1/suppressions', { body: { channel: 'sms', recipient } }, 201)
    const found: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Body = await it.good(`/v1/suppressions?limit=5${cursor && `&cursor=${plus(cursor)}`}`)
      found.push(...page.data.map((one) => one['recipient']))
      cursor = page.nextCursor
    }
    expect(found.sort()).toEqual(wanted)
  })

  test('tenants page through once each', async () => {
    for (let n = 0; n < 7; n++) await it.admin('/admin/v1/tenants', { body: { name: `T${n}` } })
    const ids: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Body = await it.admin(`/admin/v1/tenants?limit=3${cursor && `&cursor=${cursor}`}`)
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe(8)
    const [last] = ids.slice(-1)
    await it.admin(`/admin/v1/tenants/${last === it.tenantId ? ids[0] : last}/suspend`, {
      body: { reason: 'a test' },
    })
    const suspended: Body = await it.admin('/admin/v1/tenants?status=suspended')
    expect(suspended.data.map(({ id }) => id)).toEqual([last === it.tenantId ? ids[0] : last])
    expect((await it.admin('/admin/v1/tenants?status=active&limit=200')).data).toHaveLength(7)
  })

  test('the access log pages through once each, over both shards', async () => {
    const ids: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Body = await it.admin(
        `/admin/v1/requests?tenantId=${it.tenantId}&limit=50${cursor && `&cursor=${cursor}`}`,
      )
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(new Set(ids).size).toBe(ids.length)
    const counts = await Promise.all(
      [0, 1].map((shard) =>
        it.chapar
          .ledger(shard)
          .prepare('SELECT id FROM requests WHERE tenant_id = ?1')
          .bind(it.tenantId)
          .all<{ id: string }>(),
      ),
    )
    const stored = counts.flatMap(({ results }) => results.map(({ id }) => id))
    expect(new Set(stored).size).toBe(stored.length)
    expect(counts.every(({ results }) => results.length > 0)).toBe(true)
    for (const id of ids) expect(stored).toContain(id)
  })
})
