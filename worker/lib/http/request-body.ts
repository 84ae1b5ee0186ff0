import { readBounded } from './bounded-http.ts'

/** A request whose body broke off: its client hung up. That is no fault of ours, and nobody is left to hear an answer. */
export class RequestCut extends Error {
  override readonly name = 'RequestCut'
}

/** Awaits a part of a request's body; throws a `RequestCut` if it does not come. */
export async function ofClient<Part>(reading: Promise<Part>): Promise<Part> {
  try {
    return await reading
  } catch {
    // The platform's own error is the same as that of a broken connection to a database.
    throw new RequestCut('the body broke off')
  }
}

/** Reads a request's whole body of at most `maxBytes`; null if there is more. Throws a `RequestCut` if it breaks off. */
export const readRequest = (request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> =>
  ofClient(readBounded(request.body, maxBytes))
