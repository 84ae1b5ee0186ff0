import type { Context, Hono } from 'hono'
import type * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf, tenantOf } from '#worker/domain/realm.ts'
import { DAY, type EpochMs, toTimestamp } from '#worker/domain/time.ts'
import { newestOfAll } from '#worker/flows/upkeep/all-shards.ts'
import { replay, replayQueue } from '#worker/flows/upkeep/replay.ts'
import { systemHealth } from '#worker/flows/upkeep/system-health.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { page } from '#worker/routes/operation/fields.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { listDeadLetters } from '#worker/store/dead-letters.ts'
import { listUnowned } from '#worker/store/messages/unowned.ts'
import { listRequests } from '#worker/store/request-list.ts'
import {
  listLetters,
  listRequestsOperation,
  listUnownedOperation,
  readHealth,
  replayLetter,
  replayLetters,
} from './watch-operations.ts'

const orNull = (at: EpochMs | null) => (at === null ? null : toTimestamp(at))
const idOf = ({ id }: { readonly id: string }): string => id

async function health(c: Context<AppEnv>): Promise<Response> {
  const platform = c.get('platform')
  const { queues, connections, ...rest } = await systemHealth(platform)
  return c.json({
    at: toTimestamp(platform.now()),
    queues: queues.map(({ oldestAt, ...queue }) => ({ ...queue, oldestJobAt: orNull(oldestAt) })),
    connections: connections.map((one) => ({ ...one, openedAt: orNull(one.openedAt) })),
    ...rest,
  })
}

async function letters(c: Context<AppEnv>, query: z.output<typeof listLetters.query>): Promise<Response> {
  const { cursor = '', limit, queue = null, state } = query
  const filter = { queue, pending: state === 'waiting', before: cursor, limit: limit + 1 }
  const found = await newestOfAll(c.get('platform'), limit + 1, (db) => listDeadLetters(db, filter))
  const { items, nextCursor } = page(found, limit, idOf)
  const shown = items.map(({ realm, ...one }) => ({
    ...one,
    ...(realm === '' ? { tenantId: '', mode: null } : { tenantId: tenantOf(realm), mode: modeOf(realm) }),
    at: toTimestamp(one.at),
    replayedAt: orNull(one.replayedAt),
  }))
  return c.json({ items: shown, nextCursor })
}

async function unowned(c: Context<AppEnv>, query: z.output<typeof listUnownedOperation.query>): Promise<Response> {
  const { cursor = '', limit } = query
  const found = await newestOfAll(c.get('platform'), limit + 1, (db) => listUnowned(db, cursor, limit + 1))
  const { items, nextCursor } = page(found, limit, idOf)
  const shown = items.map(({ id, realm, channel, from, to, content, connectionId, acceptedAt }) => ({
    id,
    mode: modeOf(realm),
    channel,
    from,
    to,
    content,
    connectionId,
    receivedAt: toTimestamp(acceptedAt),
  }))
  return c.json({ items: shown, nextCursor })
}

async function requests(c: Context<AppEnv>, query: z.output<typeof listRequestsOperation.query>): Promise<Response> {
  const platform = c.get('platform')
  const { tenantId, cursor = '', limit } = query
  const to = query.to === undefined ? platform.now() : Date.parse(query.to)
  const from = query.from === undefined ? to - DAY : Date.parse(query.from)
  const found = await newestOfAll(platform, limit + 1, (db) =>
    listRequests(db, { tenantId, from, to }, cursor, limit + 1),
  )
  const { items, nextCursor } = page(found, limit, idOf)
  return c.json({ items: items.map((row) => ({ ...row, at: toTimestamp(row.at) })), nextCursor })
}

/** What operators watch: health, dead letters, messages to nobody's lines, the IP log. */
export function watchRoutes(app: Hono<AppEnv>): void {
  serve(app, readHealth, health)
  serve(app, listLetters, (c, { query }) => letters(c, query))
  serve(app, replayLetters, async (c, { body }) => c.json(await replayQueue(c.get('platform'), body.queue)))
  serve(app, replayLetter, async (c) => {
    const id = c.req.param('id') ?? ''
    const at = await replay(c.get('platform'), id)
    if (at === null) throw new Problem('not-found')
    return c.json({ id, replayedAt: toTimestamp(at) })
  })
  serve(app, listUnownedOperation, (c, { query }) => unowned(c, query))
  serve(app, listRequestsOperation, (c, { query }) => requests(c, query))
}
