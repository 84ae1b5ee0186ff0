import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { altered } from '../../worlds/altered.ts'
import { type MediaWorld, startMediaWorld } from '../../worlds/media-world.ts'
import { MOST_LONG } from '../../worlds/players/file-channel.ts'

let it: MediaWorld
beforeAll(async () => {
  it = await startMediaWorld({ tenant: { limits: { rate: 1, burst: 100 } } })
})
afterAll(() => it.dispose())

const problem = async (answer: Response) => {
  const body = (await answer.json()) as { code: string; errors?: { pointer: string; detail: string }[] }
  return [answer.status, body.code, body.errors?.map(({ pointer }) => pointer)]
}
const usesOf = async (id: string): Promise<number> => (await it.rows('media_uses', `media_id = '${id}'`)).length

describe('a content that names files', () => {
  test('is carried with them: opened by the provider, and by a URL for carriers that fetch', async () => {
    const id = await it.upload('hello file')
    await it.sent({ text: 'one', files: [id] })
    const { opened, urls } = await it.told('one')
    expect(opened).toEqual([[id, 'text/plain', null, 10, 'hello file']])
    const url = new URL(urls[0] ?? '')
    expect(url.origin).toBe(it.chapar.baseUrl)
    expect(await (await it.chapar.fetch(url.pathname + url.search)).text()).toBe('hello file')
    expect(await usesOf(id)).toBe(1)
  })

  test('is refused where it names what the tenant does not have, and nothing is sent or taken', async () => {
    const { token } = await it.other()
    const foreign = await it.upload('theirs', 'text/plain', token)
    const own = await it.upload('mine')
    const forged = altered(own)
    const deleted = await it.upload('was mine')
    await it.world.call(`/v1/media/${deleted}`, { method: 'DELETE' })
    const files = [own, foreign, forged, deleted, 'x', '']
    const answer = await it.send({ text: 'no', files })
    const pointers = [1, 2, 3, 4, 5].map((n) => `/content/files/${n}`)
    expect(await problem(answer)).toEqual([422, 'invalid-fields', pointers])
    expect(await usesOf(own)).toBe(0)
    expect(it.carried.some(({ text }) => text === 'no')).toBe(false)
  })

  test('is refused where the file is of another kind than that place takes', async () => {
    const text = await it.upload('text')
    const picture = await it.upload('GIF89a', 'image/gif')
    expect(await problem(await it.send({ text: 'p', picture: text }))).toEqual([
      422,
      'invalid-fields',
      ['/content/picture'],
    ])
    expect((await it.send({ text: 'p', picture })).status).toBe(202)
  })

  test('in a batch rejects its own item only, and as shared content the whole batch', async () => {
    const id = await it.upload('shared')
    const body = {
      channel: 'chat',
      content: { text: 'batch', files: [id] },
      messages: [
        { to: 'a' },
        { to: 'b', content: { text: 'own', files: [id, 'med_none'] } },
        { to: 'c', content: { text: 'own', files: [id] } },
      ],
    }
    const seen = await it.world.json<{ accepted: { index: number }[]; rejected: unknown[]; units: number }>(
      '/v1/messages/batch',
      { body, status: 202 },
    )
    expect(seen.accepted.map(({ index }) => index)).toEqual([0, 2])
    expect(seen.rejected).toEqual([
      {
        index: 1,
        code: 'invalid-fields',
        errors: [{ pointer: '/messages/1/content/files/1', detail: 'no such file' }],
      },
    ])
    expect(seen.units).toBe(2)
    // One row for all messages of the request.
    expect(await usesOf(id)).toBe(1)
    await it.told('own')

    const bad = { ...body, content: { text: 'batch', files: ['med_none'] } }
    const refused = await it.world.call('/v1/messages/batch', { body: bad })
    expect(await problem(refused)).toEqual([422, 'invalid-fields', ['/content/files/0']])
  })

  test('that the limits refuse uses nothing', async () => {
    const { token } = await it.other({ tenant: { limits: { rate: 1_000, burst: 10, daily: 2 } } })
    const id = await it.upload('x', 'text/plain', token)
    const body = { channel: 'chat', to: 'p', content: { text: 'limited', files: [id] } }
    const statuses: number[] = []
    for (let n = 0; n < 8; n++)
      statuses.push(
        (await it.world.call('/v1/messages', { body, headers: { authorization: `Bearer ${token}` } })).status,
      )
    const sent = statuses.filter((status) => status === 202).length
    expect(statuses.filter((status) => status === 429)).toHaveLength(8 - sent)
    expect(sent).toBe(2)
    expect(await usesOf(id)).toBe(sent)
  })
})

test('a repeat that the limits refuse frees no file of the message that its first try queued', async () => {
  const { token } = await it.other({ tenant: { limits: { rate: 1_000, burst: 10, daily: 1 } } })
  const id = await it.upload('x', 'text/plain', token)
  const body = { channel: 'chat', to: 'p', content: { text: 'lost answer', files: [id] } }
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': '"lost-answer"' }
  await it.fail({ queue: 1 })
  expect((await it.world.call('/v1/messages', { body, headers })).status).toBe(503)
  // The token that the 503 gave back goes to another message, so that the repeat finds none.
  const other = { body: { ...body, content: { text: 'between' } }, headers: { authorization: headers.authorization } }
  expect((await it.world.call('/v1/messages', other)).status).toBe(202)
  expect((await it.world.call('/v1/messages', { body, headers })).status).toBe(429)
  expect((await it.told('lost answer')).opened).toHaveLength(1)
  expect(await usesOf(id)).toBe(1)
})

describe('what is too large for a queue message', () => {
  const long = 'm'.repeat(MOST_LONG + 1)
  test('travels as a file that the message uses', async () => {
    await it.sent({ text: 'long', long })
    const { opened } = await it.told('long')
    expect(opened).toMatchObject([[expect.stringMatching(/^med_/), 'text/html', null, long.length, 'm'.repeat(20)]])
    const id = opened[0]?.[0] ?? ''
    expect(await it.rows('media', `id = '${id}'`)).toMatchObject([
      { source: 'content', bytes: long.length, gone_at: null },
    ])
    expect(await usesOf(id)).toBe(1)
    // It is the tenant's to read, but no page.
    const answer = await it.world.call(`/v1/media/${id}/content`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/octet-stream'])
    expect(await answer.text()).toBe(long)
  })

  test('stays where it is if it is small', async () => {
    const before = (await it.rows('media')).length
    await it.sent({ text: 'short', long: 'm'.repeat(MOST_LONG) })
    expect((await it.told('short')).opened).toEqual([])
    expect((await it.rows('media')).length).toBe(before)
  })

  test('makes the same files again when the request is repeated under its key', async () => {
    const before = [(await it.keys()).length, (await it.rows('media')).length]
    await it.fail({ put: 1 })
    const headers = { 'idempotency-key': '"long-one"' }
    const content = { text: 'again', long }
    const first = await it.send(content, headers)
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '5'])
    // The bytes are there, their row is not: a later step failed.
    await it.world.ledger
      .prepare(`CREATE TRIGGER stop BEFORE INSERT ON media BEGIN SELECT RAISE(ABORT, 'stopped'); END`)
      .run()
    expect((await it.send(content, headers)).status).toBe(503)
    await it.world.ledger.prepare('DROP TRIGGER stop').run()
    const third = await it.send(content, headers)
    expect(third.status).toBe(202)
    await it.told('again')
    expect([(await it.keys()).length, (await it.rows('media')).length]).toEqual(before.map((n) => n + 1))
    expect(it.carried.filter(({ text }) => text === 'again')).toHaveLength(1)
  })

  test('is kept apart for each item of a batch', async () => {
    const content = (n: number) => ({ text: `item${n}`, long: String(n).repeat(MOST_LONG + 1) })
    const messages = [1, 2, 3].map((n) => ({ to: `p${n}`, content: content(n) }))
    await it.world.json('/v1/messages/batch', {
      body: { channel: 'chat', content: { text: 'all', long }, messages: [...messages, { to: 'p4' }] },
      status: 202,
    })
    const ids = new Set<string>()
    for (const n of [1, 2, 3]) {
      const [file] = (await it.told(`item${n}`)).opened
      expect(file?.[4]).toBe(String(n).repeat(20))
      ids.add(file?.[0] ?? '')
    }
    expect((await it.told('all')).opened[0]?.[4]).toBe('m'.repeat(20))
    expect(ids.size).toBe(3)
  })
})

describe('deleting a file', () => {
  test('that a message uses is a 409, and the file stays', async () => {
    const id = await it.upload('in use')
    await it.sent({ text: 'uses', files: [id] })
    expect(await problem(await it.world.call(`/v1/media/${id}`, { method: 'DELETE' }))).toEqual([
      409,
      'conflict',
      undefined,
    ])
    expect((await it.told('uses')).opened).toHaveLength(1)
  })

  test('while messages name it ends one way: used and there, or gone and refused', async () => {
    for (let n = 0; n < 12; n++) {
      const id = await it.upload(`race ${n}`)
      const text = `race${n}`
      const send = () => it.send({ text, files: [id] })
      const remove = () => it.world.call(`/v1/media/${id}`, { method: 'DELETE' })
      // Now the one is a little ahead, now the other.
      const [first, second] = n % 2 === 0 ? [send(), remove()] : [remove(), send()]
      const [sent, removed] = n % 2 === 0 ? [await first, await second] : [await second, await first]
      expect(`${sent.status} ${removed.status}`).toBe(removed.status === 204 ? '422 204' : '202 409')
      if (removed.status === 204) expect(await usesOf(id)).toBe(0)
      else expect((await it.told(text)).opened).toHaveLength(1)
    }
  })

  test('whose bytes cannot be deleted now is gone for everybody, and a repeat or the purge finishes it', async () => {
    const [one, two] = [await it.upload('one'), await it.upload('two')]
    await it.fail({ delete: 2 })
    for (const id of [one, two]) {
      expect((await it.world.call(`/v1/media/${id}`, { method: 'DELETE' })).status).toBe(503)
      expect((await it.world.call(`/v1/media/${id}`)).status).toBe(404)
      expect((await it.send({ text: 'x', files: [id] })).status).toBe(422)
    }
    expect((await it.world.call(`/v1/media/${one}`, { method: 'DELETE' })).status).toBe(204)
    await it.chapar.scheduled('17 * * * *', Date.now())
    const keys = await it.keys()
    for (const id of [one, two]) {
      expect(keys.some((key) => key.endsWith(id))).toBe(false)
      expect(await it.rows('media', `id = '${id}'`)).toEqual([])
    }
  })
})

describe('an upload that fails', () => {
  const upload = (key: string) =>
    it.world.call('/v1/media', {
      method: 'POST',
      body: 'precious',
      headers: { 'content-type': 'text/plain', 'idempotency-key': key },
    })
  test('before its bytes are kept, or before its row, is a 503, and a repeat under the key is that file', async () => {
    await it.fail({ put: 1 })
    expect((await upload('"u1"')).status).toBe(503)
    const keys = await it.keys()
    await it.world.ledger
      .prepare(`CREATE TRIGGER stop BEFORE INSERT ON media BEGIN SELECT RAISE(ABORT, 'stopped'); END`)
      .run()
    expect((await upload('"u1"')).status).toBe(503)
    await it.world.ledger.prepare('DROP TRIGGER stop').run()
    const fresh = (await it.keys()).filter((key) => !keys.includes(key))
    expect(fresh).toHaveLength(1)
    const third = await upload('"u1"')
    expect(third.status).toBe(201)
    expect(fresh[0]).toContain(((await third.json()) as { id: string }).id)
    expect((await it.keys()).filter((key) => !keys.includes(key))).toEqual(fresh)
  })
})
