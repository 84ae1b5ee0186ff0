import { Problem } from '#worker/domain/problem.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { readBounded } from '#worker/lib/http/bounded-http.ts'
import { ofClient, RequestCut } from '#worker/lib/http/request-body.ts'
import { oneSlot, type Slot } from '#worker/lib/one-slot.ts'
import { pause } from '#worker/lib/pause.ts'

/** Most bytes of a request body, as it comes and once it is decoded. */
export const BODY_LIMIT = 1_000_000
/** Most bytes of a body that may be large. */
export const LARGE_BODY_LIMIT = 16_000_000

/** Milliseconds in which a large body must have come: 16 MB at 2 Mbit/s. */
const READ_MS = 60_000
/** Milliseconds beyond it in which a large body is worked. */
const WORK_MS = 60_000
const WAIT_MS = 10_000
/**
 * Milliseconds in which a body that has the slot must bring so many bytes while others wait, and between two looks. It is less
 * than they wait, so that a client that stops keeps nobody out, and a sixth of the pace that 16 MB need: an isolate that is busy
 * reads late.
 */
const PACE_MS = 7_000
const PACE_BYTES = 300_000
const LOOK_MS = 1_000
/** Milliseconds in which, and bytes of which, the rest of a refused body is read. */
const DISCARD_MS = 10_000
const DISCARD_BYTES = 2 * LARGE_BODY_LIMIT
const DISCARD_CHUNK = 65_536

/**
 * Large bodies are read and worked one at a time: an isolate has 128 MB for all its requests. A body asks for the slot with its
 * first megabyte in hand, so that few may wait; before that it may be slow at nobody's cost.
 */
const largeSlot = oneSlot({ holdMs: READ_MS + WORK_MS, waitMs: WAIT_MS, lookMs: 25, mostWaiting: 8 })

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
const occupied = () =>
  new Problem('unavailable', {
    detail: 'Other large bodies are being read.',
    headers: { 'Retry-After': String(WAIT_MS / 1000) },
  })

/** True of a gzip body (RFC 9110 8.4.1), false of one without a coding; throws 415 of any other. */
function isGzip(request: Request): boolean {
  const coding = request.headers.get('content-encoding')
  if (coding === null || coding === '') return false
  const name = coding.trim().toLowerCase()
  if (name === 'identity') return false
  if (name === 'gzip' || name === 'x-gzip') return true
  throw new Problem('unsupported-media-type', {
    detail: 'The Content-Encoding is not supported.',
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

/** Reader that fills buffers which are given to it: one that makes its own leaves a body's length of them behind. */
type Filler = ReadableStreamBYOBReader

/** Reads the rest of a refused body and throws it away: a client that is still writing would lose the answer. */
async function discard(reader: Filler | undefined): Promise<void> {
  const rest = async () => {
    let buffer = new ArrayBuffer(DISCARD_CHUNK)
    for (let length = 0; length < DISCARD_BYTES; ) {
      const { done, value } = (await reader?.read(new Uint8Array(buffer))) ?? { done: true, value: undefined }
      if (done || !value) return
      length += value.byteLength
      buffer = value.buffer
    }
  }
  await withDeadline(rest(), DISCARD_MS).catch(() => {})
  reader?.cancel().catch(() => {})
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

/** Bytes of a body that have come. */
interface Progress {
  length: number
}

/** Throws when a body that has the slot brings too little while others wait for it; ends when the body `isOver`. */
async function watch(progress: Progress, isOver: () => boolean): Promise<void> {
  let known = 0
  let waited = 0
  while (!isOver()) {
    if (progress.length - known >= PACE_BYTES) {
      known = progress.length
      waited = 0
    }
    // A look counts as one however late it comes: while the isolate works on something else nothing of a body is read.
    if (waited >= PACE_MS && largeSlot.isAwaited()) throw stalled()
    await pause(LOOK_MS)
    waited += LOOK_MS
  }
}

/** Fills a buffer with a body; `enter` is awaited before more than `BODY_LIMIT` bytes are held, which then are `most` at most. */
async function collect(
  reader: Filler,
  most: number,
  progress: Progress,
  enter: () => Promise<void>,
): Promise<Uint8Array> {
  // Each buffer has a byte too many: a body that comes to fill it is longer than was asked for.
  let buffer = new ArrayBuffer(Math.min(BODY_LIMIT, most) + 1)
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer, progress.length))
    if (value) buffer = value.buffer
    if (done) return new Uint8Array(buffer, 0, progress.length)
    progress.length += value.byteLength
    if (progress.length > most) throw tooLarge(most)
    if (progress.length < buffer.byteLength) continue
    await enter()
    const first = new Uint8Array(buffer)
    buffer = new ArrayBuffer(most + 1)
    new Uint8Array(buffer).set(first)
  }
}

/** Reads a body that may be large; 503 if others are being read for long, 408 if it does not come. */
export async function readLargeBody(request: Request): Promise<LargeBody> {
  const announced = await requireLength(request, LARGE_BODY_LIMIT)
  const gzipped = isGzip(request)
  if (announced !== null && announced <= BODY_LIMIT && !gzipped)
    return { bytes: new Uint8Array(await ofClient(request.arrayBuffer())), slot: null }
  const reader = decoded(request)?.getReader({ mode: 'byob' })
  if (!reader) return { bytes: new Uint8Array(), slot: null }
  let slot: Slot | null = null
  let isOver = false
  const progress: Progress = { length: 0 }
  const { promise: stall, reject } = Promise.withResolvers<never>()
  const enter = async () => {
    slot ??= await largeSlot.take()
    if (!slot) throw occupied()
    watch(progress, () => isOver).catch(reject)
    // Nobody is left to give back what comes after the deadline.
    if (!isOver) return
    largeSlot.free(slot)
    throw tooSlow()
  }
  try {
    const most = announced === null || gzipped ? LARGE_BODY_LIMIT : announced
    const whole = Promise.race([reading(request, collect(reader, most, progress, enter)), stall])
    const bytes = await withDeadline(whole, READ_MS, tooSlow)
    isOver = true
    return { bytes, slot }
  } catch (error) {
    isOver = true
    if (slot) largeSlot.free(slot)
    if (isTooSlow(error)) reader.cancel().catch(() => {})
    else await discard(reader)
    throw error
  }
}
