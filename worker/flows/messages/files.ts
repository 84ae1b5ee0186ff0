import type { Channel, DetachedPart, NamedFile } from '#worker/domain/carriers/channel.ts'
import { besideRequest, isMediaId, type MediaId, newMediaId, type RequestId } from '#worker/domain/ids.ts'
import type { MediaRow } from '#worker/domain/media.ts'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard, type Policy } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { objectOptions } from '#worker/flows/media/files.ts'
import { orUnavailable } from '#worker/flows/media/media.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { insertMedia, objectKey, releaseMedia, useMedia, useStatement } from '#worker/store/media.ts'

/** Who uses files: a realm's messages whose ids start with `base`. */
export interface FileUser {
  readonly policy: Policy
  readonly realm: Realm
  readonly base: string
  /** The request that the messages' ids and those of their detached files are made from. */
  readonly origin: RequestId
  /** The first try of the request: no message of this base can be on its way. */
  readonly isFirst: boolean
}

/** The files that some contents name, in use from now on; what is wrong with a content, by pointers below it. */
export interface UsedFiles {
  faults(content: unknown): readonly FieldError[]
  /** For messages that come to nothing. What is not taken back goes with the retention time. */
  release(): Promise<void>
}

const namedBy = (channel: Channel, content: unknown): readonly NamedFile[] =>
  content === undefined ? [] : (channel.filesOf?.(content) ?? [])

function faultOf({ id, pointer, type = '' }: NamedFile, types: ReadonlyMap<string, string>): FieldError[] {
  const found = types.get(id)
  if (found === undefined) return [{ pointer, detail: 'no such file' }]
  return found.startsWith(type) ? [] : [{ pointer, detail: `the file is ${found}, not ${type}…` }]
}

/**
 * Notes the use of the files that contents name, in one call to the tenant's first shard; ids that are not the tenant's are
 * not looked up. This comes before the messages are queued: so a crash leaves a use without a message, never a message
 * whose file may be deleted.
 */
export async function useFiles(
  platform: Platform,
  { policy, realm, base, isFirst }: FileUser,
  channel: Channel,
  contents: readonly unknown[],
): Promise<UsedFiles> {
  const named = new Set(contents.flatMap((content) => namedBy(channel, content).map(({ id }) => id)))
  const ids: MediaId[] = []
  for (const id of named) if (await isMediaId(platform.config.idKeys, realm, id)) ids.push(id as MediaId)
  const db = shardOfEnv(platform.env, homeShard(policy))
  const types: ReadonlyMap<string, string> =
    ids.length === 0
      ? new Map()
      : await orUnavailable(platform, 'use', () => useMedia(db, realm, base, ids, platform.now()))
  return {
    faults: (content) => namedBy(channel, content).flatMap((file) => faultOf(file, types)),
    async release() {
      // What an earlier try under the same key queued may use them still.
      if (types.size === 0 || !isFirst) return
      try {
        await releaseMedia(db, realm, base, [...types.keys()] as MediaId[])
      } catch (error) {
        platform.log('media.not-released', { realm, reason: errorLabel(error) })
      }
    },
  }
}

/** Does `work` on messages that use files; if it refuses them, the files are free again. */
export async function whileUsed<Value>(used: UsedFiles, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem) await used.release()
    throw error
  }
}

/** A detached part under the id that it is kept by. */
interface Part extends DetachedPart {
  readonly id: MediaId
}

/** What a message says, as far as files go. */
interface Said {
  readonly content?: unknown
}

/** Ids of detached parts. They follow from the request, so that a retry under its key makes the same files. */
const partIds = (platform: Platform, realm: Realm, origin: RequestId, places: readonly number[]): Promise<MediaId[]> =>
  Promise.all(places.map((n) => newMediaId(platform.config.idKeys, realm, besideRequest(origin, n))))

/** Takes what is too large for a queue message out of contents and stores it, used by the messages. */
export async function detachFiles<Body extends Said | undefined>(
  platform: Platform,
  user: FileUser,
  channel: Channel,
  bodies: readonly Body[],
): Promise<readonly Body[]> {
  const parts: Part[] = []
  const lean: Body[] = []
  for (const body of bodies) {
    const detached = body?.content === undefined ? null : (channel.detach?.(body.content) ?? null)
    if (detached === null) {
      lean.push(body)
      continue
    }
    const places = detached.parts.map((_, n) => parts.length + n)
    const ids = await partIds(platform, user.realm, user.origin, places)
    parts.push(...detached.parts.map((part, n) => ({ ...part, id: ids[n] as MediaId })))
    lean.push({ ...body, content: detached.withIds(ids) } as Body)
  }
  if (parts.length > 0) await orUnavailable(platform, 'detach', () => storeParts(platform, user, parts))
  return lean
}

async function storeParts(
  platform: Platform,
  { policy, realm, base }: FileUser,
  parts: readonly Part[],
): Promise<void> {
  const createdAt = platform.now()
  const rows = await mapLimited(parts, OPEN_CONNECTIONS, async ({ id, bytes, type, name }): Promise<MediaRow> => {
    await platform.env.MEDIA.put(objectKey(realm, id), bytes, objectOptions({ type, name }))
    return { id, type, name, bytes: bytes.byteLength, sha256: toHex(await sha256(bytes)), createdAt }
  })
  const db = shardOfEnv(platform.env, homeShard(policy))
  const ids = rows.map(({ id }) => id)
  await db.batch([insertMedia(db, realm, 'content', rows), useStatement(db, realm, base, ids)])
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
  platform.log('media.stored', { realm, source: 'content', files: rows.length, bytes })
}
