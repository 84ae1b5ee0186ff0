import { batchIdOf } from '#worker/domain/ids.ts'
import { packIds } from '#worker/domain/messages/id-sets.ts'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { mayWork, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { touchCredentials } from '#worker/flows/auth/audit.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type WorkKey, workRow } from '#worker/jobs.ts'
import { aroundChange } from '#worker/store/messages/around-change.ts'
import { type BatchKey, claimedStates, claimStatement, type RawClaimed } from '#worker/store/messages/attempts.ts'
import { sealMessages } from '#worker/store/messages/sealed.ts'
import { type Appended, entriesOf, partyStatements } from '#worker/store/parties/tail.ts'
import { insertWork } from '#worker/store/work.ts'
import type { Slice } from './choose-connection.ts'
import { batchStatements, claimRow, envelopeStatements, requestsOf, type Standing } from './claim-rows.ts'
import { recipientsOf } from './recipients.ts'
import { expiresAt, type Unit, type Verdict } from './unit.ts'

/** Time until the sweep asks what became of attempts that were claimed and never recorded. */
const STALE_CLAIM = 15 * MINUTE

export interface ClaimedSlice extends Slice {
  /** Units that this run submits. */
  readonly won: readonly Unit[]
  /** Messages that the claim ended (expired, suppressed, failed, canceled before), so that their events are due. */
  readonly ended: readonly Pick<Standing, 'unit' | 'verdict'>[]
  /** Units that another run has claimed or recorded. */
  readonly lost: readonly Unit[]
  /** Work row of the claim, deleted when the outcome is written. */
  readonly work: WorkKey
  /** Time of the claim; the timeline entries that it wrote bear the same time. */
  readonly claimedAt: EpochMs
  /** True if so many entries wait for the index by party that this run is to fill it. */
  readonly isFillDue: boolean
}

const OK: Verdict = { status: 'accepted', failure: null }
const UNCLEAR: Verdict = {
  status: 'unknown',
  failure: { code: 'provider-timeout', detail: 'the provider never answered clearly' },
}

/** The verdict of one message. A pinned one never ends as expired or suppressed: its provider may have it already. */
function verdictOf(unit: Unit, policy: Policy, isOptedOut: boolean, now: EpochMs): Verdict {
  const verdict = plainVerdictOf(unit, policy, isOptedOut, now)
  const { pin } = unit.job
  return pin && (verdict !== OK || now > pin.until) ? UNCLEAR : verdict
}

function plainVerdictOf(unit: Unit, policy: Policy, isOptedOut: boolean, now: EpochMs): Verdict {
  if (!mayWork(policy.status, modeOf(unit.job.realm))) {
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
  if (isOptedOut)
    return { status: 'suppressed', failure: { code: 'recipient-suppressed', detail: 'the recipient has opted out' } }
  return OK
}

async function standingsOf(platform: Platform, slice: Slice, now: EpochMs): Promise<readonly Standing[]> {
  const { group, units, verdict, recipients } = slice
  const { keys, optedOut } = await (recipients ?? recipientsOf(platform, group, units, verdict !== undefined))
  return units.map((unit) => ({
    unit,
    partyKey: keys.get(unit) ?? '',
    verdict: verdict ?? verdictOf(unit, group.policy, optedOut.has(unit), now),
  }))
}

/**
 * Batches of units that a cancel of the batch ends here. A pinned one is not among them: its provider may have it already.
 */
function stoppableBatches(units: readonly Unit[]): readonly BatchKey[] {
  const jobs = new Map(units.flatMap(({ job }) => (job.batched && !job.pin ? [[job.base, job] as const] : [])))
  return [...jobs.values()].map(({ realm, base }) => [realm, batchIdOf(base)])
}

/** Status that a row has if its attempt was won: a next attempt after a report leaves it `submitted`. */
const openStatus = ({ job }: Unit): number => (job.again === undefined ? STATUS_CODES.accepted : STATUS_CODES.submitted)

/** Claims one attempt of each unit in the ledger. A message is submitted only by the run whose claim changed its row. */
export async function claimSlice(platform: Platform, slice: Slice): Promise<ClaimedSlice> {
  const { group, units, connectionId } = slice
  const { db, realm, shard } = group
  const now = platform.now()
  const standings = await standingsOf(platform, slice, now)
  const rows = standings.map((standing) => claimRow(standing, connectionId, now))
  const jobs = [...new Set(units.map((unit) => unit.job))]
  const work: WorkKey = { shard, dueAt: now + STALE_CLAIM, id: crypto.randomUUID() }
  const refAttempt = units[0]?.job.pin?.refAttempt ?? null
  const body = { connectionId, refAttempt, ids: packIds(units.map(({ id }) => id)) }
  const entries = standings.map(({ unit, partyKey }) => ({ id: unit.id, partyKey, attempt: unit.job.attempt }))
  const [sealed, batches, beside, parties] = await Promise.all([
    sealMessages(platform.keys, rows),
    batchStatements(db, platform.keys, jobs),
    envelopeStatements(db, platform.keys, jobs),
    entriesOf(platform.keys, realm, entries).then((own) => partyStatements(db, realm, own)),
  ])
  const { before, after } = aroundChange(db, rows, now)
  const lead = [...batches, ...before]
  const claim = claimStatement(db, sealed, now, stoppableBatches(units))
  const watch = insertWork(db, workRow({ kind: 'claim', body }, { ...work, realm }))
  const [answers] = await Promise.all([
    db.batch<RawClaimed & Appended>([...lead, claim, watch, ...beside, ...parties, ...after]),
    touchCredentials(platform, requestsOf(jobs)),
  ])
  const states = claimedStates(answers[lead.length]?.results ?? [])
  const won: Unit[] = []
  const ended: Pick<Standing, 'unit' | 'verdict'>[] = []
  const lost: Unit[] = []
  for (const standing of standings) {
    const { unit, verdict } = standing
    const state = states.get(unit.id)
    if (state === undefined) lost.push(unit)
    else if (state === openStatus(unit)) won.push(unit)
    else if (state === STATUS_CODES[verdict.status]) ended.push(standing)
    else ended.push({ unit, verdict: { status: 'canceled', failure: null } })
  }
  const isFillDue = parties.length > 0 && answers.at(-1 - after.length)?.results[0]?.isFull === 1
  return { ...slice, won, ended, lost, work, claimedAt: now, isFillDue }
}
