import type { Context } from 'hono'
import { importJWK } from 'jose'
import type * as z from 'zod'
import type { Config } from '#worker/config.ts'
import { type ClientId, digitsOf, newClientId, type TenantId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { publicKey } from '#worker/domain/tenants/public-key.ts'
import { type CredentialProof, isLive } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { newClientSecret, secretHash } from '#worker/flows/auth/client-secret.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { seal } from '#worker/lib/seal.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { wholeList } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import {
  credentialById,
  credentialsOf,
  putCredential,
  revokeCredential,
  type StoredCredential,
} from '#worker/store/control/credentials.ts'
import {
  createCredential,
  type credentialInput,
  deleteCredential,
  listCredentials,
  revokeCredentialOperation,
} from './credential-operations.ts'
import { requireOpenTenant, requireTenant } from './tenants.ts'

/** Bytes of a new HS256 key; RFC 7518 3.2 asks for 32 at least. */
const HMAC_BYTES = 48
const MASKED = '••••'

type Body = z.output<typeof credentialInput>

function shown({ id, proof, ...credential }: StoredCredential, now: EpochMs) {
  const expired = isLive(credential, now) ? 'active' : 'expired'
  return {
    clientId: id,
    tenantId: credential.tenantId,
    name: credential.name,
    mode: credential.mode,
    kind: proof.kind,
    ...(proof.kind === 'public-key' ? { alg: proof.alg, jwk: proof.jwk } : {}),
    scopes: credential.scopes,
    allowedIps: credential.allowedIps,
    status: credential.revokedAt === null ? expired : 'revoked',
    createdAt: toTimestamp(credential.createdAt),
    expiresAt: timestampOrNull(credential.expiresAt),
    revokedAt: timestampOrNull(credential.revokedAt),
    lastUsedAt: timestampOrNull(credential.lastUsedAt),
    madeBy: credential.madeBy,
  }
}

async function registeredKey({ alg, jwk }: Extract<Body, { kind: 'public-key' }>): Promise<CredentialProof> {
  const checked = publicKey(alg, jwk)
  if (checked.errors.length > 0) {
    const errors = checked.errors.map(({ pointer, detail }) => ({ pointer: `/jwk${pointer}`, detail }))
    throw new Problem('invalid-fields', { errors })
  }
  try {
    await importJWK(checked.jwk, alg)
  } catch {
    throw invalidField('/jwk', 'is not a key: its point or modulus is out of range')
  }
  return { kind: 'public-key', alg, jwk: checked.jwk }
}

/** Makes the stored proof that the credential is checked by, and the secret to show once (null: the tenant has its own key). */
async function newProof(
  config: Config,
  id: ClientId,
  body: Body,
): Promise<{ readonly proof: CredentialProof; readonly secret: string | null }> {
  if (body.kind === 'public-key') return { proof: await registeredKey(body), secret: null }
  if (body.kind === 'secret') {
    const secret = newClientSecret(body.mode)
    return { proof: { kind: 'secret', hash: await secretHash(config, id, secret) }, secret }
  }
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(HMAC_BYTES)))
  return { proof: { kind: 'hmac', sealed: await seal(config.sealKeys, secret, id) }, secret }
}

function credentialExpiry({ expiresAt }: Body, now: EpochMs): EpochMs | null {
  if (expiresAt === undefined || expiresAt === null) return null
  const at = Date.parse(expiresAt)
  if (at <= now) throw invalidField('/expiresAt', 'must lie ahead')
  return at
}

async function create(c: Context<AppEnv>, { body, params }: Input<typeof createCredential>): Promise<Response> {
  const platform = c.get('platform')
  const { config, env } = platform
  const at = platform.now()
  const tenant = await requireOpenTenant(c, params.tenantId)
  const id = await newClientId(config.idKeys, tenant.id, await digitsOf(c.get('originRequestId')))
  const expiresAt = credentialExpiry(body, at)
  const { proof, secret } = await newProof(config, id, body)
  const { name, mode, scopes, allowedIps = null } = body
  const stored = { name, mode, scopes, allowedIps, expiresAt, proof, id, tenantId: tenant.id, createdAt: at }
  const credential: StoredCredential = { ...stored, revokedAt: null, lastUsedAt: null, madeBy: null }
  const version = await putCredential(env.CONTROL, credential, tenant.settings.quotas.credentials)
  if (version === null) throw new Problem('not-found')
  await confirmPolicy(platform, tenant.id, version)
  const answer = shown(credential, at)
  if (secret === null) return c.json(answer, 201)
  c.set('keptBody', { ...answer, clientSecret: MASKED })
  return c.json({ ...answer, clientSecret: secret }, 201)
}

async function revoke(c: Context<AppEnv>, { params }: Input<typeof revokeCredentialOperation>): Promise<Response> {
  const platform = c.get('platform')
  const tenant = await requireTenant(c, params.tenantId)
  const id = params.clientId
  if (!(await credentialById(c.env.CONTROL, tenant.id, id))) throw new Problem('not-found')
  const version = await revokeCredential(c.env.CONTROL, tenant.id, id, platform.now())
  const credential = await credentialById(c.env.CONTROL, tenant.id, id)
  if (version === null || !credential) throw new Problem('not-found')
  await confirmPolicy(platform, tenant.id, version)
  return c.json(shown(credential, platform.now()))
}

interface OfTenant {
  readonly params: { readonly tenantId: string }
}

async function loggedState(c: Context<AppEnv>, id: string, { params }: OfTenant): Promise<unknown> {
  const credential = await credentialById(c.env.CONTROL, params.tenantId as TenantId, id)
  return credential && shown(credential, c.get('platform').now())
}
const made = { object: { made: 'clientId' }, read: loggedState } as const
const ofPath = {
  object: (_: Context<AppEnv>, { params }: { readonly params: { readonly clientId: string } }) => params.clientId,
  read: loggedState,
}

/** `/admin/v1/tenants/:tenantId/credentials`: secrets and keys by which a tenant's programs sign in. */
export const credentials: Resource = {
  operations: [createCredential, listCredentials, revokeCredentialOperation, deleteCredential],
  mount(app) {
    serveChange(app, createCredential, made, create)
    serve(app, listCredentials, async (c, { params }) => {
      const tenant = await requireTenant(c, params.tenantId)
      const now = c.get('platform').now()
      const found = await credentialsOf(c.env.CONTROL, tenant.id)
      return c.json(wholeList(found.map((credential) => shown(credential, now))))
    })
    serveChange(app, revokeCredentialOperation, ofPath, revoke)
    serveChange(app, deleteCredential, ofPath, revoke)
  },
}
