import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { MODES, modeOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import {
  type VerificationTally,
  verificationsOfRealm,
  verificationTallies,
} from '#worker/flows/statistics/verifications.ts'
import { timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { notTooMany, spanOf, splitFields } from '#worker/routes/operation/span.ts'
import { BLOCK_REASONS } from '#worker/store/verifications/counts.ts'

const SPLITS = ['hour', 'day', 'month', 'prefix', 'channel', 'reason'] as const

const tallyAnswer = z
  .object({
    at: timestamp.optional().describe('Beginning of the hour, day or month; there if `by` names one.'),
    prefix: z
      .string()
      .nullable()
      .optional()
      .describe(
        'How the numbers begin: `+989121`. Null: mail addresses and the like, and numbers beyond the first 500 beginnings of a day. There if `by` names it.',
      ),
    channel: z.enum(CHANNELS).optional().describe('Of the last code. There if `by` names it.'),
    reason: z
      .enum(BLOCK_REASONS)
      .nullable()
      .optional()
      .describe(
        'What the guard had against them, also where it only watches, or `too-many-checks` of their recipients. Null: nothing. There if `by` names it.',
      ),
    started: z.int().describe('Verifications that began then, also those that were held back.'),
    sent: z.int().describe('Of them with a code that went out.'),
    delivered: z.int().describe('Of those: a carrier reported a code as delivered, or its use proves it.'),
    undelivered: z
      .int()
      .describe('Of those sent: none is known to have arrived, and the last one not to, or maybe not.'),
    approved: z.int().describe('Of all: the right code was checked, or feedback says so.'),
    failed: z.int().describe('Of all: every check was wrong, or feedback says so.'),
    blocked: z.int().describe('Of all: held back by the guard, or by too many wrong checks of the recipient.'),
    canceled: z.int().describe('Of all: canceled, or the code could not be queued.'),
    expired: z.int().describe('Of all: nobody ended them, and no code of theirs can be valid any more.'),
    pending: z.int().describe('Of all: none of these yet. Up to an hour and a half old.'),
  })
  .meta({ id: 'VerificationStatistic' })

const read = {
  method: 'GET',
  path: '/v1/statistics/verifications',
  summary: 'Count verifications by hour, day, month, prefix, channel and reason',
  description:
    'Every verification counts in the hour of its start, as it stands: a late check corrects that hour. A change is counted within a minute or two. Kept for 400 days. By hour or prefix 31 days can be asked for at once, else 400.',
  tag: 'Statistics',
  scope: 'statistics:read',
  query: z.strictObject(splitFields(SPLITS)),
  responses: {
    200: {
      description: 'The counts',
      schema: z
        .object({
          mode: z.enum(MODES).describe('The credential’s; the other mode is counted apart.'),
          from: timestamp.describe('Beginning of what is counted.'),
          to: timestamp.describe('End of it.'),
          periods: z
            .array(timestamp)
            .optional()
            .describe('Beginnings of all hours, days or months, also of those in which nothing began.'),
          data: z
            .array(tallyAnswer)
            .describe('In the order of time, prefix, channel and reason, without those of no verification.'),
        })
        .meta({ id: 'VerificationStatistics' }),
    },
  },
} as const satisfies Operation

/** Shows a tally; what it is not split by is left out. */
const tallyJson = ({ at, prefix, channel, reason, outcomes, ...counts }: VerificationTally) => ({
  ...(at === undefined ? {} : { at: toTimestamp(at) }),
  ...(prefix === undefined ? {} : { prefix: prefix || null }),
  ...(channel === undefined ? {} : { channel }),
  ...(reason === undefined ? {} : { reason }),
  ...counts,
  ...outcomes,
})

/** `/v1/statistics/verifications`: roll-ups of the caller's own realm. */
export const verificationStatistics: Resource = {
  operations: [read],
  mount(app) {
    serve(app, read, async (c, { query }) => {
      const platform = c.get('platform')
      const { realm, policy } = c.get('principal')
      const now = platform.now()
      const split = {
        prefix: query.by.includes('prefix'),
        channel: query.by.includes('channel'),
        reason: query.by.includes('reason'),
      }
      const span = spanOf(query, now)
      const column = split.prefix ? 'prefixes' : 'counts'
      const groups = await verificationsOfRealm(platform, { realm, shards: policy.shards }, { ...span, column })
      const tallies = notTooMany(verificationTallies(groups, split, { beginOf: span.beginOf, now }))
      return c.json({
        mode: modeOf(realm),
        from: toTimestamp(span.from),
        to: toTimestamp(span.to),
        ...(span.periods === null ? {} : { periods: span.periods.map(toTimestamp) }),
        data: tallies.map(tallyJson),
      })
    })
  },
}
