import * as z from 'zod'
import { MODES, modeOf } from '#worker/domain/realm.ts'
import { groupsOfRealm, isOf, talliesOf } from '#worker/flows/statistics/look-up.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { messageFields, notTooMany, spanOf, splitFields } from '#worker/routes/operation/span.ts'
import { spanAnswer, spanJson, tallyAnswer, tallyJson } from '#worker/routes/operation/tally-answer.ts'

const SPLITS = ['hour', 'day', 'month', 'channel', 'direction'] as const

const read = {
  method: 'GET',
  path: '/v1/statistics',
  summary: 'Count messages by hour, day, month, channel and direction',
  description:
    'Every message counts in the hour of its acceptance, as it stands: a late report corrects the hour of its message. Counted a minute or two after acceptance, and kept for 400 days, longer than the messages. By hour 31 days can be asked for at once, else 400.',
  tag: 'Statistics',
  scope: 'statistics:read',
  query: z.strictObject({
    ...splitFields(SPLITS),
    ...messageFields,
  }),
  responses: {
    200: {
      description: 'The counts',
      schema: z
        .object({
          mode: z.enum(MODES).describe('The credential’s; the other mode is counted apart.'),
          ...spanAnswer,
          data: z
            .array(tallyAnswer)
            .describe('In the order of time, channel and direction, without those of no message.'),
        })
        .meta({ id: 'Statistics' }),
    },
  },
} as const satisfies Operation

/** `/v1/statistics`: roll-ups of the caller's own realm. Connections stay out: they are the operator’s affair. */
export const statistics: Resource = {
  operations: [read],
  mount(app) {
    serve(app, read, async (c, { query }) => {
      const platform = c.get('platform')
      const { realm, policy } = c.get('principal')
      const span = spanOf(query, platform.now())
      const { groups, counted } = await groupsOfRealm(platform, { realm, shards: policy.shards }, span.from, span.to)
      const asked = groups.filter((group) => isOf(group, query))
      const split = {
        channel: query.by.includes('channel'),
        direction: query.by.includes('direction'),
        connection: false,
      }
      const tallies = notTooMany(talliesOf(asked, split, span.beginOf))
      return c.json({
        mode: modeOf(realm),
        ...spanJson(span, counted),
        data: tallies.map(tallyJson),
      })
    })
  },
}
