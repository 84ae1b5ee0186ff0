import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseList } from '../../lib/http/structured-field-parser.ts'
import { type Seen, type Surface, startSurface } from '../../worlds/surface.ts'
import { message } from '../../worlds/world.ts'

let it: Surface
let lines = 0
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

/** A tenant with these limits, and what sends for it. */
async function limited(limits: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const { token } = await it.other(`3000${String(lines++).padStart(6, '0')}`, { tenant: { limits, ...more } })
  const one = (): Promise<Seen> => it.call('/v1/messages', { token, body: message('+989121112233') })
  const batch = (count: number, bad = 0): Promise<Seen> => {
    const good = Array.from({ length: count }, (_, n) => ({ to: `+98912500${String(n).padStart(4, '0')}` }))
    const messages = [...good, ...Array.from({ length: bad }, () => ({ to: 'nobody' }))]
    return it.call('/v1/messages/batch', { token, body: { channel: 'sms', content: { text: 'x' }, messages } })
  }
  return { token, one, batch }
}
const policies = ({ headers }: Seen) => parseList(headers.get('ratelimit-policy') ?? '')
const states = ({ headers }: Seen) => parseList(headers.get('ratelimit') ?? '')
const left = (seen: Seen, name = 'burst'): number =>
  states(seen).find((state) => state.name === name)?.parameters['r'] ?? Number.NaN

describe('RateLimit headers', () => {
  test('name each limit that there is, its window and what is left of it', async () => {
    const { one, batch } = await limited({ rate: 1, burst: 100, daily: 1_000, monthly: 5_000 })
    const seen = await one()
    expect(seen.status).toBe(202)
    expect(policies(seen)).toEqual([
      { name: 'burst', parameters: { q: 100, w: 100 } },
      { name: 'daily', parameters: { q: 1_000, w: 86_400 } },
      { name: 'monthly', parameters: { q: 5_000, w: expect.any(Number) } },
    ])
    expect(states(seen).map(({ name }) => name)).toEqual(['burst', 'daily', 'monthly'])
    const before = left(seen)
    const after = left(await batch(30))
    expect(before - after).toBeGreaterThanOrEqual(28)
    for (const { parameters } of states(seen)) expect(parameters['t']).toBeGreaterThanOrEqual(0)
  })

  test('are not on answers that no limit counts', async () => {
    const seen = await it.call('/openapi.json')
    expect([seen.headers.has('ratelimit'), seen.headers.has('ratelimit-policy')]).toEqual([false, false])
  })
})

describe('the burst', () => {
  test('more at once than it ever admits is a 422 that names it', async () => {
    const { batch } = await limited({ rate: 1, burst: 40 })
    const seen = await batch(41)
    expect([seen.status, seen.json.code, seen.json['burst']]).toEqual([422, 'burst-exceeded', 40])
    expect(seen.json.errors?.[0]?.detail).toContain('40')
    expect(seen.headers.has('retry-after')).toBe(false)
    expect((await batch(40)).status).toBe(202)
  })

  test('a batch takes its n or none: what is refused leaves the rest to others', async () => {
    const { one, batch } = await limited({ rate: 0.01, burst: 100 })
    expect((await batch(60)).status).toBe(202)
    const refused = await batch(60)
    expect([refused.status, refused.json.code]).toEqual([429, 'quota-exceeded'])
    expect(refused.json['type']).toBe('https://iana.org/assignments/http-problem-types#quota-exceeded')
    expect(refused.json['violated-policies']).toEqual(['burst'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1_000)
    expect(policies(refused)).toHaveLength(1)
    expect(left(refused)).toBe(40)
    expect((await batch(39)).status).toBe(202)
    expect((await one()).status).toBe(202)
    expect((await one()).status).toBe(429)
  })

  test('rejected items cost nothing', async () => {
    const { batch, one } = await limited({ rate: 0.01, burst: 10 })
    expect((await batch(5, 50)).status).toBe(202)
    expect((await batch(0, 50)).status).toBe(422)
    expect((await batch(5)).status).toBe(202)
    expect((await one()).status).toBe(429)
  })

  test('what is wrong otherwise costs nothing', async () => {
    const { token, batch } = await limited({ rate: 0.01, burst: 10 })
    for (let n = 0; n < 20; n++)
      expect(
        (await it.call('/v1/messages', { token, body: message('+989121112233', 'x', { from: '1234' }) })).status,
      ).toBe(422)
    expect((await batch(10)).status).toBe(202)
  })

  test('comes back when it says', async () => {
    const { one, batch } = await limited({ rate: 0.2, burst: 4 })
    expect((await batch(4)).status).toBe(202)
    const refused = await one()
    const seconds = Number(refused.headers.get('retry-after'))
    expect([refused.status, seconds > 0 && seconds <= 5]).toEqual([429, true])
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000 + 50))
    expect((await one()).status).toBe(202)
  })
})

describe('caps of a day and a month', () => {
  /** Seconds until the next midnight on a clock there. */
  function untilMidnight(timeZone: string): number {
    const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', minute: 'numeric', second: 'numeric' })
    const [hours = 0, minutes = 0, seconds = 0] = parts.format(Date.now()).split(':').map(Number)
    return 86_400 - (hours * 3_600 + minutes * 60 + seconds)
  }

  test.each(['Asia/Tehran', 'Pacific/Kiritimati', 'America/St_Johns'])(
    'a day ends at midnight in %s',
    async (timeZone) => {
      const { batch, one } = await limited({ rate: 1_000, burst: 100, daily: 25 }, { timeZone })
      expect((await batch(20)).status).toBe(202)
      expect((await batch(6)).json['violated-policies']).toEqual(['daily'])
      const last = await batch(5)
      expect(last.status, last.text).toBe(202)
      const refused = await one()
      expect([refused.status, refused.json['violated-policies']]).toEqual([429, ['daily']])
      const off = Math.abs(Number(refused.headers.get('retry-after')) - untilMidnight(timeZone))
      expect(Math.min(off, 86_400 - off)).toBeLessThanOrEqual(120)
    },
  )

  test('a month is a cap of its own', async () => {
    const { batch, one } = await limited({ rate: 1_000, burst: 100, daily: 50, monthly: 12 })
    expect((await batch(12)).status).toBe(202)
    const refused = await one()
    expect([refused.status, refused.json['violated-policies']]).toEqual([429, ['monthly']])
    expect((await batch(13)).status).toBe(422)
  })
})
