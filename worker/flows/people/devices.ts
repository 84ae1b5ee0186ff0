import { endpointRefusal, moreServices } from '#worker/domain/carriers/push-services.ts'
import { type DeviceTarget, PUSH_NETWORKS, type PushNetwork } from '#worker/domain/device.ts'
import { isDeviceId, newDeviceId, type RequestId } from '#worker/domain/ids.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { guardRules } from '#worker/flows/core/endpoints.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { underNewest } from '#worker/flows/messages/newest-policy.ts'
import { resolveSender } from '#worker/flows/messages/senders.ts'
import { fromBase64, toBase64Url } from '#worker/lib/bytes.ts'
import { changeDevice, deleteDevice, deviceById, registerDevice } from '#worker/store/devices/registry.ts'
import type { Device, DeviceRegistry, UserAndTags } from '#worker/store/devices/rows.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'

/** A device or subscription as an application registers it. */
interface DeviceInput {
  readonly app?: string | undefined
  readonly network: PushNetwork
  readonly subscription?:
    | { readonly endpoint: string; readonly keys: { readonly p256dh: string; readonly auth: string } }
    | undefined
  readonly token?: string | undefined
  readonly user?: string | undefined
  readonly tags: readonly string[]
}

/** Answers the tenant's registry of devices, which its home shard holds. */
export const registryOf = (
  { env, keys }: Platform,
  { policy, realm }: Pick<Principal, 'policy' | 'realm'>,
): DeviceRegistry => ({
  db: shardOfEnv(env, homeShard(policy)),
  keys,
  realm,
})

async function isPoint(bytes: Uint8Array<ArrayBuffer> | null): Promise<boolean> {
  if (bytes?.length !== 65) return false
  return crypto.subtle.importKey('raw', bytes, { name: 'ECDH', namedCurve: 'P-256' }, false, []).then(
    () => true,
    () => false,
  )
}

async function subscriptionTarget(platform: Platform, { subscription }: DeviceInput): Promise<DeviceTarget> {
  if (!subscription) throw invalidField('/subscription', 'is required for this network')
  const { endpoint, keys } = subscription
  const refusal = endpointRefusal(endpoint, guardRules(platform.config), moreServices(platform.env.PUSH_SERVICES))
  if (refusal !== null) throw invalidField('/subscription/endpoint', refusal)
  const point = fromBase64(keys.p256dh)
  if (!point || !(await isPoint(point)))
    throw invalidField('/subscription/keys/p256dh', 'must be a point of P-256, 65 bytes in base64url')
  const secret = fromBase64(keys.auth)
  if (secret?.length !== 16) throw invalidField('/subscription/keys/auth', 'must be 16 bytes in base64url')
  return { network: 'webpush', endpoint, p256dh: toBase64Url(point), auth: toBase64Url(secret) }
}

async function deviceTargetOf(platform: Platform, input: DeviceInput): Promise<DeviceTarget> {
  const { network, subscription, token } = input
  if (network === 'webpush') {
    if (token !== undefined) throw invalidField('/token', 'a web-push subscription has none')
    return subscriptionTarget(platform, input)
  }
  if (subscription !== undefined) throw invalidField('/subscription', 'is for the network `webpush` only')
  if (token === undefined) throw invalidField('/token', 'is required for this network')
  return { network, token }
}

/** Registers a device; the same subscription or token again is the same device, with user and tags replaced. */
export async function register(
  platform: Platform,
  principal: Principal,
  request: RequestId,
  input: DeviceInput,
): Promise<{ readonly device: Device; readonly isNew: boolean }> {
  const { realm } = principal
  const { address } = await underNewest(platform, principal, (policy) =>
    resolveSender(policy, platform.channels.push, { mode: modeOf(realm), from: input.app, pointer: '/app' }),
  )
  const target = await deviceTargetOf(platform, input)
  const id = await newDeviceId(platform.config.idKeys, realm, request, input.network)
  const row = {
    id,
    network: input.network,
    app: address.value,
    user: input.user ?? null,
    tags: [...new Set(input.tags)],
    target,
    at: platform.now(),
  }
  const device = await registerDevice(registryOf(platform, principal), row, principal.policy.quotas.devices)
  return { device, isNew: device.id === id }
}

/** Answers the tenant's device of that id, or throws a 404. Ids of others and made-up ones cost no look-up. */
export async function requireDevice(platform: Platform, principal: Principal, id: string): Promise<Device> {
  const isOurs = await isDeviceId(platform.config.idKeys, principal.realm, id)
  const device = isOurs ? await deviceById(registryOf(platform, principal), id) : null
  if (!device) throw new Problem('not-found')
  return device
}

/** Replaces the user or the tags, whichever is given. */
export async function patchDevice(
  platform: Platform,
  principal: Principal,
  id: string,
  given: { readonly [Name in keyof UserAndTags]?: UserAndTags[Name] | undefined },
): Promise<Device> {
  const device = await requireDevice(platform, principal, id)
  if (device.isAltered && (given.user === undefined || given.tags === undefined))
    throw new Problem('conflict', { detail: 'It is `altered`: give both `user` and `tags`.' })
  const next: UserAndTags = {
    user: given.user === undefined ? device.user : given.user,
    tags: given.tags === undefined ? device.tags : [...new Set(given.tags)],
  }
  const changed = await changeDevice(registryOf(platform, principal), device, next, platform.now())
  if (!changed) throw new Problem('not-found')
  return changed
}

/** Deletes a device and all that is known of it. Makes no event, because the tenant itself asked for it. */
export async function removeDevice(platform: Platform, principal: Principal, id: string): Promise<void> {
  await requireDevice(platform, principal, id)
  await deleteDevice(registryOf(platform, principal), id)
}

export const NETWORK_NAMES = Object.keys(PUSH_NETWORKS) as readonly PushNetwork[]
