import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { freeSlot, readLargeBody } from '#worker/middleware/read-body.ts'

const SECOND = 1_000
const LARGE = 1_500_000
/** Bytes with which a large body asks for the slot. */
const BEGUN = 1_000_001

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

/** What becomes of a body, once it is known. */
function fateOf(request: Request): { end: number | string | null } {
  const fate: { end: number | string | null } = { end: null }
  void readLargeBody(request).then(
    ({ bytes, slot }) => {
      fate.end = bytes.length
      if (slot) freeSlot(slot)
    },
    ({ code }: { code: string }) => {
      fate.end = code
    },
  )
  return fate
}
const large = () => written({ 'content-length': String(LARGE) })

describe('a client is not too slow', () => {
  test('because its body waited for others: it is taken when their turn is over', async () => {
    const slow = written()
    const fate = fateOf(slow.request)
    slow.write(1)
    await vi.advanceTimersByTimeAsync(55 * SECOND)
    const first = large()
    const firstFate = fateOf(first.request)
    first.write(BEGUN)
    await vi.advanceTimersByTimeAsync(SECOND)
    slow.write(LARGE)
    await vi.advanceTimersByTimeAsync(6 * SECOND)
    expect([firstFate.end, fate.end]).toEqual([null, null])
    first.write(LARGE - BEGUN)
    first.end()
    await vi.advanceTimersByTimeAsync(SECOND)
    slow.end()
    await vi.advanceTimersByTimeAsync(SECOND)
    expect([firstFate.end, fate.end]).toEqual([LARGE, LARGE + 1])
  })

  test('because others keep the slot for long: it is told to come again, and does not take the slot afterwards', async () => {
    const first = large()
    const firstFate = fateOf(first.request)
    first.write(BEGUN)
    await vi.advanceTimersByTimeAsync(SECOND)
    const waits = large()
    const fate = fateOf(waits.request)
    waits.write(LARGE)
    waits.end()
    await vi.advanceTimersByTimeAsync(5 * SECOND)
    // A pace that keeps the slot.
    first.write(LARGE - BEGUN - 1)
    await vi.advanceTimersByTimeAsync(7 * SECOND)
    expect([firstFate.end, fate.end]).toEqual([null, 'unavailable'])
    first.write(1)
    first.end()
    await vi.advanceTimersByTimeAsync(SECOND)
    const next = large()
    const nextFate = fateOf(next.request)
    next.write(LARGE)
    next.end()
    await vi.advanceTimersByTimeAsync(SECOND)
    expect([firstFate.end, nextFate.end]).toEqual([LARGE, LARGE])
  })

  test('because this isolate was held up: a look is one look, and what is too much is a 503', async () => {
    const held = large()
    const fate = fateOf(held.request)
    held.write(1)
    await vi.advanceTimersByTimeAsync(SECOND)
    for (let stalls = 0; stalls < 5; stalls++) {
      vi.setSystemTime(Date.now() + 17 * SECOND)
      await vi.advanceTimersByTimeAsync(SECOND / 4)
    }
    expect(fate.end).toBeNull()
    vi.setSystemTime(Date.now() + 17 * SECOND)
    await vi.advanceTimersByTimeAsync(SECOND / 4)
    held.write(LARGE - 1)
    held.end()
    await vi.advanceTimersByTimeAsync(SECOND)
    expect(fate.end).toBe('unavailable')
  })
})

test('a client that stops before its first megabyte is too slow after a minute', async () => {
  const fate = fateOf(large().request)
  await vi.advanceTimersByTimeAsync(59 * SECOND)
  expect(fate.end).toBeNull()
  await vi.advanceTimersByTimeAsync(2 * SECOND)
  expect(fate.end).toBe('body-too-slow')
})

test('the rest of a refused body is read for as long as its client goes on', async () => {
  const much = written({ 'content-length': '17000000' })
  const fate = fateOf(much.request)
  for (let passed = 0; passed < 20; passed++) {
    much.write(500_000)
    await vi.advanceTimersByTimeAsync(SECOND)
  }
  expect(fate.end).toBeNull()
  await vi.advanceTimersByTimeAsync(11 * SECOND)
  expect(fate.end).toBe('body-too-large')
})

describe('a large body that has the slot', () => {
  const SIZE = 6_000_000

  /** Answers what becomes of a body of which a first piece comes at once, and then so many bytes a second. */
  async function becomes(aSecond: number, isAwaited: boolean) {
    const slow = written({ 'content-length': String(SIZE) })
    const fate = fateOf(slow.request)
    slow.write(LARGE)
    await vi.advanceTimersByTimeAsync(SECOND)
    const next = large()
    const other = isAwaited ? fateOf(next.request) : null
    if (isAwaited) {
      next.write(LARGE)
      next.end()
    }
    let left = SIZE - LARGE
    for (let passed = 0; passed < 9 && fate.end === null; passed++) {
      await vi.advanceTimersByTimeAsync(SECOND)
      const bytes = Math.min(aSecond, left)
      if (fate.end !== null || bytes === 0) continue
      slow.write(bytes)
      left -= bytes
      if (left === 0) slow.end()
    }
    await vi.advanceTimersByTimeAsync(SECOND)
    const found = [fate.end, other?.end ?? null]
    // Lets no body of one case hold the slot in the next.
    await vi.advanceTimersByTimeAsync(60 * SECOND)
    return found
  }

  test.each([
    ['and comes at 4 Mbit/s is taken', 500_000, true, [SIZE, LARGE]],
    ['and stops is a 408 before another that waits is refused', 0, true, ['body-too-slow', LARGE]],
    ['and goes on byte by byte is a 408, too', 1, true, ['body-too-slow', LARGE]],
    ['and stops keeps it while nobody waits', 0, false, [null, null]],
    ['and comes at half a Mbit/s keeps it from another', 62_500, true, [null, 'unavailable']],
  ])('%s', async (_, aSecond, isAwaited, end) => {
    expect(await becomes(aSecond, isAwaited)).toEqual(end)
  })
})
