/**
 * Sealed files: chunks of 64 KiB, each by AES-256-GCM, as the construction STREAM has it (Hoang et al. 2015): the nonce is the
 * chunk's number and whether it is the last, so that none can be moved, left out, or cut off at the end. So a file needs one
 * chunk in memory, and a stretch of it is read by its chunks alone. Every key seals ONE file once.
 */
const CHUNK = 65_536
const TAG = 16
const SEALED = CHUNK + TAG

/** Plain bytes that are sealed in whole chunks: a multiple of this. */
export const WHOLE_CHUNKS = CHUNK

const chunksIn = (sealedSize: number): number => Math.max(1, Math.ceil(sealedSize / SEALED))

/** Bytes of the file whose sealed form has so many. */
export const plainSize = (sealedSize: number): number => Math.max(0, sealedSize - TAG * chunksIn(sealedSize))

function nonceOf(n: number, isLast: boolean): Uint8Array<ArrayBuffer> {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setUint32(7, n)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

const sealChunk = async (key: CryptoKey, plain: Uint8Array<ArrayBuffer>, n: number, isLast: boolean) =>
  new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(n, isLast) }, key, plain))

async function openChunk(key: CryptoKey, sealed: Uint8Array<ArrayBuffer>, n: number, isLast: boolean) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonceOf(n, isLast) }, key, sealed))
  } catch {
    throw new Error('a sealed file cannot be opened')
  }
}

/** Seals bytes that begin with chunk `first`. Unless they are the end of the file, they are whole chunks. */
export async function sealChunks(
  key: CryptoKey,
  plain: Uint8Array<ArrayBuffer>,
  first: number,
  isEnd: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const count = isEnd ? Math.max(1, Math.ceil(plain.length / CHUNK)) : plain.length / CHUNK
  const sealed = new Uint8Array(plain.length + count * TAG)
  for (let n = 0; n < count; n++) {
    const isLast = isEnd && n === count - 1
    sealed.set(await sealChunk(key, plain.subarray(n * CHUNK, (n + 1) * CHUNK), first + n, isLast), n * SEALED)
  }
  return sealed
}

/**
 * Opens a whole sealed file in its own memory, which an isolate has not twice; throws if anything of it was changed, moved or cut
 * off.
 */
export async function openChunks(key: CryptoKey, sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const count = chunksIn(sealed.length)
  for (let n = 0; n < count; n++)
    sealed.set(await openChunk(key, sealed.subarray(n * SEALED, (n + 1) * SEALED), n, n === count - 1), n * CHUNK)
  return sealed.subarray(0, plainSize(sealed.length))
}

/** Stretch of a file's bytes. */
interface Stretch {
  readonly offset: number
  readonly length: number
}

/** Stretch of the sealed file that holds the chunks of a stretch of the file. */
export function sealedStretch({ offset, length }: Stretch, sealedSize: number): Stretch {
  const from = Math.floor(offset / CHUNK) * SEALED
  const end = Math.min((Math.floor((offset + length - 1) / CHUNK) + 1) * SEALED, sealedSize)
  return { offset: from, length: end - from }
}

/** Makes a stream that opens `sealedStretch` of a stretch, and gives that stretch alone. It errs at a chunk that was changed. */
export function openingStream(
  key: CryptoKey,
  { offset, length }: Stretch,
  sealedSize: number,
): TransformStream<Uint8Array, Uint8Array> {
  const last = chunksIn(sealedSize) - 1
  const chunk = new Uint8Array(SEALED)
  let filled = 0
  let n = Math.floor(offset / CHUNK)
  async function open(controller: TransformStreamDefaultController<Uint8Array>): Promise<void> {
    const plain = await openChunk(key, chunk.subarray(0, filled), n, n === last)
    const at = n * CHUNK
    const wanted = plain.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at))
    if (wanted.length > 0) controller.enqueue(wanted)
    filled = 0
    n++
  }
  return new TransformStream({
    async transform(bytes, controller) {
      for (let from = 0; from < bytes.length; ) {
        const fitting = bytes.subarray(from, from + SEALED - filled)
        chunk.set(fitting, filled)
        filled += fitting.length
        from += fitting.length
        if (filled === SEALED) await open(controller)
      }
    },
    async flush(controller) {
      if (filled > 0) await open(controller)
    },
  })
}
