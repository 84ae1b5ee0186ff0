import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MOST_FILE_BYTES } from '#worker/domain/media.ts'
import { type Surface, startSurface } from '../../worlds/surface.ts'

let it: Surface
let bucket: Awaited<ReturnType<Surface['chapar']['mf']['getR2Bucket']>>
beforeAll(async () => {
  it = await startSurface()
  bucket = await it.chapar.mf.getR2Bucket('MEDIA', 'chapar')
})
afterAll(() => it.dispose())

const AUDIO = { 'content-type': 'audio/ogg' }
const upload = (body: string | Uint8Array, headers: Record<string, string> = AUDIO, path = '/v1/media') =>
  it.call(path, { token: it.token, method: 'POST', body, headers })
const stored = async (body: string | Uint8Array, headers: Record<string, string> = AUDIO): Promise<string> => {
  const seen = await upload(body, headers)
  expect(seen.status, seen.text).toBe(201)
  return seen.json.id
}
const raw = (path: string, init: RequestInit = {}) =>
  it.chapar.fetch(path, { ...init, headers: { authorization: `Bearer ${it.token}`, ...init.headers } })
/** Sends without a length, in chunks, as programs do that make the file while they send it. */
const streamed = (chunks: readonly Uint8Array[], headers: Record<string, string> = AUDIO) => {
  const left = [...chunks]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
  })
  return raw('/v1/media', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}
/** Announces a length and sends none of it: the answer does not wait for what would be too much. */
const announced = (length: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { ...AUDIO, authorization: `Bearer ${it.token}`, 'content-length': String(length) }
    const call = request(`${it.chapar.url}/v1/media`, { method: 'POST', headers })
    call.on('response', (answer) => {
      resolve(answer.statusCode)
      call.destroy()
    })
    call.on('error', reject)
    call.flushHeaders()
  })
const keys = async (): Promise<string[]> => (await bucket.list()).objects.map(({ key }) => key)
const rows = async (): Promise<number> =>
  (await it.ledger.prepare('SELECT count(*) AS n FROM media').first<number>('n')) ?? 0

describe('an upload', () => {
  test('is answered with what it is, and comes back byte by byte as a harmless download', async () => {
    const bytes = randomBytes(70_000)
    const seen = await upload(bytes, {
      ...AUDIO,
      'content-disposition': `attachment; filename*=UTF-8''%D9%BE%DB%8C%D8%A7%D9%85.ogg`,
    })
    expect(seen.status).toBe(201)
    expect(seen.headers.get('location')).toBe(`/v1/media/${seen.json.id}`)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(seen.json).toMatchObject({ type: 'audio/ogg', name: 'پیام.ogg', bytes: 70_000, sha256 })
    expect(await it.good(`/v1/media/${seen.json.id}`)).toEqual(seen.json)

    const answer = await raw(`/v1/media/${seen.json.id}/content`)
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'audio/ogg',
      'content-length': '70000',
      'content-disposition': `attachment; filename="____.ogg"; filename*=UTF-8''%D9%BE%DB%8C%D8%A7%D9%85.ogg`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'no-store',
    })
  })

  test('of the largest size is taken, and one byte more is a 413 that leaves nothing, announced or not', async () => {
    const most = randomBytes(MOST_FILE_BYTES)
    const sha256 = createHash('sha256').update(most).digest('hex')
    const chunks = Array.from({ length: 250 }, (_, n) => most.subarray(n * 100_000, (n + 1) * 100_000))
    const seen = await upload(most)
    expect([seen.status, seen.json['bytes'], seen.json['sha256']]).toEqual([201, MOST_FILE_BYTES, sha256])
    const unannounced = await streamed(chunks)
    expect(unannounced.status).toBe(201)
    expect(await unannounced.json()).toMatchObject({ bytes: MOST_FILE_BYTES, sha256 })

    const before = [await keys(), await rows()]
    expect(await announced(MOST_FILE_BYTES + 1)).toBe(413)
    const overStreamed = await streamed([...chunks, Buffer.from('x')])
    expect([overStreamed.status, await overStreamed.json()]).toEqual([
      413,
      expect.objectContaining({ code: 'body-too-large' }),
    ])
    expect([await keys(), await rows()]).toEqual(before)
  })

  test('at every boundary of a part is whole', async () => {
    const part = 5 * 1_024 * 1_024
    for (const size of [1, part - 1, part, part + 1, 2 * part]) {
      const bytes = randomBytes(size)
      const answer = await streamed([bytes.subarray(0, 7), bytes.subarray(7)])
      expect(answer.status).toBe(201)
      const { id, sha256 } = (await answer.json()) as { id: string; sha256: string }
      expect(sha256, String(size)).toBe(createHash('sha256').update(bytes).digest('hex'))
      const back = Buffer.from(await (await raw(`/v1/media/${id}/content`)).arrayBuffer())
      expect(back.equals(bytes), String(size)).toBe(true)
    }
  })

  test('of a type that a browser could run, or of none, is a 415', async () => {
    for (const type of [
      'text/html',
      'image/svg+xml',
      'text/javascript',
      'application/xml',
      'audio/*',
      'x',
      '',
      'audio/ogg, text/html',
    ]) {
      const seen = await upload('<script>', { 'content-type': type })
      expect([seen.status, seen.json.code], type).toEqual([415, 'unsupported-media-type'])
    }
    const seen = await upload('hello', { 'content-type': 'Text/Plain; charset=utf-8' })
    expect([seen.status, seen.json['type']]).toEqual([201, 'text/plain'])
  })

  test('of no bytes is a 422 that leaves nothing', async () => {
    const before = await keys()
    for (const seen of [await upload(''), await upload(new Uint8Array())])
      expect([seen.status, seen.json.code]).toEqual([422, 'invalid-fields'])
    expect(await keys()).toEqual(before)
  })

  test('takes its name from the query before the header, without paths or marks that hide an ending', async () => {
    const name = async (path: string, disposition?: string) =>
      (await upload('x', disposition === undefined ? AUDIO : { ...AUDIO, 'content-disposition': disposition }, path))
        .json.name
    expect(await name('/v1/media')).toBeNull()
    expect(await name('/v1/media', 'inline')).toBeNull()
    expect(await name('/v1/media', 'attachment; filename="a \\"b\\".ogg"')).toBe('a "b".ogg')
    expect(await name('/v1/media', 'attachment; filename=plain.ogg')).toBe('plain.ogg')
    expect(await name('/v1/media?name=q.ogg', 'attachment; filename="h.ogg"')).toBe('q.ogg')
    expect(await name(`/v1/media?name=${encodeURIComponent('../../etc/passwd\r\nx: y')}`)).toBe('.. .. etc passwd x: y')
    expect(await name(`/v1/media?name=${encodeURIComponent('a\u202egpj.exe')}`)).toBe('a gpj.exe')
    for (const bad of ['', '%20', '..', '%2F', 'x'.repeat(201)]) {
      const seen = await upload('x', AUDIO, `/v1/media?name=${bad}`)
      expect([seen.status, seen.json.errors?.[0]?.pointer], bad).toEqual([400, 'query:name'])
    }
    const unknown = await upload('x', AUDIO, '/v1/media?nam=x')
    expect([unknown.status, unknown.json.errors?.[0]?.pointer]).toEqual([400, 'query:nam'])
  })

  test('under a key is one file; another file under it is refused by type, name or length', async () => {
    const key = { 'idempotency-key': '"one"' }
    const first = await upload('bytes', { ...AUDIO, ...key })
    const again = await upload('bytes', { ...AUDIO, ...key })
    expect([again.status, again.json.id]).toEqual([201, first.json.id])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    for (const other of [
      await upload('bytes', { 'content-type': 'audio/wav', ...key }),
      await upload('more bytes', { ...AUDIO, ...key }),
      await upload('bytes', { ...AUDIO, ...key, 'content-digest': 'sha-256=:x:' }),
    ])
      expect([other.status, other.json.code]).toEqual([422, 'idempotency-mismatch'])
  })

  test('is written down in the access log like any other call', async () => {
    const seen = await upload('x')
    await expect.poll(() => it.rowOf(seen.requestId)).toMatchObject({ method: 'POST', route: '/v1/media', status: 201 })
  })
})

describe('a range', () => {
  const get = async (id: string, range: string) => {
    const answer = await raw(`/v1/media/${id}/content`, { headers: { range } })
    return [answer.status, answer.headers.get('content-range'), await answer.text()]
  }
  test('is answered with those bytes; what is no single range with all of them', async () => {
    const id = await stored('0123456789')
    expect(await get(id, 'bytes=0-0')).toEqual([206, 'bytes 0-0/10', '0'])
    expect(await get(id, 'bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await get(id, 'bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await get(id, 'bytes=7-99')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await get(id, 'bytes=-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await get(id, 'bytes=-99')).toEqual([206, 'bytes 0-9/10', '0123456789'])
    for (const range of ['bytes=0-1,3-4', 'bytes=4-2', 'bytes=-', 'bytes=x', 'items=0-1', 'bytes=0-1 '.repeat(100)])
      expect(await get(id, range), range).toEqual([200, null, '0123456789'])
  })

  test('behind the end is a 416 that tells the length', async () => {
    const id = await stored('0123456789')
    for (const range of ['bytes=10-', 'bytes=-0']) {
      const seen = await it.call(`/v1/media/${id}/content`, { token: it.token, headers: { range } })
      expect([seen.status, seen.json.code]).toEqual([416, 'range-not-satisfiable'])
      expect(seen.headers.get('content-range')).toBe('bytes */10')
    }
  })
})

describe('the list', () => {
  test('shows each tenant its own files, newest first, page by page', async () => {
    const { token, tenantId } = await it.other('10007777')
    const ids: string[] = []
    for (let n = 0; n < 5; n++)
      ids.unshift((await it.call('/v1/media', { token, body: `${n}`, headers: AUDIO })).json.id)
    const seen: string[] = []
    let cursor = ''
    for (let pages = 0; pages < 4; pages++) {
      const page = await it.call(`/v1/media?limit=2${cursor && `&cursor=${cursor}`}`, { token })
      seen.push(...page.json.data.map(({ id }) => id))
      if (page.json.nextCursor === null) break
      cursor = page.json.nextCursor
    }
    expect(seen).toEqual(ids)
    expect((await it.good('/v1/media?limit=100')).data.some(({ id }) => ids.includes(id))).toBe(false)
    expect((await keys()).filter((key) => key.startsWith(`test.${tenantId}/`))).toHaveLength(5)
    expect((await it.call('/v1/media?cursor=x', { token })).status).toBe(400)
  })
})

describe('deleting', () => {
  test('takes the bytes, the row and every further answer', async () => {
    const id = await stored('x')
    expect((await it.call(`/v1/media/${id}`, { method: 'DELETE', token: it.token })).status).toBe(204)
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/content'],
      ['DELETE', ''],
    ] as const) {
      const seen = await it.call(`/v1/media/${id}${path}`, { method, token: it.token })
      expect([seen.status, seen.json.code]).toEqual([404, 'not-found'])
    }
    expect(await keys()).not.toContain(`test.${it.tenantId}/${id}`)
  })

  test('another tenant’s file is a 404 without a look-up, for every call', async () => {
    const id = await stored('secret')
    const { token } = await it.other('10007778')
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/content'],
      ['DELETE', ''],
    ] as const)
      expect((await it.call(`/v1/media/${id}${path}`, { method, token })).status).toBe(404)
    expect((await raw(`/v1/media/${id}/content`)).status).toBe(200)
  })
})

test('bytes that were put under another file’s key in the bucket are not served', async () => {
  const [one, two] = [await stored('the first'), await stored('the other')]
  const keyOf = async (id: string) => (await keys()).find((key) => key.endsWith(id)) ?? ''
  const object = await bucket.get(await keyOf(one))
  const { httpMetadata = {}, customMetadata = {} } = object ?? {}
  expect(JSON.stringify(customMetadata)).toContain('sealed')
  const bytes = (await object?.arrayBuffer()) ?? new ArrayBuffer(0)
  expect(Buffer.from(bytes).toString('latin1')).not.toContain('the first')
  await bucket.put(await keyOf(two), bytes, { httpMetadata, customMetadata })
  const seen = await it.chapar.fetch(`/v1/media/${two}/content`, { headers: { authorization: `Bearer ${it.token}` } })
  // As a file that is gone; the operator is told.
  expect(seen.status).toBe(404)
  expect(await seen.text()).not.toContain('the first')
  expect((await it.admin('/admin/v1/health'))['altered']).toMatchObject({ count: 1 })
})
