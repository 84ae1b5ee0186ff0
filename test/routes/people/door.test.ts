import { afterAll, beforeAll, expect, test } from 'vitest'
import { MINUTE } from '#worker/domain/time.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { startWorld, type World } from '../../worlds/world.ts'

let it: World
beforeAll(async () => {
  it = await startWorld({ entry: 'test/worlds/entries/clock.ts' })
})
afterAll(() => it.dispose())

const clock = (at: number) => it.chapar.fetch('/clock', { method: 'POST', body: String(at) })
const OPTIONS = '/v1/auth/sign-in/passkey/options'
const from = (ip: string, more: Record<string, string> = {}) => ({ 'cf-connecting-ip': ip, ...more })

/** Makes calls side by side, and counts their answers by status. */
async function flood(calls: number, call: (n: number) => Promise<Response>): Promise<Record<number, number>> {
  const seen: Record<number, number> = {}
  for (let n = 0; n < calls; n += 100)
    for (const answer of await Promise.all(Array.from({ length: Math.min(100, calls - n) }, (_, i) => call(n + i)))) {
      seen[answer.status] = (seen[answer.status] ?? 0) + 1
      await answer.body?.cancel()
    }
  return seen
}

test('a network that asks for challenges is refused before a database is asked, and its neighbour and its people are not', async () => {
  const ip = '203.0.113.41'
  const person = await signedInPerson(it.chapar)
  await clock((Math.floor(Date.now() / MINUTE) + 2) * MINUTE)
  const seen = await flood(650, () => it.chapar.fetch(OPTIONS, { method: 'POST', headers: from(ip) }))
  expect(seen).toEqual({ 403: 600, 429: 50 })
  const ask = (of: string) => it.chapar.fetch(OPTIONS, { method: 'POST', headers: from(of, { origin: person.origin }) })
  const refused = await ask(ip)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
  expect((await ask('203.0.113.42')).status).toBe(200)
  expect((await person.browse('/v1/auth/sign-out', { method: 'POST', headers: from(ip) })).status).toBe(204)
})

test('a network that tries cookies is refused for a minute, but not by those that are known', async () => {
  const ip = '203.0.113.51'
  const [known, other] = [await signedInPerson(it.chapar), await signedInPerson(it.chapar)]
  await clock((Math.floor(Date.now() / MINUTE) + 4) * MINUTE)
  const me = (person: typeof known) => person.browse('/v1/auth/me', { headers: from(ip) })
  expect((await me(known)).status).toBe(200)
  const [name] = known.cookie.split('=')
  const made = (n: number) => from(ip, { cookie: `${name}=${String(n).padStart(43, 'x')}` })
  const seen = await flood(620, (n) => it.chapar.fetch('/v1/auth/me', { headers: made(n) }))
  // Those that are under way at once are counted when they are answered.
  expect(seen[429]).toBeGreaterThan(0)
  expect([(await me(known)).status, (await me(other)).status]).toEqual([200, 429])
  await clock((Math.floor(Date.now() / MINUTE) + 6) * MINUTE)
  expect((await me(other)).status).toBe(200)
})

test('the licensee’s settings are believed for seconds, and asked for no more at each call', async () => {
  const at = Date.now() + 8 * MINUTE
  await clock(at)
  const ask = async (origin: string) =>
    (await it.chapar.fetch(OPTIONS, { method: 'POST', headers: from('203.0.113.61', { origin }) })).status
  const other = 'https://panel.example'
  expect(await ask(other)).toBe(403)
  const sql =
    'INSERT INTO licensee (id, settings, updated_at) VALUES (1, ?1, 1) ON CONFLICT (id) DO UPDATE SET settings = ?1'
  await it.chapar.control
    .prepare(sql)
    .bind(JSON.stringify({ origins: [other] }))
    .run()
  await clock(at + 2_500)
  expect(await ask(other)).toBe(403)
  await clock(at + 6_000)
  expect(await ask(other)).toBe(200)
})
