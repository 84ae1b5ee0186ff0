import * as z from 'zod'
import { toTimestamp } from '#worker/domain/time.ts'
import { cancelBatch, listBatches } from '#worker/flows/messages/batches.ts'
import { type BatchState, lookUpBatch, requireBatchId } from '#worker/flows/messages/look-up.ts'
import { alteredJson, instant } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageFields, pageOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { batchAnswer } from './message-answers.ts'

const tag = 'Messages'

const list = {
  method: 'GET',
  path: '/v1/batches',
  summary: 'List batches, newest first',
  description:
    'Finds a batch whose id was lost: by its `clientRef`, or by when it was accepted. It is listed, mostly within a second, once the queue has brought its first messages.',
  tag,
  scope: 'messages:read',
  query: z.strictObject({
    clientRef: z.string().max(100).optional().describe('Of the batch as a whole.'),
    after: instant.optional().describe('Accepted at or after (RFC 3339).'),
    before: instant.optional().describe('Accepted before (RFC 3339).'),
    ...pageFields(50, 100, z.string().regex(/^bat_[0-9a-z]{31}$/)),
  }),
  responses: {
    200: {
      description: 'A page',
      schema: pageOf(
        batchAnswer
          .extend({
            counts: batchAnswer.shape.counts
              .optional()
              .describe(
                'Absent only of batches of up to 100 items, once newer ones of that size on the page hold 400 items together.',
              ),
          })
          .meta({ id: 'ListedBatch' }),
      ).meta({ id: 'BatchPage' }),
    },
  },
} as const satisfies Operation

const read = {
  method: 'GET',
  path: '/v1/batches/:id',
  summary: 'Counts of a batch by status',
  tag,
  scope: 'messages:read',
  responses: {
    200: { description: 'The batch', schema: batchAnswer },
    410: { description: 'It is past its retention.' },
  },
} as const satisfies Operation

const cancel = {
  method: 'POST',
  path: '/v1/batches/:id/cancel',
  summary: 'Cancel what has not been submitted of a batch',
  description:
    'Safe to repeat: the answer says how things stand then. A message counts as canceled only if no carrier will ever be called for it; one that its carrier refuses afterwards, to be tried once more, is canceled too.',
  tag,
  scope: 'messages:send',
  idempotent: true,
  responses: {
    200: {
      description: 'How many of its messages are canceled, and how many are not',
      schema: z
        .object({
          id: z.string(),
          canceledAt: z.string().describe('Of the first cancel. RFC 3339 in UTC.'),
          canceled: z.int().describe('Rejected items are counted here until the first message is taken up.'),
          notCanceled: z.int().describe('They are with a carrier, or have ended.'),
        })
        .meta({ id: 'CanceledBatch' }),
    },
    410: { description: 'It is past its retention.' },
  },
} as const satisfies Operation

function batchJson<Counts>(id: string, state: Omit<BatchState, 'counts'> & { readonly counts: Counts }) {
  const { total, accepted, clientRef, acceptedAt, canceledAt, counts } = state
  return {
    id,
    total,
    accepted,
    rejected: accepted === null ? null : total - accepted,
    ...(clientRef === null ? {} : { clientRef }),
    ...alteredJson(state),
    acceptedAt: toTimestamp(acceptedAt),
    ...(canceledAt === null ? {} : { canceledAt: toTimestamp(canceledAt) }),
    ...(counts === null ? {} : { counts }),
  }
}

/** `/v1/batches`: messages that were sent in one call. */
export const batches: Resource = {
  operations: [list, read, cancel],
  mount(app) {
    serve(app, list, async (c, { query }) => {
      const found = await listBatches(c.get('platform'), c.get('principal'), { ...query, limit: query.limit + 1 })
      const { rows, last } = page(found, query.limit)
      return c.json({ data: rows.map((batch) => batchJson(batch.id, batch)), nextCursor: last?.id ?? null })
    })
    serve(app, read, async (c, { params }) => {
      const id = await requireBatchId(c.get('platform'), c.get('principal'), params.id)
      return c.json(batchJson(id, await lookUpBatch(c.get('platform'), c.get('principal'), id)))
    })
    serve(app, cancel, async (c, { params }) => {
      const id = await requireBatchId(c.get('platform'), c.get('principal'), params.id)
      const { canceledAt, ...counts } = await cancelBatch(c.get('platform'), c.get('principal'), id)
      return c.json({ id, canceledAt: toTimestamp(canceledAt), ...counts })
    })
  },
}
