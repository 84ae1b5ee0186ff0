import type { Context } from 'hono'
import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { systemHealth } from '#worker/flows/upkeep/system-health.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { timestamp, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const count = z.int().min(0)

const healthAnswer = z.object({
  at: timestamp,
  queues: z.array(
    z.object({
      name: z.string(),
      backlog: count.nullable().describe('Null: the runtime does not tell.'),
      oldestJobAt: timestamp.nullable(),
      deadLetters: count.describe('Those that nobody replayed.'),
    }),
  ),
  deadLetters: count.describe('Of all queues, unreadable ones too.'),
  connections: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      channel: z.enum(CHANNELS),
      provider: z.string(),
      status: z.string(),
      breaker: z.string().nullable().describe('`closed`, `half-open` or `open`; null: it did not answer.'),
      openedAt: timestamp.nullable(),
      inFlight: count.nullable(),
      outcomes: z.record(z.string(), count).describe('Of the last 24 hours.'),
      polling: z
        .object({
          state: z
            .enum(['working', 'failing', 'stalled'])
            .nullable()
            .describe(
              '`failing`: the last round was not whole. `stalled`: no whole round for 15 minutes. Null: it did not answer.',
            ),
          lastAt: timestamp.nullable().describe('The end of the last whole round.'),
          lagSeconds: count
            .nullable()
            .describe('Since `lastAt`, or since the connection was last changed if that is later.'),
          failingSince: timestamp.nullable(),
          lastError: z
            .object({ code: z.string(), carrierCode: z.string().optional(), detail: z.string() })
            .nullable()
            .describe('Of the last round.'),
        })
        .nullable()
        .describe('The inbox that the gateway pulls; null: none is pulled there.'),
    }),
  ),
  lost: count.describe('Messages of the last 24 hours that got a 202 and left no trace.'),
  unowned: count.describe('Inbound messages to lines that no tenant has.'),
  altered: z
    .object({
      count: count,
      records: z
        .array(z.object({ table: z.string(), id: z.string().describe('Key of the row.') }))
        .describe('At most 100, by the keys of their rows.'),
    })
    .describe('Records of the last 24 hours that somebody changed in a database.'),
})

const readHealth = {
  method: 'GET',
  path: '/admin/v1/health',
  summary: 'Backlogs, dead letters, outcomes, breakers and pulled inboxes at a glance',
  tag: 'Operations',
  operatorScope: 'health:read',
  responses: { 200: { description: 'As things stand.', schema: healthAnswer } },
} as const satisfies Operation

async function read(c: Context<AppEnv>): Promise<Response> {
  const platform = c.get('platform')
  const { queues, connections, ...rest } = await systemHealth(platform)
  return c.json({
    at: toTimestamp(platform.now()),
    queues: queues.map(({ oldestAt, ...queue }) => ({ ...queue, oldestJobAt: timestampOrNull(oldestAt) })),
    connections: connections.map(({ polling, ...one }) => ({
      ...one,
      openedAt: timestampOrNull(one.openedAt),
      polling: polling && {
        ...polling,
        lastAt: timestampOrNull(polling.lastAt),
        failingSince: timestampOrNull(polling.failingSince),
      },
    })),
    ...rest,
  })
}

/** `/admin/v1/health`: backlogs, dead letters, outcomes and breakers, for operators. */
export const health: Resource = {
  operations: [readHealth],
  mount: (app) => serve(app, readHealth, read),
}
