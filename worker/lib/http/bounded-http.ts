import { joinBytes } from '#worker/lib/bytes.ts'
import { startDeadline } from '#worker/lib/deadline.ts'

/** Reason why no complete answer came. Its error never holds the URL, because some carriers put a key into it. */
export type HttpFault = 'timed-out' | 'unreachable' | 'too-large'

const FAULT_NAMES = {
  'timed-out': 'HttpTimedOut',
  unreachable: 'HttpUnreachable',
  'too-large': 'HttpTooLarge',
} as const satisfies Record<HttpFault, string>

const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_MAX_BYTES = 1_000_000

function faultError(fault: HttpFault, detail: string): Error {
  const error = new Error(detail)
  error.name = FAULT_NAMES[fault]
  return error
}

/** The fault of `boundedFetch` that an error stands for; an error from elsewhere counts as `unreachable`. */
export function httpFaultOf(error: unknown): HttpFault {
  const name = error instanceof Error ? error.name : ''
  if (name === FAULT_NAMES['timed-out'] || name === 'TimeoutError') return 'timed-out'
  return name === FAULT_NAMES['too-large'] ? 'too-large' : 'unreachable'
}

/** Reads a whole body of at most `maxBytes`; null if there is more, and the rest is canceled unread. */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!body) return new Uint8Array()
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > maxBytes) {
      // The cancel is not awaited, because a peer that never answers would hold us.
      reader.cancel().catch(() => undefined)
      return null
    }
    chunks.push(value)
  }
  return joinBytes(chunks)
}

export interface HttpOptions {
  /** Milliseconds, counted as `startDeadline` does, until the answer must be complete; default 10,000. */
  readonly timeoutMs?: number
  /** Most bytes of answer that are read; default 1,000,000. */
  readonly maxBytes?: number
}

/**
 * Fetches through `reach` without following redirects and reads the whole answer before it returns, so that the deadline
 * and the size limit cover the body too. Throws one of three faults (see `httpFaultOf`) and nothing else.
 */
export async function boundedFetch(
  reach: (request: Request) => Promise<Response>,
  request: Request,
  options: HttpOptions = {},
): Promise<Response> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options
  const controller = new AbortController()
  const late = faultError('timed-out', `no complete answer within ${timeoutMs} ms`)
  const { promise: deadline, reject: expire } = Promise.withResolvers<never>()
  deadline.catch(() => undefined)
  let disarm = (): void => {}
  const exchange = async (): Promise<Response> => {
    const response = await reach(new Request(request, { redirect: 'manual', signal: controller.signal }))
    const bytes = await readBounded(response.body, maxBytes)
    if (!bytes) throw faultError('too-large', `the answer is longer than ${maxBytes} bytes`)
    const bodiless = bytes.length === 0 || response.status === 204 || response.status === 304
    const headers = new Headers(response.headers)
    // Drops what would describe other bytes: these are decoded already.
    headers.delete('content-encoding')
    headers.delete('content-length')
    return new Response(bodiless ? null : bytes, { status: response.status, headers })
  }
  try {
    disarm = startDeadline(timeoutMs, () => {
      expire(late)
      controller.abort(late)
    })
    // Races the deadline as well as aborting, because the simulated carrier in this process knows no abort signal.
    return await Promise.race([exchange(), deadline])
  } catch (error) {
    if (error === late || controller.signal.aborted) throw late
    throw httpFaultOf(error) === 'too-large'
      ? error
      : faultError('unreachable', 'the connection failed before an answer came')
  } finally {
    disarm()
  }
}
