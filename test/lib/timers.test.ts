import { describe, expect, test, vi } from 'vitest'
import { startDeadline, withDeadline } from '#worker/lib/deadline.ts'
import { boundedFetch } from '#worker/lib/http/bounded-http.ts'
import { guardedPost } from '#worker/lib/http/guarded-fetch.ts'

/** Milliseconds of a deadline of few looks, and of its first, by which its timer is told from the runtime's own. */
const MARK = 217
const FIRST_LOOK = MARK - 100

const request = { headers: {}, body: '{}', deadlineMs: MARK }
const post = (answer: () => Promise<Response>) => async () => {
  vi.stubGlobal('fetch', answer)
  await guardedPost('https://hooks.example.org/', request, { ownHosts: [], localPort: null })
}
const fetched = (answer: () => Promise<Response>) => () =>
  boundedFetch(answer, new Request('https://carrier.example.org/'), { timeoutMs: MARK, maxBytes: 10 })
const broken = () => Promise.reject(new Error('reset'))
const thrown = () => {
  throw new Error('thrown at once')
}

/** Holds up this process for twice as long as a deadline, while what is awaited comes. */
const holdUp = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * MARK)
}
/** What the event loop reads as soon as it runs again. */
const nextRead = <Value>(value: Value) =>
  new Promise<Value>((resolve) => setImmediate(() => setImmediate(resolve, value)))

describe('who answers while this process is held up is not late', () => {
  test('in work with a deadline', async () => {
    const work = withDeadline(nextRead('done'), MARK)
    holdUp()
    expect(await work).toBe('done')
  })
  test('in a call', async () => {
    const call = boundedFetch(() => nextRead(new Response('taken')), new Request('https://carrier.example.org/'), {
      timeoutMs: MARK,
    })
    holdUp()
    expect(await (await call).text()).toBe('taken')
  })
  test('in a POST to a tenant', async () => {
    vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => {
      const { promise: ended, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(signal.reason))
      return Promise.race([nextRead(new Response('heard')), ended])
    })
    const posted = guardedPost('https://hooks.example.org/', request, { ownHosts: [], localPort: null })
    holdUp()
    expect(await posted).toMatchObject({ kind: 'answer', text: 'heard' })
    vi.unstubAllGlobals()
  })
})

test.each([1, 20, 150, MARK, 250, 1_200, 10_000, 60_000])('a deadline of %i ms is over then, and not before', (ms) => {
  vi.useFakeTimers()
  try {
    let isOver = false
    startDeadline(ms, () => {
      isOver = true
    })
    vi.advanceTimersByTime(ms - 1)
    expect(isOver).toBe(false)
    vi.advanceTimersByTime(1)
    expect(isOver).toBe(true)
  } finally {
    vi.useRealTimers()
  }
})

describe('no timer of a deadline outlives its work', () => {
  test.each([
    ['a POST that is answered', post(async () => new Response('ok'))],
    ['a POST whose connection breaks', post(broken)],
    ['a POST that is thrown out at once', post(thrown)],
    ['a call that is answered', fetched(async () => new Response('ok'))],
    ['a call whose answer is too long', fetched(async () => new Response('x'.repeat(11)))],
    ['a call whose connection breaks', fetched(broken)],
    ['a call that is thrown out at once', fetched(thrown)],
    ['work that is done', () => withDeadline(Promise.resolve(1), MARK)],
    ['work that fails', () => withDeadline(broken(), MARK)],
  ])('%s', async (_, run) => {
    const [set, clear] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')]
    try {
      await run().catch(() => undefined)
      const timers = set.mock.results.filter((_, n) => set.mock.calls[n]?.[1] === FIRST_LOOK).map(({ value }) => value)
      expect(timers).toHaveLength(1)
      expect(clear.mock.calls.map(([timer]) => timer)).toContain(timers[0])
    } finally {
      vi.restoreAllMocks()
      vi.unstubAllGlobals()
    }
  })
})
