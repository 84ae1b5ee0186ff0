import * as z from 'zod'
import { modeOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { newestOfAll } from '#worker/flows/upkeep/all-shards.ts'
import { channel, mode, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { listUnowned } from '#worker/store/messages/unowned.ts'
import { pageQuery } from './page-query.ts'

const unownedAnswer = z.object({
  id: z.string(),
  mode,
  channel,
  from: z.string(),
  to: z.string(),
  content: z.unknown(),
  connectionId: z.string().nullable(),
  receivedAt: timestamp,
})

const listUnownedOperation = {
  method: 'GET',
  path: '/admin/v1/unowned',
  summary: 'List inbound messages to lines that no tenant has',
  tag: 'Operations',
  query: pageQuery,
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(unownedAnswer) } },
} as const satisfies Operation

/** `/admin/v1/unowned`: messages that people sent to lines that no tenant has. */
export const unowned: Resource = {
  operations: [listUnownedOperation],
  mount(app) {
    serve(app, listUnownedOperation, async (c, { query: { cursor = '', limit } }) => {
      const found = await newestOfAll(c.get('platform'), limit + 1, (db) => listUnowned(db, cursor, limit + 1))
      const { rows, last } = page(found, limit)
      const data = rows.map(({ id, realm, channel: of, from, to, content, connectionId, acceptedAt }) => ({
        id,
        mode: modeOf(realm),
        channel: of,
        from,
        to,
        content,
        connectionId,
        receivedAt: toTimestamp(acceptedAt),
      }))
      return c.json({ data, nextCursor: last?.id ?? null })
    })
  },
}
