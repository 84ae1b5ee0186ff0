import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { message, reaches, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.dispose())

interface Accepted {
  readonly id: string
  readonly status: string
  readonly to: string
  readonly units: number
}
interface Entry {
  readonly status: string
}

describe('one message', () => {
  test('goes from 202 to delivered, each step in its timeline', async () => {
    const accepted = await world.json<Accepted>('/v1/messages', { body: message('۰۹۱۲ ۱۲۳ ۴۵۶۷'), status: 202 })
    expect(accepted).toMatchObject({ status: 'accepted', to: '+989121234567', units: 1 })
    const found = await reaches<{ status: string; timeline: Entry[] }>(world, accepted.id, 'delivered')
    expect(found.timeline.map(({ status }) => status)).toEqual(['accepted', 'submitted', 'delivered'])
  })

  const OUTCOMES: readonly (readonly [string, string])[] = [
    ['9901', 'undelivered'],
    ['9902', 'rejected'],
    ['9903', 'rejected'],
    ['9904', 'delivered'],
    ['9905', 'unknown'],
    ['9909', 'delivered'],
    ['9910', 'delivered'],
    ['9911', 'delivered'],
  ]
  test.each(OUTCOMES)('to a magic number ending in %s ends %s', async (digits, status) => {
    const { id } = await world.json<Accepted>('/v1/messages', { body: message(`+98912000${digits}`), status: 202 })
    expect(await reaches(world, id, status)).toMatchObject({ status })
  })

  test('has a Location, and answers `accepted` before dispatch has seen it', async () => {
    const answer = await world.call('/v1/messages', { body: message('+989121112233') })
    const { id } = (await answer.json()) as Accepted
    expect(answer.headers.get('location')).toBe(`/v1/messages/${id}`)
    expect(answer.headers.get('ratelimit-policy')).toContain('"burst"')
    const found = await world.json<{ status: string }>(`/v1/messages/${id}`)
    expect(['accepted', 'submitted', 'delivered']).toContain(found.status)
  })

  test('whose validity has ended is never submitted', async () => {
    const { policy, ...body } = {
      policy: null,
      ...message('+989121112233', 'late', { validUntil: new Date(Date.now() + 1).toISOString() }),
    }
    const answer = await world.call('/v1/messages', { body })
    if (answer.status === 422) return
    const { id } = (await answer.json()) as Accepted
    expect(await reaches(world, id, 'expired', 'delivered')).toBeTruthy()
    expect(policy).toBeNull()
  })
})

describe('a batch', () => {
  test('takes its good items, names the bad ones by pointer, and counts them by status', async () => {
    const messages = [
      ...Array.from({ length: 30 }, (_, i) => ({ to: `+9891230012${String(i).padStart(2, '0')}` })),
      { to: '10004346' },
      { to: '+989120009902' },
      { to: '+989121112233', colour: 'red' },
    ]
    const batch = await world.json<{
      id: string
      accepted: { index: number }[]
      rejected: { index: number; errors: { pointer: string }[] }[]
    }>('/v1/messages/batch', { body: { channel: 'sms', content: { text: 'hello' }, messages }, status: 202 })
    expect(batch.accepted).toHaveLength(31)
    expect(batch.rejected.map(({ index, errors }) => [index, errors[0]?.pointer])).toEqual([
      [30, '/messages/30/to'],
      [32, '/messages/32/colour'],
    ])
    const done = await until('the batch ends', async () => {
      const found = await world.json<{ counts: Record<string, number>; rejected: number }>(`/v1/batches/${batch.id}`)
      return found.counts['delivered'] === 30 && found
    })
    expect(done).toMatchObject({ total: 33, accepted: 31, rejected: 2, counts: { delivered: 30, rejected: 1 } })
    const page = await world.json<{ data: unknown[] }>(`/v1/messages?batch=${batch.id}&limit=100`)
    expect(page.data).toHaveLength(31)
  })
})
