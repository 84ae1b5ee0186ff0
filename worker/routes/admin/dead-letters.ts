import type { Context } from 'hono'
import * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf, tenantOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { newestOfAll } from '#worker/flows/upkeep/all-shards.ts'
import { QUEUE_NAMES } from '#worker/flows/upkeep/job-queues.ts'
import {
  foundLetter,
  letterState,
  replay,
  replayQueue,
  waitingLetters,
  wordsOfLetter,
} from '#worker/flows/upkeep/replay.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { disclosingBody, mode, timestamp, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { serveChange, serveDisclosure } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { type DeadLetterSummary, listDeadLetters } from '#worker/store/dead-letters.ts'
import { pageQuery } from './page-query.ts'

const tag = 'Operations'
const count = z.int().min(0)
const queue = z.enum(QUEUE_NAMES as readonly string[])

const letter = z.object({
  id: z.string(),
  queue: z.string(),
  kind: z.string(),
  tenantId: z.string().describe('Empty where the job names none.'),
  mode: mode.nullable(),
  reason: z.string().nullable(),
  items: count.describe('Messages, receipts or events in the job.'),
  at: timestamp,
  replayedAt: timestamp.nullable(),
})

const listLetters = {
  method: 'GET',
  path: '/admin/v1/dead-letters',
  summary: 'List jobs that ran out of retries, without what is in them',
  tag,
  operatorScope: 'health:read',
  query: pageQuery(/^dead_[0-9a-z]{1,60}$/).extend({
    queue: queue.optional(),
    state: z.enum(['waiting', 'all']).default('waiting').describe('`waiting`: those that nobody replayed.'),
  }),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(letter) } },
} as const satisfies Operation

const replayLetter = {
  method: 'POST',
  path: '/admin/v1/dead-letters/:id/replay',
  summary: 'Send a dead job to its queue again, once',
  description: 'Safe to repeat. Messages that have ended stay as they are: nothing is ever sent twice by it.',
  tag,
  operatorScope: 'dead-letters:replay',
  idempotent: true,
  responses: {
    200: { description: 'When it was sent again.', schema: z.object({ id: z.string(), replayedAt: timestamp }) },
    404: { description: 'There is no such letter.' },
    409: {
      description:
        'No queue takes it: it was no job of this gateway, or the keys that it was sealed by are not there, or it was altered.',
    },
  },
} as const satisfies Operation

const replayLetters = {
  method: 'POST',
  path: '/admin/v1/dead-letters/replay',
  summary: 'Send the waiting dead jobs of a queue again, up to 200 a call',
  tag,
  operatorScope: 'dead-letters:replay',
  idempotent: true,
  body: z.strictObject({ queue }),
  responses: {
    200: { description: 'How many went.', schema: z.object({ replayed: count, more: z.boolean() }) },
  },
} as const satisfies Operation

const discloseLetter = {
  method: 'POST',
  path: '/admin/v1/dead-letters/:id/disclose',
  summary: 'Read what is in a dead job: people’s words and addresses; the tenant sees that you did, and why',
  description: 'The access log names you, and the tenant’s `GET /v1/disclosures` your role, before this is answered.',
  tag,
  operatorScope: 'people:disclose',
  stepUp: true,
  body: disclosingBody,
  responses: {
    200: { description: 'The job.', schema: letter.extend({ job: z.unknown() }) },
    404: { description: 'There is no such letter.' },
    409: { description: 'The keys that it was sealed by are not there, or it was altered.' },
  },
} as const satisfies Operation

const shown = ({ realm, ...one }: DeadLetterSummary) => ({
  ...one,
  ...(realm === '' ? { tenantId: '', mode: null } : { tenantId: tenantOf(realm), mode: modeOf(realm) }),
  at: toTimestamp(one.at),
  replayedAt: timestampOrNull(one.replayedAt),
})

async function demandLetter(c: Context<AppEnv>, id: string): Promise<DeadLetterSummary> {
  const found = await foundLetter(c.get('platform'), id)
  if (!found) throw new Problem('not-found')
  return found
}

async function list(c: Context<AppEnv>, { query }: Input<typeof listLetters>): Promise<Response> {
  const { cursor = '', limit, queue: name = null, state } = query
  const filter = { queue: name, pending: state === 'waiting', before: cursor, limit: limit + 1 }
  const found = await newestOfAll(c.get('platform'), limit + 1, (db) => listDeadLetters(db, filter))
  const { rows, last } = page(found, limit)
  return c.json({ data: rows.map(shown), nextCursor: last?.id ?? null })
}

/** `/admin/v1/dead-letters`: jobs that ran out of retries. */
export const deadLetters: Resource = {
  operations: [listLetters, replayLetters, replayLetter, discloseLetter],
  mount(app) {
    serve(app, listLetters, list)
    const ofQueue = {
      object: (_: Context<AppEnv>, { body }: Input<typeof replayLetters>) => `queue/${body.queue}`,
      read: async (c: Context<AppEnv>, _: string, { body }: Input<typeof replayLetters>) => ({
        waiting: await waitingLetters(c.get('platform'), body.queue),
      }),
    }
    serveChange(app, replayLetters, ofQueue, async (c, { body }) =>
      c.json(await replayQueue(c.get('platform'), body.queue)),
    )
    const ofLetter = {
      object: ({ params }: Input<typeof discloseLetter>) => params.id,
      tenant: async (c: Context<AppEnv>, { params }: Input<typeof discloseLetter>) => {
        const { realm } = await demandLetter(c, params.id)
        return realm === '' ? null : tenantOf(realm)
      },
    }
    serveDisclosure(app, discloseLetter, ofLetter, async (c, { params: { id } }) => {
      const found = await demandLetter(c, id)
      return c.json({ ...shown(found), job: await wordsOfLetter(c.get('platform'), id) })
    })
    const ofPath = {
      object: (_: Context<AppEnv>, { params }: Input<typeof replayLetter>) => params.id,
      read: (c: Context<AppEnv>, id: string) => letterState(c.get('platform'), id),
    }
    serveChange(app, replayLetter, ofPath, async (c, { params: { id } }) => {
      const at = await replay(c.get('platform'), id)
      if (at === null) throw new Problem('not-found')
      return c.json({ id, replayedAt: toTimestamp(at) })
    })
  },
}
