import { isMediaId, type MediaId, realmOfOwnId } from '#worker/domain/ids.ts'
import { isLinkMac, linkMac } from '#worker/domain/link-mac.ts'
import { type OpenFile, PLAIN_BYTES } from '#worker/domain/media.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { DAY, type EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { filePlace, getSealed } from './sealed-object.ts'

/** Realm of a file, read from its id; null if we did not make that id. */
export async function realmOfFile(platform: Platform, id: string): Promise<Realm | null> {
  const realm = realmOfOwnId(id as MediaId)
  return (await isMediaId(platform.config.idKeys, realm, id)) ? realm : null
}

/** Media type that a file was stored with. */
export const typeOf = ({ httpMetadata }: R2Object): string => httpMetadata?.contentType ?? PLAIN_BYTES

/** A stored file with its bytes; null if there is none. */
export async function openFile(platform: Platform, id: MediaId): Promise<OpenFile | null> {
  const realm = await realmOfFile(platform, id)
  const found = realm === null ? null : await getSealed(platform, filePlace(realm, id))
  if (!found) return null
  const { object, name, bytes: body } = found
  return { id, type: typeOf(object), name, bytes: body.byteLength, body }
}

const claimOf = (id: string, until: number): string => `file|${id}|${until}`

/** Public URL of a stored file, valid for a day. Whoever has it may read the file, so it is given to carriers only. */
export async function fileUrl(platform: Platform, id: MediaId): Promise<string> {
  const { idKeys, baseUrl } = platform.config
  const until = Math.floor((platform.now() + DAY) / 1_000)
  return `${baseUrl}/files/${id}?until=${until}&mac=${await linkMac(idKeys, claimOf(id, until))}`
}

/** Time until which a file's URL is valid, in the past if it is over; null if we did not sign it. */
export async function fileUrlEnd(platform: Platform, id: string, query: URLSearchParams): Promise<EpochMs | null> {
  const until = query.get('until') ?? ''
  const mac = query.get('mac') ?? ''
  if (!/^\d{1,12}$/.test(until)) return null
  const isOurs = await isLinkMac(platform.config.idKeys, claimOf(id, Number(until)), mac)
  return isOurs ? Number(until) * 1_000 : null
}
