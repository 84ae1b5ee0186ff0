import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'

/** Private Ed25519 JWK that signs operators' tokens. */
export interface OperatorKey {
  readonly kid: string
  readonly kty?: string
  readonly crv?: string
  readonly x?: string
  readonly d?: string
}

/** Secrets of the Worker, as worker/config.ts parses them, and the operators' private key, which no Worker gets. */
export interface Secrets {
  readonly worker: Readonly<Record<'ID_KEYS' | 'TOKEN_KEYS' | 'SEAL_KEYS' | 'INDEX_KEY' | 'OPERATOR_KEYS', string>>
  readonly operatorKey: OperatorKey
}

const key = (): string => randomBytes(32).toString('base64')

function ed25519(): { privateJwk: OperatorKey; publicJwk: OperatorKey } {
  const pair = generateKeyPairSync('ed25519')
  const kid: string = randomUUID()
  const { x = '', d = '' } = pair.privateKey.export({ format: 'jwk' })
  const publicJwk = { kid, kty: 'OKP', crv: 'Ed25519', x, alg: 'EdDSA', use: 'sig' }
  return { privateJwk: { ...publicJwk, d }, publicJwk }
}

/** Makes all secrets of a new deployment at random, one key for each purpose. */
export function generateSecrets(): Secrets {
  const operator = ed25519()
  return {
    worker: {
      ID_KEYS: JSON.stringify([{ kid: 1, key: key() }]),
      TOKEN_KEYS: JSON.stringify([ed25519().privateJwk]),
      SEAL_KEYS: JSON.stringify([{ kid: '1', key: key() }]),
      INDEX_KEY: JSON.stringify(key()),
      OPERATOR_KEYS: JSON.stringify([operator.publicJwk]),
    },
    operatorKey: operator.privateJwk,
  }
}
