import type { Context, Hono } from 'hono'
import * as z from 'zod'
import { FILE_TYPES, LONGEST_FILE_NAME, type MediaRow } from '#worker/domain/media.ts'
import { Problem } from '#worker/domain/problem.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { fileAnswer } from '#worker/flows/media/file-serving.ts'
import { mediaHome, removeMedia, requireMedia, uploadMedia } from '#worker/flows/media/media.ts'
import { idempotency } from '#worker/middleware/idempotency.ts'
import { parseQuery } from '#worker/middleware/json-body.ts'
import { requireScope } from '#worker/middleware/require-scope.ts'
import { type StreamedFile, streamedBody } from '#worker/middleware/streamed-body.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { mount, type Operation } from '#worker/routes/operation/operation.ts'
import { listMedia } from '#worker/store/media.ts'

const tag = 'Media'
const params = z.object({ id: z.string() })

const answer = z
  .object({
    id: z.string().describe('What contents of messages name it by.'),
    type: z.string().describe('Media type, without parameters.'),
    name: z.string().nullable(),
    bytes: z.int(),
    sha256: z.string().describe('SHA-256 of the bytes, hexadecimal.'),
    createdAt: z.string(),
  })
  .meta({ id: 'Media' })
const page = z.object({ data: z.array(answer), nextCursor: z.string().nullable() }).meta({ id: 'MediaPage' })

const uploadQuery = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(LONGEST_FILE_NAME)
    .optional()
    .describe('The file’s name; default: the one in Content-Disposition.'),
})
const listQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^med_[0-9a-z]{38}$/)
    .optional()
    .describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
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
  responses: { 201: { description: 'Stored', schema: answer } },
} as const satisfies Operation

const list = {
  method: 'GET',
  path: '/v1/media',
  summary: 'List files, newest first',
  tag,
  scope: 'media:read',
  query: listQuery,
  responses: { 200: { description: 'A page', schema: page } },
} as const satisfies Operation

const read = {
  method: 'GET',
  path: '/v1/media/:id',
  summary: 'Read what a file is',
  tag,
  scope: 'media:read',
  params,
  responses: { 200: { description: 'The file’s type, name and size', schema: answer } },
} as const satisfies Operation

const download = {
  method: 'GET',
  path: '/v1/media/:id/content',
  summary: 'Download a file',
  description: 'Always as an attachment; one byte range may be asked for.',
  tag,
  scope: 'media:read',
  params,
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
  params,
  responses: { 204: { description: 'Deleted' }, 409: { description: 'A message uses it (`conflict`).' } },
} as const satisfies Operation

export const mediaOperations: readonly Operation[] = [upload, list, read, download, remove]

const toJson = ({ id, type, name, bytes, sha256, createdAt }: MediaRow) => ({
  id,
  type,
  name,
  bytes,
  sha256,
  createdAt: toTimestamp(createdAt),
})

const mediaOfPath = (c: Context<AppEnv>): Promise<MediaRow> =>
  requireMedia(c.get('platform'), c.get('principal'), c.req.param('id') ?? '')

const NOTHING = new Uint8Array()
const bodyOf = (request: Request): ReadableStream<Uint8Array> => request.body ?? new Blob([NOTHING]).stream()

/** `/v1/media`: files that messages name, and those that came with messages. */
export function mediaRoutes(app: Hono<AppEnv>): void {
  mount(app, upload, requireScope('media:write'), streamedBody, idempotency, async (c) => {
    const { type, name } = c.get('body') as StreamedFile
    const file = { type, name, body: bodyOf(c.req.raw) }
    const row = await uploadMedia(c.get('platform'), c.get('principal'), c.get('originRequestId'), file)
    return c.json(toJson(row), 201, { location: `/v1/media/${row.id}` })
  })
  mount(app, list, requireScope('media:read'), async (c) => {
    const { cursor, limit } = parseQuery(listQuery, c.req.query())
    const principal = c.get('principal')
    const db = mediaHome(c.get('platform'), principal)
    const rows = await listMedia(db, principal.realm, cursor ?? null, limit + 1)
    const shown = rows.slice(0, limit)
    return c.json({ data: shown.map(toJson), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null })
  })
  mount(app, read, requireScope('media:read'), async (c) => c.json(toJson(await mediaOfPath(c))))
  mount(app, download, requireScope('media:read'), async (c) => {
    const { id } = await mediaOfPath(c)
    const { realm } = c.get('principal')
    const headers = { 'cache-control': 'no-store' }
    const found = await fileAnswer(c.get('platform'), c.req.raw, realm, id, headers, 'nothing')
    if (!found) throw new Problem('not-found')
    if (found.status === 416)
      throw new Problem('range-not-satisfiable', {
        headers: { 'content-range': found.headers.get('content-range') ?? '' },
      })
    return found
  })
  mount(app, remove, requireScope('media:write'), async (c) => {
    await removeMedia(c.get('platform'), c.get('principal'), c.req.param('id') ?? '')
    return c.body(null, 204)
  })
}
