import * as z from 'zod'
import { VERSION } from '#worker/domain/version.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { serve } from '#worker/routes/operation/serve.ts'

const healthOperation = {
  method: 'GET',
  path: '/healthz',
  tag: 'About',
  summary: 'Is the gateway up?',
  description: 'Asks no database and no queue: it tells that the script runs and its secrets could be read.',
  responses: {
    200: { description: 'It is.', schema: z.object({ status: z.literal('ok'), version: z.string() }) },
  },
} as const satisfies Operation

/** `GET /healthz`: open to anybody, and not logged. */
export const liveness: Resource = {
  operations: [healthOperation],
  mount(app) {
    serve(app, healthOperation, (c) => c.json({ status: 'ok', version: VERSION }, 200, { 'cache-control': 'no-store' }))
  },
}
