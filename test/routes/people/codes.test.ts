import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '#worker/domain/time.ts'
import { opaqueHash } from '#worker/flows/accounts/opaque.ts'
import { sharedNetwork } from '#worker/lib/http/ip-range.ts'
import { insertPerson, personById } from '#worker/store/people/people.ts'
import { browserOf, signedInPerson } from '../../worlds/players/person-world.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { caller, message, until } from '../../worlds/world.ts'

let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications({ tenant: { codes: { brand: 'Chapar' } } })
  await licensee({ signUp: { open: true, tenantId: it.world.tenantId, mode: 'live' } })
})
afterAll(() => it.world.dispose())

const body = async (answer: Response) => JSON.parse((await answer.text()) || 'null')
const refusal = async (answer: Response) => [answer.status, (await body(answer))?.code]
const admin = async (path: string, method: string, sent?: object) =>
  caller(it.world.chapar, await it.world.chapar.operatorToken())(path, { method, ...(sent ? { body: sent } : {}) })
const licensee = (change: object) => admin('/admin/v1/licensee', 'PATCH', change)
const browser = () => browserOf(it.world.chapar)
type Browser = ReturnType<typeof browser>

let count = 0
/** A mobile of its own a person, and an address of a network of its own, so that nobody uses up another's pace. */
const fresh = () => {
  count++
  const digits = String(1_000_000 + count).slice(1)
  return { mobile: `+989361${digits}`, ip: `203.0.${count}.7` }
}
const FACTS = { name: 'Zw3signUpName4Kd', email: 'zw4-sign-up@person.example', tenantName: 'Shop of tests' }

async function ask(
  { browse }: Browser,
  path: string,
  sent: Readonly<Record<string, unknown>>,
  ip: string,
): Promise<{ readonly ceremony: string; readonly answer: Record<string, unknown>; readonly status: number }> {
  const response = await browse(path, { body: sent, headers: { 'cf-connecting-ip': ip } })
  const answer = await body(response)
  return { ceremony: answer.ceremony, answer, status: response.status }
}

/** Signs somebody up in a browser of his own. */
async function signedUp() {
  const { mobile, ip } = fresh()
  const own = browser()
  const { ceremony } = await ask(own, '/v1/auth/sign-up', { ...FACTS, mobile }, ip)
  const code = await it.codeTo(mobile)
  const answer = await own.browse('/v1/auth/sign-up/check', { body: { ceremony, code } })
  expect(answer.status).toBe(200)
  return { mobile, ip, own, ceremony, code, made: await body(answer) }
}

const tokenFor = async ({ browse }: Browser, tenantId: string, mode: 'live' | 'test') =>
  (await body(await browse('/v1/auth/token', { body: { tenantId, mode } }))).accessToken as string

describe('sign-up', () => {
  test('makes a person and a tenant that works in test, and live once an operator approved it', async () => {
    const { own, made, mobile } = await signedUp()
    const { tenant } = made
    expect(tenant).toMatchObject({ name: FACTS.tenantName, status: 'pending' })
    const me = await body(await own.browse('/v1/auth/me'))
    expect(me).toMatchObject({ id: made.id, name: FACTS.name, email: FACTS.email, mobile, level: 'L1' })
    expect(me.tenants).toEqual([
      { id: tenant.id, name: FACTS.tenantName, status: 'pending', role: 'owner', notice: null },
    ])
    const call = async (mode: 'live' | 'test') =>
      caller(it.world.chapar, await tokenFor(own, tenant.id, mode))('/v1/channels')
    expect(await refusal(await call('test'))).toEqual([200, undefined])
    // Its calls and messages are counted like those of any other.
    expect((await call('test')).headers.get('ratelimit')).toMatch(/calls/)
    expect(await refusal(await call('live'))).toEqual([403, 'tenant-pending'])
    // Suspended and resumed it would be active, approved by nobody.
    for (const [step, words] of [['suspend', { reason: 'a test' }], ['resume']] as const)
      expect((await admin(`/admin/v1/tenants/${tenant.id}/${step}`, 'POST', words)).status).toBe(409)
    expect(await body(await admin(`/admin/v1/tenants/${tenant.id}/approve`, 'POST'))).toMatchObject({
      status: 'active',
      identityLevel: 'L1',
    })
    await until('the approval is known', async () => (await call('live')).status === 200)
  })

  test('makes a tenant that reads, once it is suspended, what is said to it and not why', async () => {
    const { own, made } = await signedUp()
    const path = `/admin/v1/tenants/${made.tenant.id}`
    await admin(`${path}/approve`, 'POST')
    await admin(`${path}/suspend`, 'POST', { reason: 'zw9internal', notice: 'Call us.' })
    const told = await own.browse('/v1/auth/me')
    const text = await told.text()
    expect(JSON.parse(text).tenants).toMatchObject([{ status: 'suspended', notice: 'Call us.' }])
    expect(text).not.toContain('zw9internal')
    await admin(`${path}/suspend`, 'POST', { reason: 'zw9internal' })
    expect((await body(await own.browse('/v1/auth/me'))).tenants).toMatchObject([{ status: 'suspended', notice: null }])
    await admin(`${path}/resume`, 'POST')
    expect((await body(await own.browse('/v1/auth/me'))).tenants).toMatchObject([{ status: 'active', notice: null }])
  })

  test('makes a tenant whose messages of test go out at once, and whose calls are limited', async () => {
    const { own, made } = await signedUp()
    const call = caller(it.world.chapar, await tokenFor(own, made.tenant.id, 'test'))
    const sent = await call('/v1/messages', { body: message('+989121112233') })
    expect(sent.status).toBe(202)
    const { id } = await body(sent)
    await until('it is delivered', async () => (await body(await call(`/v1/messages/${id}`))).status === 'delivered')
    await admin(`/admin/v1/tenants/${made.tenant.id}`, 'PATCH', { calls: { rate: 0.01, burst: 5 } })
    await until('its calls are limited', async () => {
      const asked = await Promise.all(Array.from({ length: 40 }, async () => refusal(await call('/v1/channels'))))
      return asked.some(([status, code]) => status === 429 && code === 'too-many-calls')
    })
  })

  test('of who has an account sends that to his telephone, and answers as it does to anybody', async () => {
    const { mobile, ip } = await signedUp()
    const other = fresh()
    const known = await ask(browser(), '/v1/auth/sign-up', { ...FACTS, mobile }, ip)
    const unknown = await ask(browser(), '/v1/auth/sign-up', { ...FACTS, mobile: other.mobile }, other.ip)
    expect(Object.keys(known.answer)).toEqual(Object.keys(unknown.answer))
    expect([known.status, known.answer['checksLeft']]).toEqual([unknown.status, unknown.answer['checksLeft']])
    const text = await until('the notice', async () => it.textsTo(mobile)[1])
    expect(text).toMatch(/حساب دارید/)
    expect(text).not.toMatch(/\d{6}/)
  })

  test('proves the mobile that it was begun with, whatever comes with the code', async () => {
    const [own, another] = [fresh(), fresh()]
    const page = browser()
    const mine = await ask(page, '/v1/auth/sign-up', { ...FACTS, mobile: own.mobile }, own.ip)
    const theirs = await ask(page, '/v1/auth/sign-up', { ...FACTS, mobile: another.mobile }, another.ip)
    const [code, other] = [await it.codeTo(own.mobile), await it.codeTo(another.mobile)]
    const check = (sent: object) => page.browse('/v1/auth/sign-up/check', { body: sent })
    for (const more of [{ mobile: another.mobile }, { to: another.mobile }])
      expect((await check({ ceremony: mine.ceremony, code, ...more })).status).toBe(422)
    if (code !== other) expect((await check({ ceremony: theirs.ceremony, code })).status).toBe(422)
    const made = await body(await check({ ceremony: mine.ceremony, code }))
    expect(await body(await page.browse('/v1/auth/me'))).toMatchObject({ id: made.id, mobile: own.mobile })
  })

  test('is for one person a mobile, and three accounts that nobody vouched for a person', async () => {
    const { own, made } = await signedUp()
    const make = () => own.browse('/v1/auth/tenants', { body: { tenantName: 'One more' } })
    expect([(await make()).status, (await make()).status]).toEqual([200, 200])
    expect(await refusal(await make())).toEqual([409, 'conflict'])
    // What he hands on to another account counts as well.
    await it.world.chapar.control
      .prepare(`UPDATE memberships SET role = 'viewer' WHERE person_id = ?1`)
      .bind(made.id)
      .run()
    expect(await refusal(await make())).toEqual([409, 'conflict'])
  })

  test('is closed where the licensee says so, names nobody, or names a route to the sandbox', async () => {
    const { own } = await signedUp()
    const { mobile, ip } = fresh()
    const start = (path: string) =>
      browser().browse(path, { body: { ...FACTS, mobile }, headers: { 'cf-connecting-ip': ip } })
    const signIn = () =>
      browser().browse('/v1/auth/sign-in/code', { body: { mobile }, headers: { 'cf-connecting-ip': ip } })
    const sandbox = (await it.world.operator.post('/admin/v1/connections', {
      channel: 'sms',
      provider: 'sandbox',
      name: 'Sandbox',
      settings: {},
    })) as { readonly id: string }
    const tenant = (await it.world.operator.post('/admin/v1/tenants', { name: 'By sandbox', region: 'IR' })) as {
      readonly id: string
    }
    await it.world.operator.put('/admin/v1/routes', {
      tenantId: tenant.id,
      channel: 'sms',
      mode: 'test',
      connections: [sandbox.id],
    })
    try {
      await licensee({ signUp: { tenantId: tenant.id, mode: 'test' } })
      for (const answer of [await start('/v1/auth/sign-up'), await signIn()]) {
        const { code, detail } = await body(answer)
        expect([answer.status, code, detail]).toEqual([409, 'conflict', expect.stringContaining('sandbox')])
      }
      await licensee({ signUp: { tenantId: null } })
      expect((await start('/v1/auth/sign-up')).status).toBe(409)
      await licensee({ signUp: { tenantId: it.world.tenantId, mode: 'live', open: false } })
      expect(await refusal(await start('/v1/auth/sign-up'))).toEqual([403, 'forbidden'])
      // Who is known already makes none either.
      expect(await refusal(await own.browse('/v1/auth/tenants', { body: { tenantName: 'One more' } }))).toEqual([
        403,
        'forbidden',
      ])
    } finally {
      await licensee({ signUp: { open: true, tenantId: it.world.tenantId, mode: 'live' } })
    }
  })
})

describe('sign-in by a code', () => {
  test('gives a new cookie, whatever the browser held: one that was prepared opens nothing', async () => {
    const { mobile, ip } = await signedUp()
    const prepared = browser()
    prepared.jar.cookie = `__Host-chapar=${'p'.repeat(43)}`
    const { ceremony } = await ask(prepared, '/v1/auth/sign-in/code', { mobile }, ip)
    const code = await it.codeTo(mobile, 1)
    const answer = await prepared.browse('/v1/auth/sign-in/check', { body: { ceremony, code } })
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-chapar=[\w-]{43}; Path=\/; Max-Age=604(?:800|7\d\d); HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(prepared.jar.cookie).not.toContain('ppp')
    expect((await prepared.browse('/v1/auth/me')).status).toBe(200)
    const held = { cookie: `__Host-chapar=${'p'.repeat(43)}` }
    expect((await browser().browse('/v1/auth/me', { headers: held })).status).toBe(401)
  })

  test('counts for the number that the person has, and not for one that he gave up since', async () => {
    const { mobile, ip, made } = await signedUp()
    const { ceremony } = await ask(browser(), '/v1/auth/sign-in/code', { mobile }, ip)
    const code = await it.codeTo(mobile, 1)
    const { control, keys } = it.world.chapar
    const person = await personById(control, keys, made.id)
    if (!person) throw new Error('he has signed up')
    await control.prepare('DELETE FROM people WHERE id = ?1').bind(made.id).run()
    await insertPerson(control, keys, { ...person, name: FACTS.name, mobile: fresh().mobile })
    const answer = await browser().browse('/v1/auth/sign-in/check', { body: { ceremony, code } })
    expect(await refusal(answer)).toEqual([403, 'forbidden'])
  })

  test('ends the sign-in that the browser had', async () => {
    const { mobile, ip, own } = await signedUp()
    const before = own.jar.cookie
    const { ceremony } = await ask(own, '/v1/auth/sign-in/code', { mobile }, ip)
    await own.browse('/v1/auth/sign-in/check', { body: { ceremony, code: await it.codeTo(mobile, 1) } })
    expect(own.jar.cookie).not.toBe(before)
    expect((await browser().browse('/v1/auth/me', { headers: { cookie: before } })).status).toBe(401)
    expect((await body(await own.browse('/v1/auth/sign-ins'))).data).toHaveLength(1)
  })

  test('counts once, for the step that it was asked for', async () => {
    const { ceremony, code, mobile, ip } = await signedUp()
    const again = (path: string, of: string, typed: string) =>
      browser().browse(path, { body: { ceremony: of, code: typed } })
    expect(await refusal(await again('/v1/auth/sign-up/check', ceremony, code))).toEqual([422, 'verification-over'])
    const asked = await ask(browser(), '/v1/auth/sign-in/code', { mobile }, ip)
    const next = await it.codeTo(mobile, 1)
    expect(await refusal(await again('/v1/auth/sign-up/check', asked.ceremony, next))).toEqual([
      422,
      'verification-over',
    ])
    expect(await refusal(await again('/v1/auth/sign-in/check', 'x'.repeat(43), next))).toEqual([
      422,
      'verification-over',
    ])
    const tried = await Promise.all([1, 2, 3].map(() => again('/v1/auth/sign-in/check', asked.ceremony, next)))
    expect(tried.map(({ status }) => status).sort()).toEqual([200, 422, 422])
  })

  test('fails after five wrong codes, of a known number and of an unknown one alike', async () => {
    const known = await signedUp()
    const answers = async (mobile: string, ip: string, not: string) => {
      const { ceremony } = await ask(browser(), '/v1/auth/sign-in/code', { mobile }, ip)
      const found: unknown[] = []
      for (let n = 0; n < 6; n++) {
        const answer = await browser().browse('/v1/auth/sign-in/check', { body: { ceremony, code: not } })
        const { code, errors, detail, reason } = await body(answer)
        found.push([answer.status, code, errors, detail, reason])
      }
      return found
    }
    const unknown = fresh()
    const ofKnown = await answers(known.mobile, known.ip, it.wrong(known.code))
    expect(ofKnown.at(-1)).toEqual([422, 'verification-over', undefined, expect.any(String), 'failed'])
    expect(await answers(unknown.mobile, unknown.ip, '111111')).toEqual(ofKnown)
    expect(it.textsTo(unknown.mobile)).toEqual([])
  })

  test('is none for who has a passkey, nor for the licensee’s people: nothing is sent', async () => {
    const [one, two] = [fresh(), fresh()]
    const withKey = await signedInPerson(it.world.chapar, { mobile: one.mobile })
    await it.world.chapar.control
      .prepare(
        `INSERT INTO passkeys (id, person_id, credential_id, public_key, counter, transports, is_synced, name, created_at)
VALUES ('pky_0000000000000001', ?1, 'c', 'p', 0, '[]', 0, '0.', 1)`,
      )
      .bind(withKey.id)
      .run()
    const operator = await signedInPerson(it.world.chapar, { mobile: two.mobile, operatorRole: 'operator' })
    for (const { mobile, ip } of [one, two])
      expect((await ask(browser(), '/v1/auth/sign-in/code', { mobile }, ip)).status).toBe(202)
    for (const { browse } of [withKey, operator])
      expect(await refusal(await browse('/v1/auth/step-up/code', { method: 'POST' }))).toEqual([403, 'forbidden'])
    // A text to somebody else comes after them on the same queue.
    await signedUp()
    expect([it.textsTo(one.mobile), it.textsTo(two.mobile)]).toEqual([[], []])
  })

  test('has its pace by number and by network', async () => {
    const { mobile, ip } = fresh()
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await ask(browser(), '/v1/auth/sign-in/code', { mobile }, ip)).status)
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429])
    const network: number[] = []
    for (let n = 0; n < 6; n++)
      network.push(
        (await ask(browser(), '/v1/auth/sign-in/code', { mobile: fresh().mobile }, ip.replace(/7$/, '9'))).status,
      )
    expect(network).toContain(429)
  })
})

test('a network that is refused uses up the codes of nobody', async () => {
  const person = await signedUp()
  const { ip } = fresh()
  const asked = async (mobile: string, from: string) =>
    (await ask(browser(), '/v1/auth/sign-in/code', { mobile }, from)).status
  for (let n = 0; n < 11; n++) await asked(fresh().mobile, ip)
  for (let n = 0; n < 6; n++) expect(await asked(person.mobile, ip)).toBe(429)
  expect(await asked(person.mobile, person.ip)).toBe(202)
})

test('who signs in has no pace by company, which sign-up has, and who steps up none by network', async () => {
  const { chapar } = it.world
  const { mobile, ip, own } = await signedUp()
  const config = await configOf(chapar.secrets)
  const never = Date.now() + 9 * DAY
  for (const [kind, of] of [
    ['asn', '64496'],
    ['network', sharedNetwork(ip)],
  ] as const)
    await chapar.control
      .prepare('INSERT INTO challenge_pace VALUES (?1, ?2) ON CONFLICT DO UPDATE SET idle_at = ?2')
      .bind(await opaqueHash(config, `codes a ${kind}`, of), never)
      .run()
  const asked = (path: string, of: object) =>
    browser().browse(path, { body: of, headers: { 'cf-connecting-ip': fresh().ip, 'x-asn': '64496' } })
  const signUp = { ...FACTS, mobile: fresh().mobile }
  expect(await refusal(await asked('/v1/auth/sign-up', signUp))).toEqual([429, 'too-many-codes'])
  expect((await asked('/v1/auth/sign-in/code', { mobile })).status).toBe(202)
  const headers = { 'cf-connecting-ip': ip, 'x-asn': '64496' }
  expect((await own.browse('/v1/auth/step-up/code', { method: 'POST', headers })).status).toBe(202)
})

describe('step-up by a code', () => {
  test('is good for ten minutes, and gives a new cookie', async () => {
    const { mobile, own, made } = await signedUp()
    await it.later(11 * MINUTE)
    expect(await refusal(await own.browse('/v1/auth/close', { method: 'POST' }))).toEqual([403, 'step-up-required'])
    const before = own.jar.cookie
    const { ceremony } = await body(await own.browse('/v1/auth/step-up/code', { method: 'POST' }))
    const code = await it.codeTo(mobile, 1)
    const stranger = await signedUp()
    expect((await stranger.own.browse('/v1/auth/step-up', { body: { ceremony, code: it.wrong(code) } })).status).toBe(
      422,
    )
    expect((await own.browse('/v1/auth/step-up', { body: { ceremony, code } })).status).toBe(204)
    expect(own.jar.cookie).not.toBe(before)
    expect((await browser().browse('/v1/auth/me', { headers: { cookie: before } })).status).toBe(401)
    // He is the only owner of an open tenant.
    expect(await refusal(await own.browse('/v1/auth/close', { method: 'POST' }))).toEqual([409, 'conflict'])
    await it.world.chapar.control
      .prepare(`UPDATE tenants SET status = 'closed' WHERE id = ?1`)
      .bind(made.tenant.id)
      .run()
    expect((await own.browse('/v1/auth/close', { method: 'POST' })).status).toBe(204)
    expect((await own.browse('/v1/auth/me')).status).toBe(401)
    const left = await it.world.chapar.control
      .prepare('SELECT status, sealed, mobile_key, email_key FROM people WHERE id = ?1')
      .bind(made.id)
      .first()
    expect(left).toEqual({ status: 'closed', sealed: null, mobile_key: null, email_key: null })
  })
})

/** Stands behind the others: it puts the clock far ahead. */
test('a pending tenant that nobody used for thirty days is closed, and who made it', async () => {
  const unused = await signedUp()
  const used = await signedUp()
  const statuses = async () => {
    const { results } = await it.world.chapar.control
      .prepare('SELECT id, status FROM tenants WHERE id IN (?1, ?2) UNION SELECT id, status FROM people WHERE id = ?3')
      .bind(unused.made.tenant.id, used.made.tenant.id, unused.made.id)
      .all<{ readonly id: string; readonly status: string }>()
    return Object.fromEntries(results.map(({ id, status }) => [id, status]))
  }
  await it.later(6 * DAY)
  const { ceremony } = await ask(used.own, '/v1/auth/sign-in/code', { mobile: used.mobile }, used.ip)
  const code = await it.codeTo(used.mobile, 1)
  expect((await used.own.browse('/v1/auth/sign-in/check', { body: { ceremony, code } })).status).toBe(200)
  const due = Date.now() + 31 * DAY
  await it.world.chapar.scheduled('17 * * * *', Date.now() + 29 * DAY)
  expect(Object.values(await statuses()).sort()).toEqual(['active', 'pending', 'pending'])
  await it.world.chapar.scheduled('17 * * * *', due)
  expect(await statuses()).toEqual({
    [unused.made.tenant.id]: 'closed',
    [used.made.tenant.id]: 'pending',
    [unused.made.id]: 'closed',
  })
})
