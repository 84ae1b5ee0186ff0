import { toHex } from '#worker/lib/bytes.ts'
import { ofClient } from '#worker/lib/http/request-body.ts'
import { sealChunks, WHOLE_CHUNKS } from './sealed-chunks.ts'

/** R2 takes multipart parts of one size, at least 5 MiB; only the last may be smaller. Whole chunks are sealed in each. */
const PART_CHUNKS = 80
const PART = PART_CHUNKS * WHOLE_CHUNKS

interface Written {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Object that a stream is written to, sealed. */
interface NewObject {
  readonly bucket: R2Bucket
  readonly key: string
  readonly options: R2PutOptions
  /** Key of this one write. */
  readonly fileKey: CryptoKey
}

/**
 * Collects a stream into parts of `PART` bytes. `flush` gets each full part; its buffer is reused when `flush` resolves.
 * Answers the bytes that were read and the last, smaller part; null if there are more than `most` bytes.
 */
async function inParts(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  most: number,
  each: (chunk: Uint8Array) => Promise<void>,
  flush: (part: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<{ readonly bytes: number; readonly rest: Uint8Array<ArrayBuffer> } | null> {
  const part = new Uint8Array(PART)
  let filled = 0
  let bytes = 0
  for (;;) {
    const { done, value } = await ofClient(reader.read())
    if (done) return { bytes, rest: part.subarray(0, filled) }
    bytes += value.byteLength
    if (bytes > most) return null
    await each(value)
    for (let from = 0; from < value.byteLength; ) {
      const fitting = value.subarray(from, from + PART - filled)
      part.set(fitting, filled)
      filled += fitting.byteLength
      from += fitting.byteLength
      if (filled < PART) continue
      await flush(part)
      filled = 0
    }
  }
}

/**
 * Writes a stream of unknown length to an object, with one part of it in memory. Answers null if it is longer than `most`
 * bytes; then, and if it throws, no object is left.
 */
export async function writeStream(
  { bucket, key, options, fileKey }: NewObject,
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Written | null> {
  const reader = stream.getReader()
  const digest = new crypto.DigestStream('SHA-256')
  digest.digest.catch(() => undefined)
  const hash = digest.getWriter()
  const parts: R2UploadedPart[] = []
  let upload: R2MultipartUpload | null = null
  const flush = async (part: Uint8Array<ArrayBuffer>) => {
    upload ??= await bucket.createMultipartUpload(key, options)
    parts.push(await upload.uploadPart(parts.length + 1, part))
  }
  const giveUp = async () => {
    // Does not wait for the client, who may never end the body.
    reader.cancel().catch(() => undefined)
    hash.abort().catch(() => undefined)
    // An abort that fails costs nothing: R2 drops incomplete uploads after a week.
    await upload?.abort().catch(() => undefined)
  }
  try {
    const sealed = (part: Uint8Array<ArrayBuffer>, isEnd: boolean) =>
      sealChunks(fileKey, part, parts.length * PART_CHUNKS, isEnd)
    const read = await inParts(
      reader,
      most,
      (chunk) => hash.write(chunk),
      async (part) => flush(await sealed(part, false)),
    )
    if (read === null) {
      await giveUp()
      return null
    }
    const end = await sealed(read.rest, true)
    if (upload === null) await bucket.put(key, end, options)
    else {
      await flush(end)
      await (upload as R2MultipartUpload).complete(parts)
    }
    await hash.close()
    return { bytes: read.bytes, sha256: toHex(await digest.digest) }
  } catch (error) {
    await giveUp()
    throw error
  }
}
