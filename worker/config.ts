import { type IdKeys, importIdKeys } from '#worker/domain/ids.ts'
import { QUEUE_RETENTION } from '#worker/domain/tenants/retention.ts'
import { SECOND } from '#worker/domain/time.ts'
import { fromBase64 } from '#worker/lib/bytes.ts'
import { importHmacKey } from '#worker/lib/hmac.ts'
import type { Env } from './env.ts'

/** Public or private JWK, as the secrets hold it. */
export type Jwk = Readonly<JsonWebKey & { kid: string }>

/** Variables and secrets, parsed once an isolate. */
export interface Config {
  readonly baseUrl: string
  readonly idKeys: IdKeys
  /** Ed25519 private JWKs: the first signs access tokens, all verify. */
  readonly tokenKeys: readonly Jwk[]
  /** AES-256-GCM keys by id: the first seals, all open. */
  readonly sealKeys: readonly { readonly kid: string; readonly key: CryptoKey }[]
  /** Key of the HMACs that addresses are looked up by, and of stored hashes of secrets. */
  readonly indexKey: CryptoKey
  /** Ed25519 public JWKs of operators' tokens. */
  readonly operatorKeys: readonly Jwk[]
  readonly access: { readonly team: string; readonly audience: string } | null
  /** Milliseconds that the queues keep a job. */
  readonly queueRetention: number
  /** Port of a gateway that `npm start` serves on loopback; null: it is deployed. */
  readonly localPort: number | null
}

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
  return value as Record<string, unknown>[]
}

function keyBytes(name: string, value: unknown): Uint8Array<ArrayBuffer> {
  const bytes = typeof value === 'string' ? fromBase64(value) : null
  if (bytes?.length !== 32) throw new Error(`a key of the secret ${name} is not 32 bytes of base64`)
  return bytes
}

function jwks(name: string, text: string | undefined): Jwk[] {
  return listOf(name, text).map((jwk) => {
    if (typeof jwk['kid'] !== 'string' || jwk['kty'] !== 'OKP')
      throw new Error(`a key of ${name} is no Ed25519 JWK with a kid`)
    return jwk as Jwk
  })
}

/** Needs both the variable and a loopback origin: neither alone may open a deployed gateway to the network that it stands in. */
function localPortOf({ LOCAL_RECEIVERS, BASE_URL }: Env): number | null {
  const [, port] = /^http:\/\/127\.0\.0\.1:(\d+)$/.exec(BASE_URL) ?? []
  return LOCAL_RECEIVERS === 'loopback' && port !== undefined ? Number(port) : null
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

async function parseConfig(env: Env): Promise<Config> {
  if (!/^https?:\/\/[^/]+$/.test(env.BASE_URL ?? ''))
    throw new Error('BASE_URL must be an origin without a trailing slash')
  const idKeys = await importIdKeys(
    listOf('ID_KEYS', env.ID_KEYS).map(({ kid, key }) => {
      if (typeof kid !== 'number' || kid < 0 || kid > 31) throw new Error('a kid of ID_KEYS is not 0 … 31')
      return { kid, key: keyBytes('ID_KEYS', key) }
    }),
  )
  const sealKeys = await Promise.all(
    listOf('SEAL_KEYS', env.SEAL_KEYS).map(async ({ kid, key }) => ({
      kid: String(kid),
      key: await crypto.subtle.importKey('raw', keyBytes('SEAL_KEYS', key), 'AES-GCM', false, ['encrypt', 'decrypt']),
    })),
  )
  return {
    baseUrl: env.BASE_URL,
    idKeys,
    tokenKeys: jwks('TOKEN_KEYS', env.TOKEN_KEYS),
    sealKeys,
    indexKey: await importHmacKey(keyBytes('INDEX_KEY', parseVariable('INDEX_KEY', env.INDEX_KEY))),
    operatorKeys: jwks('OPERATOR_KEYS', env.OPERATOR_KEYS),
    access: env.ACCESS_TEAM && env.ACCESS_AUD ? { team: env.ACCESS_TEAM, audience: env.ACCESS_AUD } : null,
    queueRetention: queueRetentionOf(env.QUEUE_RETENTION_SECONDS),
    localPort: localPortOf(env),
  }
}

let parsed: { readonly source: string; readonly config: Config } | null = null

/** Gives the configuration of this isolate; throws an error that names what is missing or wrong. */
export async function loadConfig(env: Env): Promise<Config> {
  if (parsed?.source === env.ID_KEYS + env.BASE_URL) return parsed.config
  const config = await parseConfig(env)
  parsed = { source: env.ID_KEYS + env.BASE_URL, config }
  return config
}
