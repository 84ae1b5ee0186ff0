import type { VapidKeys } from '#worker/domain/device.ts'
import type { TenantId } from '#worker/domain/ids.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { BoundedMap } from '#worker/lib/bounded-map.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { keepPushKey, pushKeyOf, type StoredPushKey } from '#worker/store/control/push-keys.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' }

const placeOf = (tenant: TenantId) => ['push_keys', tenant, 'private_key'] as const

async function openKey({ keys }: Platform, tenant: TenantId, stored: StoredPushKey): Promise<VapidKeys> {
  const opened = await openText(keys, tenant, stored.privateKey, placeOf(tenant))
  if (typeof opened !== 'string') throw new Error('a push key does not open')
  const jwk = JSON.parse(opened) as JsonWebKey
  const privateKey = await crypto.subtle.importKey('jwk', jwk, ECDSA, false, ['sign'])
  return { publicKey: stored.publicKey, privateKey }
}

async function newKey(platform: Platform, tenant: TenantId): Promise<StoredPushKey> {
  const pair = (await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])) as CryptoKeyPair
  const point = (await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer
  const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey)
  return {
    publicKey: toBase64Url(point),
    privateKey: await sealText(await platform.keys.standing(tenant), JSON.stringify(jwk), placeOf(tenant)),
  }
}

/** Answers the public key that a tenant's pages subscribe with; the pair is made when it is first asked for. */
export async function publicPushKey(platform: Platform, tenant: TenantId): Promise<string> {
  const db = platform.env.CONTROL
  const stored = await pushKeyOf(db, tenant)
  if (stored) return stored.publicKey
  return (await keepPushKey(db, tenant, await newKey(platform, tenant), platform.now())).publicKey
}

/**
 * Key pairs that this isolate has unsealed, by tenant. A tenant's pair never changes, because subscriptions are made with
 * it.
 */
const keysByTenant = new BoundedMap<TenantId, VapidKeys>(2_000)

/**
 * Answers the key pair that signs a tenant's messages; null if it never asked for a key, so that nobody can have
 * subscribed.
 */
export async function pushKeysOf(platform: Platform, tenant: TenantId): Promise<VapidKeys | null> {
  const known = keysByTenant.get(tenant)
  if (known) return known
  const stored = await pushKeyOf(platform.env.CONTROL, tenant)
  if (!stored) return null
  const keys = await openKey(platform, tenant, stored)
  keysByTenant.set(tenant, keys)
  return keys
}
