import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASE } from '#worker/store/codes/codes.ts'
import { adminClient } from '../worlds/admin-client.ts'
import { honest } from '../worlds/players/webhook-client.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { reaches, startWorld, until, type World } from '../worlds/world.ts'

/** Events that the endpoint heard, by message id. */
const told = new Map<string, string[]>()
let world: World
const worlds: World[] = []

/** A gateway whose connection has this rate, with an endpoint that hears how messages end. */
async function startAt(rate?: number): Promise<World> {
  const hears = honest(({ text }) => {
    const { type, data } = JSON.parse(text) as { type: string; data: { id: string } }
    told.set(data.id, [...(told.get(data.id) ?? []), type])
    return new Response(null, { status: 204 })
  })
  const started = await startWorld({
    tenant: { limits: { rate: 50_000, burst: 50_000 } },
    outbound: async (request) => hears({ headers: {}, text: await request.text() }),
    ...(rate === undefined ? {} : { connection: { rate } }),
  })
  worlds.push(started)
  const hook = { url: 'https://hooks.example.com/in', events: ['message.canceled', 'message.delivered'] }
  await started.json('/v1/webhooks', { body: hook, status: 201 })
  return started
}
/** Runs a test in a gateway of its own that lets `rate` messages a second through. */
const atRate = (rate: number, run: () => Promise<void>) => async () => {
  const usual = world
  world = await startAt(rate)
  try {
    await run()
  } finally {
    world = usual
  }
}
beforeAll(async () => {
  world = await startAt()
})
afterAll(async () => {
  for (const { ledger } of worlds) await expectTrueCounts(ledger)
  await Promise.all(worlds.map((one) => one.dispose()))
})

/** Compares the counts that batches keep with their messages' rows: whatever was done to them, both must agree. */
async function expectTrueCounts(ledger: D1Database): Promise<void> {
  const { results } = await ledger
    .prepare(
      `SELECT b.counts, (SELECT json_group_object(CAST(status AS TEXT), n) FROM (SELECT status, count(*) AS n FROM messages m
       WHERE m.realm = b.realm AND substr(m.id, 1, 20) = b.id GROUP BY status)) AS rows FROM batches b WHERE b.total > 100`,
    )
    .all<{ counts: string; rows: string }>()
  const some = (json: string) => Object.entries(JSON.parse(json) as object).filter(([, n]) => n !== 0)
  for (const { counts, rows } of results) expect(Object.fromEntries(some(counts))).toEqual(JSON.parse(rows))
}

interface Sent {
  readonly id: string
  readonly accepted: readonly { readonly id: string }[]
  readonly rejected: readonly unknown[]
}
interface Shown {
  readonly id: string
  readonly accepted: number | null
  readonly canceledAt?: string
  readonly counts: Readonly<Record<string, number>>
}
interface Canceled {
  readonly canceled: number
  readonly notCanceled: number
  readonly canceledAt: string
}

/** Numbers that end in `digits`, each another person's. */
const people = (count: number, digits = '1111') =>
  Array.from({ length: count }, (_, n) => ({ to: `+989${String(12_000 + n).slice(-5)}${digits}` }))
const batch = (messages: readonly unknown[], more: object = {}) => ({
  body: { channel: 'sms', content: { text: 'x' }, messages, ...more },
  status: 202,
})
const sendBatch = (messages: readonly unknown[], more: object = {}) =>
  world.json<Sent>('/v1/messages/batch', batch(messages, more))
const cancel = (id: string) => world.json<Canceled>(`/v1/batches/${id}/cancel`, { method: 'POST' })
const countOf = (id: string) =>
  world.ledger
    .prepare('SELECT count(*) AS n FROM messages WHERE substr(id, 1, 20) = unhex(?1)')
    .bind(BASE.encode(id.slice(4)))
    .first<number>('n')
const rowsOf = (id: string) => rowsWhere(world.ledger, 'substr(m.id, 1, 20) = unhex(?1)', BASE.encode(id.slice(4)))
const CANCELED = 52
const change = async (body: object) =>
  (await adminClient(world.chapar)).ok('PATCH', `/admin/v1/connections/${world.connectionId}`, body)

describe('a batch whose id was lost', () => {
  test('is found by its clientRef, by its time and as the newest, with its counts', async () => {
    const before = new Date(Date.now() - 1).toISOString()
    const ids: string[] = []
    for (const clientRef of ['spring', 'summer', 'spring']) {
      const { id } = await sendBatch([...people(3), { to: 'nobody' }], { clientRef })
      ids.unshift(id)
    }
    const list = (query: string) => world.json<{ data: Shown[]; nextCursor: string | null }>(`/v1/batches?${query}`)
    await until('all are listed', async () => (await list('')).data.length === 3)
    const [third = '', second = '', first = ''] = ids
    expect((await list('clientRef=spring')).data.map(({ id }) => id)).toEqual([third, first])
    expect((await list(`after=${before}`)).data.map(({ id }) => id)).toEqual(ids)
    expect((await list(`before=${before}`)).data).toEqual([])
    const page = await list('limit=2')
    expect(page.data.map(({ id }) => id)).toEqual([third, second])
    const rest = await list(`limit=2&cursor=${page.nextCursor}`)
    expect([rest.data.map(({ id }) => id), rest.nextCursor]).toEqual([[first], null])
    await until('the counts', async () => (await list('limit=1')).data[0]?.counts['delivered'] === 3)
    expect((await list('limit=1')).data[0]).toMatchObject({ total: 4, accepted: 3, rejected: 1, clientRef: 'spring' })
    expect((await list('limit=1')).data[0]).toEqual(await world.json(`/v1/batches/${third}`))
  })

  test(
    'is found while its carrier takes nothing, and canceled whole',
    atRate(0.02, async () => {
      const first = await sendBatch(people(1), { clientRef: 'first' })
      await until('the only place is taken', async () => (await rowsOf(first.id)).length > 0)
      const { id } = await sendBatch(people(3), { clientRef: 'waits' })
      const [found] = await until('it is listed', async () => {
        const { data } = await world.json<{ data: Shown[] }>('/v1/batches?clientRef=waits')
        return data.length > 0 && data
      })
      expect(found).toMatchObject({ id, accepted: 3, counts: { accepted: 3 } })
      expect(await rowsOf(id)).toEqual([])
      expect(await cancel(id)).toMatchObject({ canceled: 3, notCanceled: 0 })
    }),
  )

  test('of many messages keeps its counts; of small ones only the newest are counted in a list', async () => {
    const { id } = await sendBatch(people(101))
    const found = await until('it is listed', async () =>
      (await world.json<{ data: Shown[] }>('/v1/batches?limit=1')).data.find((one) => one.id === id),
    )
    await until('all are delivered', async () => {
      const { counts } = await world.json<Shown>(`/v1/batches/${id}`)
      expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(101)
      return counts['delivered'] === 101
    })
    expect(found).toHaveProperty('counts')
    await world.ledger
      .prepare('DELETE FROM messages WHERE substr(id, 1, 20) = unhex(?1)')
      .bind(BASE.encode(id.slice(4)))
      .run()
    // No row of its messages is read.
    expect((await world.json<Shown>(`/v1/batches/${id}`)).counts).toEqual({ delivered: 101 })
    await world.ledger
      .prepare('DELETE FROM batches WHERE id = unhex(?1)')
      .bind(BASE.encode(id.slice(4)))
      .run()
    const small = [...Array(5).keys()].map(() => sendBatch(people(90)))
    const ids = (await Promise.all(small)).map((sent) => sent.id)
    const listed = await until('all are listed', async () => {
      const { data } = await world.json<{ data: Shown[] }>('/v1/batches?limit=5')
      return data.every((one) => ids.includes(one.id)) && data
    })
    expect(listed.map(({ counts }) => counts !== undefined)).toEqual([true, true, true, true, false])
  })

  test.each([
    'cursor=x',
    `cursor=msg_${'0'.repeat(35)}`,
    'after=today',
    'limit=0',
    'limit=101',
    'to=%2B98',
    `clientRef=${'x'.repeat(101)}`,
  ])('is not looked for by %s: a 400 that names the parameter', async (query) => {
    const answer = await world.call(`/v1/batches?${query}`)
    expect(answer.status).toBe(400)
    const { errors } = (await answer.json()) as { errors: { pointer: string }[] }
    expect(errors[0]?.pointer).toMatch(/^query:/)
  })
})

describe('a canceled batch', () => {
  test(
    'of many gives no more to the carrier, says how many, and each is told once',
    atRate(1, async () => {
      const { id, accepted } = await sendBatch([...people(2_998), { to: 'nobody' }, { to: '+989121110001' }])
      expect(accepted).toHaveLength(2_999)
      const answer = await cancel(id)
      expect(answer.canceled).toBeGreaterThan(2_500)
      const last = accepted.at(-1)?.id ?? ''
      expect((await world.json<{ status: string }>(`/v1/messages/${last}`)).status).toBe('canceled')
      await until('all have rows', async () => (await countOf(id)) === 2_999)
      const shown = await until('the others are delivered', async () => {
        const found = await world.json<Shown>(`/v1/batches/${id}`)
        const { canceled = 0, delivered = 0 } = found.counts
        return canceled + delivered === 2_999 && found
      })
      const rows = await rowsOf(id)
      const ended = rows.filter(({ status }) => status === CANCELED)
      expect(ended.every(({ outcome }) => outcome === null)).toBe(true)
      expect(rows.filter(({ status }) => status !== CANCELED).every(({ outcome }) => outcome === 'accepted')).toBe(true)
      expect(shown).toMatchObject({ accepted: 2_999, canceledAt: answer.canceledAt })
      const again = await cancel(id)
      expect(again).toEqual({ ...answer, canceled: ended.length, notCanceled: 2_999 - ended.length })
      await until('each is told', async () => accepted.every((one) => told.has(one.id)))
      for (const { id: message, status } of rows)
        expect(told.get(message)).toEqual([status === CANCELED ? 'message.canceled' : 'message.delivered'])
    }),
  )

  test('has its deferred messages canceled at once, and the rejected ones left alone', async () => {
    const { id, accepted } = await sendBatch([...people(20, '9917'), ...people(5), { to: 'nobody' }])
    await until('tried once', async () => {
      const rows = await rowsOf(id)
      return rows.filter(({ outcome }) => outcome === 'deferred').length === 20 && rows.length === 25
    })
    const answer = await cancel(id)
    expect(answer.canceled).toBeGreaterThan(0)
    expect(answer.canceled + answer.notCanceled).toBe(25)
    // One whose second attempt was just under way ends with its third claim.
    await until('all that the carrier did not take are canceled', async () => {
      const rows = await rowsOf(id)
      return rows.length === 25 && rows.filter(({ status }) => status === CANCELED).length === 20
    })
    for (const { id: message, timeline } of await Promise.all(
      accepted
        .slice(0, 20)
        .map((one) => world.json<{ id: string; timeline: { status: string; by: string }[] }>(`/v1/messages/${one.id}`)),
    )) {
      expect(timeline.at(-1), message).toMatchObject({ status: 'canceled', by: 'tenant' })
    }
    await until('each is told', async () => accepted.every((one) => told.has(one.id)))
    expect(accepted.slice(0, 20).map((one) => told.get(one.id))).toEqual(Array(20).fill(['message.canceled']))
    const other = await world.call(`/v1/messages/${accepted[0]?.id}/cancel`, { method: 'POST' })
    expect(other.status).toBe(409)
  })

  test('leaves a message alone that is unclear at its carrier', async () => {
    const { id, accepted } = await sendBatch(people(1, '9905'))
    await reaches(world, accepted[0]?.id ?? '', 'unknown')
    expect(await cancel(id)).toMatchObject({ canceled: 0, notCanceled: 1 })
  })

  test('has what was with its carrier canceled too, once the carrier has refused it for now', async () => {
    await change({ settings: { latencyMs: 1_000 } })
    const { id, accepted } = await sendBatch(people(1, '9917'))
    await until('it is with the carrier', async () => (await rowsOf(id)).some(({ outcome }) => outcome === null))
    expect(await cancel(id)).toMatchObject({ canceled: 0, notCanceled: 1 })
    await reaches(world, accepted[0]?.id ?? '', 'canceled')
    expect(await rowsOf(id)).toMatchObject([{ status: CANCELED, outcome: null }])
    expect(await cancel(id)).toMatchObject({ canceled: 1, notCanceled: 0 })
    await change({ settings: { latencyMs: null } })
  })

  test('that has ended stays as it is, however often it is asked', async () => {
    const { id, accepted } = await sendBatch(people(2))
    for (const one of accepted) await reaches(world, one.id, 'delivered')
    const answer = await cancel(id)
    expect(answer).toMatchObject({ canceled: 0, notCanceled: 2 })
    expect(await cancel(id)).toEqual(answer)
  })

  test('raced against dispatch: what counts as canceled had no carrier called, 40 times over', async () => {
    const sent = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const { id } = await sendBatch(people(25))
        if (n % 2 === 1) await new Promise((resolve) => setTimeout(resolve, n * 3))
        return { id, ...(await cancel(id)) }
      }),
    )
    for (const { id, canceled } of sent) {
      const rows = await until('all have ended', async () => {
        const found = await rowsOf(id)
        return found.length === 25 && found.every(({ status }) => status >= CANCELED) && found
      })
      const ended = rows.filter(({ status }) => status === CANCELED)
      expect(ended.every(({ outcome }) => outcome === null)).toBe(true)
      expect(ended).toHaveLength(canceled)
    }
    expect(sent.some(({ canceled }) => canceled > 0)).toBe(true)
  })
})
