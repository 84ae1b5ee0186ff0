import { describe, expect, test } from 'vitest'
import { openChunks, openingStream, plainSize, sealChunks, sealedStretch } from '#worker/flows/media/sealed-chunks.ts'

const CHUNK = 65_536
const SEALED = CHUNK + 16
const newKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']) as Promise<CryptoKey>
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 31 + (n >> 8)) & 255)
const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]

describe('a sealed file', () => {
  test.each(SIZES)('of %i bytes opens to what it was, sealed at once or part by part', async (size) => {
    const [key, plain] = [await newKey(), bytesOf(size)]
    const whole = await sealChunks(key, plain, 0, true)
    expect(plainSize(whole.length)).toBe(size)
    expect(await openChunks(key, whole)).toEqual(plain)
    const parts: number[] = []
    for (let n = 0; (n + 1) * CHUNK <= size; n++)
      parts.push(...(await sealChunks(key, plain.slice(n * CHUNK, (n + 1) * CHUNK), n, false)))
    const full = Math.floor(size / CHUNK)
    const streamed = Uint8Array.from([...parts, ...(await sealChunks(key, plain.slice(full * CHUNK), full, true))])
    expect(plainSize(streamed.length)).toBe(size)
    expect(await openChunks(key, streamed)).toEqual(plain)
  })

  test.each([
    [0, 1],
    [0, 3 * CHUNK + 7],
    [CHUNK - 1, 2],
    [CHUNK, CHUNK],
    [2 * CHUNK + 5, 10],
    [3 * CHUNK, 7],
  ])('gives a stretch from %i of %i bytes by its chunks alone', async (offset, length) => {
    const [key, plain] = [await newKey(), bytesOf(3 * CHUNK + 7)]
    const sealed = await sealChunks(key, plain, 0, true)
    const stretch = sealedStretch({ offset, length }, sealed.length)
    expect(stretch.length).toBeLessThanOrEqual(length + 2 * SEALED)
    const part = sealed.slice(stretch.offset, stretch.offset + stretch.length)
    // In pieces that are no chunks, as a bucket gives them.
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < part.length; at += 10_000) controller.enqueue(part.slice(at, at + 10_000))
        controller.close()
      },
    })
    const opened = pieces.pipeThrough(openingStream(key, { offset, length }, sealed.length))
    expect(new Uint8Array(await new Response(opened).arrayBuffer())).toEqual(plain.slice(offset, offset + length))
  })

  test.each<[string, (sealed: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>]>([
    ['its end is cut off', (sealed) => sealed.slice(0, 2 * SEALED)],
    ['it is cut inside a chunk', (sealed) => sealed.slice(0, 2 * SEALED + 3)],
    [
      'two chunks change places',
      (sealed) => {
        const moved = sealed.slice()
        moved.set(sealed.subarray(0, SEALED), SEALED)
        moved.set(sealed.subarray(SEALED, 2 * SEALED), 0)
        return moved
      },
    ],
    ['a chunk is left out', (sealed) => sealed.slice(SEALED)],
    ['a bit is changed', (sealed) => sealed.map((byte, n) => (n === SEALED + 9 ? byte ^ 1 : byte))],
    ['a chunk is added', (sealed) => Uint8Array.from([...sealed, ...sealed.slice(0, SEALED)])],
  ])('does not open when %s', async (_, change) => {
    const key = await newKey()
    const sealed = await sealChunks(key, bytesOf(3 * CHUNK), 0, true)
    await expect(openChunks(key, change(sealed))).rejects.toThrow('cannot be opened')
  })

  test('does not open under the key of another', async () => {
    const sealed = await sealChunks(await newKey(), bytesOf(9), 0, true)
    await expect(openChunks(await newKey(), sealed)).rejects.toThrow('cannot be opened')
  })
})
