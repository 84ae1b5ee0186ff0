import type { ConnectionId } from '#worker/domain/ids.ts'
import { packIds } from '#worker/domain/messages/id-sets.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { isSuppressed } from '#worker/domain/tenants/bulk-rules.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { touchCredentials } from '#worker/flows/auth/audit.ts'
import { personKey } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type SendJob, type WorkKey, workRow } from '#worker/jobs.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import {
  type BatchRow,
  batchStatement,
  type Claimed,
  claimStatement,
  contentStatement,
} from '#worker/store/messages/writes.ts'
import { insertRequestsStatement } from '#worker/store/requests.ts'
import { suppressionsOf } from '#worker/store/suppressions.ts'
import { deleteWorks, insertWork } from '#worker/store/work.ts'
import type { Group } from './choose-connection.ts'
import { claimRow, expiresAt, type Unit, type Verdict } from './unit.ts'

/** After this the sweep asks what became of an attempt that was claimed and never recorded. */
const STALE_CLAIM = 15 * MINUTE

export interface ClaimedSlice {
  /** Ours to submit. */
  readonly won: readonly Unit[]
  /** Ended by the claim itself (expired, suppressed, failed, canceled before): their events are due. */
  readonly ended: readonly { readonly unit: Unit; readonly verdict: Verdict }[]
  /** Claimed or recorded by somebody else. */
  readonly lost: readonly Unit[]
  readonly work: WorkKey
  /** When: what its timeline entries say. */
  readonly at: EpochMs
}

const OK: Verdict = { status: 'accepted', failure: null }
const UNCLEAR: Verdict = {
  status: 'unknown',
  failure: { code: 'provider-timeout', detail: 'the provider never answered clearly' },
}

/** A message that a provider may have already is not to be called expired or suppressed: nobody can say. */
function verdictOf(unit: Unit, policy: Policy, suppressed: boolean, now: EpochMs): Verdict {
  const verdict = plainVerdictOf(unit, policy, suppressed, now)
  const { pin } = unit.job
  return pin && (verdict !== OK || now > pin.until) ? UNCLEAR : verdict
}

function plainVerdictOf(unit: Unit, policy: Policy, suppressed: boolean, now: EpochMs): Verdict {
  if (policy.status !== 'active') {
    return {
      status: 'failed',
      failure: { code: 'tenant-suspended', detail: 'the account was suspended before the message was sent' },
    }
  }
  if (now > expiresAt(unit)) {
    return {
      status: 'expired',
      failure: { code: 'validity-expired', detail: 'its validity ended before a carrier took it' },
    }
  }
  if (suppressed)
    return { status: 'suppressed', failure: { code: 'recipient-suppressed', detail: 'the recipient has opted out' } }
  return OK
}

async function suppressedKeys(
  platform: Platform,
  policy: Policy,
  units: readonly Unit[],
  keys: readonly string[],
): Promise<ReadonlySet<number>> {
  const first = units[0]
  const hit = new Set<number>()
  if (!first) return hit
  const rows = await suppressionsOf(
    shardOfEnv(platform.env, homeShard(policy)),
    first.job.realm,
    platform.channels[first.job.channel],
    keys,
  )
  if (rows.length === 0) return hit
  const byKey = Map.groupBy(rows, (row) => row.partyKey)
  const pack = policyPack(policy.pack)
  units.forEach((unit, i) => {
    const entries = byKey.get(keys[i] ?? '')?.filter((row) => row.line === '' || row.line === unit.body.from)
    if (entries && entries.length > 0 && isSuppressed(pack, unit.body.purpose, entries)) hit.add(i)
  })
  return hit
}

/** The status of a row whose claim is ours to submit: a message that was submitted before stays so. */
const openStatus = ({ job }: Unit): number => (job.again === undefined ? STATUS_CODES.accepted : STATUS_CODES.submitted)

const jobsOf = (units: readonly Unit[]) => [...new Set(units.map((unit) => unit.job))]

const requestsOf = (jobs: readonly SendJob[]) => jobs.flatMap((job) => (job.request ? [job.request] : []))

/** What envelopes bring beside their messages: rows of the IP log and of batches, shared contents, work that is done now. */
export function envelopeStatements(db: D1Database, jobs: readonly SendJob[]): D1PreparedStatement[] {
  const requests = requestsOf(jobs)
  const batches = jobs.flatMap((job): BatchRow[] =>
    job.batch
      ? [
          {
            realm: job.realm,
            id: job.batch.id,
            total: job.batch.total,
            accepted: job.batch.accepted,
            clientRef: job.batch.clientRef ?? null,
            acceptedAt: job.acceptedAt,
          },
        ]
      : [],
  )
  const contents = jobs.flatMap((job) =>
    job.batched && job.shared.content !== undefined && job.attempt === 1
      ? [{ realm: job.realm, base: job.base, content: JSON.stringify(job.shared.content) }]
      : [],
  )
  const works = jobs.flatMap((job) => (job.work ? [job.work] : []))
  return [
    ...(requests.length > 0 ? [insertRequestsStatement(db, requests)] : []),
    ...(batches.length > 0 ? [batchStatement(db, batches)] : []),
    ...(contents.length > 0 ? [contentStatement(db, contents)] : []),
    ...(works.length > 0 ? [deleteWorks(db, works)] : []),
  ]
}

/** Claims one attempt of each unit in the ledger, before any carrier is called. All units are of this realm and shard. */
export async function claimSlice(
  platform: Platform,
  { policy, realm, shard }: Pick<Group, 'policy' | 'realm' | 'shard'>,
  units: readonly Unit[],
  connectionId: ConnectionId | null,
  fixed?: Verdict,
): Promise<ClaimedSlice> {
  const now = platform.now()
  const db = shardOfEnv(platform.env, shard)
  const keys = await Promise.all(
    units.map((unit) => personKey(platform, realm, platform.channels[unit.job.channel], unit.item.to)),
  )
  const suppressed = fixed ? new Set<number>() : await suppressedKeys(platform, policy, units, keys)
  const verdicts = units.map((unit, i) => fixed ?? verdictOf(unit, policy, suppressed.has(i), now))
  const rows = units.map((unit, i) => claimRow(unit, keys[i] ?? '', verdicts[i] ?? OK, connectionId, now))
  const work: WorkKey = { shard, dueAt: now + STALE_CLAIM, id: crypto.randomUUID() }
  const refAttempt = units[0]?.job.pin?.refAttempt ?? null
  const body = { connectionId, refAttempt, ids: packIds(units.map(({ id }) => id)) }
  const jobs = jobsOf(units)
  const answers = await db.batch<Claimed>([
    claimStatement(db, rows, now),
    insertWork(db, workRow({ kind: 'claim', body }, { ...work, realm })),
    ...envelopeStatements(db, jobs),
  ])
  await touchCredentials(platform, requestsOf(jobs))
  const states = new Map((answers[0]?.results ?? []).map(({ id, status }) => [id, status]))
  const won: Unit[] = []
  const ended: { unit: Unit; verdict: Verdict }[] = []
  const lost: Unit[] = []
  units.forEach((unit, i) => {
    const state = states.get(unit.id)
    const verdict = verdicts[i] ?? OK
    if (state === undefined) lost.push(unit)
    else if (state === openStatus(unit)) won.push(unit)
    else if (state === STATUS_CODES[verdict.status]) ended.push({ unit, verdict })
    else ended.push({ unit, verdict: { status: 'canceled', failure: null } })
  })
  return { won, ended, lost, work, at: now }
}
