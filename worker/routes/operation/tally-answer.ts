import * as z from 'zod'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { MESSAGE_STATUSES } from '#worker/domain/messages/status.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { type Counted, type Tally, timesOf } from '#worker/flows/statistics/look-up.ts'
import { timestamp, timestampOrNull } from './fields.ts'
import type { Span } from './span.ts'

/** Counts of messages as answers have them. */

/** Fields of an answer beside its counts. */
export const spanAnswer = {
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
}

/** The same as an answer shows them. */
export const spanJson = (span: Span, counted: Counted) => ({
  from: toTimestamp(span.from),
  to: toTimestamp(span.to),
  countedUntil: timestampOrNull(counted.countedUntil || null),
  firmUntil: timestampOrNull(counted.firmUntil || null),
  ...(span.periods === null ? {} : { periods: span.periods.map(toTimestamp) }),
})

export const tallyAnswer = z
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

/** Shows a tally; what it is not split by is left out. */
export const tallyJson = (tally: Tally) => ({
  ...(tally.at === undefined ? {} : { at: toTimestamp(tally.at) }),
  ...(tally.channel === undefined ? {} : { channel: tally.channel }),
  ...(tally.direction === undefined ? {} : { direction: tally.direction }),
  ...(tally.connectionId === undefined ? {} : { connectionId: tally.connectionId }),
  messages: tally.messages,
  units: tally.units,
  succeeded: tally.succeeded,
  unsuccessful: tally.unsuccessful,
  open: tally.open,
  statuses: Object.fromEntries(tally.statuses),
  timeToDeliver: timesOf(tally),
})
