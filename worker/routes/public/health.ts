import type { Hono } from 'hono'
import * as z from 'zod'
import { VERSION } from '#worker/domain/version.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'

const healthOperation: Operation = {
  method: 'GET',
  path: '/healthz',
  tag: 'About',
  summary: 'Is the gateway up?',
  description: 'Asks no database and no queue: it tells that the script runs and its secrets could be read.',
  responses: {
    200: { description: 'It is.', schema: z.object({ status: z.literal('ok'), version: z.string() }) },
  },
}

export const healthOperations: readonly Operation[] = [healthOperation]

/** `GET /healthz`: for anybody, logged nowhere. */
export function healthRoutes(app: Hono<AppEnv>): void {
  mount(app, healthOperation, (c) => c.json({ status: 'ok', version: VERSION }, 200, { 'cache-control': 'no-store' }))
}
