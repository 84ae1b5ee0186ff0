import { type IdKeys, importIdKeys } from '#worker/domain/ids.ts'
import { JURISDICTIONS, type Jurisdiction } from '#worker/domain/tenants/location.ts'
import { QUEUE_RETENTION } from '#worker/domain/tenants/retention.ts'
import { SECOND } from '#worker/domain/time.ts'
import { fromBase64, utf8 } from '#worker/lib/bytes.ts'
import { importHmacKey } from '#worker/lib/hmac.ts'
import { type Transit, type TransitRoot, transitOf } from '#worker/lib/transit.ts'
import type { Kek } from '#worker/store/keys/keyring.ts'
import type { Env } from './env.ts'

/** Public or private JWK, as the secrets hold it. */
export type Jwk = Readonly<JsonWebKey & { kid: string; revoked?: boolean }>

/** Variables and secrets, parsed once an isolate. */
export interface Config {
  readonly baseUrl: string
  readonly idKeys: IdKeys
  /** Ed25519 JWKs: the first with a private part signs tokens and keys, all verify. Revoked ones are left out. */
  readonly tokenKeys: readonly Jwk[]
  /**
   * Key-encryption keys by id (AES-256-GCM): the first wraps, all unwrap. They wrap the keys of rows (store/keys/keyring.ts), and
   * seal what must be read where no database answers.
   */
  readonly sealKeys: readonly Kek[]
  /** Seals what is kept for days at most (jobs, sessions, kept answers), under keys that derive from the same secret. */
  readonly transit: Transit
  /** Key of the HMACs that are stored in the place of secrets, names and clients' keys. */
  readonly indexKey: CryptoKey
  /** Ed25519 public JWKs of operators' tokens. */
  readonly operatorKeys: readonly Jwk[]
  readonly access: { readonly team: string; readonly audience: string } | null
  /** Milliseconds that the queues keep a job. */
  readonly queueRetention: number
  /** Jurisdiction that all objects are bound to; null: none. */
  readonly jurisdiction: Jurisdiction | null
  /** Port of a gateway that `npm start` serves on loopback; null: it is deployed. */
  readonly localPort: number | null
}

/**
 * Form of a `kid` of SEAL_KEYS: it stands in every sealed job, in sealed texts and in cursors, which go into URLs. It has no dot,
 * because one ends it there (lib/seal.ts).
 */
const KID = /^[A-Za-z0-9_-]{1,32}$/

function parseVariable(name: string, text: string | undefined): unknown {
  if (!text) throw new Error(`the secret ${name} is missing (docs/deploy.md)`)
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`the secret ${name} is not JSON (docs/deploy.md)`)
  }
}

function listOf(name: string, text: string | undefined): Record<string, unknown>[] {
  const value = parseVariable(name, text)
  if (!Array.isArray(value) || value.length === 0)
    throw new Error(`the secret ${name} must be a JSON array with at least one key`)
  if (value.some((entry) => typeof entry !== 'object' || entry === null))
    throw new Error(`a key of the secret ${name} is no object`)
  return value as Record<string, unknown>[]
}

function keyBytes(name: string, value: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === 'string' ? fromBase64(value) : null
  if (bytes?.length !== 32) throw new Error(`a key of the secret ${name} is not 32 bytes of base64`)
  return bytes
}

/** Derives a key of one purpose from a root (HKDF, RFC 5869), so that no secret is a key of two. */
function derivedKey(root: CryptoKey, purpose: string): Promise<CryptoKey> {
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(`chapar ${purpose}`) }
  return crypto.subtle.deriveKey(how, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

function jwks(name: string, text: string | undefined): Jwk[] {
  return listOf(name, text).map((jwk) => {
    if (typeof jwk['kid'] !== 'string' || jwk['kty'] !== 'OKP')
      throw new Error(`a key of ${name} is no Ed25519 JWK with a kid`)
    return jwk as Jwk
  })
}

/** Keys that sign and verify: those that are not marked revoked, of which one must be able to sign. */
function tokenKeysOf(text: string | undefined): Jwk[] {
  const keys = jwks('TOKEN_KEYS', text).filter(({ revoked }) => revoked !== true)
  if (!keys.some(({ d }) => d !== undefined)) throw new Error('no key of TOKEN_KEYS is private and not revoked')
  return keys
}

/** Needs both the variable and a loopback origin: neither alone may open a deployed gateway to the network that it stands in. */
function localPortOf({ LOCAL_RECEIVERS, BASE_URL }: Env): number | null {
  const [, port] = /^http:\/\/127\.0\.0\.1:(\d+)$/.exec(BASE_URL) ?? []
  return LOCAL_RECEIVERS === 'loopback' && port !== undefined ? Number(port) : null
}

function jurisdictionOf(variable: string | undefined): Jurisdiction | null {
  if (variable === undefined || variable === '') return null
  const known = JURISDICTIONS.find((name) => name === variable)
  if (!known) throw new Error(`JURISDICTION must be one of ${JURISDICTIONS.join(', ')}, or left out (docs/deploy.md)`)
  return known
}

/** The longest unless the variable says otherwise. It may be any that a queue can have, as text or as a number of the toml. */
function queueRetentionOf(variable: string | number | undefined): number {
  const { least, most } = QUEUE_RETENTION
  if (variable === undefined || variable === '') return most
  const kept = Number(variable) * SECOND
  if (!Number.isInteger(kept) || kept < least || kept > most)
    throw new Error(`QUEUE_RETENTION_SECONDS must be a whole number from ${least / SECOND} to ${most / SECOND}`)
  return kept
}

/** Imports the key-encryption keys, and the roots of transit beside them; throws if the secret is missing or wrong. */
export async function importSealKeys({ SEAL_KEYS }: Pick<Env, 'SEAL_KEYS'>): Promise<readonly (Kek & TransitRoot)[]> {
  const entries = listOf('SEAL_KEYS', SEAL_KEYS)
  const kids = entries.map(({ kid }) => String(kid))
  if (!kids.every((kid) => KID.test(kid)))
    throw new Error('a kid of SEAL_KEYS must be 1 to 32 letters, digits, hyphens or underscores, without a dot')
  if (new Set(kids).size < kids.length) throw new Error('two keys of SEAL_KEYS have the same kid')
  return Promise.all(
    entries.map(async (entry) => {
      const kid = String(entry['kid'])
      const bytes = keyBytes('SEAL_KEYS', entry['key'])
      const root = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
      return { kid, root, key: await derivedKey(root, 'at rest') }
    }),
  )
}

async function parseConfig(env: Env): Promise<Config> {
  if (!/^https?:\/\/[^/]+$/.test(env.BASE_URL ?? ''))
    throw new Error('BASE_URL must be an origin without a trailing slash')
  const idKeys = await importIdKeys(
    listOf('ID_KEYS', env.ID_KEYS).map(({ kid, key }) => {
      if (typeof kid !== 'number' || kid < 0 || kid > 31) throw new Error('a kid of ID_KEYS is not 0 … 31')
      return { kid, key: keyBytes('ID_KEYS', key) }
    }),
  )
  const sealKeys = await importSealKeys(env)
  return {
    baseUrl: env.BASE_URL,
    idKeys,
    tokenKeys: tokenKeysOf(env.TOKEN_KEYS),
    sealKeys,
    transit: transitOf(sealKeys),
    indexKey: await importHmacKey(keyBytes('INDEX_KEY', parseVariable('INDEX_KEY', env.INDEX_KEY))),
    operatorKeys: jwks('OPERATOR_KEYS', env.OPERATOR_KEYS),
    access: env.ACCESS_TEAM && env.ACCESS_AUD ? { team: env.ACCESS_TEAM, audience: env.ACCESS_AUD } : null,
    queueRetention: queueRetentionOf(env.QUEUE_RETENTION_SECONDS),
    jurisdiction: jurisdictionOf(env.JURISDICTION),
    localPort: localPortOf(env),
  }
}

let parsed: { readonly source: string; readonly config: Config } | null = null

/** Gives the configuration of this isolate; throws an error that names what is missing or wrong. */
export async function loadConfig(env: Env): Promise<Config> {
  const source = env.ID_KEYS + env.SEAL_KEYS + env.BASE_URL
  if (parsed?.source === source) return parsed.config
  const config = await parseConfig(env)
  parsed = { source, config }
  return config
}
