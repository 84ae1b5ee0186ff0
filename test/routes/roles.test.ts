import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPeopleId, newRequestId, type PersonId, type TenantId } from '#worker/domain/ids.ts'
import { DANGEROUS_SCOPES, OPERATOR_SCOPES } from '#worker/domain/people/operator-scopes.ts'
import { OPERATOR_ROLES, OPERATOR_SCOPES_OF, PROGRAM_SCOPES, ROLES, SCOPES_OF } from '#worker/domain/people/roles.ts'
import { SCOPES } from '#worker/domain/people/scopes.ts'
import { issuePersonToken } from '#worker/flows/auth/person-token.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { sampleOf } from '../worlds/samples.ts'
import { nameOf, type Surface, startSurface } from '../worlds/surface.ts'
import { configOf } from '../worlds/tenant-world.ts'

/** Calls without a scope, with the reason. Those of a person's own affairs (`/v1/auth/`) are opened by his cookie. */
const FOR_ANYBODY: Readonly<Record<string, string>> = {
  'POST /oauth/token': 'the client’s id and secret are in it',
  'GET /.well-known/jwks.json': 'public keys',
  'GET /.well-known/oauth-authorization-server': 'says where the token endpoint is',
  'GET /.well-known/licensee': 'what the law wants shown of who runs the gateway',
  'GET /healthz': 'says that the gateway answers',
  'GET /openapi.json': 'the description of the API',
  'GET /docs': 'the same for people',
  'GET /docs/calls.js': 'the script of that page',
  'GET /docs/copy.js': 'the script that copies code',
  'GET /docs/errors': 'the same for people',
  'GET /docs/events': 'the same for people',
}
const isForAnybody = (one: Operation): boolean =>
  Object.hasOwn(FOR_ANYBODY, nameOf(one)) || one.path.startsWith('/v1/auth/')

const tenants = operations.filter((one) => one.path.startsWith('/v1/') && !isForAnybody(one))
const admins = operations.filter(({ path }) => path.startsWith('/admin/'))

/** Who calls: the scopes that the table gives him, by the kind of call; none: his token opens nothing there. */
interface Caller {
  readonly name: string
  readonly token: string | null
  readonly scopes: readonly string[]
  readonly isOperator: boolean | null
  /** False: his last proof of himself is too old. */
  readonly isSteppedUp: boolean
  readonly isProgram: boolean
}

let it: Surface
let callers: readonly Caller[] = []

beforeAll(async () => {
  it = await startSurface()
  await it.admin(`/admin/v1/tenants/${it.tenantId}`, {
    method: 'PATCH',
    body: { calls: { rate: 100_000, burst: 1_000_000 } },
  })
  const config = await configOf(it.chapar.secrets)
  const now = Date.now()
  const issue = (person: PersonId, tenantId: TenantId | null, steppedUpAt: number | null) => {
    const acts = tenantId && { tenantId, mode: 'test' as const, scopes: SCOPES }
    return issuePersonToken(
      { ...config, baseUrl: it.chapar.baseUrl },
      { person, signIn: newPeopleId('sgn', newRequestId(now)), generation: 1, steppedUpAt, acts },
      now,
    )
  }
  const { control } = it.chapar
  const insert = async (operatorRole: string | null, role: string | null) => {
    const id = newPeopleId('per', newRequestId(now))
    await control
      .prepare(`INSERT INTO people (id, status, generation, level, operator_role, created_at, updated_at)
        VALUES (?1, 'active', 1, 2, ?2, ?3, ?3)`)
      .bind(id, operatorRole, now)
      .run()
    if (role !== null)
      await control
        .prepare(`INSERT INTO memberships (tenant_id, person_id, role, created_at) VALUES (?1, ?2, ?3, ?4)`)
        .bind(it.tenantId, id, role, now)
        .run()
    return id
  }
  const tenantId = it.tenantId as TenantId
  const person = { isSteppedUp: true, isProgram: false }
  const program = { isSteppedUp: true, isProgram: true }
  const members = ROLES.map(async (role) => {
    const token = await issue(await insert(null, role), tenantId, now)
    return { ...person, name: `a member, ${role}`, token, scopes: SCOPES_OF[role], isOperator: false }
  })
  const staff = OPERATOR_ROLES.map(async (role) => {
    const token = await issue(await insert(role, null), null, now)
    return { ...person, name: `of the licensee, ${role}`, token, scopes: OPERATOR_SCOPES_OF[role], isOperator: true }
  })
  const owner = await insert('owner', 'owner')
  const chapar = it.chapar
  callers = await Promise.all([
    ...members,
    ...staff,
    { ...person, name: 'nobody', token: null, scopes: [], isOperator: null },
    {
      ...program,
      name: 'a tenant’s program that may read',
      token: await it.login(await it.credential(it.tenantId, { scopes: ['messages:read'] })),
      scopes: ['messages:read'],
      isOperator: false,
    },
    {
      ...program,
      name: 'a program of the licensee',
      token: await chapar.operatorToken('p', {}),
      scopes: PROGRAM_SCOPES,
      isOperator: true,
    },
    {
      ...program,
      name: 'one that asks for less',
      token: await chapar.operatorToken('q', { scopes: ['tenants:read', 'tenants:close'] }),
      scopes: ['tenants:read'],
      isOperator: true,
    },
    {
      ...program,
      name: 'one that breaks the glass',
      token: await chapar.operatorToken('r', { breakGlass: 'all others are away' }),
      scopes: OPERATOR_SCOPES,
      isOperator: true,
    },
    {
      ...person,
      isSteppedUp: false,
      name: 'an owner whose proof is old',
      token: await issue(owner, tenantId, now - 11 * 60_000),
      scopes: SCOPES,
      isOperator: false,
    },
    {
      ...person,
      isSteppedUp: false,
      name: 'an owner of the licensee who never proved anything since',
      token: await issue(owner, null, null),
      scopes: OPERATOR_SCOPES,
      isOperator: true,
    },
  ])
  await chapar.control.prepare('UPDATE tenants SET version = version + 1').run()
  await it.admin(`/admin/v1/tenants/${it.tenantId}`, { method: 'PATCH', body: { name: 'Roles' } })
})
afterAll(() => it.dispose())

/** Calls an operation in a way that it refuses before it does anything, if it lets the caller so far. */
async function codeOf({ method, path }: Operation, token: string | null): Promise<string> {
  const bare = path.replaceAll(/:\w+/g, 'x')
  const seen = await it.call(`${bare}?noSuchParameter=1`, {
    method,
    token,
    ...(method === 'GET' ? {} : { body: '"no object"' }),
  })
  expect([400, 401, 403, 415, 422], `${nameOf({ method, path })} ${seen.text}`).toContain(seen.status)
  return seen.status === 401 ? '401' : seen.status === 403 ? seen.json.code : 'let in'
}

/** What the table says. */
function expected(one: Operation, caller: Caller): string {
  const isAdmin = one.path.startsWith('/admin/')
  if (caller.isOperator !== isAdmin) return '401'
  const needed = isAdmin ? one.operatorScope : one.scope
  if (needed === undefined || !caller.scopes.includes(needed)) return 'forbidden'
  if (!one.stepUp) return 'let in'
  if (caller.isProgram) return isAdmin ? 'let in' : 'forbidden'
  return caller.isSteppedUp ? 'let in' : 'step-up-required'
}

test('every call names the scope that it needs, or stands in the list of those for anybody', () => {
  const without = operations.filter((one) => !one.scope && !one.operatorScope && !isForAnybody(one))
  expect(without.map(nameOf)).toEqual([])
  const wrong = operations.filter((one) => (one.operatorScope !== undefined) !== one.path.startsWith('/admin/'))
  expect(wrong.map(nameOf)).toEqual([])
  const names = operations.map(nameOf)
  expect(Object.keys(FOR_ANYBODY).filter((name) => !names.includes(name))).toEqual([])
})

test('every scope permits something, and dangerous ones want a proof', () => {
  expect(OPERATOR_SCOPES.filter((scope) => !admins.some((one) => one.operatorScope === scope))).toEqual([])
  expect(SCOPES.filter((scope) => !tenants.some((one) => one.scope === scope))).toEqual([])
  const dangerous = admins.filter(({ operatorScope: scope }) => scope && DANGEROUS_SCOPES.includes(scope))
  expect(dangerous.filter(({ stepUp, method }) => !stepUp && method !== 'GET').map(nameOf)).toEqual([])
  // An approval is of a method, a path and a body: what a query says, two people would not have read.
  expect(dangerous.filter(({ query, method }) => query && method !== 'GET').map(nameOf)).toEqual([])
  expect(PROGRAM_SCOPES.some((scope) => DANGEROUS_SCOPES.includes(scope))).toBe(false)
})

describe('what each may call is what the table says', () => {
  test.each([...tenants, ...admins].map((one) => [nameOf(one), one] as const))('%s', async (_, one) => {
    const answers = await Promise.all(
      callers.map(async (caller) => [caller.name, await codeOf(one, caller.token)] as const),
    )
    expect(Object.fromEntries(answers)).toEqual(
      Object.fromEntries(callers.map((caller) => [caller.name, expected(one, caller)])),
    )
  })

  test('and nothing was made, changed or sent by all that', async () => {
    expect(callers.length).toBeGreaterThan(15)
    const { results } = await it.chapar.control
      .prepare(`SELECT (SELECT count(*) FROM tenants) AS tenants, (SELECT count(*) FROM connections) AS connections,
        (SELECT count(*) FROM memberships) AS memberships, (SELECT count(*) FROM tenants WHERE status <> 'active') AS ended`)
      .all()
    expect(results).toEqual([{ tenants: 1, connections: 1, memberships: ROLES.length + 1, ended: 0 }])
  })
})

describe('a call of operators', () => {
  test.each(admins.filter(({ path }) => path.includes(':')).map((one) => [nameOf(one), one] as const))(
    '%s answers 404 to ids that nobody has',
    async (_, { method, path, body }) => {
      const ids: Readonly<Record<string, string>> = {
        tenantId: 'ten_000000000000',
        clientId: 'cli_00000000000000000000000000000',
        connectionId: 'con_00000000000000000',
        channel: 'sms',
        address: '10001',
      }
      const bare = path.replace(/:(\w+)/g, (_all, name: string) => ids[name] ?? 'dead_0000000000000000000000')
      const sent = { method, token: it.operatorToken, ...(body ? { body: sampleOf(body) } : {}) }
      expect((await it.call(bare, sent)).status).toBe(404)
    },
  )
})
