import { writeAudit } from '#worker/flows/auth/audit.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { openBody, type QueueBody } from '#worker/flows/core/sealed-queues.ts'
import { dispatch, type JobResult } from '#worker/flows/dispatch/dispatch.ts'
import { failDeadMessages } from '#worker/flows/dispatch/fail-dead.ts'
import { applyRecords } from '#worker/flows/dispatch/late-records.ts'
import { type BatchEnd, notify } from '#worker/flows/events/notify/notify.ts'
import { offQueue } from '#worker/flows/events/notify/on-queue.ts'
import { applyInbound, applyInboundApart } from '#worker/flows/inbound/inbound.ts'
import { applyMail } from '#worker/flows/inbound/mail/mail.ts'
import { applyReports } from '#worker/flows/reports/report.ts'
import { applySessions } from '#worker/flows/sessions/session-record.ts'
import { deadLetter } from '#worker/flows/upkeep/dead-letter.ts'
import { queueOfBatch } from '#worker/flows/upkeep/job-queues.ts'
import { tellCeiling } from '#worker/flows/verifications/ceilings.ts'
import { applyVerifications } from '#worker/flows/verifications/record.ts'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { deliverSandboxCallbacks } from '#worker/sandbox/deliver-callbacks.ts'
import type { Env } from './env.ts'
import type { Job } from './jobs.ts'

type Of<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>
/** Works the jobs of one kind in a queue batch, and answers a result for each. A throw means `retry` for all. */
type Verb<Kind extends Job['kind']> = (
  platform: Platform,
  jobs: readonly Of<Kind>[],
  end: BatchEnd,
) => Promise<readonly JobResult[]>

/** Hands a callback of the sandbox carrier to the carriers' edge of this deployment. */
type Deliver = (request: Request, env: Env) => Promise<Response>
/** A message of the queue, and what came out of it. */
interface OpenedMessage {
  readonly message: Message<unknown>
  readonly body: QueueBody
}

/** A message of the queue with its job. */
interface Delivery extends OpenedMessage {
  readonly job: Job
}

/** Makes a verb that works each job by itself, so that one that fails holds no other back. */
const eachAlone =
  <Kind extends Job['kind']>(work: (platform: Platform, job: Of<Kind>) => Promise<void>): Verb<Kind> =>
  async (platform, jobs) => {
    const results: JobResult[] = []
    for (const job of jobs) results.push(await attempt(platform, job.kind, () => work(platform, job)))
    return results
  }

async function attempt(platform: Platform, kind: string, work: () => Promise<void>): Promise<JobResult> {
  try {
    await work()
    return 'done'
  } catch (error) {
    platform.log('job.failed', { kind, reason: errorLabel(error) })
    return isDefinite(error) ? 'poison' : 'retry'
  }
}

/** Makes a verb that works all jobs together, and if that fails each alone, so that one bad job fails no other. */
const together =
  <Kind extends Job['kind']>(
    work: (platform: Platform, jobs: readonly Of<Kind>[]) => Promise<void>,
    alone = (platform: Platform, job: Of<Kind>): Promise<void> => work(platform, [job]),
  ): Verb<Kind> =>
  async (platform, jobs, end) => {
    if ((await attempt(platform, jobs[0]?.kind ?? '', () => work(platform, jobs))) === 'done')
      return jobs.map(() => 'done')
    return eachAlone<Kind>(alone)(platform, jobs, end)
  }

/** Runs the jobs that need a slow outside fetch after all others, one at a time, so that they delay nobody. */
const waitingApart =
  <Kind extends Job['kind']>(waits: (job: Of<Kind>) => boolean, work: Verb<Kind>, alone: Verb<Kind>): Verb<Kind> =>
  async (platform, jobs, end) => {
    const [quick, slow] = [jobs.filter((job) => !waits(job)), jobs.filter(waits)]
    const results = [
      ...(quick.length > 0 ? await work(platform, quick, end) : []),
      ...(slow.length > 0 ? await alone(platform, slow, end) : []),
    ]
    const resultOf = new Map([...quick, ...slow].map((job, i) => [job, results[i]]))
    return jobs.map((job) => resultOf.get(job) ?? 'retry')
  }

const bringsFiles = ({ messages }: Of<'inbound'>): boolean => messages.some(({ files = [] }) => files.length > 0)

type Verbs = { readonly [Kind in Job['kind']]: Verb<Kind> }

const verbs = (deliver: (request: Request) => Promise<Response>): Verbs => ({
  send: dispatch,
  report: together(applyReports),
  inbound: waitingApart(bringsFiles, together(applyInbound, applyInboundApart), eachAlone(applyInboundApart)),
  record: eachAlone(applyRecords),
  mail: eachAlone(applyMail),
  session: together(applySessions),
  verification: together(applyVerifications),
  ceiling: eachAlone(tellCeiling),
  notify: (platform, jobs, end) => notify(platform, jobs.map(offQueue), end),
  audit: together(writeAudit),
  sandbox: eachAlone((_, job) => deliverSandboxCallbacks(job, deliver)),
})

/** End of the name of the queue that has the later attempts at webhooks. */
const RETRY_QUEUE = '-notify-retry'

const FIRST_DELAY = 2
const MOST_DELAY = 300

/** Seconds until the queue redelivers a failed job. They double, so that an outage of hours does not use up the retries. */
const delayOf = (attempts: number): number => Math.min(MOST_DELAY, FIRST_DELAY * 2 ** Math.min(attempts - 1, 10))

const isJob = (value: unknown, kinds: Verbs): value is Job =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  Object.hasOwn(kinds, value.kind)

/** Deliveries of a job that would fail each time for the same reason, before it goes to the dead letters. */
const POISON_TRIES = 3

interface Batch {
  readonly platform: Platform
  readonly end: BatchEnd
}

const later = (message: Message<unknown>): void => message.retry({ delaySeconds: delayOf(message.attempts) })

async function runKind(
  kinds: Verbs,
  { platform, end }: Batch,
  kind: Job['kind'],
  deliveries: readonly Delivery[],
): Promise<void> {
  const verb = kinds[kind] as Verb<Job['kind']>
  let results: readonly JobResult[]
  try {
    results = await verb(
      platform,
      deliveries.map(({ job }) => job),
      end,
    )
  } catch (error) {
    platform.log('job.failed', { kind, jobs: deliveries.length, reason: errorLabel(error) })
    results = deliveries.map(() => 'retry')
  }
  const dead: OpenedMessage[] = []
  deliveries.forEach(({ message, body }, i) => {
    if (results[i] === 'done') message.ack()
    else if (results[i] === 'poison' && message.attempts >= POISON_TRIES) dead.push({ message, body })
    else later(message)
  })
  if (dead.length > 0) await runDead(platform, dead)
}

/**
 * Keeps jobs as dead letters. Those that the ledger refuses now are redelivered. `cameOver`: the queue that they came over,
 * though they were sealed for others.
 */
async function runDead(
  platform: Platform,
  messages: readonly OpenedMessage[],
  cameOver: string | null = null,
): Promise<void> {
  const jobs = messages.map(({ message: { id, timestamp }, body }) => ({ id, at: timestamp.getTime(), body, cameOver }))
  let done: readonly boolean[] = []
  try {
    done = await deadLetter(platform, jobs, failDeadMessages)
  } catch (error) {
    platform.log('job.dead-failed', { jobs: jobs.length, reason: errorLabel(error) })
  }
  messages.forEach(({ message }, i) => {
    if (done[i]) message.ack()
    else later(message)
  })
}

/**
 * Puts off jobs whose key is not there, because it may be back before the retries end: a new secret reaches some Workers later
 * than others. Answers those that no wait mends.
 */
function putOffLocked(platform: Platform, unreadable: readonly OpenedMessage[]): readonly OpenedMessage[] {
  const [locked, dead] = [unreadable.filter(isLocked), unreadable.filter((one) => !isLocked(one))]
  for (const { message, body } of locked) {
    platform.log('job.locked', { kid: body.unopened?.kid })
    later(message)
  }
  return dead
}
const isLocked = ({ body }: OpenedMessage): boolean => body.unopened?.fault === 'lost-key'

/**
 * Takes out bodies that were sealed for another queue than the one that they came over: somebody moved them. None is worked, and
 * each is kept for the operator, who can replay it to its own.
 */
async function withoutMoved(
  platform: Platform,
  queue: string | null,
  opened: readonly OpenedMessage[],
): Promise<readonly OpenedMessage[]> {
  const isMoved = ({ body }: OpenedMessage): boolean => queue !== null && body.unopened === null && body.queue !== queue
  const moved = opened.filter(isMoved)
  if (moved.length === 0) return opened
  for (const { body } of moved)
    if (body.unopened === null) platform.log('job.moved', { queue: body.queue, cameOver: queue })
  await runDead(platform, moved, queue)
  return opened.filter((one) => !isMoved(one))
}

/**
 * Makes the queue() handler, which opens each job and gives it to the verb of its kind. It alone acks and retries.
 * It never throws after an ack, because the emulator would redeliver acked messages.
 */
export function consumer(
  platformOf: (env: Env) => Promise<Platform>,
  deliver: Deliver,
): (batch: MessageBatch<unknown>, env: Env, ctx: Pick<ExecutionContext, 'waitUntil'>) => Promise<void> {
  return async (batch, env, ctx) => {
    const platform = await platformOf(env)
    const kinds = verbs((request) => deliver(request, env))
    const all = await Promise.all(
      batch.messages.map(async (message) => ({ message, body: await openBody(platform.config.transit, message.body) })),
    )
    if (batch.queue.endsWith('-dead')) return runDead(platform, all)
    const opened = await withoutMoved(platform, queueOfBatch(batch.queue), all)
    const unreadable = opened.filter(({ body }) => !isJob(body.value, kinds))
    const dead = putOffLocked(platform, unreadable)
    if (dead.length > 0) await runDead(platform, dead)
    const deliveries = opened.flatMap(({ message, body }) =>
      isJob(body.value, kinds) ? [{ message, body, job: body.value }] : [],
    )
    const end: BatchEnd = {
      lane: batch.queue.endsWith(RETRY_QUEUE) ? 'again' : 'first',
      waitUntil: (promise) => ctx.waitUntil(promise),
    }
    for (const [kind, some] of Map.groupBy(deliveries, ({ job }) => job.kind))
      await runKind(kinds, { platform, end }, kind, some)
  }
}
