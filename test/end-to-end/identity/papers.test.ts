import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY } from '#worker/domain/time.ts'
import { openedCalls } from '../../worlds/at-rest/opened-calls.ts'
import { until } from '../../worlds/world.ts'
import { type Caller, type IdentityWorld, nationalId, startIdentityWorld } from './people.ts'

const COMPANY = { name: 'شرکت چاپار', nationalId: '۱۰۳۸۰۲۸۴۷۹۰', registrationNumber: '28479' }
const PDF = (words = 'notice'): Uint8Array => new TextEncoder().encode(`%PDF-1.7 ${words}`)
const PURGE = '17 * * * *'

let world: IdentityWorld
let people = 100
let bucket: Awaited<ReturnType<IdentityWorld['it']['chapar']['mf']['getR2Bucket']>>
beforeAll(async () => {
  world = await startIdentityWorld()
  bucket = await world.it.chapar.mf.getR2Bucket('MEDIA', 'chapar')
})
afterAll(() => world?.it.dispose())

interface Papers {
  readonly id: string
  readonly status: string
  readonly company: { readonly nationalId: string }
  readonly files: readonly { readonly number: number; readonly type: string; readonly bytes: number }[]
  readonly reason: string | null
}

/** A person of the level L2. */
async function known(): Promise<Caller> {
  const person = await world.join()
  await person.match(nationalId(people++))
  return person
}
const begin = (person: Caller, company: object = COMPANY) => person.call('/papers', { body: company })
const put = (person: Caller, id: string, number: number | string, body = PDF(), type = 'application/pdf') =>
  person.call(`/papers/${id}/files/${number}?name=notice-of-the-company.pdf`, { method: 'PUT', body, type })
const submit = (person: Caller, id: string) => person.call(`/papers/${id}/submit`, { method: 'POST' })
const json = async (answer: Promise<Response>): Promise<Papers> => (await (await answer).json()) as Papers

/** Papers of a person, submitted with a file. */
async function handedIn(person: Caller, words?: string): Promise<Papers> {
  const { id } = await json(begin(person))
  expect((await put(person, id, 1, PDF(words))).status).toBe(200)
  return json(submit(person, id))
}
const keysOf = async (id: string): Promise<readonly string[]> =>
  (await bucket.list({ prefix: `papers/${id}/` })).objects.map(({ key }) => key)
const admin = (method: string, path: string, body?: unknown) => world.admin.call(method, `/admin/v1${path}`, body)
const statusOf = async (id: string): Promise<unknown> => (await admin('GET', `/papers/${id}`)).body['status']

describe('papers of a legal person', () => {
  test('are begun from L2 on, by a company’s id with its check digit, and one at a time', async () => {
    const nobody = await world.join()
    expect((await begin(nobody)).status).toBe(403)
    const person = await known()
    const refused = await begin(person, { ...COMPANY, nationalId: '10380284792' })
    expect([refused.status, ((await refused.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer]).toEqual([
      422,
      '/nationalId',
    ])
    const made = await begin(person)
    const papers = (await made.json()) as Papers
    expect([made.status, made.headers.get('location')]).toEqual([201, `/v1/auth/identity/papers/${papers.id}`])
    expect(papers).toMatchObject({
      status: 'draft',
      company: { ...COMPANY, nationalId: '10380284790' },
      files: [],
      reason: null,
    })
    expect((await begin(person)).status).toBe(409)
    expect(await (await person.call('')).json()).toMatchObject({ papers: [{ id: papers.id }] })
  })

  test('have up to ten files that are what their type says, each replaced under its number', async () => {
    const person = await known()
    const { id } = await json(begin(person))
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1])
    for (const [number, body, type, status] of [
      [1, PDF(), 'application/pdf', 200],
      [10, png, 'image/png', 200],
      [2, new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg', 200],
      [3, png, 'application/pdf', 415],
      [3, PDF(), 'text/plain', 415],
      [3, PDF(), 'application/zip', 415],
      [3, new Uint8Array(0), 'application/pdf', 415],
      [3, new Uint8Array(10_000_001), 'application/pdf', 413],
      [0, PDF(), 'application/pdf', 404],
      [11, PDF(), 'application/pdf', 404],
      ['1.0', PDF(), 'application/pdf', 404],
    ] as const)
      expect((await put(person, id, number, body, type)).status, `${number} ${type}`).toBe(status)
    expect((await json(put(person, id, 1, PDF('second')))).files).toEqual([
      { number: 1, type: 'application/pdf', bytes: 15 },
      { number: 2, type: 'image/jpeg', bytes: 4 },
      { number: 10, type: 'image/png', bytes: 9 },
    ])
    expect(await keysOf(id)).toHaveLength(3)
    expect((await person.call(`/papers/${id}/files/10`, { method: 'DELETE' })).status).toBe(204)
    expect((await person.call(`/papers/${id}/files/10`, { method: 'DELETE' })).status).toBe(404)
    expect(await keysOf(id)).toHaveLength(2)
  })

  test('are another person’s as if there were none', async () => {
    const [person, other] = [await known(), await known()]
    const { id } = await json(begin(person))
    for (const answer of [
      await put(other, id, 1),
      await submit(other, id),
      await other.call(`/papers/${id}`, { method: 'DELETE' }),
      await other.call(`/papers/${id}/files/1`, { method: 'DELETE' }),
      await submit(person, 'pap_0123456789012345678901234'),
    ])
      expect(answer.status).toBe(404)
  })

  test('that were submitted stand as they are until they are withdrawn, with their files', async () => {
    const person = await known()
    const { id } = await json(begin(person))
    expect((await submit(person, id)).status).toBe(409)
    await put(person, id, 1)
    expect((await json(submit(person, id))).status).toBe('submitted')
    expect((await submit(person, id)).status).toBe(409)
    expect((await put(person, id, 2)).status).toBe(409)
    expect((await person.call(`/papers/${id}/files/1`, { method: 'DELETE' })).status).toBe(409)
    expect((await person.call(`/papers/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect([await keysOf(id), (await submit(person, id)).status]).toEqual([[], 404])
    expect((await begin(person)).status).toBe(201)
  })
})

describe('an operator', () => {
  test('lists what waits, reads a file for a reason that is kept, and approves: the account is of a legal person', async () => {
    const person = await known()
    const own = await world.account([person], 'L2')
    const { id } = await handedIn(person, 'the newspaper’s words')
    const list = (await world.admin.ok('GET', '/admin/v1/papers?limit=200')) as { data: readonly { id: string }[] }
    expect(list.data.map((one) => one.id)).toContain(id)
    const other = await known()
    await begin(other)
    expect((await admin('GET', `/papers/${id}`)).body).toMatchObject({
      personId: person.person.id,
      company: { nationalId: '10380284790' },
      decidedBy: null,
    })
    expect((await admin('GET', `/papers/${id}`)).body['others']).toBeGreaterThan(0)
    const path = `/admin/v1/papers/${id}/files/1/disclose`
    expect((await admin('POST', `/papers/${id}/files/1/disclose`, {})).status).toBe(422)
    expect((await admin('POST', `/papers/${id}/files/2/disclose`, { reason: 'review' })).status).toBe(404)
    const file = await world.it.chapar.fetch(path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await world.it.chapar.operatorToken()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ reason: 'review of papers 4711' }),
    })
    expect(await file.text()).toBe('%PDF-1.7 the newspaper’s words')
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="notice-of-the-company.pdf"')
    expect(file.headers.get('x-content-type-options')).toBe('nosniff')
    const row = await until('the disclosure is in the log', async () => {
      const rows = await openedCalls(
        { ledger: world.it.ledger, keys: world.it.chapar.keys },
        'route = ?1 AND object = ?2',
        '/admin/v1/papers/:papersId/files/:number/disclose',
        id,
      )
      return rows.find(({ status }) => status === 200)
    })
    expect(row).toMatchObject({ reason: 'review of papers 4711', actor: 'tester' })
    expect((await admin('POST', `/papers/${id}/approve`)).body).toMatchObject({
      status: 'approved',
      decidedBy: 'tester',
    })
    expect([await person.level(), await own.level()]).toEqual(['L3', 'L3'])
    expect((await admin('POST', `/papers/${id}/approve`)).status).toBe(200)
    expect((await person.call(`/papers/${id}`, { method: 'DELETE' })).status).toBe(409)
    await admin('POST', `/papers/${id}/refuse`, { reason: 'The company was dissolved.' })
    expect([await statusOf(id), await person.level(), await own.level()]).toEqual(['refused', 'L2', 'L2'])
    expect((await admin('POST', `/papers/${id}/approve`)).status).toBe(409)
  })

  test('refuses with a reason that the person reads, who may hand in others', async () => {
    const person = await known()
    const { id } = await handedIn(person)
    expect((await admin('POST', `/papers/${id}/refuse`, {})).status).toBe(422)
    expect((await admin('POST', `/papers/${id}/refuse`, { reason: 'It is of 1392.' })).status).toBe(200)
    const { papers, level } = (await (await person.call('')).json()) as { papers: Papers[]; level: string }
    expect([level, papers[0]?.status, papers[0]?.reason]).toEqual(['L2', 'refused', 'It is of 1392.'])
    expect((await begin(person)).status).toBe(201)
  })

  test('approves nothing of who is not known himself any more', async () => {
    const person = await known()
    const { id } = await handedIn(person)
    await admin('POST', `/identities/${person.person.id}/release`)
    expect((await admin('POST', `/papers/${id}/approve`)).status).toBe(409)
    expect([await statusOf(id), await person.level()]).toEqual(['submitted', 'L1'])
  })
})

test('the purge takes refused papers and drafts after a month, and what is a closed person’s after the floor', async () => {
  const { chapar } = world.it
  const [refused, draft, waiting, closed] = [await known(), await known(), await known(), await known()]
  const of = {
    refused: (await handedIn(refused)).id,
    draft: (await json(begin(draft))).id,
    waiting: (await handedIn(waiting)).id,
    closed: (await handedIn(closed)).id,
  }
  await put(draft, of.draft, 1)
  await admin('POST', `/papers/${of.refused}/refuse`, { reason: 'no' })
  const left = async (): Promise<string[]> => {
    const found = await Promise.all(
      Object.entries(of).map(async ([name, id]) => ((await keysOf(id)).length > 0 ? [name] : [])),
    )
    return found.flat()
  }
  const match = async (person: Caller): Promise<unknown> =>
    chapar.control.prepare('SELECT 1 AS n FROM identity_matches WHERE person_id = ?1').bind(person.person.id).first('n')
  const now = Date.now()
  await chapar.scheduled(PURGE, now + 29 * DAY)
  expect(await left()).toEqual(['refused', 'draft', 'waiting', 'closed'])
  await chapar.scheduled(PURGE, now + 31 * DAY)
  expect(await left()).toEqual(['waiting', 'closed'])
  expect((await admin('GET', `/papers/${of.refused}`)).status).toBe(404)
  await chapar.control
    .prepare(`UPDATE people SET status = 'closed', closed_at = ?2 WHERE id = ?1`)
    .bind(closed.person.id, now)
    .run()
  await chapar.scheduled(PURGE, now + 185 * DAY)
  expect([await left(), await match(closed)]).toEqual([['waiting', 'closed'], 1])
  await chapar.scheduled(PURGE, now + 187 * DAY)
  expect([await left(), await match(closed), await match(waiting)]).toEqual([['waiting'], null, 1])
  const checks = await chapar.control.prepare('SELECT count(*) AS n FROM identity_checks').first('n')
  expect(checks).toBe(0)
})
