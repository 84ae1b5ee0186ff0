import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { type JobEnv, type JobQueue, sendQueue } from '#worker/env.ts'
import type { Job } from '#worker/jobs.ts'

type QueueName = `send-${ChannelName}` | 'report' | 'notify' | 'notify-retry' | 'audit' | 'sandbox'

export const QUEUE_NAMES: readonly QueueName[] = [
  ...CHANNELS.map((channel) => `send-${channel}` as const),
  'report',
  'notify',
  'notify-retry',
  'audit',
  'sandbox',
]

/** Queues by kind of job. Every kind must be named, because a job of an unknown queue could not be replayed. */
const QUEUES: { readonly [Kind in Exclude<Job['kind'], 'send'>]: QueueName } = {
  report: 'report',
  inbound: 'report',
  record: 'report',
  mail: 'report',
  session: 'report',
  verification: 'report',
  ceiling: 'report',
  notify: 'notify',
  audit: 'audit',
  sandbox: 'sandbox',
}

/**
 * Answers which of them a batch came over, by the end of its name in the deployment (`chapar-send-sms`); null: it has another
 * name than ours have.
 */
export const queueOfBatch = (name: string): QueueName | null =>
  QUEUE_NAMES.find((queue) => name.endsWith(`-${queue}`)) ?? null

/** Answers the queue that carries a job; null for a body that no version of the gateway sent. */
export function queueOfJob(job: Job): QueueName | null {
  if (job.kind === 'send') return CHANNELS.includes(job.channel) ? `send-${job.channel}` : null
  return Object.hasOwn(QUEUES, job.kind) ? QUEUES[job.kind] : null
}

/** Answers the binding of a queue; null if this deployment has none (the sandbox's). */
export function queueNamed(env: JobEnv, name: string): JobQueue<Job> | null {
  const channel = CHANNELS.find((candidate) => `send-${candidate}` === name)
  const bindings: Readonly<Record<string, unknown>> = {
    report: env.REPORT,
    notify: env.NOTIFY,
    'notify-retry': env.NOTIFY_RETRY,
    audit: env.AUDIT,
    sandbox: env.SANDBOX,
  }
  const queue = channel ? sendQueue(env, channel) : bindings[name]
  return (queue as JobQueue<Job> | undefined) ?? null
}
