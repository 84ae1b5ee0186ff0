import type { Channel, Detached, DetachedPart, NamedFile } from '#worker/domain/carriers/channel.ts'
import { besideRequest, isMediaId, type MediaId, newMediaId, type RequestId } from '#worker/domain/ids.ts'
import type { MediaRow } from '#worker/domain/media.ts'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { objectOptions } from '#worker/flows/media/files.ts'
import { orUnavailable } from '#worker/flows/media/media.ts'
import type { SendBody, SendItem } from '#worker/jobs.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { insertMedia, objectKey, releaseMedia, useMedia, useStatement } from '#worker/store/media.ts'
import { type Draft, rejection } from './draft.ts'

/** Who uses files: a realm's messages whose ids start with `base`. */
interface FileUser {
  readonly realm: Realm
  readonly base: string
  /** The request that the messages' ids and those of their detached files are made from. */
  readonly origin: RequestId
  /** The first try of the request: no message of this base can be on its way. */
  readonly isFirst: boolean
}

/** Files that are in use from now on. */
interface UsedFiles {
  /** Their media types by id. A file that a content names and that is not here is no file of the tenant's. */
  readonly types: ReadonlyMap<string, string>
  /** For messages that come to nothing. What is not taken back goes with the retention time. */
  release(): Promise<void>
}

/** A draft that has its files, and what its admission answered. */
interface KeptDraft<Admitted> {
  readonly draft: Draft
  readonly admitted: Admitted
}

const filesNamedBy = (channel: Channel, content: unknown): readonly NamedFile[] =>
  content === undefined ? [] : (channel.filesOf?.(content) ?? [])

function faultsOf({ id, pointer, type = '' }: NamedFile, types: ReadonlyMap<string, string>): FieldError[] {
  const found = types.get(id)
  if (found === undefined) return [{ pointer, detail: 'no such file' }]
  return found.startsWith(type) ? [] : [{ pointer, detail: `the file is ${found}, not ${type}…` }]
}

/** Refuses a content that names files which the tenant does not have, or of another type. */
function requireFiles(channel: Channel, content: unknown, { types }: UsedFiles): void {
  const faults = filesNamedBy(channel, content).flatMap((file) => faultsOf(file, types))
  if (faults.length === 0) return
  throw new Problem('invalid-fields', {
    errors: faults.map(({ pointer, detail }) => ({ pointer: `/content${pointer}`, detail })),
  })
}

/** What is left when items that name files which the tenant does not have are rejected. */
function withSoundFiles(draft: Draft, used: UsedFiles): Draft {
  const { channel, shared } = draft
  requireFiles(channel, shared.content, used)
  const items: SendItem[] = []
  const rejected = [...draft.rejected]
  let { units } = draft
  for (const item of draft.items) {
    try {
      requireFiles(channel, item.own?.content, used)
      items.push(item)
    } catch (error) {
      rejected.push(rejection(item.n, error))
      units -= item.own?.units ?? shared.units ?? 0
    }
  }
  return { ...draft, items, rejected: rejected.sort((a, b) => a.index - b.index), units }
}

const homeOf = (platform: Platform, { policy }: Draft): D1Database => shardOfEnv(platform.env, homeShard(policy))

/**
 * Notes the use of the files that a draft names, in one call to the tenant's first shard; ids that are not the tenant's are
 * not looked up. This comes before the messages are queued: so a crash leaves a use without a message, never a message
 * whose file may be deleted.
 */
async function useFiles(platform: Platform, user: FileUser, draft: Draft): Promise<UsedFiles> {
  const { realm, isFirst } = user
  const contents = [draft.shared.content, ...draft.items.map(({ own }) => own?.content)]
  const named = new Set(contents.flatMap((content) => filesNamedBy(draft.channel, content).map(({ id }) => id)))
  const ids: MediaId[] = []
  for (const id of named) if (await isMediaId(platform.config.idKeys, realm, id)) ids.push(id as MediaId)
  const db = homeOf(platform, draft)
  const types: ReadonlyMap<string, string> =
    ids.length === 0 ? new Map() : await orUnavailable(platform, 'use', () => useMedia(db, user, ids, platform.now()))
  return {
    types,
    async release() {
      // What an earlier try under the same key queued may use them still.
      if (types.size === 0 || !isFirst) return
      try {
        await releaseMedia(db, user, [...types.keys()] as MediaId[])
      } catch (error) {
        platform.log('media.not-released', { realm, reason: errorLabel(error) })
      }
    },
  }
}

/** A detached part under the id that it is kept by. */
interface Part extends DetachedPart {
  readonly id: MediaId
}

/** Ids of detached parts. They follow from the request, so that a retry under its key makes the same files. */
const partIds = (platform: Platform, realm: Realm, origin: RequestId, places: readonly number[]): Promise<MediaId[]> =>
  Promise.all(places.map((n) => newMediaId(platform.config.idKeys, realm, besideRequest(origin, n))))

const detachedOf = (channel: Channel, body: Partial<SendBody> | undefined): Detached<unknown> | null =>
  body?.content === undefined ? null : (channel.detach?.(body.content) ?? null)

/** The draft with what is too large for a queue message stored as files, which its messages use. */
async function detachFiles(platform: Platform, user: FileUser, draft: Draft): Promise<Draft> {
  const parts: Part[] = []
  const lean = async <Body extends Partial<SendBody>>(body: Body, detached: Detached<unknown>): Promise<Body> => {
    const places = detached.parts.map((_, n) => parts.length + n)
    const ids = await partIds(platform, user.realm, user.origin, places)
    parts.push(...detached.parts.map((part, n) => ({ ...part, id: ids[n] as MediaId })))
    return { ...body, content: detached.withIds(ids) }
  }
  const common = detachedOf(draft.channel, draft.shared)
  const shared = common === null ? draft.shared : await lean(draft.shared, common)
  const items: SendItem[] = []
  for (const item of draft.items) {
    const detached = detachedOf(draft.channel, item.own)
    items.push(detached === null ? item : { ...item, own: await lean(item.own ?? {}, detached) })
  }
  if (parts.length === 0) return draft
  await orUnavailable(platform, 'detach', () => storeParts(platform, user, homeOf(platform, draft), parts))
  return { ...draft, shared, items }
}

async function storeParts(platform: Platform, user: FileUser, db: D1Database, parts: readonly Part[]): Promise<void> {
  const { realm } = user
  const createdAt = platform.now()
  const rows = await mapLimited(parts, OPEN_CONNECTIONS, async ({ id, bytes, type, name }): Promise<MediaRow> => {
    await platform.env.MEDIA.put(objectKey(realm, id), bytes, objectOptions({ type, name }))
    return { id, type, name, bytes: bytes.byteLength, sha256: toHex(await sha256(bytes)), createdAt }
  })
  const ids = rows.map(({ id }) => id)
  await db.batch([insertMedia(db, realm, 'content', rows), useStatement(db, user, ids)])
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
  platform.log('media.stored', { realm, source: 'content', files: rows.length, bytes })
}

/** The draft's sound messages, admitted while the files that they name are in use; if they are refused, the files are free again. */
async function admitWithFiles<Admitted>(
  platform: Platform,
  user: FileUser,
  draft: Draft,
  admit: (draft: Draft) => Promise<Admitted>,
): Promise<KeptDraft<Admitted>> {
  const used = await useFiles(platform, user, draft)
  try {
    const sound = withSoundFiles(draft, used)
    return { draft: sound, admitted: await admit(sound) }
  } catch (error) {
    if (error instanceof Problem) await used.release()
    throw error
  }
}

/**
 * Sees a draft admitted with its files: those that it names are in use before `admit` is asked, what is too large for the
 * queue is stored behind it.
 */
export async function keepFiles<Admitted>(
  platform: Platform,
  user: FileUser,
  draft: Draft,
  admit: (draft: Draft) => Promise<Admitted>,
): Promise<KeptDraft<Admitted>> {
  const { channel } = draft
  const kept = channel.filesOf
    ? await admitWithFiles(platform, user, draft, admit)
    : { draft, admitted: await admit(draft) }
  return channel.detach ? { ...kept, draft: await detachFiles(platform, user, kept.draft) } : kept
}
