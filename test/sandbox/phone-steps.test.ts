import { expect, test } from 'vitest'
import type { Hops } from '../worlds/entries/hops.ts'
import { startWorld, until } from '../worlds/world.ts'

/** Calls of the consumer that sent fifty messages to one carrier. */
async function sentIn(mode: 'live' | 'test'): Promise<Hops['calls']> {
  const world = await startWorld({ entry: 'test/worlds/entries/hops.ts', mode })
  try {
    const messages = Array.from({ length: 50 }, (_, n) => ({ to: `+98912000${1_000 + n}`, content: { text: `${n}` } }))
    const { id } = await world.json<{ id: string }>('/v1/messages/batch', {
      body: { channel: 'sms', messages },
      status: 202,
    })
    await until('all are delivered', async () => {
      const { counts } = await world.json<{ counts: { delivered?: number } }>(`/v1/batches/${id}`)
      return counts.delivered === messages.length
    })
    const traces = (await (await world.chapar.fetch('/hops')).json()) as Hops[]
    return traces.filter(({ invocation }) => invocation === 'chapar-send-sms').flatMap(({ calls }) => calls)
  } finally {
    await world.dispose()
  }
}
const stepsOf = (calls: Hops['calls'], name: string): number[] =>
  calls.filter((one) => one.name === name).map(({ step }) => step)

test('a send of test waits for its telephones beside the queue, in one call a submit, and a live one for none', async () => {
  const test = await sentIn('test')
  const submits = stepsOf(test, 'SANDBOX.sendBatch')
  expect(submits.length).toBeLessThan(5)
  expect(stepsOf(test, 'PHONE.keep')).toEqual(submits)
  const live = await sentIn('live')
  expect(stepsOf(live, 'PHONE.keep')).toEqual([])
  expect(stepsOf(live, 'SANDBOX.sendBatch')).toEqual(submits)
})
