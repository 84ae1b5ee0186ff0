import { Problem } from '#worker/domain/problem.ts'
import { readBounded } from '#worker/lib/http/bounded-http.ts'
import { ofClient, RequestCut } from '#worker/lib/http/request-body.ts'
import { oneSlot, type Slot } from '#worker/lib/one-slot.ts'
import { type Coming, type Filler, nothingYet, readNext, startBodyClock } from './body-clock.ts'

/** Most bytes of a request body, as it comes and once it is decoded. */
export const BODY_LIMIT = 1_000_000
/** Most bytes of a body that may be large. */
export const LARGE_BODY_LIMIT = 16_000_000

/** Milliseconds of the client's own time in which a large body must have come: 16 MB at 2 Mbit/s. */
const READ_MS = 60_000
/** Milliseconds by the clock in which a large body is read: beyond READ_MS it was this isolate that had no time for it. */
const LONGEST_READ_MS = 90_000
/** Milliseconds beyond it in which a large body is worked. */
const WORK_MS = 60_000
const WAIT_MS = 10_000
/**
 * Milliseconds of the client's own time in which a body that has the slot must bring so many bytes while others wait. It is
 * less than they wait, so that a client that stops keeps nobody out, and a sixth of the pace that 16 MB need.
 */
const PACE_MS = 7_000
const PACE_BYTES = 300_000
/** Milliseconds that the client of a refused body may let us wait for more of it, in sequence, and bytes of it that are read. */
const DISCARD_MS = 10_000
const DISCARD_BYTES = 2 * LARGE_BODY_LIMIT
const DISCARD_CHUNK = 65_536

/**
 * Large bodies are read and worked one at a time: an isolate has 128 MB for all its requests. A body asks for the slot with its
 * first megabyte in hand, so that few may wait; before that it may be slow at nobody's cost.
 */
const largeSlot = oneSlot({ holdMs: LONGEST_READ_MS + WORK_MS, waitMs: WAIT_MS, lookMs: 25, mostWaiting: 8 })

/** Gives the slot of a large body back. */
export const freeSlot = (slot: Slot): void => largeSlot.free(slot)

const tooLarge = (limit: number) => new Problem('body-too-large', { detail: `At most ${limit} bytes.` })
const notGzip = () => new Problem('malformed-json', { detail: 'The body is not one whole gzip stream.' })
const tooSlow = () => new Problem('body-too-slow', { detail: `It must have come within ${READ_MS / 1000} seconds.` })
const stalled = () =>
  new Problem('body-too-slow', {
    detail: `Others wait: behind its first ${BODY_LIMIT} bytes it must bring ${PACE_BYTES} bytes in ${PACE_MS / 1000} seconds.`,
  })
const isTooSlow = (error: unknown): boolean => error instanceof Problem && error.code === 'body-too-slow'
const unavailable = (detail: string) =>
  new Problem('unavailable', { detail, headers: { 'Retry-After': String(WAIT_MS / 1000) } })
const occupied = () => unavailable('Other large bodies are being read.')
const busy = () => unavailable('The gateway had no time to read the body.')

/** True of a gzip body (RFC 9110 8.4.1), false of one without a coding; throws 415 of any other. */
function isGzip(request: Request): boolean {
  const coding = request.headers.get('content-encoding')
  if (coding === null || coding === '') return false
  const name = coding.trim().toLowerCase()
  if (name === 'identity') return false
  if (name === 'gzip' || name === 'x-gzip') return true
  throw new Problem('unsupported-media-type', {
    detail: 'The Content-Encoding is not supported: send gzip, or none.',
    headers: { 'Accept-Encoding': 'gzip, identity' },
  })
}

function announcedLength({ headers }: Request): number | null {
  const header = headers.get('content-length')
  return header === null ? null : Number(header)
}

/**
 * The body without its coding. The runtime inflates it piece by piece as it is read, so that a small body cannot make a
 * large heap.
 */
function decoded(request: Request): ReadableStream<Uint8Array> | null {
  const { body } = request
  return body && isGzip(request) ? body.pipeThrough(new DecompressionStream('gzip')) : body
}

/** Reads the rest of a refused body and throws it away: a client that is still writing would lose the answer. */
async function discard(reader: Filler | undefined): Promise<void> {
  if (!reader) return
  const coming = nothingYet()
  const rest = async () => {
    let buffer = new ArrayBuffer(DISCARD_CHUNK)
    while (coming.length < DISCARD_BYTES) {
      const { done, value } = await readNext(reader, coming, new Uint8Array(buffer))
      if (done || !value) return
      buffer = value.buffer
    }
  }
  const { promise: late, resolve } = Promise.withResolvers<void>()
  let known = 0
  let since = 0
  const heed = (clientMs: number): void => {
    if (coming.length > known) since = clientMs
    known = coming.length
    if (clientMs - since >= DISCARD_MS || clientMs >= READ_MS) throw tooSlow()
  }
  const stop = startBodyClock(coming, heed, () => resolve())
  await Promise.race([rest().catch(() => {}), late])
  stop()
  reader.cancel().catch(() => {})
}

/** Awaits what reads a body: an error of the decoder is the caller's mistake. */
async function reading<Value>(request: Request, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Problem) throw error
    // A connection that breaks off throws a plain Error.
    throw error instanceof TypeError && isGzip(request) ? notGzip() : new RequestCut('the body broke off')
  }
}

async function requireLength(request: Request, limit: number): Promise<number | null> {
  const announced = announcedLength(request)
  if (announced === null || announced <= limit) return announced
  await discard(request.body?.getReader({ mode: 'byob' }))
  throw tooLarge(limit)
}

/** Reads the body; never holds more than `limit` bytes and one chunk, and answers 413 beyond. */
export async function readBody(request: Request, limit = BODY_LIMIT): Promise<ArrayBuffer | Uint8Array> {
  const announced = await requireLength(request, limit)
  // An announced length is true, as HTTP frames the body by it, so one read is safe; it is checked all the same for requests
  // that other Workers make. Only without one is the stream read: merely to touch `body` costs making it.
  if (announced === null || isGzip(request)) {
    const bytes = await reading(request, readBounded(decoded(request), limit))
    if (!bytes) throw tooLarge(limit)
    return bytes
  }
  const bytes = await ofClient(request.arrayBuffer())
  if (bytes.byteLength > limit) throw tooLarge(limit)
  return bytes
}

/** Body of at most `LARGE_BODY_LIMIT` bytes, and the slot that the caller must free if it is large. */
interface LargeBody {
  readonly bytes: Uint8Array
  readonly slot: Slot | null
}

/** Makes what throws when a body that has the slot brings too little of its client's time while others wait for it. */
function paceOf(coming: Coming): (clientMs: number) => void {
  let known = coming.length
  let since: number | null = null
  return (clientMs) => {
    since ??= clientMs
    if (coming.length - known >= PACE_BYTES) {
      known = coming.length
      since = clientMs
    }
    if (clientMs - since >= PACE_MS && largeSlot.isAwaited()) throw stalled()
  }
}

/** Fills a buffer with a body; `enter` is awaited before more than `BODY_LIMIT` bytes are held, which then are `most` at most. */
async function collect(reader: Filler, most: number, coming: Coming, enter: () => Promise<void>): Promise<Uint8Array> {
  // Each buffer has a byte too many: a body that comes to fill it is longer than was asked for.
  let buffer = new ArrayBuffer(Math.min(BODY_LIMIT, most) + 1)
  for (;;) {
    const { done, value } = await readNext(reader, coming, new Uint8Array(buffer, coming.length))
    if (value) buffer = value.buffer
    if (done) return new Uint8Array(buffer, 0, coming.length)
    if (coming.length > most) throw tooLarge(most)
    if (coming.length < buffer.byteLength) continue
    await enter()
    const first = new Uint8Array(buffer)
    buffer = new ArrayBuffer(most + 1)
    new Uint8Array(buffer).set(first)
  }
}

/** Reads a body that may be large; 503 if others are being read for long, 408 if its client does not bring it. */
export async function readLargeBody(request: Request): Promise<LargeBody> {
  const announced = await requireLength(request, LARGE_BODY_LIMIT)
  const gzipped = isGzip(request)
  if (announced !== null && announced <= BODY_LIMIT && !gzipped)
    return { bytes: new Uint8Array(await ofClient(request.arrayBuffer())), slot: null }
  const reader = decoded(request)?.getReader({ mode: 'byob' })
  if (!reader) return { bytes: new Uint8Array(), slot: null }
  let slot: Slot | null = null
  const coming = nothingYet()
  let keepsPace: ((clientMs: number) => void) | null = null
  const enter = async () => {
    slot ??= await largeSlot.take()
    if (!slot) throw occupied()
    keepsPace ??= paceOf(coming)
    // Nobody is left to give back what comes after the body was given up.
    if (!coming.isGivenUp) return
    largeSlot.free(slot)
    throw tooSlow()
  }
  const longest = Date.now() + LONGEST_READ_MS
  const heed = (clientMs: number): void => {
    if (clientMs >= READ_MS) throw tooSlow()
    if (Date.now() >= longest) throw busy()
    keepsPace?.(clientMs)
  }
  const { promise: stall, reject } = Promise.withResolvers<never>()
  const stop = startBodyClock(coming, heed, reject)
  try {
    const most = announced === null || gzipped ? LARGE_BODY_LIMIT : announced
    const bytes = await Promise.race([reading(request, collect(reader, most, coming, enter)), stall])
    stop()
    return { bytes, slot }
  } catch (error) {
    stop()
    coming.isGivenUp = true
    if (slot) largeSlot.free(slot)
    if (isTooSlow(error)) reader.cancel().catch(() => {})
    else await discard(reader)
    throw error
  }
}
