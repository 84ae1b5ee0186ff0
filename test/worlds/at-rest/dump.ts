import type { Queued } from '../entries/queued.ts'
import type { Harness } from '../harness.ts'
import { bytesOf, cellsOnDisk, FILE_OBJECT, type Kept, wholeFiles } from './on-disk.ts'

/** Names an object of the bucket as docs/at-rest.md does. */
const objectOf = (key: string): string =>
  key
    .replace(/^(?:live|test)\.[^/]+\/.*$/, FILE_OBJECT)
    .replace(/^mail\/[^/]+/, 'mail/<id>')
    .replace(/>\/\d+$/, '>/<n>')

/** Name of what a queue or the bucket was given. */
const givenTo = (to: string): string => (to.startsWith('MEDIA ') ? objectOf(to.slice(6)) : `queue ${to}`)

/** Objects of the bucket, with what is said of them. */
async function keptInBucket(chapar: Harness): Promise<Kept[]> {
  const bucket = await chapar.mf.getR2Bucket('MEDIA', 'chapar')
  const { objects } = await bucket.list({ include: ['httpMetadata', 'customMetadata'] })
  const kept = objects.map(async ({ key, httpMetadata, customMetadata }): Promise<Kept[]> => {
    const where = objectOf(key)
    const object = await bucket.get(key)
    const said = JSON.stringify([key, httpMetadata, customMetadata])
    return [said, new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0))].map((value) => ({
      where,
      file: 'bucket',
      bytes: bytesOf(value),
    }))
  })
  return (await Promise.all(kept)).flat()
}

/** Bodies that the queues of a gateway over test/worlds/entries/queued.ts were given. */
export const queuedOf = async ({ url }: Pick<Harness, 'url'>): Promise<readonly Queued[]> =>
  // Past the watch of what /openapi.json allows: the call is the test entry's own.
  (await (await fetch(new URL('/queued', url))).json()) as Queued[]

/** Ends a gateway and gives all that it kept or told: databases, objects, bucket, bodies of queues and log lines. */
export async function endAndDump(chapar: Harness, persist: string, log: readonly string[]): Promise<readonly Kept[]> {
  const [queued, bucket] = [await queuedOf(chapar), await keptInBucket(chapar)]
  // Ended before its files are read, so that none is written meanwhile: as if it were killed, with all that its files hold.
  await chapar.dispose()
  return [
    ...wholeFiles(persist),
    ...cellsOnDisk(persist),
    ...bucket,
    ...queued.map(({ queue, body }) => ({
      where: givenTo(queue),
      file: givenTo(queue),
      bytes: Buffer.from(body, 'base64'),
    })),
    ...log.map((line) => ({ where: 'log', file: 'log', bytes: Buffer.from(line) })),
  ]
}
