/** Milliseconds of one look at least: whatever holds up this isolate counts as no more, however long it takes. */
export const LOOK_MS = 250
/** Looks of a long deadline: each timer comes a little late, and so many add up to little. */
const MOST_LOOKS = 20
/** Milliseconds of the last look at most, in which is read what came while the one before was held up. */
const LAST_LOOK_MS = 100

const defaultError = (ms: number): Error => new Error(`not done within ${ms} ms`)

/**
 * Calls `expire` once `ms` milliseconds have passed in which the event loop ran; answers how to disarm it. Time in which this
 * isolate was busy with something else, or its machine stood still, is nobody's whom we await. The looks are counted, not
 * the clock: a runtime may show a timer that comes late the time for which it was set.
 */
export function startDeadline(ms: number, expire: () => void): () => void {
  let disarm = (): void => {}
  const after = (step: number, then: () => void): void => {
    const timer = setTimeout(then, step)
    disarm = () => clearTimeout(timer)
  }
  const last = Math.min(LAST_LOOK_MS, ms / 2)
  const whole = Math.max(LOOK_MS, ms / MOST_LOOKS)
  const look = (left: number): void => {
    const step = Math.min(left, whole)
    after(step, () => (left > step ? look(left - step) : after(last, expire)))
  }
  look(ms - last)
  return () => disarm()
}

/**
 * Awaits `work` for at most `ms` milliseconds, counted as `startDeadline` does, and throws `lateError` when it takes longer.
 * Cannot stop the work itself: a caller that gives up on a socket must close it.
 */
export async function withDeadline<Value>(work: Promise<Value>, ms: number, lateError = defaultError): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const disarm = startDeadline(ms, () => reject(lateError(ms)))
  try {
    return await Promise.race([work, late])
  } finally {
    disarm()
  }
}
