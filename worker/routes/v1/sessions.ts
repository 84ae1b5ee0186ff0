import type { Hono } from 'hono'
import * as z from 'zod'
import { CHANNELS, channelNamed } from '#worker/domain/carriers/channel.ts'
import { MODES, modeOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import type { Principal } from '#worker/flows/auth/principal.ts'
import { listOwnSessions, lookUpSession } from '#worker/flows/sessions/session-look-up.ts'
import { turnJson } from '#worker/flows/sessions/session-record.ts'
import { byQuery, parseQuery } from '#worker/middleware/json-body.ts'
import { requireScope } from '#worker/middleware/require-scope.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { sessionTurn } from '#worker/routes/openapi/event-schemas.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import type { SessionRecord } from '#worker/store/sessions.ts'

const tag = 'Sessions'
const timestamp = z.iso.datetime().describe('RFC 3339 in UTC.')

const sessionAnswer = z
  .object({
    id: z.string(),
    channel: z.enum(CHANNELS),
    mode: z.enum(MODES),
    from: z.string().describe('The person.'),
    to: z.string().describe('The code that was called.'),
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
  channel: z.enum(CHANNELS).default('ussd').describe('How `from` is read.'),
  from: z.string().max(40).optional().describe('Only this person’s.'),
  cursor: z
    .string()
    .regex(/^ses_[0-9a-z]{1,60}$/)
    .optional()
    .describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
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
      schema: z.object({ data: z.array(sessionAnswer), nextCursor: z.string().nullable() }).meta({ id: 'SessionPage' }),
    },
  },
} as const satisfies Operation

const read = {
  method: 'GET',
  path: '/v1/sessions/:id',
  summary: 'Read a session with its turns',
  tag,
  scope: 'sessions:read',
  params: z.object({ id: z.string() }),
  responses: {
    200: { description: 'The session', schema: sessionAnswer },
    410: { description: 'It is past its retention.' },
  },
} as const satisfies Operation

export const sessionOperations: readonly Operation[] = [list, read]

const sessionJson = ({ realm }: Principal, session: SessionRecord, withTurns: boolean) => {
  const { id, channel, party, line, reason, startedAt, updatedAt, turns } = session
  return {
    id,
    channel,
    mode: modeOf(realm),
    from: party,
    to: line,
    status: reason === null ? 'open' : 'ended',
    ...(reason === null ? {} : { reason }),
    startedAt: toTimestamp(startedAt),
    updatedAt: toTimestamp(updatedAt),
    turnCount: turns.length,
    ...(withTurns ? { turns: turns.map(turnJson) } : {}),
  }
}

/** The person's canonical form, or a Problem that names the parameter. */
/** `/v1/sessions`. */
export function sessionRoutes(app: Hono<AppEnv>): void {
  mount(app, list, requireScope('sessions:read'), async (c) => {
    const { channel, from, cursor, limit } = parseQuery(listQuery, c.req.query())
    const named = channelNamed(c.get('platform').channels, channel)
    const page = { channel: named, from: from ?? null, before: cursor ?? null, limit: limit + 1 }
    const found = await byQuery(listOwnSessions(c.get('platform'), c.get('principal'), page))
    const shown = found.slice(0, limit)
    const nextCursor = found.length > limit ? (shown.at(-1)?.id ?? null) : null
    return c.json({ data: shown.map((session) => sessionJson(c.get('principal'), session, false)), nextCursor })
  })
  mount(app, read, requireScope('sessions:read'), async (c) => {
    const session = await lookUpSession(c.get('platform'), c.get('principal'), c.req.param('id') ?? '')
    return c.json(sessionJson(c.get('principal'), session, true))
  })
}
