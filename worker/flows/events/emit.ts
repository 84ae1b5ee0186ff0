import { packEvents, unpackEvents } from '#worker/domain/messages/event-packing.ts'
import type { TenantEvent, Transition } from '#worker/domain/messages/events.ts'
import { modeOf, type Realm } from '#worker/domain/realm.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { NotifyJob, PackedNotifyJob } from '#worker/jobs.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { LARGE_JOBS, LARGEST_NOTIFY_BYTES, NOTIFY_BYTES } from '#worker/queue-limits.ts'
import { deleteWorks, insertWorks, type WorkRow } from '#worker/store/work.ts'
import { transitionOfEvent } from './events.ts'
import { packTransitions } from './id-sets.ts'

/** After this the sweep sends events that no consumer has finished. */
export const NOTIFY_GRACE = 5 * MINUTE

/** Notify jobs with the work rows that watch over them: the rows are written with the state change, then the jobs are sent. */
export interface Emission {
  readonly jobs: readonly NotifyJob[]
  readonly rows: readonly WorkRow[]
}

const NOTHING: Emission = { jobs: [], rows: [] }

/** Bytes that a message event without words of the tenant's takes when packed; a failure's words come on top. */
const PLAIN_EVENT = 110
const FAILURE = 250

/** At most what an event takes: exact only where the tenant's own words are in it, which is cheaper than writing each twice. */
const sizeOf = ({ data }: TenantEvent): number =>
  PLAIN_EVENT +
  (data['failure'] === undefined ? 0 : FAILURE) +
  (typeof data['clientRef'] === 'string' ? 3 * data['clientRef'].length : 0) +
  (data['metadata'] === undefined ? 0 : utf8Length(JSON.stringify(data['metadata']))) +
  (data['content'] === undefined ? 0 : utf8Length(JSON.stringify(data['content']))) +
  (data['turns'] === undefined ? 0 : utf8Length(JSON.stringify(data['turns'])))

/** Events as jobs for the realm's endpoints; nothing if no endpoint would hear them. */
export function emissionOf(
  policy: Policy | null,
  realm: Realm,
  shard: number,
  events: readonly TenantEvent[],
  now: EpochMs,
): Emission {
  const heardIn = modeOf(realm)
  const wanted = policy
    ? events.filter(({ type }) =>
        policy.endpoints.some(
          ({ mode, events: asked }) => mode === heardIn && (asked === null || asked.includes(type)),
        ),
      )
    : events
  if (wanted.length === 0) return NOTHING
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
    const size = sizeOf(event)
    if (part.length > 0 && bytes + size > NOTIFY_BYTES) close()
    part.push(event)
    bytes += size
  }
  close()
  return { jobs, rows: jobs.map(workRowOf) }
}

/** A row that goes with a change of state before its events can be made: the sweep makes them if nobody does. */
export const transitionRow = (
  realm: Realm,
  transitions: readonly Pick<Transition, 'id' | 'status'>[],
  now: EpochMs,
): WorkRow => ({
  dueAt: now + NOTIFY_GRACE,
  id: crypto.randomUUID(),
  kind: 'events',
  realm,
  body: JSON.stringify(packTransitions(transitions)),
})

/** A job as it is, or, if a queue would not take it, in pieces: the first keeps the work row, the others get rows of their own. */
export function splitJob(job: NotifyJob): Emission {
  const bytes = job.events.reduce((sum, event) => sum + sizeOf(event), 0)
  if (job.events.length < 2 || bytes <= LARGEST_NOTIFY_BYTES) return { jobs: [job], rows: [] }
  const middle = Math.ceil(job.events.length / 2)
  const head = splitJob({ ...job, events: job.events.slice(0, middle) })
  const second: NotifyJob = { ...job, events: job.events.slice(middle), work: { ...job.work, id: crypto.randomUUID() } }
  const tail = splitJob(second)
  return { jobs: [...head.jobs, ...tail.jobs], rows: [...head.rows, workRowOf(second), ...tail.rows] }
}

/** Message events are rebuilt from the ledger, so their row holds ids only; others are kept whole. */
function workRowOf(job: NotifyJob): WorkRow {
  const transitions = job.events.map(({ id }) => transitionOfEvent(id))
  const rebuilt = transitions.every((transition) => transition !== null)
  const body = rebuilt ? JSON.stringify(packTransitions(transitions)) : JSON.stringify(job)
  return { dueAt: job.work.dueAt, id: job.work.id, kind: rebuilt ? 'events' : 'notify', realm: job.realm, body }
}

const onQueue = ({ events, ...job }: NotifyJob): NotifyJob | PackedNotifyJob => {
  const packed = packEvents(events)
  return packed ? { ...job, packed } : { ...job, events }
}

/** A job from the queue as it was before it was packed. */
export function offQueue(job: NotifyJob | PackedNotifyJob): NotifyJob {
  if (!('packed' in job)) return job
  const { packed, ...rest } = job
  return { ...rest, events: unpackEvents(packed) }
}

/** Sends the jobs; a refusal is left to the work rows, so nothing is lost and nothing is retried twice. */
export async function emit(platform: Platform, { jobs }: Emission): Promise<void> {
  try {
    for (let i = 0; i < jobs.length; i += LARGE_JOBS) {
      await platform.env.NOTIFY.sendBatch(jobs.slice(i, i + LARGE_JOBS).map((job) => ({ body: onQueue(job) })))
    }
  } catch (error) {
    platform.log('event.queue-refused', { jobs: jobs.length, reason: errorLabel(error) })
  }
}

/**
 * Makes a change together with the rows of its events, and sends these if anything changed; says whether it did. A caller
 * that dies in between, or never hears the database's answer, has lost nothing.
 */
export async function changeAndTell(
  platform: Platform,
  db: D1Database,
  change: D1PreparedStatement,
  emission: Emission,
): Promise<boolean> {
  const { rows } = emission
  const [result] = await db.batch([change, ...(rows.length > 0 ? [insertWorks(db, rows)] : [])])
  const changed = (result?.meta.changes ?? 0) > 0
  if (changed) await emit(platform, emission)
  else if (rows.length > 0) await deleteWorks(db, rows).run()
  return changed
}
