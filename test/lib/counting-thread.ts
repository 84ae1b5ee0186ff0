import { parentPort } from 'node:worker_threads'
import { READERS, TRIALS } from './counted-readers.ts'
import { newCounter } from './counted-work.ts'

/** Texts for one reader, and what its work on each is counted to. */
export interface Asked {
  readonly reader: string
  readonly texts: readonly string[]
}

/*
 * A thread of its own for the counter: what it costs to ask the engine for its counts goes by all that a heap holds, and that
 * of the tests holds the emulator, every test's module and more.
 */
const known: Readonly<Record<string, (text: string) => unknown>> = {
  ...READERS,
  ...TRIALS.quadratic,
  ...TRIALS.linear,
  ...TRIALS.calls,
}
const counter = await newCounter()

parentPort?.on('message', async ({ reader, texts }: Asked) => {
  const read = known[reader]
  if (!read) throw new Error(reader)
  const counts: number[] = []
  for (const text of texts) counts.push(await counter.count(() => read(text)))
  parentPort?.postMessage(counts)
})
