import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR_SCOPES_OF, type OperatorRole, ROLES, type Role } from '#worker/domain/people/roles.ts'
import { HOUR, MINUTE } from '#worker/domain/time.ts'
import { openedCalls } from '../../worlds/at-rest/opened-calls.ts'
import { cookieSet, signedInPerson } from '../../worlds/players/person-world.ts'
import { caller, message, startWorld, until, type World } from '../../worlds/world.ts'

let it: World
beforeAll(async () => {
  it = await startWorld({ entry: 'test/worlds/entries/clock.ts', mode: 'live' })
})
afterAll(() => it.dispose())

const body = async (answer: Response) => JSON.parse((await answer.text()) || 'null')
const refusal = async (answer: Response) => [answer.status, (await body(answer))?.code]
const clock = (at: number) => it.chapar.fetch('/clock', { method: 'POST', body: String(at) })
const member = (role: Role, operatorRole: OperatorRole | null = null) =>
  signedInPerson(it.chapar, { roles: { [it.tenantId]: role }, operatorRole })

describe('who is signed in', () => {
  test('is told of himself, his tenants and his sign-in', async () => {
    const person = await member('developer', 'support')
    expect(await body(await person.browse('/v1/auth/me'))).toMatchObject({
      id: person.id,
      name: person.name,
      mobile: person.mobile,
      email: person.email,
      operatorRole: 'support',
      operatorScopes: OPERATOR_SCOPES_OF.support,
      tenants: [{ id: it.tenantId, status: 'active', role: 'developer' }],
      signIn: { id: person.signInId, isCurrent: true, country: 'IR', browser: 'Firefox on Linux' },
    })
  })
})

describe('one’s own name', () => {
  test('is changed, and the number, the address and the others stay', async () => {
    const [person, other] = [await member('developer'), await member('viewer')]
    const answer = await person.browse('/v1/auth/me', { method: 'PATCH', body: { name: ' سارا محمدی ' } })
    expect(await body(answer)).toMatchObject({ id: person.id, name: 'سارا محمدی', mobile: person.mobile })
    const me = await body(await person.browse('/v1/auth/me'))
    expect(me).toMatchObject({ name: 'سارا محمدی', mobile: person.mobile, email: person.email })
    expect(await body(await other.browse('/v1/auth/me'))).toMatchObject({ name: other.name })
    for (const name of ['', 'x'.repeat(201), 'two\nlines', 7])
      expect(await refusal(await person.browse('/v1/auth/me', { method: 'PATCH', body: { name } }))).toEqual([
        422,
        'invalid-fields',
      ])
  })

  test('of a record that was altered is not written over: the number in it would be lost', async () => {
    const person = await member('viewer')
    await it.chapar.control
      .prepare('UPDATE people SET sealed = (SELECT sealed FROM people WHERE id <> ?1 LIMIT 1) WHERE id = ?1')
      .bind(person.id)
      .run()
    const answer = await person.browse('/v1/auth/me', { method: 'PATCH', body: { name: 'Sara' } })
    expect(await refusal(answer)).toEqual([409, 'conflict'])
  })
})

describe('the token of a tab', () => {
  test.each(ROLES)('of a %s holds the scopes of his role, and no more', async (role) => {
    const person = await member(role)
    const answer = await body(await person.browse('/v1/auth/token', { body: { tenantId: it.tenantId, mode: 'test' } }))
    expect(answer).toMatchObject({ role, expiresIn: 300 })
    expect(answer.scopes.includes('messages:send')).toBe(['owner', 'admin', 'developer', 'sender'].includes(role))
  })

  test('calls in the mode of the tab: one that says test cannot send live', async () => {
    const person = await member('sender')
    const call = await person.calling(it.tenantId, 'test')
    const sent = await call('/v1/messages', { body: message('+989121112233') })
    // The route is the live one's alone: in test there is none.
    expect(await refusal(sent)).toEqual([422, 'no-route'])
    const live = await person.calling(it.tenantId, 'live')
    const { id } = await body(await live('/v1/messages', { body: message('+989121112233') }))
    expect((await call(`/v1/messages/${id}`)).status).toBe(404)
    for (const headers of [{ 'x-mode': 'live' }, { cookie: person.cookie }])
      expect((await call('/v1/messages', { body: message('+989121112233'), headers })).status).toBe(422)
  })

  test('is for members, for whom has a role at the licensee, and for no closed account', async () => {
    const stranger = await signedInPerson(it.chapar)
    const ask = (asked: object) => stranger.browse('/v1/auth/token', { body: asked })
    expect((await ask({ tenantId: it.tenantId, mode: 'test' })).status).toBe(422)
    expect((await ask({ tenantId: 'ten_000000000000', mode: 'test' })).status).toBe(422)
    expect(await refusal(await ask({ operator: true }))).toEqual([403, 'forbidden'])
    expect((await ask({ operator: true, tenantId: it.tenantId, mode: 'test' })).status).toBe(422)
    const operator = await signedInPerson(it.chapar, { operatorRole: 'auditor' })
    const token = await operator.tab()
    expect((await caller(it.chapar, token)('/v1/messages')).status).toBe(401)
  })

  test.each(['code', 'link'] as const)(
    'of an operator is for no sign-in by a %s: it may be older than his role',
    async (method) => {
      const person = await signedInPerson(it.chapar, {
        operatorRole: 'owner',
        roles: { [it.tenantId]: 'viewer' },
        method,
      })
      const ask = (asked: object) => person.browse('/v1/auth/token', { body: asked })
      expect(await refusal(await ask({ operator: true }))).toEqual([403, 'forbidden'])
      expect((await ask({ tenantId: it.tenantId, mode: 'test' })).status).toBe(200)
    },
  )

  test('ends with the sign-in, everywhere, before the answer', async () => {
    const person = await member('viewer')
    const call = await person.calling(it.tenantId)
    expect((await call('/v1/channels')).status).toBe(200)
    expect((await person.browse('/v1/auth/sign-out', { method: 'POST' })).status).toBe(204)
    await until('every isolate knows', async () => (await call('/v1/channels')).status === 401)
    expect(await refusal(await call('/v1/channels'))).toEqual([401, 'token-revoked'])
  })
})

describe('the cookie', () => {
  test('after sign-out opens nothing, and the browser is told to forget it', async () => {
    const person = await signedInPerson(it.chapar)
    const { cookie } = person
    const answer = await person.browse('/v1/auth/sign-out', { method: 'POST' })
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-chapar=; Path=\/; Max-Age=0; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(await refusal(await person.browse('/v1/auth/me', { headers: { cookie } }))).toEqual([401, 'signed-out'])
  })

  test('does nothing on any other call', async () => {
    const { cookie } = await member('owner', 'owner')
    for (const path of ['/v1/messages', '/v1/channels', '/admin/v1/tenants', '/v1/auth'])
      expect((await it.chapar.fetch(path, { headers: { cookie } })).status, path).toBe(401)
  })

  test.each([
    ['no Origin', {}],
    ['another site’s', { origin: 'https://evil.example' }],
    ['that of a page beside ours', { origin: 'https://other.chapar.test', 'sec-fetch-site': 'same-site' }],
    ['ours at another port', { origin: 'https://chapar.test:8443' }],
    ['ours without TLS', { origin: 'http://chapar.test' }],
    ['that of a sandboxed frame', { origin: 'null' }],
  ])('is no use to a page with %s', async (_, headers) => {
    const { cookie, browse, signInId } = await signedInPerson(it.chapar)
    for (const [method, path] of [
      ['POST', '/v1/auth/sign-out'],
      ['POST', '/v1/auth/token'],
      ['DELETE', `/v1/auth/sign-ins/${signInId}`],
    ] as const) {
      const answer = await it.chapar.fetch(path, { method, headers: { cookie, ...headers } })
      expect(await refusal(answer), `${method} ${path}`).toEqual([403, 'forbidden'])
    }
    expect((await browse('/v1/auth/me')).status).toBe(200)
  })

  test('of two with one name is none, and so is what was made up', async () => {
    const { cookie } = await signedInPerson(it.chapar)
    const name = cookie.split('=')[0]
    for (const sent of [
      `${cookie}; ${cookie}`,
      `${name}=`,
      `${name}=${'x'.repeat(43)}`,
      cookie.toLowerCase(),
      cookie.slice(7),
    ])
      expect((await it.chapar.fetch('/v1/auth/me', { headers: { cookie: sent } })).status, sent.slice(0, 20)).toBe(401)
  })
})

test('calls of nobody are sampled in the log: who is not signed in cannot fill it', async () => {
  const ip = '203.0.113.97'
  const paths = ['/v1/auth/me', '/v1/auth/nothing', '/v1/auth/sign-ins/sgn_0000000000000000']
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      it.chapar.fetch(paths[n % 3] ?? '', { headers: { 'cf-connecting-ip': ip, cookie: 'chapar=x' } }),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 404, 405]))
  const log = { ledger: it.chapar.ledger(), keys: it.chapar.keys }
  const rows = await until('all are counted', async () => {
    const found = (await openedCalls(log, "tenant_id = ''")).filter((row) => row.ip === ip)
    return found.reduce((sum, { count }) => sum + count, 0) >= 60 && found
  })
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(60)
  expect(rows.length).toBeLessThan(60)
})

describe('sign-ins', () => {
  test('are listed, and each is ended by its person alone', async () => {
    const person = await signedInPerson(it.chapar)
    const other = await signedInPerson(it.chapar)
    const { data } = await body(await person.browse('/v1/auth/sign-ins'))
    expect(data).toMatchObject([{ id: person.signInId, ip: '203.0.113.178', isCurrent: true }])
    const path = `/v1/auth/sign-ins/${person.signInId}`
    expect((await other.browse(path, { method: 'DELETE' })).status).toBe(404)
    const answer = await person.browse(path, { method: 'DELETE' })
    expect([answer.status, cookieSet(answer)]).toEqual([204, '__Host-chapar='])
    expect((await it.chapar.fetch('/v1/auth/me', { headers: { cookie: person.cookie } })).status).toBe(401)
  })
})

describe('the licensee', () => {
  test('is changed by no program, and by no person alone: codes of sign-ins go out by the tenant that it names', async () => {
    const change = { method: 'PATCH', body: { signUp: { open: true, tenantId: it.tenantId }, rpId: 'chapar.test' } }
    const program = caller(it.chapar, await it.chapar.operatorToken('program', {}))
    expect(await refusal(await program('/admin/v1/licensee', change))).toEqual([403, 'forbidden'])
    const owner = await signedInPerson(it.chapar, { operatorRole: 'owner' })
    const alone = caller(it.chapar, await owner.tab())
    expect(await refusal(await alone('/admin/v1/licensee', change))).toEqual([403, 'approval-required'])
    expect(await it.operator.get('/admin/v1/licensee')).toMatchObject({ signUp: { open: false, tenantId: null } })
  })

  test('names the origins of its pages, and no relying party that they could not be of', async () => {
    const person = await signedInPerson(it.chapar)
    const admin = caller(it.chapar, await it.chapar.operatorToken())
    const change = (to: object) => admin('/admin/v1/licensee', { method: 'PATCH', body: to })
    const out = (origin: string) => person.browse('/v1/auth/token', { body: { operator: true }, headers: { origin } })
    expect(await it.operator.get('/admin/v1/licensee')).toMatchObject({
      signUp: { open: false, approval: true, tenantId: null, mode: 'live' },
      rpId: 'chapar.test',
      origins: ['https://chapar.test'],
    })
    const pages = ['https://chapar.test', 'https://console.chapar.test']
    await change({ origins: pages, signUp: { approval: false } })
    expect(await it.operator.get('/admin/v1/licensee')).toMatchObject({ signUp: { approval: false }, origins: pages })
    expect((await body(await out('https://console.chapar.test'))).detail).toBe('You have no role at the licensee.')
    await change({ origins: [] })
    expect((await body(await out('https://console.chapar.test'))).detail).toContain('Origin')
    for (const bad of [
      { rpId: 'example.org' },
      { origins: ['http://chapar.test'] },
      { origins: ['https://chapar.test/'] },
      { signUp: { tenantId: 'ten_000000000000' } },
    ])
      expect((await change(bad)).status, JSON.stringify(bad)).toBe(422)
  })
})

/** Time to which these put the clock of the gateway, which never goes back; they stand last. */
let later = 0
describe('a sign-in', () => {
  test.each([
    ['left alone for twelve hours', 12 * HOUR + MINUTE, 0],
    ['seven days old, though used all the time', 7 * 24 * HOUR + MINUTE, 10 * HOUR],
  ])('%s holds no more', async (_, end, step) => {
    const begin = Math.max(later, Date.now())
    const person = await signedInPerson(it.chapar, { now: begin })
    await clock(begin)
    for (let at = step; step > 0 && at < end; at += step) {
      await clock(begin + at)
      expect((await person.browse('/v1/auth/me')).status, `after ${at / HOUR} h`).toBe(at < 168 * HOUR ? 200 : 401)
    }
    later = begin + end
    await clock(later)
    expect(await refusal(await person.browse('/v1/auth/me'))).toEqual([401, 'signed-out'])
  })
})
