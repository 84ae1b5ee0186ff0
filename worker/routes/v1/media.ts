import type { Context } from 'hono'
import * as z from 'zod'
import { FILE_TYPES, LONGEST_FILE_NAME, type MediaRow } from '#worker/domain/media.ts'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { fileAnswer } from '#worker/flows/media/file-serving.ts'
import { mediaHome, removeMedia, requireMedia, uploadMedia } from '#worker/flows/media/media.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { altered, alteredJson } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { page, pageFields, pageOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { listMedia } from '#worker/store/media.ts'

const tag = 'Media'

const answer = z
  .object({
    id: z.string().describe('What contents of messages name it by.'),
    type: z.string().describe('Media type, without parameters.'),
    name: z.string().nullable(),
    bytes: z.int(),
    sha256: z.string().optional().describe('SHA-256 of the bytes, hexadecimal.'),
    altered,
    createdAt: z.string(),
  })
  .meta({ id: 'Media' })

const uploadQuery = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(LONGEST_FILE_NAME)
    .optional()
    .describe('The file’s name; default: the one in Content-Disposition.'),
})

const upload = {
  method: 'POST',
  path: '/v1/media',
  summary: 'Upload a file',
  description:
    'The body is the file, at most 25 MB; its type is the Content-Type. It is kept as long as a message uses it, else ' +
    'for the retention time. An `Idempotency-Key` stands for type, name, length and `Content-Digest`, not for the bytes.',
  tag,
  scope: 'media:write',
  query: uploadQuery,
  upload: FILE_TYPES,
  idempotent: true,
  responses: { 201: { description: 'Stored', schema: answer, located: true } },
} as const satisfies Operation

const list = {
  method: 'GET',
  path: '/v1/media',
  summary: 'List files, newest first',
  tag,
  scope: 'media:read',
  query: z.strictObject(pageFields(50, 100, z.string().regex(/^med_[0-9a-z]{38}$/))),
  responses: { 200: { description: 'A page', schema: pageOf(answer).meta({ id: 'MediaPage' }) } },
} as const satisfies Operation

const read = {
  method: 'GET',
  path: '/v1/media/:id',
  summary: 'Read what a file is',
  tag,
  scope: 'media:read',
  responses: { 200: { description: 'The file’s type, name and size', schema: answer } },
} as const satisfies Operation

const download = {
  method: 'GET',
  path: '/v1/media/:id/content',
  summary: 'Download a file',
  description: 'Always as an attachment; one byte range may be asked for.',
  tag,
  scope: 'media:read',
  responses: {
    200: { description: 'The bytes', contentType: '*/*' },
    206: { description: 'The range of them that was asked for', contentType: '*/*' },
    416: { description: 'It is shorter than that (`range-not-satisfiable`).' },
  },
} as const satisfies Operation

const remove = {
  method: 'DELETE',
  path: '/v1/media/:id',
  summary: 'Delete a file',
  tag,
  scope: 'media:write',
  responses: { 204: { description: 'Deleted' }, 409: { description: 'A message uses it (`conflict`).' } },
} as const satisfies Operation

const toJson = ({ id, type, name, bytes, sha256, createdAt, ...mark }: MediaRow) => ({
  id,
  type,
  name,
  bytes,
  ...(sha256 === '' ? {} : { sha256 }),
  ...alteredJson(mark),
  createdAt: toTimestamp(createdAt),
})

const mediaOf = (c: Context<AppEnv>, id: string): Promise<MediaRow> =>
  requireMedia(c.get('platform'), c.get('principal'), id)

const NOTHING = new Uint8Array()
const bodyOf = (request: Request): ReadableStream<Uint8Array> => request.body ?? new Blob([NOTHING]).stream()

/** `/v1/media`: files that messages name, and files that came with messages. */
export const media: Resource = {
  operations: [upload, list, read, download, remove],
  mount(app) {
    serve(app, upload, async (c, { body }) => {
      const file = { ...body, body: bodyOf(c.req.raw) }
      const row = await uploadMedia(c.get('platform'), c.get('principal'), c.get('originRequestId'), file)
      return c.json(toJson(row), 201, { location: `/v1/media/${row.id}` })
    })
    serve(app, list, async (c, { query: { cursor, limit } }) => {
      const principal = c.get('principal')
      const db = mediaHome(c.get('platform'), principal)
      const found = await listMedia(db, c.get('platform').keys, principal.realm, {
        before: cursor ?? null,
        limit: limit + 1,
      })
      const { rows, last } = page(found, limit)
      return c.json({ data: rows.map(toJson), nextCursor: last?.id ?? null })
    })
    serve(app, read, async (c, { params }) => c.json(toJson(await mediaOf(c, params.id))))
    serve(app, download, async (c, { params }) => {
      const { id } = await mediaOf(c, params.id)
      const { realm } = c.get('principal')
      const headers = { 'cache-control': 'no-store' }
      const found = await fileAnswer(c.get('platform'), c.req.raw, { realm, id }, { headers, show: 'nothing' })
      if (!found) throw new Problem('not-found')
      if (found.status === 416)
        throw new Problem('range-not-satisfiable', {
          headers: { 'content-range': found.headers.get('content-range') ?? '' },
        })
      return found
    })
    serve(app, remove, async (c, { params }) => {
      await removeMedia(c.get('platform'), c.get('principal'), params.id)
      return c.body(null, 204)
    })
  },
}
