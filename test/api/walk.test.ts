import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CREDENTIAL_SCOPES, SCOPES } from '#worker/domain/people/scopes.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { isBrowsers, nameOf, type Seen, type Surface, startSurface } from '../worlds/surface.ts'
import { caller, message, until } from '../worlds/world.ts'
import { type Example, exampleOf, examples } from './examples.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

const named = operations.map((operation) => [nameOf(operation), operation] as const)
const isTenants = ({ path }: Operation): boolean => path.startsWith('/v1/') && !isBrowsers(path)
const isAdmin = ({ path }: Operation): boolean => path.startsWith('/admin/')
const guarded = named.filter(([, operation]) => isTenants(operation) || isAdmin(operation))
const withParams = named.filter(([, { path }]) => path.includes(':'))

const prepared = (operation: Operation): Promise<Example> => exampleOf(operation, it)
/** Examples whose call is only refused for who calls: what they name may be gone meanwhile. */
const refusable = new Map<Operation, Promise<Example>>()
function forRefusal(operation: Operation): Promise<Example> {
  const example = refusable.get(operation) ?? prepared(operation)
  refusable.set(operation, example)
  return example
}
const isOfPeople = ({ scope }: Operation): boolean => scope !== undefined && !CREDENTIAL_SCOPES.includes(scope)

/** The operation's good call with something of it changed. */
async function run(operation: Operation, change: Partial<Example> = {}, example = prepared(operation)): Promise<Seen> {
  const { path, status: _, ...sent } = await example
  return it.call(change.path ?? path, {
    method: operation.method,
    token: await it.tokenFor(operation),
    operation,
    ...sent,
    ...change,
  })
}

test('there is no example of what is no operation', () => {
  const names = named.map(([name]) => name)
  expect(Object.keys(examples).filter((name) => !names.includes(name))).toEqual([])
})

describe('the contract', () => {
  test.each(named)('%s answers what it declares', async (_, operation) => {
    const example = await prepared(operation)
    const { path, status, ...sent } = example
    const seen = await it.call(path, {
      method: operation.method,
      token: await it.tokenFor(operation),
      operation,
      ...sent,
    })
    expect(seen.status, seen.text.slice(0, 500)).toBe(status)
    if (status === 201 && !isAdmin(operation) && operation.path !== '/v1/suppressions')
      expect(seen.headers.get('location')).toMatch(/^\/v1\//)
  })

  test('a message in every state looks like a message, in both directions and in lists', async () => {
    const read = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages/:id')
    const list = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages')
    if (!read || !list) throw new Error('no such operation')
    const more = { clientRef: 'r', metadata: { a: 'b' }, purpose: 'otp', validUntil: new Date(Date.now() + 9e6) }
    for (const digits of ['0000', '9901', '9902', '9903', '9904', '9905', '9909', '9912', '9913']) {
      const { id } = await it.good('/v1/messages', { body: message(`+98912000${digits}`, 'hi', more) }, 202)
      await until('a row', async () => (await it.good(`/v1/messages/${id}`, { operation: read })).channel)
    }
    await until('an inbound message', async () => {
      const { data } = await it.good('/v1/messages?direction=inbound', { operation: list })
      for (const { id } of data) await it.good(`/v1/messages/${id}`, { operation: read })
      return data.length > 0
    })
    const { data } = await it.good('/v1/messages?limit=100', { operation: list })
    for (const { id } of data) await it.good(`/v1/messages/${id}`, { operation: read })
    expect(new Set(data.map(({ status }: { status: string }) => status)).size).toBeGreaterThan(3)
  })
})

describe('who may call', () => {
  const WRONG = [
    [{ authorization: 'Bearer x.y.z' }, 'unauthenticated'],
    [{ authorization: 'Basic YTpi' }, 'token-missing'],
    [{ authorization: '' }, 'token-missing'],
  ] as const
  test.each(guarded)('%s asks for a credential', async (_, operation) => {
    const { path, status: __, ...sent } = await forRefusal(operation)
    // None for each; of what is no token of ours one, in turn: it is read before it is known what is called.
    const wrong = WRONG[operations.indexOf(operation) % WRONG.length] ?? [{}, '']
    for (const [headers, code] of [[{}, 'token-missing'], wrong] as const) {
      const answer = await it.call(path, {
        method: operation.method,
        ...sent,
        token: null,
        headers: { ...sent.headers, ...headers },
      })
      expect(answer.status).toBe(401)
      expect(answer.json.code).toBe(code)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="chapar"/)
    }
  })

  test('each call of somebody signed in asks for his cookie, and a token stands for none', async () => {
    const signedIn = operations.filter((operation) => operation.signedIn)
    expect(signedIn.filter(({ path }) => !isBrowsers(path))).toEqual([])
    for (const operation of signedIn)
      for (const headers of [{}, { authorization: `Bearer ${it.token}` }, { cookie: '__Host-chapar=x' }]) {
        const seen = await run(operation, { token: null, headers }, forRefusal(operation))
        expect([seen.status, seen.json.code], nameOf(operation)).toEqual([401, 'signed-out'])
      }
  })

  test('each call of a tenant needs its own scope, and no other', async () => {
    const made = new Map<string, Awaited<ReturnType<Surface['credential']>>>()
    for (const scope of SCOPES) {
      const scopes = CREDENTIAL_SCOPES.filter((other) => other !== scope)
      made.set(scope, await it.credential(it.tenantId, { scopes }))
    }
    const tokens = new Map<string, string>()
    for (const [scope, one] of made) tokens.set(scope, await it.login(one))
    for (const operation of operations.filter(isTenants)) {
      if (!operation.scope) throw new Error(`${nameOf(operation)} names no scope`)
      const seen = await run(operation, { token: tokens.get(operation.scope) ?? null }, forRefusal(operation))
      expect(seen.status, nameOf(operation)).toBe(403)
      expect(seen.json.code).toBe('forbidden')
      expect(seen.headers.get('www-authenticate')).toContain(`scope="${operation.scope}"`)
    }
  })

  test.each(guarded)('%s is closed to the other kind of caller', async (_, operation) => {
    const token = isAdmin(operation) ? it.token : it.operatorToken
    const answer = await run(operation, { token }, forRefusal(operation))
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('another tenant finds none of it: 404 on every route with an id', async () => {
    const { token } = await it.other('10009999')
    for (const [name, operation] of withParams.filter(([, one]) => isTenants(one) && !isOfPeople(one))) {
      const seen = await run(operation, { token })
      expect(seen.status, name).toBe(404)
      expect(seen.json.code).toBe('not-found')
    }
    const other = caller(it.chapar, token)
    const { json } = await it.call('/v1/messages', { token })
    expect(json).toEqual({ data: [], nextCursor: null })
    const batch = (await it.good(
      '/v1/messages/batch',
      {
        body: { channel: 'sms', content: { text: 'x' }, messages: [{ to: '+989121112233' }] },
      },
      202,
    )) as { id: string }
    expect((await other(`/v1/messages?batch=${batch.id}`)).status).toBe(404)
    expect((await it.call('/v1/messages?to=%2B989121112233', { token })).json.data).toEqual([])
    expect((await it.call('/v1/suppressions', { token })).json.data).toEqual([])
    expect((await it.call('/v1/webhooks', { token })).json.data).toEqual([])
  })

  test('a client of another tenant is none of this one’s, for operators too', async () => {
    const other = await it.other('10009998')
    const { clientId } = other.client
    for (const [path, method] of [
      ['/revoke', 'POST'],
      ['', 'DELETE'],
    ] as const) {
      const path2 = `/admin/v1/tenants/${it.tenantId}/credentials/${clientId}${path}`
      expect((await it.call(path2, { method, token: it.operatorToken })).status).toBe(404)
    }
    expect((await it.call('/v1/webhooks', { token: other.token })).status).toBe(200)
    const path = `/admin/v1/tenants/${it.tenantId}/senders/sms/10009998`
    expect((await it.call(path, { method: 'DELETE', token: it.operatorToken })).status).toBe(404)
  })
})

describe('methods', () => {
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
  test('every path answers 405 with Allow to the methods that it does not have', async () => {
    for (const path of new Set(operations.map((operation) => operation.path))) {
      const has = operations.filter((operation) => operation.path === path).map(({ method }) => method as string)
      const filled = path.replace(/:\w+/g, 'x')
      const token = path.startsWith('/admin/') ? it.operatorToken : it.token
      for (const method of METHODS) {
        if (has.includes(method)) continue
        // `/dead-letters/replay` and `/messages/batch` are also ids of their neighbours.
        const others = operations.filter(
          (one) => one.method === method && new RegExp(`^${one.path.replace(/:\w+/g, '[^/]+')}$`).test(filled),
        )
        if (others.length > 0) continue
        const seen = await it.call(filled, { method, token })
        expect(seen.status, `${method} ${filled}`).toBe(405)
        const allow = (seen.headers.get('allow') ?? '').split(', ')
        for (const one of has) expect(allow, `${method} ${filled}`).toContain(one)
        expect(allow).not.toContain(method)
      }
    }
  })

  test('HEAD answers as GET does, without the body', async () => {
    for (const [, operation] of named.filter(([, { method, path }]) => method === 'GET' && !path.includes(':'))) {
      const { path } = await prepared(operation)
      const seen = await it.call(path, { method: 'HEAD', token: await it.tokenFor(operation) })
      expect([seen.status, seen.text], path).toEqual([200, ''])
    }
  })
})

describe('ids', () => {
  const SHAPES = [
    'x',
    '0',
    '-1',
    '%00',
    'a%00b',
    '%ED%A0%80',
    '%F0%9F%98%80',
    '%',
    '%zz',
    '..%2f..%2fadmin',
    '..;',
    "'%20OR%201=1--",
    '%22',
    '%0d%0aset-cookie:x=1',
    '__proto__',
    'constructor',
    'toString',
    'null',
    '%D9%BE%DB%8C%D8%A7%D9%85',
    `msg_${'0'.repeat(35)}`,
    `msg_${'z'.repeat(35)}`,
    `bat_${'0'.repeat(31)}`,
    `whe_${'0'.repeat(16)}`,
    `con_${'0'.repeat(17)}`,
    `cli_${'0'.repeat(29)}`,
    'a'.repeat(4_000),
    '%F0%9F%98%80'.repeat(500),
  ]
  /** Paths up to a parameter that an operation before has too: by what it names the same look-up finds it. */
  const looked = new Set<string>()
  /** All shapes for the first operation of a path up to a parameter; a sixth of them for each other one, in turn. */
  function shapesFor(path: string, upTo: number): readonly string[] {
    const head = path.split('/', upTo + 1).join('/')
    if (!looked.has(head)) {
      looked.add(head)
      return SHAPES
    }
    return SHAPES.filter((_, n) => n % 6 === path.length % 6)
  }
  test.each(withParams)('%s answers 404 to ids that nobody made', async (_, operation) => {
    const { path: good, status: __, ...sent } = await prepared(operation)
    const parts = operation.path.split('/')
    const goodParts = good.split('/')
    for (const [index, part] of parts.entries()) {
      if (!part.startsWith(':')) continue
      for (const shape of shapesFor(operation.path, index)) {
        const path = goodParts.map((one, i) => (i === index ? shape : one)).join('/')
        const seen = await it.call(path, { method: operation.method, token: await it.tokenFor(operation), ...sent })
        expect([404, 405], `${path.slice(0, 100)} ${seen.text}`).toContain(seen.status)
      }
    }
  })

  test('a message id that was changed in any digit is not ours', async () => {
    const { id } = await it.good('/v1/messages', { body: message('+989121112233') }, 202)
    for (let i = 4; i < id.length; i++) {
      const changed = `${id.slice(0, i)}${id[i] === '1' ? '2' : '1'}${id.slice(i + 1)}`
      const seen = await it.call(`/v1/messages/${changed}`, { token: it.token })
      expect(seen.status, `digit ${i}`).toBe(404)
      const cancel = await it.call(`/v1/messages/${changed}/cancel`, { method: 'POST', token: it.token })
      expect(cancel.status, `digit ${i}`).toBe(404)
    }
    for (const changed of [id.toUpperCase(), `${id}0`, id.slice(0, -1), id.replace('msg_', 'bat_')])
      expect((await it.call(`/v1/messages/${changed}`, { token: it.token })).status).toBe(404)
  })

  test('an ordinal behind the request’s last is not ours', async () => {
    const body = {
      channel: 'sms',
      content: { text: 'x' },
      messages: [{ to: '+989121112233' }, { to: '+989121112234' }],
    }
    const { accepted } = await it.good('/v1/messages/batch', { body }, 202)
    const last = accepted[1]?.id ?? ''
    expect((await it.call(`/v1/messages/${last}`, { token: it.token })).status).toBe(200)
    expect((await it.call(`/v1/messages/${last.slice(0, -2)}20`, { token: it.token })).status).toBe(404)
  })
})

describe('paths', () => {
  test('what is no route is a 404 problem, wherever', async () => {
    const paths = ['/', '/v1', '/v1/', '/v1/nothing', '/v2/messages', '/v1/messages/', '/admin', '/admin/v1', '/oauth']
    paths.push('/oauth/token/', '/docs/', '/docs/none', '/favicon.ico', '/.env', '/v1/%2e%2e/admin/v1/tenants')
    for (const path of paths) {
      const token = path.startsWith('/admin') ? it.operatorToken : it.token
      const seen = await it.call(path, { token })
      expect([404, 401], `${path} ${seen.status}`).toContain(seen.status)
    }
  })

  test('no spelling of a path gets past the guard', async () => {
    for (const path of [
      '/%761/messages',
      '/v1%2Fmessages',
      '/v1/./messages',
      '/V1/messages',
      '/v1;x/messages',
      '/%61dmin/v1/tenants',
      '/x/../admin/v1/tenants',
    ]) {
      const seen = await it.call(path)
      expect([401, 404], `${path} ${seen.status}`).toContain(seen.status)
    }
  })
})
