import { LOOK_MS } from '#worker/lib/deadline.ts'

/** Reader that fills buffers which are given to it: one that makes its own leaves a body's length of them behind. */
export type Filler = ReadableStreamBYOBReader

/** A body that comes: bytes of it that did, whether a read waits for more, and whether it was given up. */
export interface Coming {
  length: number
  isAwaited: boolean
  isGivenUp: boolean
}

export const nothingYet = (): Coming => ({ length: 0, isAwaited: false, isGivenUp: false })

/** Fills the buffer with what comes next of a body; throws once the body was given up. */
export async function readNext(reader: Filler, coming: Coming, buffer: Uint8Array<ArrayBuffer>) {
  coming.isAwaited = true
  try {
    const read = await reader.read(buffer)
    coming.length += read.value?.byteLength ?? 0
    if (coming.isGivenUp) throw new Error('the body was given up')
    return read
  } finally {
    coming.isAwaited = false
  }
}

/**
 * Tells `heed`, look by look, the client's own time: milliseconds for which a read of its body waited while the event loop ran.
 * The body's wait for its turn, and what else this isolate has to do meanwhile, are not the client's. Ends when `heed` throws,
 * which `fail` is told, or with the function that is answered.
 */
export function startBodyClock(
  coming: Coming,
  heed: (clientMs: number) => void,
  fail: (error: unknown) => void,
): () => void {
  let clientMs = 0
  let stop = (): void => {}
  const look = (): void => {
    const wasAwaited = coming.isAwaited
    const timer = setTimeout(() => {
      // However late the look comes, it counts as one.
      if (wasAwaited && coming.isAwaited) clientMs += LOOK_MS
      try {
        heed(clientMs)
        look()
      } catch (error) {
        fail(error)
      }
    }, LOOK_MS)
    stop = () => clearTimeout(timer)
  }
  look()
  return () => stop()
}
