import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Config, loadConfig } from '#worker/config.ts'
import { type ClientId, newClientId, newTenantId, type TenantId } from '#worker/domain/ids.ts'
import type { Scope } from '#worker/domain/people/scopes.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { Credential, CredentialProof, Policy, TenantStatus } from '#worker/domain/tenants/tenant.ts'
import type { Env } from '#worker/env.ts'
import { newClientSecret, secretHash } from '#worker/flows/auth/client-secret.ts'
import { seal } from '#worker/lib/seal.ts'
import { generateSecrets, type Secrets } from '../../local/secrets.ts'
import { ed25519, es256, hs256, rs256, type Signer } from '../fixtures/tokens/jws.ts'

export const BASE_URL = 'https://chapar.test'

export interface Client {
  readonly credential: Credential
  readonly alg: 'EdDSA' | 'ES256' | 'RS256' | 'HS256'
  readonly sign: Signer
  /** Of a public-key client: the public key as anybody may know it. */
  readonly publicKey: KeyObject | null
}

/** A tenant with a client of every kind, and all keys in the test's hands. */
export interface TenantWorld {
  readonly secrets: Secrets
  readonly config: Config
  readonly tenantId: TenantId
  readonly clientSecret: string
  readonly secretClient: Credential
  readonly eddsa: Client
  readonly es256: Client
  readonly rs256: Client
  readonly hs256: Client
  /** Signs as the gateway does. */
  readonly ownKid: string
  readonly signOwn: Signer
}

type Part = Partial<Pick<Credential, 'scopes' | 'mode' | 'allowedIps' | 'expiresAt' | 'revokedAt'>>

export function credentialOf(id: ClientId, proof: CredentialProof, part: Part = {}): Credential {
  return {
    id,
    name: 'test',
    mode: 'live',
    proof,
    scopes: ['messages:send', 'messages:read'] as readonly Scope[],
    allowedIps: null,
    expiresAt: null,
    revokedAt: null,
    madeBy: null,
    ...part,
  }
}

const PAIRS = {
  EdDSA: () => generateKeyPairSync('ed25519'),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
const SIGNERS = { EdDSA: ed25519, ES256: es256, RS256: rs256 }

async function publicKeyClient(config: Config, tenantId: TenantId, alg: keyof typeof PAIRS): Promise<Client> {
  const { privateKey, publicKey } = PAIRS[alg]()
  const id = await newClientId(config.idKeys, tenantId)
  const jwk = publicKey.export({ format: 'jwk' }) as Record<string, string>
  const credential = credentialOf(id, { kind: 'public-key', alg, jwk })
  return { credential, alg, sign: SIGNERS[alg](privateKey), publicKey }
}

async function hmacClient(config: Config, tenantId: TenantId): Promise<Client> {
  const id = await newClientId(config.idKeys, tenantId)
  const secret = newClientSecret('live')
  const sealed = await seal(config.sealKeys, secret, id)
  return { credential: credentialOf(id, { kind: 'hmac', sealed }), alg: 'HS256', sign: hs256(secret), publicKey: null }
}

export const configOf = (secrets: Secrets): Promise<Config> => loadConfig({ BASE_URL, ...secrets.worker } as Env)

export async function newTenantWorld(): Promise<TenantWorld> {
  const secrets = generateSecrets()
  const config = await configOf(secrets)
  const tenantId = newTenantId()
  const clientSecret = newClientSecret('live')
  const id = await newClientId(config.idKeys, tenantId)
  const own = JSON.parse(secrets.worker.TOKEN_KEYS)[0] as JsonWebKey & { kid: string }
  return {
    secrets,
    config,
    tenantId,
    clientSecret,
    secretClient: credentialOf(id, { kind: 'secret', hash: await secretHash(config, id, clientSecret) }),
    eddsa: await publicKeyClient(config, tenantId, 'EdDSA'),
    es256: await publicKeyClient(config, tenantId, 'ES256'),
    rs256: await publicKeyClient(config, tenantId, 'RS256'),
    hs256: await hmacClient(config, tenantId),
    ownKid: own.kid,
    signOwn: ed25519(createPrivateKey({ key: own as never, format: 'jwk' })),
  }
}

export const credentialsOf = (world: TenantWorld): readonly Credential[] => [
  world.secretClient,
  world.eddsa.credential,
  world.es256.credential,
  world.rs256.credential,
  world.hs256.credential,
]

export function policyWith(
  world: TenantWorld,
  credentials: readonly Credential[],
  status: TenantStatus = 'active',
): Policy {
  return {
    tenantId: world.tenantId,
    version: 1,
    status,
    ...DEFAULT_SETTINGS,
    isLicensed: true,
    levelDaily: null,
    limits: { rate: 10, burst: 10, daily: null, monthly: null },
    shards: [0],
    credentials,
    members: [],
    senders: [],
    routes: [],
    endpoints: [],
  }
}
