import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { SCOPES, type Scope } from '#worker/domain/people/scopes.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { onProblem } from '#worker/middleware/problem.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations, resources } from '#worker/routes/resources.ts'

const nameOf = ({ method, path }: Operation): string => `${method} ${path}`
const scoped = operations.flatMap((operation) =>
  operation.scope ? [[nameOf(operation), operation, operation.scope] as const] : [],
)

/** All resources behind a token of these scopes; nothing is bound, so whatever gets past its check fails otherwise. */
function mounted(scopes: readonly Scope[]): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use(async (c, next) => {
    c.set('principal', { scopes } as unknown as Principal)
    await next()
  })
  app.onError(onProblem)
  for (const resource of resources) resource.mount(app, operations)
  return app
}

describe('every call that names a scope is mounted behind it', () => {
  test('and every call of a tenant names one', () => {
    const without = operations.filter(
      ({ path, scope }) => (path.startsWith('/v1/') && !path.startsWith('/v1/auth/')) !== (scope !== undefined),
    )
    expect(without.map(nameOf)).toEqual([])
    expect(scoped.length).toBeGreaterThan(30)
  })

  test.each(scoped)('%s', async (_, { method, path }, scope) => {
    const app = mounted(SCOPES.filter((other) => other !== scope))
    const answer = await app.request(path.replaceAll(':', ''), { method })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${scope}"`)
  })
})
