import type { VerificationId } from '#worker/domain/ids.ts'
import type { TenantEvent } from '#worker/domain/messages/events.ts'
import { tenantOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import type { VerificationFacts } from '#worker/domain/verifications/verification.ts'
import { personKeys } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { policiesNow } from '#worker/flows/core/policies.ts'
import { commitWhatHappened } from '#worker/flows/events/commit.ts'
import { type Emission, emissionOf, joinEmissions } from '#worker/flows/events/emit.ts'
import { plainEvent } from '#worker/flows/events/events.ts'
import type { VerificationJob } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { type VerificationRecord, verificationsBefore } from '#worker/store/verifications/read.ts'
import { upsertVerifications } from '#worker/store/verifications/write.ts'
import { tellGuards } from './guard-news.ts'
import { openOrder } from './order.ts'

/** Ends that tenants are told of. */
const TOLD = {
  approved: 'verification.approved',
  failed: 'verification.failed',
  blocked: 'verification.blocked',
} as const
const isTold = (status: VerificationFacts['status']): status is keyof typeof TOLD => status in TOLD

/** Makes the event of a verification's end; none for an end that the ledger knows already, or that is not told. */
function eventsOf(
  { facts, order }: VerificationRecord,
  before: VerificationFacts['status'] | undefined,
): TenantEvent[] {
  const { id, status, updatedAt, startedAt, codes, checks, guard } = facts
  if (!isTold(status) || before === status) return []
  const { to, clientRef, metadata } = order
  return [
    plainEvent(`evt_${id.slice(4)}_${status}`, TOLD[status], updatedAt, {
      id,
      status,
      to,
      channel: codes.at(-1)?.channel ?? order.channels[0],
      checks,
      ...(status === 'blocked' ? { reason: guard?.enforced ? guard.reason : 'checks' } : {}),
      startedAt: toTimestamp(startedAt),
      at: toTimestamp(updatedAt),
      ...(clientRef === undefined ? {} : { clientRef }),
      ...(metadata === undefined ? {} : { metadata }),
    }),
  ]
}

/** Keeps of each verification the newest copy. */
function newestOf(jobs: readonly VerificationJob[]): readonly VerificationJob[] {
  const newest = new Map<VerificationId, VerificationJob>()
  for (const job of jobs) {
    const { id, version } = job.verification
    if (version > (newest.get(id)?.verification.version ?? -1)) newest.set(id, job)
  }
  return [...newest.values()]
}

async function applyOnShard(platform: Platform, shard: number, jobs: readonly VerificationJob[]): Promise<void> {
  const db = shardOfEnv(platform.env, shard)
  const newest = newestOf(jobs)
  const records = await Promise.all(
    newest.map(async ({ realm, verification: facts, order }) => ({
      realm,
      facts,
      order: await openOrder(platform, facts.id, order),
    })),
  )
  const [before, policies, keys] = await Promise.all([
    verificationsBefore(
      { db, keys: platform.keys },
      records.map(({ realm, facts }) => [realm, facts.id]),
    ),
    policiesNow(
      platform,
      records.map(({ realm }) => tenantOf(realm)),
    ),
    personKeys(
      platform,
      records.map(({ realm, order: { to, channels } }) => ({
        realm,
        channel: platform.channels[channels[0] ?? 'sms'],
        address: to,
      })),
    ),
  ])
  const owned = records.map((one, i) => ({ ...one, partyKey: keys[i] ?? '' }))
  const now = platform.now()
  const emissionOfSome = (some: typeof owned): Emission =>
    joinEmissions(
      shard,
      [...Map.groupBy(some, ({ realm }) => realm)].map(([realm, own]) => {
        const audience = { policy: policies.get(tenantOf(realm)) ?? null, realm, shard }
        return emissionOf(
          audience,
          own.flatMap((one) => eventsOf(one, before.get(one.facts.id)?.status)),
          now,
        )
      }),
    )
  const expected = emissionOfSome(owned)
  let changed = owned
  const statements = await upsertVerifications({ db, keys: platform.keys }, owned)
  await commitWhatHappened(platform, statements, expected, ([, ...results]) => {
    changed = owned.filter((_, i) => (results[i]?.meta.changes ?? 0) > 0)
    return changed.length === owned.length ? expected : emissionOfSome(changed)
  })
  await tellGuards(
    platform,
    policies,
    changed.map((one) => ({ ...one, before: before.get(one.facts.id) ?? null })),
  )
  platform.log('verification.recorded', { shard, verifications: owned.length, changed: changed.length })
}

/**
 * Writes verifications to the ledger, and tells the tenants of their ends and the guards of what became of codes: one read, the
 * policies and one batch for all of a shard. A redelivered or older copy of a job changes nothing.
 */
export async function applyVerifications(platform: Platform, jobs: readonly VerificationJob[]): Promise<void> {
  for (const [shard, own] of Map.groupBy(jobs, (job) => job.shard)) await applyOnShard(platform, shard, own)
}
