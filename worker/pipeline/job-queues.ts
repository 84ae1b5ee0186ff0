import { CHANNELS, type ChannelName } from '../domain/channel.ts'
import { type Env, type Job, sendQueue } from '../env.ts'

export type QueueName = `send-${ChannelName}` | 'report' | 'notify' | 'audit' | 'sandbox'

export const QUEUE_NAMES: readonly QueueName[] = [
  ...CHANNELS.map((channel) => `send-${channel}` as const),
  'report',
  'notify',
  'audit',
  'sandbox',
]

/** The queue that carries such a job; null for what no version of the gateway sent. */
export function queueOfJob(job: Job): QueueName | null {
  switch (job.kind) {
    case 'send':
      return CHANNELS.includes(job.channel) ? `send-${job.channel}` : null
    case 'report':
    case 'inbound':
    case 'record':
      return 'report'
    case 'notify':
    case 'audit':
    case 'sandbox':
      return job.kind
    default:
      return null
  }
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
