import * as z from 'zod'
import { groupsOfRealm, isOf, talliesOf } from '#worker/flows/statistics/look-up.ts'
import { connectionId } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { messageFields, notTooMany, spanOf, splitFields } from '#worker/routes/operation/span.ts'
import { spanAnswer, spanJson, tallyAnswer, tallyJson } from '#worker/routes/operation/tally-answer.ts'
import { boundShards } from '#worker/store/ledger.ts'

const SPLITS = ['hour', 'day', 'month', 'channel', 'direction', 'connection'] as const

const read = {
  method: 'GET',
  path: '/admin/v1/statistics',
  summary: 'Count messages of all tenants by time, channel, direction and connection',
  description:
    'Sums of all tenants and both modes, of whom nobody is named; test messages are those of sandbox connections. Else as `GET /v1/statistics`.',
  tag: 'Operations',
  operatorScope: 'health:read',
  query: z.strictObject({
    ...splitFields(SPLITS),
    ...messageFields,
  }),
  responses: {
    200: {
      description: 'The counts',
      schema: z
        .object({
          ...spanAnswer,
          data: z.array(
            tallyAnswer
              .extend({
                connectionId: connectionId
                  .nullable()
                  .optional()
                  .describe('There if `by` names it; null: no carrier was chosen.'),
              })
              .meta({ id: 'ConnectionStatistic' }),
          ),
        })
        .meta({ id: 'AllStatistics' }),
    },
  },
} as const satisfies Operation

/** `/admin/v1/statistics`: roll-ups of all realms together. */
export const allStatistics: Resource = {
  operations: [read],
  mount(app) {
    serve(app, read, async (c, { query }) => {
      const platform = c.get('platform')
      const span = spanOf(query, platform.now())
      const everything = { realm: null, shards: boundShards(platform.env) }
      const { groups, counted } = await groupsOfRealm(platform, everything, span.from, span.to)
      const asked = groups.filter((group) => isOf(group, query))
      const split = {
        channel: query.by.includes('channel'),
        direction: query.by.includes('direction'),
        connection: query.by.includes('connection'),
      }
      const tallies = notTooMany(talliesOf(asked, split, span.beginOf))
      return c.json({ ...spanJson(span, counted), data: tallies.map(tallyJson) })
    })
  },
}
