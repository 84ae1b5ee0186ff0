import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { MESSAGE_STATUSES } from '#worker/domain/messages/status.ts'
import { MODES, modeOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { groupsOfRealm, isOf, type Tally, talliesOf, timesOf } from '#worker/flows/statistics/look-up.ts'
import { timestamp, timestampOrNull } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { notTooMany, spanFields, spanOf } from '#worker/routes/operation/span.ts'

const SPLITS = ['hour', 'day', 'month', 'channel', 'direction'] as const

const tallyAnswer = z
  .object({
    at: timestamp.optional().describe('Beginning of the hour, day or month; there if `by` names one.'),
    channel: z.enum(CHANNELS).optional().describe('There if `by` names it.'),
    direction: z.enum(['outbound', 'inbound']).optional().describe('There if `by` names it.'),
    messages: z.int().describe('Messages that were accepted then.'),
    units: z.int().describe('What is billed of them: segments, started minutes, else 1 each.'),
    succeeded: z.int().describe('Of them delivered, read or received.'),
    unsuccessful: z
      .int()
      .describe('Of them ended otherwise: failed, expired, undelivered, rejected, canceled, suppressed or unknown.'),
    open: z.int().describe('Of them neither yet: accepted, or submitted and not reported.'),
    statuses: z
      .partialRecord(z.enum(MESSAGE_STATUSES), z.int())
      .describe('Of them by status; one that none has is not there.'),
    timeToDeliver: z
      .object({
        messages: z.int().describe('Delivered messages that it is made of.'),
        p50Ms: z.int().describe('Half of them came within this.'),
        p95Ms: z.int().describe('95 of 100 came within this.'),
      })
      .nullable()
      .describe(
        'From acceptance until the report came; read off classes of which each ends at 1.41 times its beginning. Null: none was reported.',
      ),
  })
  .meta({ id: 'Statistic' })

const read = {
  method: 'GET',
  path: '/v1/statistics',
  summary: 'Count messages by hour, day, month, channel and direction',
  description:
    'Every message counts in the hour of its acceptance, as it stands: a late report corrects the hour of its message. Counted a minute or two after acceptance, and kept for 400 days, longer than the messages. By hour 31 days can be asked for at once, else 400.',
  tag: 'Statistics',
  scope: 'statistics:read',
  query: z.strictObject({
    ...spanFields,
    by: z
      .array(z.enum(SPLITS))
      .max(SPLITS.length)
      .default([])
      .describe('What is counted apart, of several with commas between: one of `hour`, `day` and `month`, and others.'),
    channel: z.enum(CHANNELS).optional().describe('Only of this channel.'),
    direction: z.enum(['outbound', 'inbound']).optional().describe('Only of this direction.'),
  }),
  responses: {
    200: {
      description: 'The counts',
      schema: z
        .object({
          mode: z.enum(MODES).describe('The credential’s; the other mode is counted apart.'),
          from: timestamp.describe('Beginning of what is counted.'),
          to: timestamp.describe('End of it.'),
          countedUntil: timestamp.nullable().describe('What was accepted since is not counted yet. Null: nothing is.'),
          firmUntil: timestamp
            .nullable()
            .describe(
              'What was accepted since stands here as it stood when it was counted first; what was accepted before is at most a minute behind.',
            ),
          periods: z
            .array(timestamp)
            .optional()
            .describe('Beginnings of all hours, days or months, also of those in which nothing was accepted.'),
          data: z
            .array(tallyAnswer)
            .describe('In the order of time, channel and direction, without those of no message.'),
        })
        .meta({ id: 'Statistics' }),
    },
  },
} as const satisfies Operation

/** Shows a tally; what it is not split by is left out. */
const tallyJson = (tally: Tally) => ({
  ...(tally.at === undefined ? {} : { at: toTimestamp(tally.at) }),
  ...(tally.channel === undefined ? {} : { channel: tally.channel }),
  ...(tally.direction === undefined ? {} : { direction: tally.direction }),
  messages: tally.messages,
  units: tally.units,
  succeeded: tally.succeeded,
  unsuccessful: tally.unsuccessful,
  open: tally.open,
  statuses: Object.fromEntries(tally.statuses),
  timeToDeliver: timesOf(tally),
})

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
        from: toTimestamp(span.from),
        to: toTimestamp(span.to),
        countedUntil: timestampOrNull(counted.countedUntil || null),
        firmUntil: timestampOrNull(counted.firmUntil || null),
        ...(span.periods === null ? {} : { periods: span.periods.map(toTimestamp) }),
        data: tallies.map(tallyJson),
      })
    })
  },
}
