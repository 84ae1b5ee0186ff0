import { CHANNELS, type ChannelName } from '#worker/domain/carriers/channel.ts'
import { type Env, sendQueue } from '#worker/env.ts'
import type { Job } from '#worker/jobs.ts'

type QueueName = `send-${ChannelName}` | 'report' | 'notify' | 'audit' | 'sandbox'

export const QUEUE_NAMES: readonly QueueName[] = [
  ...CHANNELS.map((channel) => `send-${channel}` as const),
  'report',
  'notify',
  'audit',
  'sandbox',
]

/** Every kind must be named: a job whose queue nobody knows could not be replayed. */
const QUEUES: { readonly [Kind in Exclude<Job['kind'], 'send'>]: QueueName } = {
  report: 'report',
  inbound: 'report',
  record: 'report',
  mail: 'report',
  session: 'report',
  notify: 'notify',
  audit: 'audit',
  sandbox: 'sandbox',
}

/** The queue that carries such a job; null for what no version of the gateway sent. */
export function queueOfJob(job: Job): QueueName | null {
  if (job.kind === 'send') return CHANNELS.includes(job.channel) ? `send-${job.channel}` : null
  return Object.hasOwn(QUEUES, job.kind) ? QUEUES[job.kind] : null
}

/** The binding of a queue; null where this deployment has none (the sandbox's). */
export function queueNamed(env: Env, name: string): Queue<Job> | null {
  const channel = CHANNELS.find((candidate) => `send-${candidate}` === name)
  const bindings: Readonly<Record<string, unknown>> = {
    report: env.REPORT,
    notify: env.NOTIFY,
    audit: env.AUDIT,
    sandbox: env.SANDBOX,
  }
  const queue = channel ? sendQueue(env, channel) : bindings[name]
  return (queue as Queue<Job> | undefined) ?? null
}
