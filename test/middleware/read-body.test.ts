import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { freeSlot, readLargeBody } from '#worker/middleware/read-body.ts'

const SECOND = 1_000
const LARGE = 1_500_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A request whose body is written bit by bit. */
function written(headers: Readonly<Record<string, string>> = {}) {
  let controller: ReadableByteStreamController | undefined
  const body = new ReadableStream({
    type: 'bytes',
    start(made) {
      controller = made
    },
  })
  return {
    request: { headers: new Headers(headers), body } as Request,
    write: (bytes: number) => controller?.enqueue(new Uint8Array(bytes)),
    end: () => {
      controller?.close()
      controller?.byobRequest?.respond(0)
    },
  }
}

test('a body that is given up while it waits for the slot does not take it afterwards', async () => {
  const slow = written()
  const refused = expect(readLargeBody(slow.request)).rejects.toMatchObject({ code: 'body-too-slow' })
  slow.write(1)
  await vi.advanceTimersByTimeAsync(55 * SECOND)
  const first = written({ 'content-length': String(LARGE) })
  const reading = readLargeBody(first.request)
  await vi.advanceTimersByTimeAsync(SECOND)
  slow.write(LARGE)
  await vi.advanceTimersByTimeAsync(6 * SECOND)
  await refused
  first.write(LARGE)
  first.end()
  const { slot } = await reading
  if (slot) freeSlot(slot)
  await vi.advanceTimersByTimeAsync(SECOND)
  const next = written({ 'content-length': String(LARGE) })
  const after = readLargeBody(next.request)
  next.write(LARGE)
  next.end()
  await vi.advanceTimersByTimeAsync(15 * SECOND)
  const taken = await after
  expect(taken.bytes).toHaveLength(LARGE)
  if (taken.slot) freeSlot(taken.slot)
})

describe('a large body that has the slot', () => {
  const SIZE = 6_000_000
  /** What becomes of a body of which so many bytes come at once, and then so many a time. */
  async function paced(atOnce: number, aTime: number, timeMs = SECOND): Promise<number | string> {
    const slow = written({ 'content-length': String(SIZE) })
    let end: number | string | null = null
    void readLargeBody(slow.request).then(
      ({ bytes, slot }) => {
        end = bytes.length
        if (slot) freeSlot(slot)
      },
      ({ code }: { code: string }) => {
        end = code
      },
    )
    slow.write(atOnce)
    let left = SIZE - atOnce
    for (let passed = 0; passed < 40 * SECOND && end === null; passed += timeMs) {
      await vi.advanceTimersByTimeAsync(timeMs)
      const bytes = Math.min(aTime, left)
      if (end !== null || bytes === 0) continue
      slow.write(bytes)
      left -= bytes
      if (left === 0) slow.end()
    }
    return end ?? 'waits'
  }

  test.each([
    ['that comes at 2.4 Mbit/s is taken', 1_200_000, 300_000, SIZE],
    ['that comes at 1.2 Mbit/s is a 408', 1_200_000, 150_000, 'body-too-slow'],
    ['that stops is a 408', 1_200_000, 0, 'body-too-slow'],
    ['that stops before its last byte is a 408', SIZE - 1, 0, 'body-too-slow'],
    ['that goes on byte by byte is a 408', 1_200_000, 1, 'body-too-slow'],
    ['that sends a byte between any two looks is a 408', 1_200_000, 1, 'body-too-slow', 50],
  ])('%s', async (_, atOnce, aTime, end, timeMs = SECOND) => {
    expect(await paced(atOnce, aTime, timeMs)).toBe(end)
  })

  test('and stops gives it back before another that waits is refused', async () => {
    const slow = written({ 'content-length': String(SIZE) })
    const refused = expect(readLargeBody(slow.request)).rejects.toMatchObject({ code: 'body-too-slow' })
    slow.write(LARGE)
    await vi.advanceTimersByTimeAsync(SECOND)
    const next = written({ 'content-length': String(LARGE) })
    const reading = readLargeBody(next.request)
    next.write(LARGE)
    next.end()
    await vi.advanceTimersByTimeAsync(9 * SECOND)
    await refused
    const { bytes, slot } = await reading
    expect(bytes).toHaveLength(LARGE)
    if (slot) freeSlot(slot)
  })
})
