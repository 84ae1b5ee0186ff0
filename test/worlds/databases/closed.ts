/** Codes of a connection that the other side has closed. */
const CLOSED = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']

/**
 * True of the fault of a `fetch` over a connection that the runtime had closed, as it does with one that is kept and idle, just
 * when this process, busy until then, asked over it. A runtime that has died is not there the second time.
 */
export const wasClosed = (error: unknown): boolean =>
  CLOSED.includes(((error as Error).cause as { readonly code?: string } | undefined)?.code ?? '')
