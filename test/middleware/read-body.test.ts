import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
  expect((await after).bytes).toHaveLength(LARGE)
})
