import { toTimestamp } from '#worker/domain/time.ts'
import { lookUpBatch, requireBatchId } from '#worker/flows/messages/look-up.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { batchAnswer } from './message-answers.ts'

const read = {
  method: 'GET',
  path: '/v1/batches/:id',
  summary: 'Counts of a batch by status',
  tag: 'Messages',
  scope: 'messages:read',
  responses: { 200: { description: 'The batch', schema: batchAnswer } },
} as const satisfies Operation

/** `/v1/batches`: counts of messages that were sent in one call. */
export const batches: Resource = {
  operations: [read],
  mount(app) {
    serve(app, read, async (c, { params }) => {
      const id = await requireBatchId(c.get('platform'), c.get('principal'), params.id)
      const { total, accepted, clientRef, acceptedAt, counts } = await lookUpBatch(
        c.get('platform'),
        c.get('principal'),
        id,
      )
      return c.json({
        id,
        total,
        accepted,
        rejected: accepted === null ? null : total - accepted,
        ...(clientRef === null ? {} : { clientRef }),
        acceptedAt: toTimestamp(acceptedAt),
        counts,
      })
    })
  },
}
