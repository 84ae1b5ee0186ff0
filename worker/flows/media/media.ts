import { isMediaId, type MediaId, newMediaId, type RequestId, timeOfId } from '#worker/domain/ids.ts'
import { type MediaRow, MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { Problem } from '#worker/domain/problem.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { RequestCut } from '#worker/lib/http/request-body.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { giveUpMedia, insertUpload, mediaById, objectKey, sealMedia, uploadRefusal } from '#worker/store/media.ts'
import { deleteGoneMedia } from '#worker/store/media-purge.ts'
import { writeStream } from './file-stream.ts'
import { filePlace, newSealedObject } from './sealed-object.ts'

/** The shard that has the rows of a tenant's files. */
export const mediaHome = (platform: Platform, { policy }: Pick<Principal, 'policy'>): D1Database =>
  shardOfEnv(platform.env, homeShard(policy))

/** The id, checked by its MAC; throws `not-found`, without a look-up, if we did not give it to this tenant. */
async function requireMediaId(platform: Platform, principal: Principal, id: string): Promise<MediaId> {
  if (!(await isMediaId(platform.config.idKeys, principal.realm, id))) throw new Problem('not-found')
  return id as MediaId
}

/** Row of a file of the tenant's; throws `not-found`. */
export async function requireMedia(platform: Platform, principal: Principal, id: string): Promise<MediaRow> {
  const known = await requireMediaId(platform, principal, id)
  const row = await mediaById(mediaHome(platform, principal), platform.keys, principal.realm, known)
  if (!row) throw new Problem('not-found')
  return row
}

/** Runs `work`, and turns an outage of R2 or D1 into a 503: the tenant repeats the request under the same key. */
export async function orUnavailable<Value>(
  platform: Platform,
  what: string,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem || error instanceof RequestCut) throw error
    platform.log('media.unavailable', { what, reason: errorLabel(error) })
    throw new Problem('unavailable', { headers: { 'Retry-After': '5' } })
  }
}

interface Upload {
  readonly type: string
  readonly name: string | null
  /** Length that the caller says it has; 0 if it says none. */
  readonly announced: number
  readonly body: ReadableStream<Uint8Array>
}

const emptyBody = (): Problem =>
  new Problem('invalid-fields', { errors: [{ pointer: '', detail: 'the body is empty' }] })

/**
 * Stores an upload: the bytes first, then the row. If writing the row fails, the object stays, because the row may have
 * been written all the same; a repeated request under the same key writes it, else the purge deletes the orphan. If the key
 * has its file already, that file is answered and the body is not read.
 */
export async function uploadMedia(
  platform: Platform,
  principal: Principal,
  origin: RequestId,
  { type, name, announced, body }: Upload,
): Promise<MediaRow> {
  const { realm } = principal
  const db = mediaHome(platform, principal)
  const id = await newMediaId(platform.config.idKeys, realm, origin)
  return orUnavailable(platform, 'upload', async () => {
    const known = await mediaById(db, platform.keys, realm, id)
    if (known) return known
    const { tenantId, quotas } = principal.policy
    const refusal = await uploadRefusal(db, tenantId, announced, quotas)
    if (refusal) throw refusal
    const key = objectKey(realm, id)
    const object = await newSealedObject(platform, filePlace(realm, id), { type, name })
    const written = await writeStream({ bucket: platform.env.MEDIA, key, ...object }, body, MOST_FILE_BYTES)
    if (written === null) throw new Problem('body-too-large', { detail: `At most ${MOST_FILE_BYTES} bytes.` })
    if (written.bytes === 0) {
      await platform.env.MEDIA.delete(key)
      throw emptyBody()
    }
    const row: MediaRow = { id, type, name, ...written, createdAt: timeOfId(origin) }
    const [sealed] = await sealMedia(platform.keys, realm, [row])
    if (!sealed || !(await insertUpload(db, realm, sealed, quotas))) {
      // Others took the room while the bytes came.
      await platform.env.MEDIA.delete(key)
      throw (
        (await uploadRefusal(db, tenantId, row.bytes, quotas)) ??
        new Problem('unavailable', { headers: { 'Retry-After': '1' } })
      )
    }
    platform.log('media.stored', { realm, source: 'upload', files: 1, bytes: row.bytes })
    return row
  })
}

/** Deletes a file that no message uses. It is given up first, so that no message can begin to use it while its bytes go. */
export async function removeMedia(platform: Platform, principal: Principal, id: string): Promise<void> {
  const known = await requireMediaId(platform, principal, id)
  const { realm } = principal
  const db = mediaHome(platform, principal)
  await orUnavailable(platform, 'delete', async () => {
    const state = await giveUpMedia(db, realm, known, platform.now())
    if (state === 'absent') throw new Problem('not-found')
    if (state === 'used')
      throw new Problem('conflict', { detail: 'A message uses this file; it goes with the last that does.' })
    await platform.env.MEDIA.delete(objectKey(realm, known))
    await deleteGoneMedia(db, realm, [known])
  })
}
