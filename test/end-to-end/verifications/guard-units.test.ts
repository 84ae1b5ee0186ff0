import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '#worker/domain/time.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { type CallInit, caller, newTenant, tokenOf, until } from '../../worlds/world.ts'

/** Guards of the tenants, one a test: none is touched by what another test did. */
const GUARDS = {
  botnet: { countryCeiling: 15 },
  days: { countryCeiling: 5, abroadCeiling: 8, homeCeiling: 50, ceilings: { FR: 2 } },
  weights: { homeCeiling: 10, weights: { '+98': 2, '+98936': 3 } },
  'at once': { homeCeiling: 12 },
  alerts: { homeCeiling: 10 },
  refused: { homeCeiling: 50 },
  monitor: { mode: 'monitor', homeCeiling: 2 },
  address: {},
  '/64': {},
  abroad: {},
  home: {},
  guesser: {},
} as const
type Name = keyof typeof GUARDS

let it: VerificationWorld
interface Client {
  readonly clientId: string
  readonly clientSecret: string
}
const clients = new Map<Name, Client>()
beforeAll(async () => {
  it = await startVerifications()
  const { chapar, connectionId } = it.world
  const made = Object.entries(GUARDS).map(async ([name, guard], n) => {
    const line = `100043${String(50 + n)}`
    const { client } = await newTenant(chapar, { mode: 'live', connectionId, line, tenant: { guard } })
    clients.set(name as Name, client)
  })
  await Promise.all(made)
})
afterAll(() => it.world.dispose())

/** Signs in as the tenant of a test. Each has the day to itself that comes after `later`. */
async function as(name: Name) {
  const { clientId = '', clientSecret = '' } = clients.get(name) ?? {}
  const { chapar } = it.world
  const json = async <Body>(path: string, init: CallInit = {}): Promise<Body> => {
    const answer = await caller(chapar, await tokenOf(chapar, clientId, clientSecret))(path, init)
    return (await answer.json()) as Body
  }
  let call = caller(chapar, await tokenOf(chapar, clientId, clientSecret))
  async function later(ms: number): Promise<void> {
    await it.later(ms)
    call = caller(chapar, await tokenOf(chapar, clientId, clientSecret))
  }
  async function tried(to: string, more: Readonly<Record<string, unknown>> = {}): Promise<Tried> {
    const answer = await call('/v1/verifications', { body: { to, ...more } })
    const body = (await answer.json()) as { id?: string; verificationId?: string; reason?: string }
    const id = body.id ?? body.verificationId ?? ''
    const retry = Number(answer.headers.get('retry-after'))
    return { http: answer.status, id, to, retry, ...(body.reason ? { reason: body.reason } : {}) }
  }
  async function triedMany(n: number, block: string, more: Readonly<Record<string, unknown>> = {}): Promise<Tried[]> {
    const all: Tried[] = []
    for (let i = 0; i < n; i++) all.push(await tried(numberOf(block), more))
    return all
  }
  const check = (id: string, code: string) =>
    json<{ status: string }>(`/v1/verifications/${id}/check`, { body: { code } })
  const view = () => json<View>('/v1/verifications/guard')
  return {
    json,
    later,
    tried,
    triedMany,
    view,
    check,
    usedOf: async (scope: string) => (await view()).ceilings.find((one) => one.scope === scope)?.used ?? 0,
    async use({ id, to }: Tried): Promise<void> {
      expect(await check(id, await it.codeTo(to))).toMatchObject({ status: 'approved' })
    },
  }
}
interface View {
  readonly mode: string
  readonly ceilings: readonly { readonly scope: string; readonly used: number; readonly ceiling: number }[]
  readonly prefixes: readonly { readonly prefix: string; readonly state: string; readonly codes: number }[]
}
interface Tried {
  readonly http: number
  readonly id: string
  readonly to: string
  readonly reason?: string
  readonly retry: number
}
let count = 0
/** A number of a block that no other test has. */
const numberOf = (block: string): string => `${block}${String(1_000 + count++)}`
const sent = (all: readonly Tried[]): number => all.filter(({ http }) => http === 202).length

describe('a ceiling', () => {
  test('lets no unit more go out in a day, says until when, and leaves home open', async () => {
    const me = await as('days')
    const german = await me.triedMany(7, '+491511234')
    expect(german.map(({ http }) => http)).toEqual([202, 202, 202, 202, 202, 429, 429])
    expect(german[6]).toMatchObject({ reason: 'ceiling' })
    expect(german[6]?.retry).toBeLessThanOrEqual(DAY / 1_000)
    expect(sent(await me.triedMany(3, '+3361234'))).toBe(2)
    expect(sent(await me.triedMany(3, '+44791112'))).toBe(1)
    expect(sent(await me.triedMany(3, '+98912700'))).toBe(3)
    expect(await me.view()).toMatchObject({
      mode: 'enforce',
      ceilings: expect.arrayContaining([
        { scope: 'DE', used: 5, ceiling: 5 },
        { scope: 'FR', used: 2, ceiling: 2 },
        { scope: 'abroad', used: 8, ceiling: 8 },
        { scope: 'home', used: expect.any(Number), ceiling: 50 },
      ]),
    })
    await me.later(DAY)
    expect(sent(await me.triedMany(1, '+491511234'))).toBe(1)
  })

  test('bounds what a botnet costs, and people at home get their codes meanwhile', async () => {
    const me = await as('botnet')
    let attack = 0
    for (let n = 0; n < 40; n++) {
      const { http, reason } = await me.tried(`+44791177${5_000 + n}`, { clientIp: `101.${n % 20}.7.1` })
      if (http === 202) attack++
      else expect(reason).toBe('ceiling')
      if (n % 10 > 0) continue
      const person = await me.tried(numberOf('+98912750'), { clientIp: `37.${n}.0.1` })
      expect(person.http).toBe(202)
      await me.use(person)
    }
    expect(attack).toBe(15)
  })

  test('weighs by the longest beginning of the operator’s table', async () => {
    const me = await as('weights')
    expect(sent(await me.triedMany(3, '+98936800'))).toBe(3)
    expect((await me.tried(numberOf('+98912800'))).http).toBe(429)
    expect(await me.usedOf('home')).toBe(9)
  })

  test('holds for fifty starts at once', async () => {
    const me = await as('at once')
    const all = await Promise.all(Array.from({ length: 50 }, () => me.tried(numberOf('+98913900'))))
    // Once they are all on their way, none is left to spend what one of them was given for others: at most an eighth, here one.
    expect(sent(all)).toBeGreaterThanOrEqual(11)
    // The next one has it, although the like of him was refused a moment ago.
    expect(sent(all) + sent(await me.triedMany(3, '+98913900'))).toBe(12)
    expect(await me.usedOf('home')).toBe(12)
  })

  test('tells the webhooks and the log at 50 and 80 percent, once each', async () => {
    const me = await as('alerts')
    await me.json('/v1/webhooks', { body: { url: 'https://hooks.example.org/in' } })
    await me.triedMany(9, '+98914900')
    const told = () => it.told.map((body) => JSON.parse(body)).filter(({ type }) => type === 'verification.ceiling')
    await until('both alerts are told', async () => told().length >= 2 || null)
    expect(told().map(({ data }) => data)).toMatchObject([
      { scope: 'home', percent: 50, ceiling: 10 },
      { scope: 'home', percent: 80, ceiling: 10 },
    ])
    expect(it.logged.filter((line) => line.includes('verification.ceiling'))).not.toEqual([])
  })

  test('counts nothing for a code that its recipient’s own limits refused', async () => {
    const me = await as('refused')
    const to = numberOf('+98915900')
    for (let n = 0; n < 5; n++) expect((await me.tried(to)).http).toBe(202)
    for (let n = 0; n < 3; n++) expect((await me.tried(to)).http).toBe(429)
    // What a lease of this isolate has left is given back with the next question.
    await me.later(MINUTE)
    await me.triedMany(1, '+98915901')
    expect(await me.usedOf('home')).toBe(6)
  })

  test('is told of in monitor, and holds nothing', async () => {
    const me = await as('monitor')
    const all = await me.triedMany(4, '+98916900')
    expect(sent(all)).toBe(4)
    const last = await me.json<{ guard: unknown }>(`/v1/verifications/${all[3]?.id}`)
    expect(last.guard).toEqual({ reason: 'ceiling', enforced: false })
  })
})

describe('a source', () => {
  test.each([
    ['address', 20, () => '192.0.2.7'],
    ['/64', 20, (n: number) => `2001:db8:1:1::${n + 1}`],
  ] as const)('%s has %i unused codes, and then waits longer each time', async (name, most, ipOf) => {
    const me = await as(name)
    const all: Tried[] = []
    for (let n = 0; n < most + 1; n++) all.push(await me.tried(numberOf('+98917900'), { clientIp: ipOf(n) }))
    expect(sent(all)).toBe(most)
    expect(all.at(-1)).toMatchObject({ http: 429, reason: 'velocity' })
    expect(all.at(-1)?.retry).toBeLessThanOrEqual(30)
    await me.later(31_000)
    const next = { clientIp: ipOf(most) }
    expect((await me.tried(numberOf('+98917900'), next)).http).toBe(202)
    expect((await me.tried(numberOf('+98917900'), next)).retry).toBeGreaterThan(30)
    expect((await me.tried(numberOf('+98917900'), { clientIp: '203.0.113.9' })).http).toBe(202)
    expect((await me.tried(numberOf('+98917900'))).http).toBe(202)
  })

  test('that guesses codes gets no more', async () => {
    const me = await as('guesser')
    const guesser = { clientIp: '192.0.2.99' }
    for (const { id, to } of await me.triedMany(11, '+98919111', guesser)) {
      const wrong = it.wrong(await it.codeTo(to))
      for (let n = 0; n < 5; n++) await me.check(id, wrong)
    }
    await until('the guard has heard of the checks', async () => {
      const { http, reason } = await me.tried(numberOf('+98919111'), guesser)
      return (http === 429 && reason === 'checks') || null
    })
    expect((await me.tried(numberOf('+98919111'), { clientIp: '203.0.113.99' })).http).toBe(202)
  })
})

describe('a prefix', () => {
  test('abroad whose codes nobody uses is blocked, but not for who is known for used codes', async () => {
    const me = await as('abroad')
    const known = { clientIp: '192.0.2.77' }
    for (const one of await me.triedMany(2, '+491511235', known)) await me.use(one)
    expect(sent(await me.triedMany(25, '+44791112'))).toBe(25)
    await me.later(10 * MINUTE)
    expect(await me.tried(numberOf('+44791112'))).toMatchObject({ http: 422, reason: 'prefix' })
    expect(await me.view()).toMatchObject({ prefixes: [{ prefix: '+44791112', state: 'blocked', codes: 25 }] })
    expect((await me.tried(numberOf('+44791113'))).http).toBe(202)
    await until('its uses are known', async () => (await me.tried(numberOf('+44791112'), known)).http === 202 || null)
  })

  test('at home is never blocked: sources that are not known wait, the others do not', async () => {
    const me = await as('home')
    const known = { clientIp: '192.0.2.88' }
    for (const one of await me.triedMany(2, '+98918111', known)) await me.use(one)
    for (let n = 0; n < 25; n++) await me.tried(numberOf('+98918222'), { clientIp: `100.64.${n}.1` })
    await me.later(10 * MINUTE)
    const fresh = { clientIp: '100.64.200.1' }
    expect(sent(await me.triedMany(2, '+98918222', fresh))).toBe(2)
    expect(await me.tried(numberOf('+98918222'), fresh)).toMatchObject({ http: 429, reason: 'prefix' })
    expect((await me.view()).prefixes).toMatchObject([{ prefix: '+98918222', state: 'throttled' }])
    expect(sent(await me.triedMany(4, '+98918222', known))).toBe(4)
    expect(sent(await me.triedMany(4, '+98918222'))).toBe(4)
  })
})
