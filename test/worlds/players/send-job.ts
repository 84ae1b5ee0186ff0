import { type MessageId, messageId, newBase, newRequestId } from '#worker/domain/ids.ts'
import { type Mode, realmOf, type TenantId } from '#worker/domain/realm.ts'
import { configOf } from '../tenant-world.ts'
import type { World } from '../world.ts'

/** Makes the job of an envelope, as a request of the world's tenant queues it, and the ids of its messages in their order. */
export async function sendJob(
  { chapar, tenantId, line }: Pick<World, 'chapar' | 'tenantId' | 'line'>,
  recipients: readonly string[],
  acceptedAt = Date.now(),
  mode: Mode = 'test',
) {
  const { idKeys } = await configOf(chapar.secrets)
  const realm = realmOf(tenantId as TenantId, mode)
  const count = recipients.length
  const request = newRequestId(acceptedAt)
  const base = await newBase(idKeys, { realm, channel: 'sms', request, shard: 0, count, batched: true })
  const job = {
    kind: 'send',
    channel: 'sms',
    realm,
    base,
    acceptedAt,
    shared: { from: line, fromKind: 'line', content: { text: 'x' }, units: 1, encoding: 'gsm7', purpose: 'otp' },
    items: recipients.map((to, n) => ({ n, to })),
    batched: true,
    attempt: 1,
  }
  return { job, ids: recipients.map((_, n): MessageId => messageId(base, n)) }
}
