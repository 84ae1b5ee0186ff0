import type { Hono } from 'hono'
import * as z from 'zod'
import { toTimestamp } from '#worker/domain/time.ts'
import { lookUpBatch, requireBatchId } from '#worker/flows/messages/look-up.ts'
import { requireScope } from '#worker/middleware/require-scope.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import { batchAnswer } from './message-answers.ts'

const read = {
  method: 'GET',
  path: '/v1/batches/:id',
  summary: 'Counts of a batch by status',
  tag: 'Messages',
  scope: 'messages:read',
  params: z.object({ id: z.string() }),
  responses: { 200: { description: 'The batch', schema: batchAnswer } },
} as const satisfies Operation

export const batchOperations: readonly Operation[] = [read]

/** `/v1/batches`. */
export function batchRoutes(app: Hono<AppEnv>): void {
  mount(app, read, requireScope('messages:read'), async (c) => {
    const id = await requireBatchId(c.get('platform'), c.get('principal'), c.req.param('id') ?? '')
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
}
