import type { Context } from 'hono'
import * as z from 'zod'
import { Problem } from '#worker/domain/problem.ts'
import { modeOf } from '#worker/domain/realm.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { firstOfAll, newestOfAll } from '#worker/flows/upkeep/all-shards.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { altered, alteredJson, channel, mode, reason, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageOf } from '#worker/routes/operation/page.ts'
import { serveDisclosure } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { listUnowned, type UnownedMessage, unownedById } from '#worker/store/messages/unowned.ts'
import { pageQuery } from './page-query.ts'

const tag = 'Operations'

const unownedAnswer = z.object({
  id: z.string(),
  mode,
  channel,
  to: z.string().describe('The line that was written to.'),
  connectionId: z.string().nullable(),
  receivedAt: timestamp,
})
const disclosed = unownedAnswer.extend({ from: z.string().optional(), content: z.unknown(), altered })

const listUnownedOperation = {
  method: 'GET',
  path: '/admin/v1/unowned',
  summary: 'List inbound messages to lines that no tenant has, without who wrote and what',
  tag,
  operatorScope: 'unowned:read',
  query: pageQuery(/^msg_[0-9a-z]{35}$/),
  responses: { 200: { description: 'A page, newest first.', schema: pageOf(unownedAnswer) } },
} as const satisfies Operation

const discloseUnowned = {
  method: 'POST',
  path: '/admin/v1/unowned/:id/disclose',
  summary: 'Read who wrote an unowned message, and what; the reason is kept',
  description: 'The access log names you, the message, the time and the reason before this is answered.',
  tag,
  operatorScope: 'people:disclose',
  stepUp: true,
  body: z.strictObject({ reason }),
  responses: {
    200: { description: 'The message.', schema: disclosed },
    404: { description: 'There is no such message, or a tenant has its line.' },
  },
} as const satisfies Operation

const shown = ({ id, realm, channel: of, to, connectionId, acceptedAt }: UnownedMessage) => ({
  id,
  mode: modeOf(realm),
  channel: of,
  to,
  connectionId,
  receivedAt: toTimestamp(acceptedAt),
})

async function disclose(c: Context<AppEnv>, { params }: Input<typeof discloseUnowned>): Promise<Response> {
  const platform = c.get('platform')
  const message = await firstOfAll(platform, (db) => unownedById(db, platform.keys, params.id))
  if (!message) throw new Problem('not-found')
  const { from, content } = message
  return c.json({ ...shown(message), ...(from === '' ? {} : { from }), content, ...alteredJson(message) })
}

const ofPath = ({ params }: Input<typeof discloseUnowned>): string => params.id

/** `/admin/v1/unowned`: messages that people sent to lines that no tenant has. */
export const unowned: Resource = {
  operations: [listUnownedOperation, discloseUnowned],
  mount(app) {
    serve(app, listUnownedOperation, async (c, { query: { cursor = '', limit } }) => {
      const found = await newestOfAll(c.get('platform'), limit + 1, (db) => listUnowned(db, cursor, limit + 1))
      const { rows, last } = page(found, limit)
      return c.json({ data: rows.map(shown), nextCursor: last?.id ?? null })
    })
    const nobodys = { object: ofPath, tenant: async () => null }
    serveDisclosure(app, discloseUnowned, nobodys, disclose)
  },
}
