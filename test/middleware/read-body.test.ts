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

  /** Answers what becomes of a body of which a first piece comes at once, and then so many bytes a second. */
  async function becomes(aSecond: number, isAwaited: boolean): Promise<{ end: number | string; other: number | null }> {
    const slow = written({ 'content-length': String(SIZE) })
    let end: number | string = 'waits'
    void readLargeBody(slow.request).then(
      ({ bytes, slot }) => {
        end = bytes.length
        if (slot) freeSlot(slot)
      },
      ({ code }: { code: string }) => {
        end = code
      },
    )
    slow.write(LARGE)
    await vi.advanceTimersByTimeAsync(SECOND)
    const next = written({ 'content-length': String(LARGE) })
    let other: number | null = null
    if (isAwaited) {
      void readLargeBody(next.request).then(({ bytes, slot }) => {
        other = bytes.length
        if (slot) freeSlot(slot)
      })
      next.write(LARGE)
      next.end()
    }
    let left = SIZE - LARGE
    for (let passed = 0; passed < 9 && end === 'waits'; passed++) {
      await vi.advanceTimersByTimeAsync(SECOND)
      const bytes = Math.min(aSecond, left)
      if (end !== 'waits' || bytes === 0) continue
      slow.write(bytes)
      left -= bytes
      if (left === 0) slow.end()
    }
    await vi.advanceTimersByTimeAsync(SECOND)
    const found = { end, other }
    // Lets no body of one case hold the slot in the next.
    await vi.advanceTimersByTimeAsync(60 * SECOND)
    return found
  }

  test.each([
    ['and comes at 4 Mbit/s is taken', 500_000, true, { end: SIZE, other: LARGE }],
    ['and stops is a 408 before another that waits is refused', 0, true, { end: 'body-too-slow', other: LARGE }],
    ['and goes on byte by byte is a 408, too', 1, true, { end: 'body-too-slow', other: LARGE }],
    ['and stops keeps it while nobody waits', 0, false, { end: 'waits', other: null }],
    ['and comes at half a Mbit/s keeps it from another', 62_500, true, { end: 'waits', other: null }],
  ])('%s', async (_, aSecond, isAwaited, end) => {
    expect(await becomes(aSecond, isAwaited)).toEqual(end)
  })
})
