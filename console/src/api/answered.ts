/** Milliseconds that a read waits for the beginning of its answer: far more than the slowest search takes. */
const LONGEST_WAIT = 30_000

/** Calls that change nothing that a person made, whatever becomes of them. */
const isRead = ({ method, url }: Request): boolean => method === 'GET' || new URL(url).pathname === '/v1/auth/token'

/**
 * Fetches, and gives a read up that nothing answers: over a connection that died without a word a page would say for minutes that
 * it is loading. What changes something is waited for as long as the browser does, because it may have been done.
 */
export async function answered(request: Request): Promise<Response> {
  if (!isRead(request)) return fetch(request)
  const wait = new AbortController()
  const end = setTimeout(() => wait.abort(new DOMException('no answer', 'TimeoutError')), LONGEST_WAIT)
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, wait.signal]) })
  } finally {
    clearTimeout(end)
  }
}
