import type { EventType, TenantEvent, Transition } from '#worker/domain/messages/events.ts'
import { packTransitions } from '#worker/domain/messages/id-sets.ts'
import { modeOf, type Realm, tenantOf } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { queueJobs } from '#worker/flows/events/notify/on-queue.ts'
import { type NotifyJob, sealedWorkRow, workRow } from '#worker/jobs.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { LARGEST_NOTIFY_BYTES, NOTIFY_BYTES } from '#worker/queue-limits.ts'
import type { PlainWork, WorkRow } from '#worker/store/work.ts'
import { transitionOfEvent } from './events.ts'

/** Time after which the sweep sends events that no consumer has finished. */
const NOTIFY_GRACE = 5 * MINUTE

/**
 * The realm whose endpoints hear of events, and the ledger shard that keeps the work rows. Without a policy (null) all
 * events are sent.
 */
interface Audience {
  readonly policy: Policy | null
  readonly realm: Realm
  readonly shard: number
}

/**
 * Notify jobs with the work rows that watch over them. commit.ts writes the rows with the change of state, then sends the
 * jobs.
 */
export interface Emission {
  readonly shard: number
  readonly jobs: readonly NotifyJob[]
  readonly rows: readonly (PlainWork | WorkRow)[]
}

/** Makes the emission of no events. */
export const nothingToTell = (shard: number): Emission => ({ shard, jobs: [], rows: [] })

/** Joins emissions of one shard. */
export const joinEmissions = (shard: number, emissions: readonly Emission[]): Emission => ({
  shard,
  jobs: emissions.flatMap(({ jobs }) => jobs),
  rows: emissions.flatMap(({ rows }) => rows),
})

/** Bytes of a packed event beside what it says, and of its time, its list of what it lacks and one member's marks. */
const FRAME = 20
const TIME = 20
const LACKS = 14
const MARKS = 4
const FAILURE = 250

/**
 * Answers the most bytes that an event takes when it is packed behind `first`: what both say alike takes none. Only what differs
 * is measured, which is cheaper than writing each event twice.
 */
function sizeOf({ id, type, at, data }: TenantEvent, first: TenantEvent): number {
  let bytes = FRAME + id.length + (at === first.at ? 0 : TIME) + (type === first.type ? 0 : type.length + 10)
  for (const key in data) {
    const value = data[key]
    if (key === 'id' || (value === first.data[key] && value !== undefined)) continue
    bytes += key === 'failure' ? FAILURE : key.length + MARKS + utf8Length(JSON.stringify(value) ?? '')
  }
  let lacks = 0
  for (const key in first.data) if (!(key in data)) lacks += key.length + MARKS
  return lacks > 0 ? bytes + LACKS + lacks : bytes
}

/** Answers the most bytes that the first event of a job takes. */
const wholeSize = (event: TenantEvent): number => utf8Length(JSON.stringify(event))

/** Makes the audience of events of things that are kept on the tenant's home shard. */
export const homeAudience = (policy: Policy, realm: Realm): Audience => ({ policy, realm, shard: homeShard(policy) })

/** Makes the audience of events of things that are kept on `shard`, with the tenant's policy as this isolate knows it. */
export const audienceOf = async (platform: Platform, realm: Realm, shard: number): Promise<Audience> => ({
  policy: await policyOf(platform, tenantOf(realm)),
  realm,
  shard,
})

/** True if an endpoint of the realm asks for events of this type. */
export const isHeard = ({ endpoints }: Policy, realm: Realm, type: EventType | null): boolean =>
  type !== null &&
  endpoints.some(({ mode, events }) => mode === modeOf(realm) && (events === null || events.includes(type)))

/** Packs events into jobs for the realm's endpoints; events that no endpoint asks for are left out. */
export function emissionOf({ policy, realm, shard }: Audience, events: readonly TenantEvent[], now: EpochMs): Emission {
  const wanted = policy ? events.filter(({ type }) => isHeard(policy, realm, type)) : events
  if (wanted.length === 0) return nothingToTell(shard)
  const jobs: NotifyJob[] = []
  let part: TenantEvent[] = []
  let bytes = 0
  const close = () => {
    const work = { shard, dueAt: now + NOTIFY_GRACE, id: crypto.randomUUID() }
    jobs.push({ kind: 'notify', realm, events: part, work, attempt: 1 })
    part = []
    bytes = 0
  }
  for (const event of wanted) {
    const [first] = part
    const size = first ? sizeOf(event, first) : wholeSize(event)
    const isFull = part.length > 0 && bytes + size > NOTIFY_BYTES
    if (isFull) close()
    part.push(event)
    bytes += isFull ? wholeSize(event) : size
  }
  close()
  return { shard, jobs, rows: jobs.map(workRowOf) }
}

/**
 * Makes the work row of transitions whose events can be made only after they are written. The sweep makes them if nobody
 * does.
 */
export const transitionRow = (
  realm: Realm,
  transitions: readonly Pick<Transition, 'id' | 'status'>[],
  now: EpochMs,
): WorkRow =>
  workRow(
    { kind: 'events', body: packTransitions(transitions) },
    { dueAt: now + NOTIFY_GRACE, id: crypto.randomUUID(), realm },
  )

/** Makes the emission of transitions whose events can be made only after they are written: their row, and no job yet. */
export const transitionWatch = (
  { realm, shard }: Pick<Audience, 'realm' | 'shard'>,
  transitions: readonly Pick<Transition, 'id' | 'status'>[],
  now: EpochMs,
): Emission => ({ shard, jobs: [], rows: [transitionRow(realm, transitions, now)] })

/** Splits a job that is too large for a queue message. The first piece keeps the work row, the others get rows of their own. */
export function splitNotifyJob(job: NotifyJob): Omit<Emission, 'shard'> {
  const [first, ...rest] = job.events
  const bytes = first ? rest.reduce((sum, event) => sum + sizeOf(event, first), wholeSize(first)) : 0
  if (job.events.length < 2 || bytes <= LARGEST_NOTIFY_BYTES) return { jobs: [job], rows: [] }
  const middle = Math.ceil(job.events.length / 2)
  const head = splitNotifyJob({ ...job, events: job.events.slice(0, middle) })
  const second: NotifyJob = { ...job, events: job.events.slice(middle), work: { ...job.work, id: crypto.randomUUID() } }
  const tail = splitNotifyJob(second)
  return { jobs: [...head.jobs, ...tail.jobs], rows: [...head.rows, workRowOf(second), ...tail.rows] }
}

/**
 * Makes a job's work row. It holds only the ids of message events, which the ledger can tell again; other events are kept
 * whole.
 */
function workRowOf(job: NotifyJob): PlainWork | WorkRow {
  const transitions = job.events.map(({ id }) => transitionOfEvent(id))
  const head = { ...job.work, realm: job.realm }
  return transitions.every((transition) => transition !== null)
    ? workRow({ kind: 'events', body: packTransitions(transitions) }, head)
    : sealedWorkRow({ kind: 'notify', body: job }, head)
}

/** Sends the jobs of an emission whose work rows are written. Does not throw. */
export const emit = (platform: Platform, { jobs }: Emission): Promise<void> => queueJobs(platform, jobs)
