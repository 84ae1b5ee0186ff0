import { setTimeout as sleep } from 'node:timers/promises'
import type { Pair } from './statistics.ts'

/** Milliseconds between slices, so that what one left behind does not burden the next. */
const REST = 200

/** Measures subject and floor in adjacent slices, each first in turn; one unmeasured round warms both. */
export async function alternate(
  rounds: number,
  subject: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<Pair[]> {
  const rested = async (slice: () => Promise<number>): Promise<number> => {
    const rate = await slice()
    await sleep(REST)
    return rate
  }
  const pairs: Pair[] = []
  for (let round = 0; round <= rounds; round++) {
    const subjectFirst = round % 2 === 0
    const first = await rested(subjectFirst ? subject : floor)
    const second = await rested(subjectFirst ? floor : subject)
    if (round > 0) pairs.push(subjectFirst ? { subject: first, floor: second } : { subject: second, floor: first })
  }
  return pairs
}
