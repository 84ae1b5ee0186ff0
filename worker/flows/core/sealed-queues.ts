import type { Env, JobEnv, JobQueue, QueueBinding } from '#worker/env.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import type { Opened, Transit } from '#worker/lib/transit.ts'

const QUEUE = /^(?:SEND_[A-Z]+|REPORT|NOTIFY|NOTIFY_RETRY|AUDIT|SANDBOX)$/
type RawQueue = Queue<Uint8Array<ArrayBuffer>>
const isQueue = (name: string): name is QueueBinding => QUEUE.test(name)

/** Name of a queue as jobs and operators know it: `send-sms`, `notify-retry`. */
const nameOf = (binding: QueueBinding): string => binding.toLowerCase().replaceAll('_', '-')
const namesQueue = (label: string): boolean => isQueue(label.toUpperCase().replaceAll('-', '_'))

function sealedQueue(queue: RawQueue, name: string, transit: Transit): JobQueue<unknown> {
  const sealed = (body: unknown): Promise<Uint8Array<ArrayBuffer>> => transit.seal(utf8(JSON.stringify(body)), name)
  return {
    send: async (body, options) => queue.send(await sealed(body), { ...options, contentType: 'bytes' }),
    sendBatch: async (messages) =>
      queue.sendBatch(
        await Promise.all(
          messages.map(async ({ body, ...options }) => ({
            ...options,
            body: await sealed(body),
            contentType: 'bytes' as const,
          })),
        ),
      ),
    ...(typeof queue.metrics === 'function' ? { metrics: () => queue.metrics() } : {}),
  }
}

/**
 * THE ONE WAY of a job to a queue: the bindings with queues that seal each body as a whole. No flow can send one in clear.
 * The sealed body names its queue.
 */
export function sealedQueues(env: Env, transit: Transit): JobEnv {
  const bindings = Object.entries(env).map(([name, binding]) => [
    name,
    isQueue(name) ? sealedQueue(binding as RawQueue, nameOf(name), transit) : (binding as unknown),
  ])
  return Object.fromEntries(bindings) as JobEnv
}

/** Body of a queue message that could not be opened, as it came, and why. */
export interface Unopened extends Omit<Extract<Opened, { plain: null }>, 'plain' | 'label'> {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Queue that it names, unproven; empty if it names none. */
  readonly queue: string
}

/** A body of a queue message: what was sent, if a key of ours sealed it. */
export type QueueBody<Value = unknown> =
  | {
      readonly value: Value
      readonly unopened: null
      /** Queue that it was sealed for, as jobs know it. */
      readonly queue: string
    }
  | { readonly value: undefined; readonly unopened: Unopened }

/**
 * Bytes of a body as a queue delivers it: an ArrayBuffer, as is documented and as the emulator does, or a view of one, as
 * workerd's own code makes of the content type `bytes`. What is neither was sent by somebody else, as JSON.
 */
function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (!ArrayBuffer.isView(body)) return utf8(JSON.stringify(body) ?? '')
  return Uint8Array.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))
}

/** Opens the body of a queue message, or bytes of one. What was sealed for another purpose (a session, an answer) is none. */
export async function openBody(transit: Transit, body: unknown): Promise<QueueBody> {
  const bytes = bytesOf(body)
  const opened = await transit.open(bytes)
  if (opened.plain !== null && !namesQueue(opened.label))
    return { value: undefined, unopened: { bytes, queue: '', fault: 'broken', kid: '' } }
  const { label } = opened
  if (opened.plain !== null)
    return { value: JSON.parse(new TextDecoder().decode(opened.plain)), unopened: null, queue: label }
  const { fault, kid } = opened
  return { value: undefined, unopened: { bytes, queue: label, fault, kid } }
}
