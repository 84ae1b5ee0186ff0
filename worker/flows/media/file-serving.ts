import type { MediaId } from '#worker/domain/ids.ts'
import { fileType, PLAIN_BYTES } from '#worker/domain/media.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { type ByteRange, byteRange } from '#worker/lib/http/byte-range.ts'
import { contentDisposition } from '#worker/lib/http/content-disposition.ts'
import { fileUrlEnd, realmOfFile, typeOf } from './files.ts'
import { openingStream, plainSize, sealedStretch } from './sealed-chunks.ts'
import { filePlace, openHead } from './sealed-object.ts'

/** Headers of every file, which may be hostile: no script runs, its type is not guessed, and it gets no origin of ours. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'accept-ranges': 'bytes',
}

const partHeaders = ({ offset, length }: ByteRange, size: number) => ({
  'content-range': `bytes ${offset}-${offset + length - 1}/${size}`,
  'content-length': String(length),
})

interface OwnedFile {
  readonly realm: Realm
  readonly id: MediaId
}

interface Presentation {
  /** Headers in addition to `HARMLESS`. */
  readonly headers: Readonly<Record<string, string>>
  /** `media`: pictures, audio and video may be shown in place · `nothing`: every file is a download. */
  readonly show: 'media' | 'nothing'
}

/** The response to a GET or HEAD of a file, partial if `Range` asks for it; null if there is no such file. */
export async function fileAnswer(
  platform: Platform,
  request: Request,
  { realm, id }: OwnedFile,
  { headers, show }: Presentation,
): Promise<Response | null> {
  const place = filePlace(realm, id)
  const { MEDIA } = platform.env
  const head = await MEDIA.head(place.key)
  const opened = head && (await openHead(platform, place, head))
  if (!head || !opened) return null
  const [type, bytes] = [typeOf(head), plainSize(head.size)]
  const kind = show === 'media' && /^(?:audio|image|video)\//.test(type) ? 'inline' : 'attachment'
  const all = {
    ...HARMLESS,
    etag: head.httpEtag,
    // A type outside the list, such as `text/html` of a mail that was too large, is served as plain bytes.
    'content-type': fileType(type) ?? PLAIN_BYTES,
    'content-disposition': contentDisposition(kind, opened.name),
    ...headers,
  }
  // `If-Range` is not read: a file never changes, so a range is always of the same version.
  const range = request.method === 'GET' ? byteRange(request.headers.get('range'), bytes) : null
  if (range === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...HARMLESS, 'content-range': `bytes */${bytes}` } })
  const part = range === null ? { 'content-length': String(bytes) } : partHeaders(range, bytes)
  const answer = { status: range === null ? 200 : 206, headers: { ...all, ...part } }
  if (request.method === 'HEAD') return new Response(null, answer)
  const stretch = range ?? { offset: 0, length: bytes }
  // The object that was looked at, for another write of the same file has another key.
  const object = await MEDIA.get(place.key, {
    range: sealedStretch(stretch, head.size),
    onlyIf: { etagMatches: head.etag },
  })
  if (!object || !('body' in object)) return null
  const plain = object.body.pipeThrough(openingStream(opened.fileKey, stretch, head.size))
  return new Response(plain.pipeThrough(new FixedLengthStream(stretch.length)), answer)
}

const refusal = (status: number, headers: HeadersInit = {}): Response =>
  new Response(null, { status, headers: { ...HARMLESS, 'cache-control': 'no-store', ...headers } })

/**
 * Serves a stored file by its signed URL to carriers, which fetch what they play or show. Refusals have no body: 403 for a
 * URL that we did not sign, 410 after its day, 404 for a file that is gone.
 */
export async function serveFile(platform: Platform, request: Request, token: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, { allow: 'GET, HEAD' })
  const tenant = await realmOfFile(platform, token)
  if (tenant === null) return refusal(404)
  const end = await fileUrlEnd(platform, token, new URL(request.url).searchParams)
  if (end === null) return refusal(403)
  const left = Math.floor((end - platform.now()) / 1_000)
  if (left <= 0) return refusal(410)
  const headers = { 'cache-control': `private, max-age=${left}`, 'cross-origin-resource-policy': 'cross-origin' }
  const file = { realm: tenant, id: token as MediaId }
  const answer = (await fileAnswer(platform, request, file, { headers, show: 'media' })) ?? refusal(404)
  platform.log('file.served', {
    tenant,
    status: answer.status,
    bytes: Number(answer.headers.get('content-length') ?? 0),
  })
  return answer
}
