import type { Context } from 'hono'
import * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { isLive } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { keysSeen, makeKey, requirePerson, revokeKey } from '#worker/flows/members/keys.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import {
  allowedIps,
  credentialScopes,
  instant,
  mode,
  name,
  timestamp,
  timestampOrNull,
} from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { wholeList, wholeListOf } from '#worker/routes/operation/page.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import type { StoredCredential } from '#worker/store/control/credentials.ts'

const tag = 'API keys'
const MASKED = '••••'

const keyInput = z.strictObject({
  name,
  mode,
  scopes: credentialScopes.describe('What it may do: never more than your role, now and later.'),
  allowedIps,
  expiresAt: instant.optional().describe('When it ends; absent: after 366 days, the longest.'),
})

const keyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  mode,
  kind: z
    .enum(['secret', 'hmac', 'public-key', 'api-key'])
    .describe('`api-key`: made here. The others are credentials that the operator made.'),
  scopes: z.array(z.string()).describe('What it may do as things stand: its own scopes that its maker’s role has now.'),
  allowedIps: z.array(z.string()).nullable(),
  status: z.enum(['active', 'expired', 'revoked']),
  madeBy: z.string().nullable().describe('Member who made it; null: the operator.'),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  revokedAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable().describe('To the minute.'),
})
const made = keyAnswer.extend({
  key: z.string().describe('Shown this once: `Authorization: Bearer chk_…`. A repeated answer shows it masked.'),
})

const missing = { 404: { description: 'There is no such key here.' } }
const unconfirmed = {
  503: { description: 'The change is made, but not confirmed: it is in force within 60 seconds.' },
}

const createKey = {
  method: 'POST',
  path: '/v1/keys',
  summary: 'Make an API key; it is shown once',
  description:
    'A key works in one header, `Authorization: Bearer chk_live_…` or `chk_test_…`, within 5 seconds. It has no more scopes than its maker’s role, and ends with his membership.',
  tag,
  scope: 'keys:write',
  stepUp: true,
  idempotent: true,
  body: keyInput,
  example: { name: 'Shop', mode: 'test', scopes: ['messages:send', 'messages:read'] },
  responses: { 201: { description: 'The key.', schema: made, located: true }, ...missing, ...unconfirmed },
} as const satisfies Operation

const listKeys = {
  method: 'GET',
  path: '/v1/keys',
  summary: 'List API keys and credentials',
  description: 'Of both modes for who acts in live, of test alone for who acts in test.',
  tag,
  scope: 'keys:read',
  responses: { 200: { description: 'All of them, revoked ones too.', schema: wholeListOf(keyAnswer) } },
} as const satisfies Operation

const readKey = {
  method: 'GET',
  path: '/v1/keys/:id',
  summary: 'Read an API key or credential',
  tag,
  scope: 'keys:read',
  responses: { 200: { description: 'The key.', schema: keyAnswer }, ...missing },
} as const satisfies Operation

const revokeKeyOperation = {
  method: 'DELETE',
  path: '/v1/keys/:id',
  summary: 'Revoke an API key or credential',
  description: 'In effect within 5 seconds, also for tokens that it has been given.',
  tag,
  scope: 'keys:write',
  responses: { 200: { description: 'The key.', schema: keyAnswer }, ...missing, ...unconfirmed },
} as const satisfies Operation

function shown(credential: StoredCredential, now: EpochMs) {
  const { id, name: called, mode: of, proof, scopes, allowedIps, madeBy } = credential
  const inForce = isLive(credential, now) ? ('active' as const) : ('expired' as const)
  return {
    id,
    name: called,
    mode: of,
    kind: proof.kind,
    scopes,
    allowedIps,
    status: credential.revokedAt === null ? inForce : ('revoked' as const),
    madeBy,
    createdAt: toTimestamp(credential.createdAt),
    expiresAt: timestampOrNull(credential.expiresAt),
    revokedAt: timestampOrNull(credential.revokedAt),
    lastUsedAt: timestampOrNull(credential.lastUsedAt),
  }
}

async function create(c: Context<AppEnv>, { body }: Input<typeof createKey>): Promise<Response> {
  const platform = c.get('platform')
  const { allowedIps = null, expiresAt = null, ...given } = body
  const input = { ...given, allowedIps, expiresAt }
  const maker = requirePerson(c.get('principal'))
  const { credential, key } = await makeKey(platform, maker, c.get('originRequestId'), input)
  const answer = shown(credential, platform.now())
  c.set('keptBody', { ...answer, key: MASKED })
  return c.json({ ...answer, key }, 201, { location: `/v1/keys/${credential.id}` })
}

/** `/v1/keys`: API keys that members make, and beside them the credentials that operators made. */
export const apiKeys: Resource = {
  operations: [createKey, listKeys, readKey, revokeKeyOperation],
  mount(app) {
    serve(app, createKey, create)
    serve(app, listKeys, async (c) => {
      const platform = c.get('platform')
      const now = platform.now()
      const found = await keysSeen(platform, c.get('principal'))
      return c.json(wholeList(found.map((one) => shown(one, now))))
    })
    serve(app, readKey, async (c, { params }) => {
      const platform = c.get('platform')
      const found = (await keysSeen(platform, c.get('principal'))).find(({ id }) => id === params.id)
      if (!found) throw new Problem('not-found')
      return c.json(shown(found, platform.now()))
    })
    serve(app, revokeKeyOperation, async (c, { params }) => {
      const platform = c.get('platform')
      return c.json(shown(await revokeKey(platform, c.get('principal'), params.id), platform.now()))
    })
  },
}
