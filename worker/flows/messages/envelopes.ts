import type { JobQueue } from '#worker/env.ts'
import type { SendItem, SendJob } from '#worker/jobs.ts'
import { utf8Length } from '#worker/lib/bytes.ts'
import { ENVELOPE_BYTES, SEND_BATCH_BYTES } from '#worker/queue-limits.ts'

/** Bytes of an item's JSON, `,{"n":12345,"to":"…"}`, without the recipient; a recipient is ASCII, a byte a character. */
const ITEM_BYTES = 22

const sizeOf = (item: SendItem): number =>
  ITEM_BYTES + item.to.length + (item.own === undefined ? 0 : 7 + utf8Length(JSON.stringify(item.own)))

/** Packs a request's items into as few envelopes as hold them. Only the first has the batch's row and the access log's. */
export function packEnvelopes(head: Omit<SendJob, 'items'>, items: readonly SendItem[]): SendJob[] {
  const { batch, request, ...rest } = head
  const restBytes = utf8Length(JSON.stringify(rest)) + 12
  const firstBytes = utf8Length(JSON.stringify(head)) + 12
  const envelopes: SendJob[] = []
  let current: SendItem[] = []
  let bytes = firstBytes
  const close = () => {
    envelopes.push(envelopes.length === 0 ? { ...head, items: current } : { ...rest, items: current })
    current = []
    bytes = restBytes
  }
  for (const item of items) {
    const size = sizeOf(item)
    if (current.length > 0 && bytes + size > ENVELOPE_BYTES) close()
    current.push(item)
    bytes += size
  }
  close()
  return envelopes
}

interface Sending {
  readonly delaySeconds?: number
  /** Hears how many messages the queue has taken with each call. */
  readonly onQueued?: (messages: number) => void
}

const messagesIn = (envelopes: readonly SendJob[]): number =>
  envelopes.reduce((sum, { items }) => sum + items.length, 0)

/** Sends envelopes in as few calls of the queue as its limits allow. If it throws, a part of them may be queued. */
export async function sendEnvelopes(
  queue: JobQueue<SendJob>,
  envelopes: readonly SendJob[],
  { delaySeconds = 0, onQueued }: Sending = {},
): Promise<void> {
  const only = envelopes[0]
  if (envelopes.length === 1 && only) {
    await queue.send(only, delaySeconds > 0 ? { delaySeconds } : undefined)
    onQueued?.(only.items.length)
    return
  }
  const perCall = Math.floor(SEND_BATCH_BYTES / ENVELOPE_BYTES)
  for (let i = 0; i < envelopes.length; i += perCall) {
    const part = envelopes.slice(i, i + perCall)
    await queue.sendBatch(part.map((body) => ({ body, ...(delaySeconds > 0 ? { delaySeconds } : {}) })))
    onQueued?.(messagesIn(part))
  }
}
