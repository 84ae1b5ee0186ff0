import type { MiddlewareHandler } from 'hono'
import { fileName, fileType, LONGEST_FILE_NAME, MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { Problem } from '#worker/domain/problem.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { fileNameIn } from '#worker/lib/http/content-disposition.ts'
import type { AppEnv } from './variables.ts'

/** An uploaded file as its headers tell of it, before a byte of it is read. */
export interface StreamedFile {
  readonly type: string
  readonly name: string | null
  /** Length that the caller says it has; 0 if it says none. */
  readonly announced: number
}

function nameOf(request: Request, query: string | undefined): string | null {
  const given = query ?? fileNameIn(request.headers.get('content-disposition') ?? '')
  if (given === null) return null
  const pointer = query === undefined ? 'header:Content-Disposition' : 'query:name'
  const name = fileName(given)
  if (name === null || given.length > LONGEST_FILE_NAME) {
    const detail = `is no file name of 1 to ${LONGEST_FILE_NAME} characters`
    throw new Problem('invalid-request', { errors: [{ pointer, detail }] })
  }
  return name
}

/**
 * Reads what the headers say of an uploaded file into `c.get('body')`, and refuses by them alone what is too large or of a
 * type that is not kept. The body stays unread; `idempotency` takes its type, name, length and, if the caller sends one, its
 * digest (RFC 9530) for it.
 */
export const streamedBody: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { headers } = c.req.raw
  const type = fileType(headers.get('content-type'))
  if (type === null) throw new Problem('unsupported-media-type', { detail: 'Files of this type are not kept.' })
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  if (coding !== '' && coding !== 'identity') {
    // A file is kept as its own type says: compressed bytes under that type would be another file.
    const detail = 'A file is sent without Content-Encoding.'
    throw new Problem('unsupported-media-type', { detail, headers: { 'Accept-Encoding': 'identity' } })
  }
  const announced = headers.get('content-length')
  if (announced !== null && Number(announced) > MOST_FILE_BYTES)
    throw new Problem('body-too-large', { detail: `At most ${MOST_FILE_BYTES} bytes.` })
  const name = nameOf(c.req.raw, c.req.query('name'))
  const file: StreamedFile = { type, name, announced: Number(announced ?? 0) }
  c.set('body', file)
  c.set('rawBody', utf8(JSON.stringify([type, file.name, announced, headers.get('content-digest')])))
  await next()
}
