import { decodeNumber, encodeBytes, encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey, sha256 } from '#worker/lib/hmac.ts'
import { NETWORKS, type Network, networkOf } from './device.ts'
import type { EpochMs } from './time.ts'

/**
 * Ids sort by time and prove themselves. A request is `time(10) random(6)`; a message id is
 * `msg_ request(16) shard(2) count(3) key(1) mac(8) ordinal(3) step(1)`, a batch id the same up to the MAC.
 * The MAC is over tenant and all before it, so forged, foreign and out-of-range ids are refused without a look-up.
 */
export type TenantId = `ten_${string}`
export type MessageId = `msg_${string}`
export type BatchId = `bat_${string}`
export type RequestId = `req_${string}`
export type EventId = `evt_${string}`
export type ClientId = `cli_${string}`
export type ConnectionId = `con_${string}`
export type EndpointId = `whe_${string}`
export type MediaId = `med_${string}`
export type DeviceId = `dev_${string}`
export type SessionId = `ses_${string}`
/** Our reference for one try at a provider. */
export type AttemptRef = string

const TIME = 10
const REQUEST = 16
const SHARD = 2
const COUNT = 3
const MAC = 8
export const BASE = REQUEST + SHARD + COUNT + 1 + MAC
const ORDINAL = 3

export interface IdKey {
  readonly kid: number
  readonly key: CryptoKey
}
/** The first key signs, every key verifies. */
export type IdKeys = readonly IdKey[]

/** Reads the ID_KEYS secret: `[{ "kid": 1, "key": "<base64 of 32 bytes>" }, …]`, kid 0 … 31. */
export async function importIdKeys(keys: readonly { kid: number; key: Uint8Array<ArrayBuffer> }[]): Promise<IdKeys> {
  return Promise.all(keys.map(async ({ kid, key }) => ({ kid, key: await importHmacKey(key) })))
}

export const newRequestId = (now: EpochMs): RequestId => `req_${encodeNumber(now, TIME)}${randomDigits(REQUEST - TIME)}`

/** The `n`th id beside a request's, of the same time: for what one request makes several of. 0 is the request's own. */
export function besideRequest(request: RequestId, n: number): RequestId {
  const random = decodeNumber(request.slice(4 + TIME)) ?? 0
  return `${request.slice(0, 4 + TIME) as RequestId}${encodeNumber((random + n) % 32 ** (REQUEST - TIME), REQUEST - TIME)}`
}

/** When the thing with this id was made (any id that starts with a request's base). */
export const timeOfId = (id: string): EpochMs => decodeNumber(id.slice(4, 4 + TIME)) ?? 0

/** The smallest id text of `prefix` at or after `at`: for key ranges. */
export const idFloor = (prefix: string, at: EpochMs): string => `${prefix}_${encodeNumber(Math.max(0, at), TIME)}`

async function mac(key: CryptoKey, tenant: TenantId, head: string): Promise<string> {
  return encodeBytes(await hmac(key, `${tenant}|${head}`), MAC)
}

/** The base that all messages of one request share. `count` is the number of items in the input, 1 … 32767. */
export async function newBase(
  keys: IdKeys,
  tenant: TenantId,
  request: RequestId,
  shard: number,
  count: number,
): Promise<string> {
  const signer = keys[0]
  if (!signer) throw new Error('no id key')
  const head = request.slice(4) + encodeNumber(shard, SHARD) + encodeNumber(count, COUNT) + encodeNumber(signer.kid, 1)
  return head + (await mac(signer.key, tenant, head))
}

export const messageId = (base: string, ordinal: number, step = 0): MessageId =>
  `msg_${base}${encodeNumber(ordinal, ORDINAL)}${encodeNumber(step, 1)}`

export const batchIdOf = (base: string): BatchId => `bat_${base}`
export const baseOf = (id: MessageId | BatchId): string => id.slice(4, 4 + BASE)
export const ordinalOf = (id: MessageId): number => decodeNumber(id.slice(4 + BASE, 4 + BASE + ORDINAL)) ?? 0
export const requestOf = (id: MessageId | BatchId): RequestId => `req_${id.slice(4, 4 + REQUEST)}`
export const shardOf = (id: MessageId | BatchId): number =>
  decodeNumber(id.slice(4 + REQUEST, 4 + REQUEST + SHARD)) ?? 0
export const countOf = (id: MessageId | BatchId): number =>
  decodeNumber(id.slice(4 + REQUEST + SHARD, 4 + REQUEST + SHARD + COUNT)) ?? 0

async function baseIsOurs(keys: IdKeys, tenant: TenantId, base: string): Promise<boolean> {
  const head = base.slice(0, BASE - MAC)
  const kid = decodeNumber(head.slice(-1))
  const key = keys.find((candidate) => candidate.kid === kid)
  if (!key || decodeNumber(head) === null) return false
  return timingSafeEqualText(await mac(key.key, tenant, head), base.slice(BASE - MAC))
}

/** Is this a message id that we gave to this tenant? Costs one MAC, no look-up. */
export async function isMessageId(keys: IdKeys, tenant: TenantId, id: string): Promise<boolean> {
  if (!id.startsWith('msg_') || id.length !== 4 + BASE + ORDINAL + 1) return false
  const ordinal = decodeNumber(id.slice(4 + BASE, 4 + BASE + ORDINAL))
  // No message has a second step yet (a fallback): such ids would be valid and stand for nothing.
  if (ordinal === null || !id.endsWith('0') || ordinal >= countOf(id as MessageId)) return false
  return baseIsOurs(keys, tenant, id.slice(4, 4 + BASE))
}

export async function isBatchId(keys: IdKeys, tenant: TenantId, id: string): Promise<boolean> {
  return id.startsWith('bat_') && id.length === 4 + BASE && (await baseIsOurs(keys, tenant, id.slice(4)))
}

const TENANT_DIGITS = 12
const LOCAL_DIGITS = 8

/** Digits that follow from a request id, so that a repeated request makes the same thing again and not a second one. */
export const digitsOf = async (request: RequestId): Promise<string> => encodeBytes(await sha256(request), TENANT_DIGITS)

/** `digits`: from `digitsOf`, or random. */
export const newTenantId = (digits = randomDigits(TENANT_DIGITS)): TenantId => `ten_${digits.slice(0, TENANT_DIGITS)}`

async function sealedId<Id extends string>(keys: IdKeys, prefix: string, body: string): Promise<Id> {
  const signer = keys[0]
  if (!signer) throw new Error('no id key')
  const head = body + encodeNumber(signer.kid, 1)
  return `${prefix}_${head}${encodeBytes(await hmac(signer.key, `${prefix}|${head}`), MAC)}` as Id
}

async function sealIsOurs(keys: IdKeys, prefix: string, id: string, bodyLength: number): Promise<boolean> {
  if (!id.startsWith(`${prefix}_`) || id.length !== prefix.length + 1 + bodyLength + 1 + MAC) return false
  const head = id.slice(prefix.length + 1, -MAC)
  const kid = decodeNumber(head.slice(-1))
  const key = keys.find((candidate) => candidate.kid === kid)
  if (!key) return false
  return timingSafeEqualText(encodeBytes(await hmac(key.key, `${prefix}|${head}`), MAC), id.slice(-MAC))
}

/** A client id names its tenant and carries a MAC: made-up ones cost neither an object nor a database call. */
export const newClientId = (keys: IdKeys, tenant: TenantId, digits = randomDigits(LOCAL_DIGITS)): Promise<ClientId> =>
  sealedId(keys, 'cli', tenant.slice(4) + digits.slice(0, LOCAL_DIGITS))

/** The tenant of a client id, or null if we did not make it. */
export async function tenantOfClientId(keys: IdKeys, id: string): Promise<TenantId | null> {
  return (await sealIsOurs(keys, 'cli', id, TENANT_DIGITS + LOCAL_DIGITS))
    ? `ten_${id.slice(4, 4 + TENANT_DIGITS)}`
    : null
}

export const newConnectionId = (keys: IdKeys, digits = randomDigits(LOCAL_DIGITS)): Promise<ConnectionId> =>
  sealedId(keys, 'con', digits.slice(0, LOCAL_DIGITS))
export const isConnectionId = (keys: IdKeys, id: string): Promise<boolean> => sealIsOurs(keys, 'con', id, LOCAL_DIGITS)

const TIMED_DIGITS = TENANT_DIGITS + REQUEST

/** Names its tenant and when it was made, and carries a MAC: ids of other tenants and made-up ones are refused without a look-up. */
const ownId = <Id extends string>(keys: IdKeys, prefix: string, tenant: TenantId, request: RequestId): Promise<Id> =>
  sealedId(keys, prefix, tenant.slice(4) + request.slice(4))

async function isOwnId(
  keys: IdKeys,
  prefix: string,
  tenant: TenantId,
  id: string,
  digits = TIMED_DIGITS,
): Promise<boolean> {
  const head = prefix.length + 1
  if (id.slice(head, head + TENANT_DIGITS) !== tenant.slice(4)) return false
  return sealIsOurs(keys, prefix, id, digits)
}

export const newMediaId = (keys: IdKeys, tenant: TenantId, request: RequestId): Promise<MediaId> =>
  ownId(keys, 'med', tenant, request)
export const isMediaId = (keys: IdKeys, tenant: TenantId, id: string): Promise<boolean> =>
  isOwnId(keys, 'med', tenant, id)
/** A device id also has a letter of its network, which the MAC covers: a message finds its way without a look-up. */
export const newDeviceId = (keys: IdKeys, tenant: TenantId, request: RequestId, network: Network): Promise<DeviceId> =>
  sealedId(keys, 'dev', tenant.slice(4) + request.slice(4) + NETWORKS[network])
export const isDeviceId = async (keys: IdKeys, tenant: TenantId, id: string): Promise<boolean> =>
  networkOf(id) !== null && isOwnId(keys, 'dev', tenant, id, TIMED_DIGITS + 1)
export const newSessionId = (keys: IdKeys, tenant: TenantId, request: RequestId): Promise<SessionId> =>
  ownId(keys, 'ses', tenant, request)
export const isSessionId = (keys: IdKeys, tenant: TenantId, id: string): Promise<boolean> =>
  isOwnId(keys, 'ses', tenant, id)
/** The tenant that a media, device or session id names; says nothing of whether it is ours. */
export const tenantOfOwnId = (id: MediaId | DeviceId | SessionId): TenantId => `ten_${id.slice(4, 4 + TENANT_DIGITS)}`

export const newEndpointId = (): EndpointId => `whe_${randomDigits(16)}`

/** The id of what happened to a message: the same message and transition always give the same id. */
export const eventIdOf = (id: MessageId, transition: string): EventId => `evt_${id.slice(4)}_${transition}`

/** `<tenant digits>.<message id digits>.<attempt>`: shard, tenant and message, so that a report needs no look-up. */
export const attemptRefOf = (tenant: TenantId, id: MessageId, attempt: number): AttemptRef =>
  `${tenant.slice(4)}.${id.slice(4)}.${attempt}`

const MESSAGE_DIGITS = BASE + ORDINAL + 1

/** Undoes `attemptRefOf`; null if the text is no attempt ref. */
export function parseAttemptRef(ref: string): { tenantId: TenantId; id: MessageId; attempt: number } | null {
  const idStart = TENANT_DIGITS + 1
  const attempt = Number(ref.slice(idStart + MESSAGE_DIGITS + 1))
  if (ref[TENANT_DIGITS] !== '.' || ref[idStart + MESSAGE_DIGITS] !== '.' || !Number.isInteger(attempt) || attempt < 1)
    return null
  return {
    tenantId: `ten_${ref.slice(0, TENANT_DIGITS)}`,
    id: `msg_${ref.slice(idStart, idStart + MESSAGE_DIGITS)}`,
    attempt,
  }
}
