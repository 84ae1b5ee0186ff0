import type { HeardMessage, HeardReceipt } from '#worker/jobs.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'
import { JOINT_HEAD_BYTES, JOINT_JOB_BYTES, MOST_JOBS, SEND_BATCH_BYTES } from '#worker/queue-limits.ts'
import { type HeardJob, MOST_INBOUND, queueHeard } from './heard.ts'

/** Most milliseconds that a callback which comes during a queue call waits for others. */
const HOLD_MS = 20
/**
 * Milliseconds after which a callback that waits for another's queue call queues its jobs itself: the other's request may have
 * been ended by the runtime. Carriers wait longer than this and a queue call.
 */
const FOLLOW_MS = 3_000
/** Bytes of a callback's records from which it is queued alone: joined, it would save less than half an operation. */
const MOST_HELD_BYTES = JOINT_JOB_BYTES / 2
/** Records of a callback from which it is queued alone: its carrier joins them itself, so holding it would only delay them. */
const LONE_RECORDS = 10

type HeardQueue = Parameters<typeof queueHeard>[0]
type Clock = () => number

/** Job that grows while callbacks come: what one connection told under one proof. */
interface JointJob {
  readonly head: HeardJob
  readonly records: (HeardReceipt | HeardMessage)[]
  bytes: number
}

/**
 * Callbacks that travel in one queue call. `outcome` is a plain value, which each member reads after it is woken: null while
 * nobody knows.
 */
interface Gathering {
  readonly openedAt: number
  readonly joints: JointJob[]
  /** The joint job of each key that has room. */
  readonly open: Map<string, JointJob>
  /** Wakes the members, each by a promise of its own. */
  readonly wake: (() => void)[]
  /** Wakes the leader before its time. */
  readonly close: () => void
  bytes: number
  outcome: { readonly fault: string | null } | null
}

/** Records of a callback that may travel with others of the same key. */
interface Part {
  readonly key: string
  readonly head: HeardJob
  readonly records: JointJob['records']
  readonly bytes: number
}

/**
 * Answers the parts of a callback's jobs; null if they are too large or too many to be held. A message with files keeps a
 * job of its own, because it may wait for minutes for a slow download.
 */
function partsOf(jobs: readonly HeardJob[]): readonly Part[] | null {
  const parts: Part[] = []
  let [sum, count] = [0, 0]
  for (const job of jobs) {
    const records = job.kind === 'report' ? [...job.receipts] : [...job.messages]
    count += records.length
    if (count >= LONE_RECORDS) return null
    const bytes = utf8Length(JSON.stringify(records))
    sum += bytes
    if (sum > MOST_HELD_BYTES) return null
    const brings = job.kind === 'inbound' && job.messages.some(({ files = [] }) => files.length > 0)
    const of = job.kind === 'report' ? [job.proof, job.channel ?? ''] : brings ? [job.id] : []
    parts.push({ key: JSON.stringify([job.kind, job.connectionId, ...of]), head: job, records, bytes })
  }
  return parts
}

const hasRoom = ({ head, records, bytes }: JointJob, part: Part): boolean =>
  bytes + part.bytes <= JOINT_JOB_BYTES &&
  (head.kind === 'report' || records.length + part.records.length <= MOST_INBOUND)

/** True if one queue call holds these parts too. Counts a job of its own for each, so that none is refused halfway. */
const fits = ({ bytes, joints }: Gathering, parts: readonly Part[]): boolean =>
  joints.length + parts.length <= MOST_JOBS &&
  parts.reduce((sum, part) => sum + part.bytes + JOINT_HEAD_BYTES, bytes) <= SEND_BATCH_BYTES

function takeIn(gathering: Gathering, part: Part): void {
  const { open, joints } = gathering
  const joint = open.get(part.key)
  if (joint && hasRoom(joint, part)) {
    joint.records.push(...part.records)
    joint.bytes += part.bytes
    gathering.bytes += part.bytes
    return
  }
  const bytes = part.bytes + JOINT_HEAD_BYTES
  const fresh: JointJob = { head: part.head, records: [...part.records], bytes }
  joints.push(fresh)
  open.set(part.key, fresh)
  gathering.bytes += bytes
}

const jobOf = ({ head, records }: JointJob): HeardJob =>
  head.kind === 'report'
    ? { ...head, receipts: records as HeardReceipt[] }
    : { ...head, messages: records as HeardMessage[] }

/** Queues what the members brought, in one call. */
async function queueJoint(queue: HeardQueue, joints: readonly JointJob[]): Promise<void> {
  const jobs = joints.map(jobOf)
  if (jobs.length === 1) await queueHeard(queue, jobs)
  else await queue.sendBatch(jobs.map((body) => ({ body })))
}

/** Queues the jobs of one callback. Returns when the queue has them; throws if it has not, and the carrier must call again. */
export type QueueCallback = (queue: HeardQueue, jobs: readonly HeardJob[]) => Promise<void>

/**
 * Makes the one way by which requests of an isolate share a queue call: callbacks that come while the queue is being called are
 * joined by connection and proof, for at most 20 ms, and each waits until the queue has them all. One that comes while nobody
 * calls waits for nobody, so that a carrier which calls one after the other is not slowed down.
 *
 * The first one leads: it waits, closes the gathering and calls the queue within its own request. The others await promises of
 * their own, made in their requests, so that what follows runs there; the leader only wakes them, and what they learn is a plain
 * value. A member that is not woken in time, because the runtime ended the leader, queues its own jobs. What is queued twice
 * changes nothing.
 */
export function joinCallbacks(now: Clock = Date.now): QueueCallback {
  let current: Gathering | null = null
  let calls = 0
  let lastCallAt = 0

  /** True if a queue call is under way. One that has not ended for long is of a request that the runtime ended. */
  function isCalling(): boolean {
    const age = now() - lastCallAt
    if (age < 0 || age >= FOLLOW_MS) calls = 0
    return calls > 0
  }

  function newGathering(close: () => void): Gathering {
    return { openedAt: now(), joints: [], open: new Map(), wake: [], close, bytes: 0, outcome: null }
  }

  /** Adds the parts of a callback to the gathering that is open; null if none is, or it has no room and is closed. */
  function joined(parts: readonly Part[]): Gathering | null {
    const gathering = current
    if (!gathering) return null
    const age = now() - gathering.openedAt
    // The leader of an older gathering is late or gone.
    if (age < 0 || age >= HOLD_MS || !fits(gathering, parts)) {
      current = null
      gathering.close()
      return null
    }
    for (const part of parts) takeIn(gathering, part)
    return gathering
  }

  async function lead(queue: HeardQueue, parts: readonly Part[]): Promise<void> {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>()
    const gathering = newGathering(close)
    for (const part of parts) takeIn(gathering, part)
    if (isCalling()) {
      current = gathering
      await Promise.race([pause(HOLD_MS), closed])
      if (current === gathering) current = null
    }
    calls++
    lastCallAt = now()
    try {
      await queueJoint(queue, gathering.joints)
      gathering.outcome = { fault: null }
    } catch (error) {
      gathering.outcome = { fault: errorLabel(error) }
      throw error
    } finally {
      calls = Math.max(0, calls - 1)
      for (const wake of gathering.wake) wake()
      current?.close()
    }
  }

  async function follow(gathering: Gathering, queue: HeardQueue, jobs: readonly HeardJob[]): Promise<void> {
    const { promise: woken, resolve: wake } = Promise.withResolvers<void>()
    gathering.wake.push(wake)
    const timer = setTimeout(wake, FOLLOW_MS)
    await woken
    clearTimeout(timer)
    const { outcome } = gathering
    if (outcome === null) return queueHeard(queue, jobs)
    if (outcome.fault !== null) throw new Error(`the joint queue call failed: ${outcome.fault}`)
  }

  return async (queue, jobs) => {
    const parts = jobs.length === 0 ? null : partsOf(jobs)
    if (parts === null) return queueHeard(queue, jobs)
    const gathering = joined(parts)
    return gathering ? follow(gathering, queue, jobs) : lead(queue, parts)
  }
}
