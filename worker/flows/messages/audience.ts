import { invalidField } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type DeviceLabel, labelledIds } from '#worker/store/devices/labels.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { BATCH_LIMIT, type BatchInput, type BatchRequest } from './input.ts'
import { underNewest } from './newest-policy.ts'
import { resolveSender } from './senders.ts'

/**
 * Gives the batch a message to each device of its audience, in the order of the devices' ids: a request that is repeated
 * under its Idempotency-Key means the same messages, as long as no device has joined or left.
 */
export async function withAudience(
  platform: Platform,
  principal: Principal,
  { audience, messages: _, ...batch }: BatchRequest,
): Promise<BatchInput> {
  const channel = platform.channels[batch.channel]
  if (channel.registry !== 'devices') throw invalidField('/audience', 'is for channels with a registry of devices')
  if (batch.content === undefined) throw invalidField('/content', 'is required with an audience')
  const sender = { mode: modeOf(principal.realm), from: batch.from }
  const { address } = await underNewest(platform, principal, (policy) => resolveSender(policy, channel, sender))
  const { tag, user = '' } = audience ?? {}
  const label: DeviceLabel = tag === undefined ? { kind: 'user', name: user } : { kind: 'tag', name: tag }
  const { policy, realm } = principal
  const registry = { db: shardOfEnv(platform.env, homeShard(policy)), keys: platform.keys, realm }
  const ids = await labelledIds(registry, { label, app: address.value }, BATCH_LIMIT + 1)
  if (ids.length === 0) throw invalidField('/audience', 'no active device of the application is in it')
  if (ids.length > BATCH_LIMIT) throw invalidField('/audience', `more than ${BATCH_LIMIT} devices are in it`)
  return { ...batch, messages: ids.map((to) => ({ to })) }
}
