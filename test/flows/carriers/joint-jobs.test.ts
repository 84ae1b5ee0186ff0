import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ConnectionId, newRequestId } from '#worker/domain/ids.ts'
import { joinCallbacks, type QueueCallback } from '#worker/flows/carriers/joint-jobs.ts'
import type { InboundJob } from '#worker/jobs.ts'

// No timer of these tests ends by itself: what is answered was not held.
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type InboundMessage = InboundJob['messages'][number]

const job = (text: string): InboundJob => ({
  kind: 'inbound',
  id: newRequestId(Date.now()),
  connectionId: 'con_1' as ConnectionId,
  receivedAt: Date.now(),
  messages: [
    { providerRef: text, from: '+989121234567', to: '10004346', content: { text }, at: Date.now() } as InboundMessage,
  ],
})

type Queue = Parameters<QueueCallback>[0]

/** A queue whose calls end when the test says so. */
function heldQueue() {
  const calls: { readonly texts: readonly (string | null)[]; readonly end: () => void }[] = []
  const take = (jobs: readonly InboundJob[]): Promise<void> => {
    const { promise, resolve: end } = Promise.withResolvers<void>()
    calls.push({ texts: jobs.flatMap(({ messages }) => messages.map(({ providerRef }) => providerRef)), end })
    return promise
  }
  const queue = {
    send: (one: InboundJob) => take([one]),
    sendBatch: (many: readonly { readonly body: InboundJob }[]) => take(many.map(({ body }) => body)),
  } as unknown as Queue
  return { queue, calls }
}

const turn = () => vi.advanceTimersByTimeAsync(0)

test('a carrier that calls one after the other is held by no call', async () => {
  const { queue, calls } = heldQueue()
  const join = joinCallbacks()
  for (const text of ['one', 'two', 'three']) {
    const answer = join(queue, [job(text)])
    expect(calls.at(-1)?.texts).toEqual([text])
    calls.at(-1)?.end()
    await answer
  }
  expect(calls).toHaveLength(3)
})

test('what comes during a queue call leaves together, at once when the call ends', async () => {
  const { queue, calls } = heldQueue()
  const join = joinCallbacks()
  const answers = ['one', 'two', 'three', 'four'].map((text) => join(queue, [job(text)]))
  await turn()
  expect(calls.map(({ texts }) => texts)).toEqual([['one']])
  calls[0]?.end()
  await turn()
  expect(calls.map(({ texts }) => texts)).toEqual([['one'], ['two', 'three', 'four']])
  calls[1]?.end()
  await Promise.all(answers)
})

test('a queue call that lasts holds the next for 20 ms at most, and one that never ends nobody after three seconds', async () => {
  const { queue, calls } = heldQueue()
  const join = joinCallbacks()
  const stuck = join(queue, [job('stuck')])
  const held = join(queue, [job('held')])
  await vi.advanceTimersByTimeAsync(19)
  expect(calls).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(calls.map(({ texts }) => texts)).toEqual([['stuck'], ['held']])
  calls[1]?.end()
  await held
  await vi.advanceTimersByTimeAsync(3_000)
  const later = join(queue, [job('later')])
  expect(calls.at(-1)?.texts).toEqual(['later'])
  calls[2]?.end()
  await later
  calls[0]?.end()
  await stuck
})
