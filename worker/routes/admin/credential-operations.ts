import * as z from 'zod'
import { SIGNING_ALGS } from '#worker/domain/tenants/public-key.ts'
import { allowedIps, credentialScopes, mode, name, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { wholeListOf } from '#worker/routes/operation/page.ts'

const tag = 'Credentials'

const shared = {
  name,
  mode,
  scopes: credentialScopes.describe('What its tokens may do.'),
  allowedIps,
  expiresAt: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .describe('When it ends; null or absent: it does not.'),
}

export const credentialInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('secret').describe('For /oauth/token; the secret is made here.'), ...shared }),
  z.strictObject({ kind: z.literal('hmac').describe('For HS256 JWTs; the key is made here.'), ...shared }),
  z.strictObject({
    kind: z.literal('public-key').describe('For JWTs that the tenant signs with its own private key.'),
    ...shared,
    alg: z.enum(SIGNING_ALGS),
    jwk: z.record(z.string().max(32), z.unknown()).describe('The public key alone (RFC 7517).'),
  }),
])

const credentialAnswer = z.object({
  clientId: z.string(),
  tenantId: z.string(),
  name: z.string(),
  mode,
  kind: z.enum(['secret', 'hmac', 'public-key', 'api-key']),
  alg: z.string().optional(),
  jwk: z.record(z.string(), z.unknown()).optional(),
  scopes: z.array(z.string()),
  allowedIps: z.array(z.string()).nullable(),
  status: z.enum(['active', 'expired', 'revoked']),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  revokedAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
  madeBy: z.string().nullable().describe('Member who made it; null: an operator.'),
})
const created = credentialAnswer.extend({
  clientSecret: z
    .string()
    .optional()
    .describe('Shown this once. For `hmac` the UTF-8 bytes of this text are the HS256 key.'),
})

const missing = { 404: { description: 'There is no such tenant or credential.' } }
const unconfirmed = {
  503: { description: 'The change is made, but not confirmed: it is in force within 60 seconds.' },
}

export const createCredential = {
  method: 'POST',
  path: '/admin/v1/tenants/:tenantId/credentials',
  summary: 'Create a credential; its secret is shown once',
  description: 'Known everywhere within 5 seconds.',
  tag,
  operatorScope: 'credentials:write',
  stepUp: true,
  idempotent: true,
  body: credentialInput,
  responses: {
    201: { description: 'The credential.', schema: created },
    ...missing,
    409: { description: 'The tenant is closed, or has as many live credentials as it may.' },
    ...unconfirmed,
  },
} as const satisfies Operation

export const listCredentials = {
  method: 'GET',
  path: '/admin/v1/tenants/:tenantId/credentials',
  summary: 'List the credentials of a tenant',
  tag,
  operatorScope: 'tenants:read',
  responses: {
    200: { description: 'All of them, revoked ones too.', schema: wholeListOf(credentialAnswer) },
    ...missing,
  },
} as const satisfies Operation

export const revokeCredentialOperation = {
  method: 'POST',
  path: '/admin/v1/tenants/:tenantId/credentials/:clientId/revoke',
  summary: 'Revoke a credential',
  description: 'In effect within 5 seconds, also for tokens that it has been given.',
  tag,
  operatorScope: 'credentials:write',
  responses: { 200: { description: 'The credential.', schema: credentialAnswer }, ...missing, ...unconfirmed },
} as const satisfies Operation

export const deleteCredential = {
  ...revokeCredentialOperation,
  method: 'DELETE',
  path: '/admin/v1/tenants/:tenantId/credentials/:clientId',
  summary: 'Revoke a credential (the same as /revoke)',
} as const satisfies Operation
