import * as z from 'zod'
import { CHANNELS, channelNamed } from '#worker/domain/carriers/channel.ts'
import { MODES, modeOf } from '#worker/domain/realm.ts'
import type { SessionRecord } from '#worker/domain/sessions/session.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { listOwnSessions, lookUpSession } from '#worker/flows/sessions/session-look-up.ts'
import { turnJson } from '#worker/flows/sessions/session-record.ts'
import { byQuery } from '#worker/middleware/json-body.ts'
import { sessionTurn } from '#worker/routes/openapi/event-schemas.ts'
import { altered, alteredJson, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageFields, pageOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const tag = 'Sessions'

const sessionAnswer = z
  .object({
    id: z.string(),
    channel: z.enum(CHANNELS),
    mode: z.enum(MODES),
    from: z.string().optional().describe('The person.'),
    to: z.string().optional().describe('The code that was called.'),
    altered,
    status: z.enum(['open', 'ended']),
    reason: z
      .enum(['application', 'person', 'timeout', 'fallback'])
      .optional()
      .describe('Who or what ended it: its last screen, the person, silence, or a screen that did not come.'),
    startedAt: timestamp,
    updatedAt: timestamp,
    turnCount: z.int(),
    turns: z.array(sessionTurn).optional().describe('Oldest first; not in lists.'),
  })
  .meta({ id: 'Session' })

const listQuery = z.strictObject({
  channel: z.enum(CHANNELS).optional().describe('On this channel; default: on all that have sessions.'),
  from: z.string().max(40).optional().describe('Only this person’s; without `channel` it is read as in USSD.'),
  ...pageFields(50, 100, z.string().regex(/^ses_[0-9a-z]{1,60}$/)),
})

const list = {
  method: 'GET',
  path: '/v1/sessions',
  summary: 'List sessions, newest first',
  description: 'A session is here some seconds after it began.',
  tag,
  scope: 'sessions:read',
  query: listQuery,
  responses: {
    200: {
      description: 'A page',
      schema: pageOf(sessionAnswer).meta({ id: 'SessionPage' }),
    },
  },
} as const satisfies Operation

const read = {
  method: 'GET',
  path: '/v1/sessions/:id',
  summary: 'Read a session with its turns',
  tag,
  scope: 'sessions:read',
  responses: {
    200: { description: 'The session', schema: sessionAnswer },
    410: { description: 'It is past its retention.' },
  },
} as const satisfies Operation

const sessionJson = ({ realm }: Principal, session: SessionRecord, withTurns: boolean) => {
  const { id, channel, party, line, reason, startedAt, updatedAt, turns } = session
  return {
    id,
    channel,
    mode: modeOf(realm),
    ...(session.isAltered ? {} : { from: party, to: line }),
    ...alteredJson(session),
    status: reason === null ? 'open' : 'ended',
    ...(reason === null ? {} : { reason }),
    startedAt: toTimestamp(startedAt),
    updatedAt: toTimestamp(updatedAt),
    turnCount: turns.length,
    ...(withTurns && !session.isAltered ? { turns: turns.map(turnJson) } : {}),
  }
}

/** `/v1/sessions`: dialogues of people with the tenant's application. */
export const sessions: Resource = {
  operations: [list, read],
  mount(app) {
    serve(app, list, async (c, { query: { channel, from, cursor, limit } }) => {
      const named = channel === undefined ? null : channelNamed(c.get('platform').channels, channel)
      const asked = { channel: named, from: from ?? null, before: cursor ?? null, limit: limit + 1 }
      const found = await byQuery(listOwnSessions(c.get('platform'), c.get('principal'), asked))
      const { rows, last } = page(found, limit)
      const data = rows.map((session) => sessionJson(c.get('principal'), session, false))
      return c.json({ data, nextCursor: last?.id ?? null })
    })
    serve(app, read, async (c, { params }) => {
      const session = await lookUpSession(c.get('platform'), c.get('principal'), params.id)
      return c.json(sessionJson(c.get('principal'), session, true))
    })
  },
}
