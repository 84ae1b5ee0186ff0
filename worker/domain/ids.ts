import { decodeNumber, encodeBytes, encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { timingSafeEqualText } from '#worker/lib/bytes.ts'
import { hmac, importHmacKey, sha256 } from '#worker/lib/hmac.ts'
import { CHANNELS, type ChannelName } from './channel-names.ts'
import { PUSH_NETWORKS, type PushNetwork, pushNetworkOf } from './device.ts'
import { type Mode, modeOf, type Realm, realmOf, type TenantId, tenantOf } from './realm.ts'
import type { EpochMs } from './time.ts'

/**
 * Ids sort by time and prove themselves. A request is `time(10) random(6)`; a message id is
 * `msg_ request(16) shard(2) count(3) kind(1) key(1) mac(8) ordinal(3) step(1)`, a batch id the same up to the MAC. Its kind is
 * its channel and, in the lowest bit, its mode: a queued message has no row yet, and its id alone answers for it. The highest bit
 * of the count says that the request was a batch, which a count of 1 does not: no batch id can be made of a single message's id.
 * The MAC is over tenant and all before it, so forged and out-of-range ids and those of another realm are refused without a
 * look-up: also while the message is queued and has no row.
 */
export type { TenantId } from './realm.ts'
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
export type VerificationId = `ver_${string}`
export type PersonId = `per_${string}`
export type SignInId = `sgn_${string}`
export type PasskeyId = `pky_${string}`
export type PapersId = `pap_${string}`
export type LostAccessId = `lst_${string}`
export type InvitationId = `inv_${string}`
export type ApprovalId = `apr_${string}`
export type DisclosureId = `dsc_${string}`
export type GuardAlertId = `gal_${string}`
/** Our reference for one attempt: `<tenant digits>.<message id digits>.<attempt>`. */
export type AttemptRef = string

const TIME = 10
const REQUEST = 16
const SHARD = 2
const COUNT = 3
/** Bit of the count that says that the items are a batch's. */
const BATCHED = 2 ** 14
const KIND_AT = REQUEST + SHARD + COUNT
const MAC = 8
export const BASE_DIGITS = KIND_AT + 2 + MAC
const ORDINAL = 3

interface IdKey {
  readonly kid: number
  readonly key: CryptoKey
}
/** Keys of the MACs in ids: the first signs, every one verifies, so that keys can rotate. */
export type IdKeys = readonly IdKey[]

/** Reads the ID_KEYS secret: `[{ "kid": 1, "key": "<base64 of 32 bytes>" }, …]`, kid 0 … 31. */
export async function importIdKeys(keys: readonly { kid: number; key: Uint8Array<ArrayBuffer> }[]): Promise<IdKeys> {
  return Promise.all(keys.map(async ({ kid, key }) => ({ kid, key: await importHmacKey(key) })))
}

/** The key that signs; throws if there is none, which a deployment without ID_KEYS has. */
export function signerOf(keys: IdKeys): IdKey {
  const signer = keys[0]
  if (!signer) throw new Error('no id key')
  return signer
}

/** The key whose number is the last digit before the MAC. */
function keyNamedBy(keys: IdKeys, head: string): IdKey | undefined {
  const kid = decodeNumber(head.slice(-1))
  return keys.find((candidate) => candidate.kid === kid)
}

export const newRequestId = (now: EpochMs): RequestId => `req_${encodeNumber(now, TIME)}${randomDigits(REQUEST - TIME)}`

/** The `n`th id beside a request's, of the same time, for a request that makes several things; 0 gives the request's own. */
export function besideRequest(request: RequestId, n: number): RequestId {
  const random = decodeNumber(request.slice(4 + TIME)) ?? 0
  return `${request.slice(0, 4 + TIME) as RequestId}${encodeNumber((random + n) % 32 ** (REQUEST - TIME), REQUEST - TIME)}`
}

/** Time at which the thing with this id was made. For ids that begin with a request's digits: message, batch, request, event. */
export const timeOfId = (id: string): EpochMs => decodeNumber(id.slice(4, 4 + TIME)) ?? 0

/** The smallest id of `prefix` made at `at` or later: a bound of key ranges. */
export const idFloor = (prefix: string, at: EpochMs): string => `${prefix}_${encodeNumber(Math.max(0, at), TIME)}`

const MODE_DIGITS = { live: '0', test: '1' } as const satisfies Record<Mode, string>
const MODE_BITS = { live: 0, test: 1 } as const satisfies Record<Mode, number>

async function mac(key: CryptoKey, tenant: TenantId, head: string): Promise<string> {
  return encodeBytes(await hmac(key, `${tenant}|${head}`), MAC)
}

/** Facts that the base of a request's message ids holds. */
interface BaseParts {
  readonly realm: Realm
  readonly channel: ChannelName
  readonly request: RequestId
  /** Number of the ledger shard, 0 … 1023. */
  readonly shard: number
  /** Number of items in the input, 1 … 16383. */
  readonly count: number
  /** True if a batch id of this base is given out; left out: false. */
  readonly batched?: boolean
}

/** The base that the ids of all messages of one request share, with its MAC. */
export async function newBase(
  keys: IdKeys,
  { realm, channel, request, shard, count, batched = false }: BaseParts,
): Promise<string> {
  if (count >= BATCHED) throw new RangeError('more items than an id can count')
  const signer = signerOf(keys)
  const kind = CHANNELS.indexOf(channel) * 2 + MODE_BITS[modeOf(realm)]
  const items = count + (batched ? BATCHED : 0)
  const parts = encodeNumber(shard, SHARD) + encodeNumber(items, COUNT) + encodeNumber(kind, 1)
  const head = request.slice(4) + parts + encodeNumber(signer.kid, 1)
  return head + (await mac(signer.key, tenantOf(realm), head))
}

export const messageId = (base: string, ordinal: number, step = 0): MessageId =>
  `msg_${base}${encodeNumber(ordinal, ORDINAL)}${encodeNumber(step, 1)}`

export const batchIdOf = (base: string): BatchId => `bat_${base}`
export const baseOf = (id: MessageId | BatchId): string => id.slice(4, 4 + BASE_DIGITS)
export const ordinalOf = (id: MessageId): number =>
  decodeNumber(id.slice(4 + BASE_DIGITS, 4 + BASE_DIGITS + ORDINAL)) ?? 0
export const shardOf = (id: MessageId | BatchId): number =>
  decodeNumber(id.slice(4 + REQUEST, 4 + REQUEST + SHARD)) ?? 0
const itemsOf = (id: MessageId | BatchId): number =>
  decodeNumber(id.slice(4 + REQUEST + SHARD, 4 + REQUEST + SHARD + COUNT)) ?? 0
export const countOf = (id: MessageId | BatchId): number => itemsOf(id) % BATCHED
/** The batch that the message is of, as its id says; null for a single one and for what came in. */
export const batchOfId = (id: MessageId): BatchId | null => (itemsOf(id) >= BATCHED ? batchIdOf(baseOf(id)) : null)

const kindOf = (base: string): number => decodeNumber(base.charAt(KIND_AT)) ?? 0

/** The realm of a tenant's message or batch, as its id says. */
export const realmOfId = (tenant: TenantId, id: MessageId | BatchId): Realm =>
  realmOf(tenant, kindOf(baseOf(id)) % 2 === MODE_BITS.test ? 'test' : 'live')

/** The channel of a message or batch, as its id says; the MAC must have been checked. */
export function channelOfId(id: MessageId | BatchId): ChannelName {
  const channel = CHANNELS[kindOf(baseOf(id)) >> 1]
  if (!channel) throw new RangeError('the id names no channel')
  return channel
}

async function baseIsOurs(keys: IdKeys, realm: Realm, base: string): Promise<boolean> {
  if (kindOf(base) % 2 !== MODE_BITS[modeOf(realm)]) return false
  const head = base.slice(0, BASE_DIGITS - MAC)
  const key = keyNamedBy(keys, head)
  if (!key || decodeNumber(head) === null) return false
  return timingSafeEqualText(await mac(key.key, tenantOf(realm), head), base.slice(BASE_DIGITS - MAC))
}

/** True for a message id that we made in this realm. Costs one MAC and no look-up. */
export async function isMessageId(keys: IdKeys, realm: Realm, id: string): Promise<boolean> {
  if (!id.startsWith('msg_') || id.length !== 4 + BASE_DIGITS + ORDINAL + 1) return false
  const ordinal = decodeNumber(id.slice(4 + BASE_DIGITS, 4 + BASE_DIGITS + ORDINAL))
  // Step 0 only: no message has a second step (a fallback) yet, so an id that names one would stand for nothing.
  if (ordinal === null || !id.endsWith('0') || ordinal >= countOf(id as MessageId)) return false
  return baseIsOurs(keys, realm, id.slice(4, 4 + BASE_DIGITS))
}

/**
 * True for a batch id that we gave out in this realm: not for one made of the base of another message. Costs one MAC and no
 * look-up.
 */
export async function isBatchId(keys: IdKeys, realm: Realm, id: string): Promise<boolean> {
  if (!id.startsWith('bat_') || id.length !== 4 + BASE_DIGITS || itemsOf(id as BatchId) < BATCHED) return false
  return baseIsOurs(keys, realm, id.slice(4))
}

const TENANT_DIGITS = 12
const LOCAL_DIGITS = 8

/** Digits made from a request id, so that a repeated request makes the same id and not a second one. */
export const digitsOf = async (request: RequestId): Promise<string> => encodeBytes(await sha256(request), TENANT_DIGITS)

/** A tenant id; `digits` are those of `digitsOf`, or random. */
export const newTenantId = (digits = randomDigits(TENANT_DIGITS)): TenantId => `ten_${digits.slice(0, TENANT_DIGITS)}`

async function sealedId<Id extends string>(keys: IdKeys, prefix: string, body: string): Promise<Id> {
  const signer = signerOf(keys)
  const head = body + encodeNumber(signer.kid, 1)
  return `${prefix}_${head}${encodeBytes(await hmac(signer.key, `${prefix}|${head}`), MAC)}` as Id
}

async function sealIsOurs(keys: IdKeys, prefix: string, id: string, bodyLength: number): Promise<boolean> {
  if (!id.startsWith(`${prefix}_`) || id.length !== prefix.length + 1 + bodyLength + 1 + MAC) return false
  const head = id.slice(prefix.length + 1, -MAC)
  const key = keyNamedBy(keys, head)
  if (!key) return false
  return timingSafeEqualText(encodeBytes(await hmac(key.key, `${prefix}|${head}`), MAC), id.slice(-MAC))
}

/** A client id. It names its tenant and carries a MAC, so that a made-up one costs neither an object nor a database call. */
export const newClientId = (keys: IdKeys, tenant: TenantId, digits = randomDigits(LOCAL_DIGITS)): Promise<ClientId> =>
  sealedId(keys, 'cli', tenant.slice(4) + digits.slice(0, LOCAL_DIGITS))

/** The tenant of a client id; null if we did not make it. */
export async function tenantOfClientId(keys: IdKeys, id: string): Promise<TenantId | null> {
  return (await sealIsOurs(keys, 'cli', id, TENANT_DIGITS + LOCAL_DIGITS))
    ? `ten_${id.slice(4, 4 + TENANT_DIGITS)}`
    : null
}

/** An id of a person or of what belongs to people. It sorts by time and proves nothing: who holds it is looked up. */
export const newPeopleId = <Prefix extends 'per' | 'sgn' | 'pky' | 'lst' | 'inv' | 'apr' | 'dsc'>(
  prefix: Prefix,
  request: RequestId,
): `${Prefix}_${string}` => `${prefix}_${request.slice(4)}`

export const newConnectionId = (keys: IdKeys, digits = randomDigits(LOCAL_DIGITS)): Promise<ConnectionId> =>
  sealedId(keys, 'con', digits.slice(0, LOCAL_DIGITS))
/** Id of a legal person's papers. It sorts by time. */
export const newPapersId = (keys: IdKeys, request: RequestId): Promise<PapersId> =>
  sealedId(keys, 'pap', request.slice(4))
export const isPapersId = (keys: IdKeys, id: string): Promise<boolean> => sealIsOurs(keys, 'pap', id, REQUEST)
export const isConnectionId = (keys: IdKeys, id: string): Promise<boolean> => sealIsOurs(keys, 'con', id, LOCAL_DIGITS)

const OWN_MODE_AT = TENANT_DIGITS + REQUEST
/** Digits of a recipient's hash in a verification id. */
export const RECIPIENT_DIGITS = 16
/**
 * Digits between prefix and key number, by prefix. A device id has one more, for its network; a verification's names its
 * recipient.
 */
const OWN_DIGITS = {
  med: OWN_MODE_AT + 1,
  ses: OWN_MODE_AT + 1,
  dev: OWN_MODE_AT + 2,
  ver: OWN_MODE_AT + 1 + RECIPIENT_DIGITS,
} as const
type OwnPrefix = keyof typeof OWN_DIGITS

/** Tenant, request and mode: from these an id names its realm and the time at which it was made. */
const ownIdBody = (realm: Realm, request: RequestId): string =>
  tenantOf(realm).slice(4) + request.slice(4) + MODE_DIGITS[modeOf(realm)]

/** An id of something that a realm owns. It carries a MAC: ids of other realms and made-up ones are refused without a look-up. */
const ownId = <Id extends string>(keys: IdKeys, prefix: OwnPrefix, realm: Realm, request: RequestId): Promise<Id> =>
  sealedId(keys, prefix, ownIdBody(realm, request))

async function isOwnId(keys: IdKeys, prefix: OwnPrefix, realm: Realm, id: string): Promise<boolean> {
  const body = id.slice(prefix.length + 1)
  if (body.slice(0, TENANT_DIGITS) !== tenantOf(realm).slice(4)) return false
  if (body[OWN_MODE_AT] !== MODE_DIGITS[modeOf(realm)]) return false
  return sealIsOurs(keys, prefix, id, OWN_DIGITS[prefix])
}

export const newMediaId = (keys: IdKeys, realm: Realm, request: RequestId): Promise<MediaId> =>
  ownId(keys, 'med', realm, request)
export const isMediaId = (keys: IdKeys, realm: Realm, id: string): Promise<boolean> => isOwnId(keys, 'med', realm, id)
/** A device id. It also has the letter of its network, under the MAC, so that a message is routed without a look-up. */
export const newDeviceId = (keys: IdKeys, realm: Realm, request: RequestId, network: PushNetwork): Promise<DeviceId> =>
  sealedId(keys, 'dev', ownIdBody(realm, request) + PUSH_NETWORKS[network])
export const isDeviceId = async (keys: IdKeys, realm: Realm, id: string): Promise<boolean> =>
  pushNetworkOf(id) !== null && isOwnId(keys, 'dev', realm, id)
export const newSessionId = (keys: IdKeys, realm: Realm, request: RequestId): Promise<SessionId> =>
  ownId(keys, 'ses', realm, request)
export const isSessionId = (keys: IdKeys, realm: Realm, id: string): Promise<boolean> => isOwnId(keys, 'ses', realm, id)

/**
 * Digits of a recipient's hash under a mask that only this id has, so that two ids of a recipient have nothing in common. Undoes
 * itself.
 */
async function maskedDigits({ key }: IdKey, ownBody: string, digits: string): Promise<string> {
  const mask = encodeBytes(await hmac(key, `ver-recipient|${ownBody}`), RECIPIENT_DIGITS)
  return [...digits]
    .map((digit, n) => encodeNumber((decodeNumber(digit) ?? 0) ^ (decodeNumber(mask.charAt(n)) ?? 0), 1))
    .join('')
}

/** A verification id. It leads to the object of its recipient without a look-up, and shows nobody else whose it is. */
export async function newVerificationId(
  keys: IdKeys,
  realm: Realm,
  request: RequestId,
  recipient: string,
): Promise<VerificationId> {
  const body = ownIdBody(realm, request)
  return sealedId(keys, 'ver', body + (await maskedDigits(signerOf(keys), body, recipient)))
}

/** Digits of the recipient's hash in a verification id of this realm; null if we did not make it there. */
export async function recipientOfId(keys: IdKeys, realm: Realm, id: string): Promise<string | null> {
  if (!(await isOwnId(keys, 'ver', realm, id))) return null
  const head = id.slice(4, -MAC)
  const key = keyNamedBy(keys, head)
  const at = OWN_MODE_AT + 1
  return key ? maskedDigits(key, head.slice(0, at), head.slice(at, at + RECIPIENT_DIGITS)) : null
}

/** The time that a session's or verification's id holds, behind its tenant. */
export const timeOfSession = (id: SessionId | VerificationId): EpochMs => timeOfId(id.slice(TENANT_DIGITS))
export const timeOfMedia = (id: MediaId): EpochMs => timeOfId(id.slice(TENANT_DIGITS))
/** The smallest file id of a tenant made at `at` or later. */
export const mediaIdFloor = (tenant: TenantId, at: EpochMs): string =>
  `med_${tenant.slice(4)}${encodeNumber(Math.max(0, at), TIME)}`
/** The smallest session id of a tenant made at `at` or later. */
export const sessionIdFloor = (tenant: TenantId, at: EpochMs): string =>
  `ses_${tenant.slice(4)}${encodeNumber(Math.max(0, at), TIME)}`
/** The smallest verification id of a tenant made at `at` or later. */
export const verificationIdFloor = (tenant: TenantId, at: EpochMs): string =>
  `ver_${tenant.slice(4)}${encodeNumber(Math.max(0, at), TIME)}`
/** The realm that a media, device or session id names. Its MAC is not checked. */
export const realmOfOwnId = (id: MediaId | DeviceId | SessionId): Realm =>
  realmOf(`ten_${id.slice(4, 4 + TENANT_DIGITS)}`, id[4 + OWN_MODE_AT] === MODE_DIGITS.test ? 'test' : 'live')

/** Id of the event of a message's transition. The same message and transition always give the same id, so doubles are known. */
export const eventIdOf = (id: MessageId, transition: string): EventId => `evt_${id.slice(4)}_${transition}`

/** Ref of an attempt. It holds realm, shard and message, so that a report needs no look-up. */
export const attemptRefOf = (realm: Realm, id: MessageId, attempt: number): AttemptRef =>
  `${tenantOf(realm).slice(4)}.${id.slice(4)}.${attempt}`

const MESSAGE_DIGITS = BASE_DIGITS + ORDINAL + 1
const DIGITS_ONLY = /^[0-9a-hjkmnp-tv-z]*$/

/** Undoes `attemptRefOf`; null if the text is no attempt ref. The MAC in it is not checked. */
export function parseAttemptRef(ref: string): { realm: Realm; id: MessageId; attempt: number } | null {
  const idStart = TENANT_DIGITS + 1
  const attempt = Number(ref.slice(idStart + MESSAGE_DIGITS + 1))
  if (ref[TENANT_DIGITS] !== '.' || ref[idStart + MESSAGE_DIGITS] !== '.' || !Number.isInteger(attempt) || attempt < 1)
    return null
  const id: MessageId = `msg_${ref.slice(idStart, idStart + MESSAGE_DIGITS)}`
  if (!DIGITS_ONLY.test(ref.slice(0, TENANT_DIGITS)) || !DIGITS_ONLY.test(id.slice(4)) || !id.endsWith('0')) return null
  return { realm: realmOfId(`ten_${ref.slice(0, TENANT_DIGITS)}`, id), id, attempt }
}
