import type { Attempt } from '#worker/domain/carriers/provider.ts'
import { BY_REGISTRY, type PushTarget } from '#worker/domain/device.ts'
import type { DeviceId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { pushKeysOf } from '#worker/flows/carriers/push-keys.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { commit } from '#worker/flows/events/commit.ts'
import { emissionOf, homeAudience } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import type { Device } from '#worker/store/devices/rows.ts'
import { activeDevices, countRemovedDevices, removeDevices, targetsOfDevices } from '#worker/store/devices/targets.ts'
import type { Slice } from './choose-connection.ts'
import type { Answered, AnsweredSlice } from './submit.ts'

/** Push targets by recipient; recipients that the registry does not know have none. */
type Targets = ReadonlyMap<string, PushTarget & { readonly updatedAt: EpochMs }>

/**
 * Looks up the devices of a slice, in one query. Called before the claim, for a look-up that fails must strand no
 * claimed message.
 */
export async function pushTargetsOf(platform: Platform, { group, units }: Slice): Promise<Targets> {
  const { homeDb, realm, policy } = group
  const found = await targetsOfDevices({ db: homeDb, keys: platform.keys, realm }, [
    ...new Set(units.map(({ item }) => item.to)),
  ])
  const needsKeys = [...found.values()].some(({ network }) => network === 'webpush')
  const vapid = needsKeys ? await pushKeysOf(platform, policy.tenantId) : null
  const targets = new Map<string, PushTarget & { readonly updatedAt: EpochMs }>()
  for (const [id, target] of found) {
    if (target.network !== 'webpush') targets.set(id, target)
    else if (vapid) targets.set(id, { ...target, vapid })
  }
  return targets
}

/** The attempt with its push target; null: the registry does not know the recipient. */
export const aimed = (attempt: Attempt, targets: Targets): Attempt => ({
  ...attempt,
  target: targets.get(attempt.to) ?? null,
})

/**
 * The event of a removed device. Its id follows from the registration, so that two slices that find it dead tell it
 * once.
 */
const removedEvent = ({ id, app, network, user, tags, updatedAt, isAltered }: Device, at: number): TenantEvent =>
  plainEvent(`evt_${id.slice(4)}_removed${updatedAt.toString(36)}`, 'device.removed', at, {
    id,
    app,
    network,
    user,
    tags,
    ...(isAltered ? { altered: true } : {}),
    at: toTimestamp(at),
  })

/** True if a push service said so. A device that only the registry did not know may have registered since. */
const isDead = ({ result }: Answered): boolean =>
  result.outcome === 'rejected' &&
  result.failure.code === 'recipient-unregistered' &&
  result.failure.carrierCode !== BY_REGISTRY

/**
 * Removes devices from the registry that their push service no longer knows, and tells of each. A device that has changed
 * since its message was aimed stays: it may have registered anew, and the next message to it finds out.
 */
export async function removeUnregistered(
  platform: Platform,
  { group, answered }: AnsweredSlice,
  targets: Targets,
): Promise<void> {
  const { policy, realm, homeDb } = group
  const dead = answered.filter(isDead).map(({ unit }) => unit.item.to as DeviceId)
  if (dead.length === 0) return
  const active = await activeDevices({ db: homeDb, keys: platform.keys, realm }, [...new Set(dead)])
  const devices = active.filter(({ id, updatedAt }) => targets.get(id)?.updatedAt === updatedAt)
  if (devices.length === 0) return
  const now = platform.now()
  const events = devices.map((device) => removedEvent(device, now))
  const removal = [countRemovedDevices(homeDb, devices), ...removeDevices(homeDb, devices, now)]
  await commit(platform, removal, emissionOf(homeAudience(policy, realm), events, now))
  platform.log('device.removed', { realm, devices: devices.length })
}
