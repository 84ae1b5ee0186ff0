import type { Channel, Detached, DetachedPart, NamedFile } from '#worker/domain/carriers/channel.ts'
import { besideRequest, isMediaId, type MediaId, newMediaId, type RequestId } from '#worker/domain/ids.ts'
import type { MediaRow } from '#worker/domain/media.ts'
import { type FieldError, Problem } from '#worker/domain/problem.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { homeShard } from '#worker/domain/tenants/tenant.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { orUnavailable } from '#worker/flows/media/media.ts'
import { filePlace, putSealed } from '#worker/flows/media/sealed-object.ts'
import type { SendBody, SendItem } from '#worker/jobs.ts'
import { toHex } from '#worker/lib/bytes.ts'
import { sha256 } from '#worker/lib/hmac.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { countMedia, insertMedia, releaseMedia, sealMedia, useMedia, useStatement } from '#worker/store/media.ts'
import { type Draft, rejection } from './draft.ts'

/** The messages that use files: those of a realm whose ids start with `base`. */
interface FileUser {
  readonly realm: Realm
  readonly base: string
  /** Request that the ids of the messages and of their detached files are made from. */
  readonly origin: RequestId
  /** False if the request repeats an Idempotency-Key: then messages of this base may be in the queue already. */
  readonly isFirst: boolean
}

/** Files of the tenant's that a draft names, and that cannot be deleted as long as they are in use. */
interface UsedFiles {
  /** Media types by id. A named file that is missing here does not exist or is another tenant's. */
  readonly types: ReadonlyMap<string, string>
  /** Ends the use, for messages that will not be sent. The purge ends a use that is left. */
  release(): Promise<void>
}

/** Draft whose files are stored and in use, with the answer of its admission. */
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

/** Throws if a content names a file that the tenant does not have, or one of a wrong type. */
function requireFiles(channel: Channel, content: unknown, { types }: UsedFiles): void {
  const faults = filesNamedBy(channel, content).flatMap((file) => faultsOf(file, types))
  if (faults.length === 0) return
  throw new Problem('invalid-fields', {
    errors: faults.map(({ pointer, detail }) => ({ pointer: `/content${pointer}`, detail })),
  })
}

/** Rejects the items that name a wrong file; throws if the common content does. */
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
 * Notes that a draft's messages use the files that they name, in one call to the tenant's first shard; ids of other tenants
 * are not looked up. The use is noted before the messages are queued: a crash in between leaves a use without a message,
 * which is harmless, and never a message whose file may be deleted.
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
      // Messages that the first request under the same key queued may use the files.
      if (types.size === 0 || !isFirst) return
      try {
        await releaseMedia(db, user, [...types.keys()] as MediaId[])
      } catch (error) {
        platform.log('media.not-released', { realm, reason: errorLabel(error) })
      }
    },
  }
}

/**
 * Files that one request may be stored as: each is a call of the platform, of which a request has 1,000 to internal services on
 * the free plan.
 */
const MOST_DETACHED = 600

/** Detached part with the id of the file that it becomes. */
interface Part extends DetachedPart {
  readonly id: MediaId
}

/** Ids of detached parts by their places. They follow from the request, so that a repeated key writes the same files. */
const partIds = (platform: Platform, realm: Realm, origin: RequestId, places: readonly number[]): Promise<MediaId[]> =>
  Promise.all(places.map((n) => newMediaId(platform.config.idKeys, realm, besideRequest(origin, n))))

const detachedOf = (channel: Channel, body: Partial<SendBody> | undefined): Detached<unknown> | null =>
  body?.content === undefined ? null : (channel.detach?.(body.content) ?? null)

/** Stores what is too large for a queue message as files, which the messages then use, and takes it out of the draft. */
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
  if (parts.length > MOST_DETACHED)
    throw new Problem('body-too-large', {
      detail: `At most ${MOST_DETACHED} long texts and inline files a call: send fewer mails in one, or upload the files first.`,
    })
  await orUnavailable(platform, 'detach', () => storeParts(platform, user, homeOf(platform, draft), parts))
  return { ...draft, shared, items }
}

async function storeParts(platform: Platform, user: FileUser, db: D1Database, parts: readonly Part[]): Promise<void> {
  const { realm } = user
  const createdAt = platform.now()
  const rows = await mapLimited(parts, OPEN_CONNECTIONS, async ({ id, bytes, type, name }): Promise<MediaRow> => {
    await putSealed(platform, filePlace(realm, id), { type, name }, bytes)
    return { id, type, name, bytes: bytes.byteLength, sha256: toHex(await sha256(bytes)), createdAt }
  })
  const ids = rows.map(({ id }) => id)
  await db.batch([
    countMedia(db, realm, rows),
    insertMedia(db, realm, 'content', await sealMedia(platform.keys, realm, rows)),
    useStatement(db, user, ids),
  ])
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
  platform.log('media.stored', { realm, source: 'content', files: rows.length, bytes })
}

/** Admits the draft's messages with right files while these are in use; a refusal ends the use. */
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
 * Admits a draft together with its files. `admit` is called after wrong files are known, so that no token is taken
 * for a rejected item, and before anything large is stored, so that a refused request stores nothing.
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
