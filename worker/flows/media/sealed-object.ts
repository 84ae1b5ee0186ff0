import { type MediaId, type PapersId, timeOfId, timeOfMedia } from '#worker/domain/ids.ts'
import type { StoredFile } from '#worker/domain/media.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { fromBase64, toBase64 } from '#worker/lib/bytes.ts'
import type { Keyring, Keys } from '#worker/store/keys/keyring.ts'
import type { KeyOwner } from '#worker/store/keys/rows.ts'
import { openText, sealText } from '#worker/store/keys/sealed.ts'
import { objectKey } from '#worker/store/media.ts'
import { openChunks, sealChunks } from './sealed-chunks.ts'

/** Object of the bucket: whose keys of which month seal it; null: it outlives months. Its key holds the id of that time. */
interface ObjectPlace {
  readonly owner: KeyOwner
  readonly at: EpochMs | null
  readonly key: string
}

type Facts = Pick<StoredFile, 'type' | 'name'>
type WithKeys = Pick<Platform, 'env' | 'keys'>

/** Key and name of a file, sealed into the metadata of its object, so that reading a file needs no ledger. */
interface Head {
  readonly key: string
  readonly name: string | null
}

/** Place of a tenant's file. */
export const filePlace = (realm: Realm, id: MediaId): ObjectPlace => ({
  owner: tenantOf(realm),
  at: timeOfMedia(id),
  key: objectKey(realm, id),
})

const MAIL = 'mail/'
/** Place of a mail, or of a file of it, under `mail/req_…`. It is nobody's until it is read. */
export const mailPlace = (key: string): ObjectPlace => ({ owner: '', at: timeOfId(key.slice(MAIL.length)), key })

const PAPERS = 'papers/'
/** Prefix of the objects of a legal person's papers. */
export const papersPrefix = (id: PapersId): string => `${PAPERS}${id}/`
/** Place of a file of papers, by its number and the digits of its upload: each write has a key of its own. */
export const paperPlace = (id: PapersId, n: number, upload: string): ObjectPlace => ({
  owner: '',
  at: null,
  key: `${papersPrefix(id)}${n}-${upload}`,
})
/** True of an object that goes with its papers, and by nothing else. */
export const isOfPapers = (key: string): boolean => key.startsWith(PAPERS)

const keysOf = (keys: Keyring, { owner, at }: ObjectPlace): Promise<Keys> =>
  at === null ? keys.standing(owner) : keys.sealer(owner, at)

const placeOf = ({ key }: ObjectPlace) => ['media', key, 'object'] as const

const importKey = (raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])

/**
 * Makes the key of an object that is written anew, and the options to write it with. Each write has a key of its own, so that an
 * object which is written twice never meets one nonce twice.
 */
export async function newSealedObject(
  { keys }: WithKeys,
  place: ObjectPlace,
  { type, name }: Facts,
): Promise<{ readonly fileKey: CryptoKey; readonly options: R2PutOptions }> {
  const raw = crypto.getRandomValues(new Uint8Array(32))
  const head: Head = { key: toBase64(raw), name }
  const [fileKey, sealed] = await Promise.all([
    importKey(raw),
    sealText(await keysOf(keys, place), JSON.stringify(head), placeOf(place)),
  ])
  return { fileKey, options: { httpMetadata: { contentType: type }, customMetadata: { sealed } } }
}

/** Writes bytes, sealed, to the bucket. */
export async function putSealed(
  platform: WithKeys,
  place: ObjectPlace,
  facts: Facts,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { fileKey, options } = await newSealedObject(platform, place, facts)
  await platform.env.MEDIA.put(place.key, await sealChunks(fileKey, bytes, 0, true), options)
}

/** Opens what an object's metadata seals; null: its keys were forgotten, or it was altered, as the operator is told. */
export async function openHead(
  { keys }: Pick<Platform, 'keys'>,
  place: ObjectPlace,
  object: R2Object,
): Promise<{ readonly fileKey: CryptoKey; readonly name: string | null } | null> {
  const text = await openText(keys, place.owner, object.customMetadata?.['sealed'] ?? '', placeOf(place))
  if (typeof text !== 'string') return null
  const { key, name } = JSON.parse(text) as Head
  return { fileKey: await importKey(fromBase64(key) ?? new Uint8Array(0)), name }
}

/** Reads an object whole, with its metadata; null: there is none, or its keys were forgotten. */
export async function getSealed(
  platform: WithKeys,
  place: ObjectPlace,
): Promise<{
  readonly object: R2Object
  readonly name: string | null
  readonly bytes: Uint8Array<ArrayBuffer>
} | null> {
  const object = await platform.env.MEDIA.get(place.key)
  const head = object && (await openHead(platform, place, object))
  if (!object || !head) return null
  return { object, name: head.name, bytes: await openChunks(head.fileKey, new Uint8Array(await object.arrayBuffer())) }
}
