import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EventType } from '#worker/domain/messages/events.ts'
import { type Seen, startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { until } from '../../worlds/world.ts'

interface Told {
  readonly type: EventType
  readonly data: Readonly<Record<string, unknown>>
}

let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications()
  await it.world.json('/v1/webhooks', { body: { url: 'https://hooks.example.org/in' }, status: 201 })
})
afterAll(() => it.world.dispose())

let count = 0
const number = (): string => `+98912620${String(1_000 + count++)}`
const toldOf = (id: string): readonly Told[] =>
  it.told.map((text) => JSON.parse(text) as Told).filter(({ data }) => data['id'] === id)
const told = (id: string, type: EventType) =>
  until(`${type} of ${id}`, async () => toldOf(id).find((event) => event.type === type))
const listed = (id: string, status: string) =>
  until(`${id} is listed as ${status}`, async () => {
    const { data } = await it.world.json<{ data: Seen[] }>('/v1/verifications')
    return data.find((one) => one.id === id && one.status === status)
  })

test('a code is in no list, answer, event, kept answer or log; its message has no content', async () => {
  const to = number()
  const init = { body: { to, digits: 10 }, headers: { 'idempotency-key': 'start' } }
  const answer = await it.world.call('/v1/verifications', init)
  const first = await answer.text()
  const { id, messageIds } = JSON.parse(first) as Seen
  const code = await it.codeTo(to)
  const repeat = await it.world.call('/v1/verifications', init)
  expect([repeat.headers.get('idempotency-replayed'), await repeat.text()]).toEqual(['true', first])
  const message = await until('the message is submitted', async () => {
    const found = await it.world.json<{ status: string }>(`/v1/messages/${messageIds[0]}`)
    return found.status === 'submitted' && found
  })
  expect(message).toMatchObject({ content: null, redacted: 'code', purpose: 'otp', to })
  await told(messageIds[0] ?? '', 'message.submitted')
  expect((await it.check(id, code)).body.status).toBe('approved')
  await told(id, 'verification.approved')
  await listed(id, 'approved')
  const paths = [
    '/v1/messages?limit=100',
    `/v1/messages?person=${encodeURIComponent(to)}`,
    `/v1/messages/${messageIds[0]}`,
    '/v1/verifications',
    `/v1/verifications/${id}`,
    '/v1/requests?limit=100',
  ]
  const answers = await Promise.all(paths.map(async (path) => (await it.world.call(path)).text()))
  for (const text of [first, ...answers, ...it.told, ...it.logged]) expect(text).not.toContain(code)
  expect(answers[0]).toContain('"redacted":"code"')
})

test('the ends are told: approved, failed and blocked, each once', async () => {
  const to = number()
  const ids: string[] = []
  for (const n of [0, 1, 2]) {
    ids.push((await it.start({ to, clientRef: `r${n}` })).id)
    await it.codeTo(to, n)
  }
  const codes = await Promise.all([0, 1, 2].map((n) => it.codeTo(to, n)))
  const [approved = '', failed = '', blocked = ''] = ids
  await it.check(approved, codes[0] ?? '')
  const wrong = it.wrong(...codes)
  for (const _ of [1, 2, 3, 4, 5]) await it.check(failed, wrong)
  const fourth = await it.start({ to })
  for (const _ of [1, 2, 3, 4]) await it.check(fourth.id, wrong)
  await it.check(blocked, wrong)
  expect((await told(approved, 'verification.approved')).data).toMatchObject({
    to,
    status: 'approved',
    clientRef: 'r0',
  })
  expect((await told(failed, 'verification.failed')).data).toMatchObject({ to, checks: 5, clientRef: 'r1' })
  expect((await told(blocked, 'verification.blocked')).data).toMatchObject({ to, checks: 1, clientRef: 'r2' })
  await it.world.json(`/v1/verifications/${approved}/feedback`, { body: { outcome: 'failed' } })
  await until('the feedback is listed', async () => {
    const { data } = await it.world.json<{ data: (Seen & { feedback?: string })[] }>('/v1/verifications')
    return data.some((one) => one.id === approved && one.feedback === 'failed')
  })
  expect(toldOf(approved).map(({ type }) => type)).toEqual(['verification.approved'])
})

test('the list goes by recipient, page by page', async () => {
  const [ann, bob] = [number(), number()]
  const ids = [await it.start({ to: ann }), await it.start({ to: bob }), await it.start({ to: ann })].map(
    ({ id }) => id,
  )
  for (const id of ids) await listed(id, 'pending')
  const page = (query: string) =>
    it.world.json<{ data: Seen[]; nextCursor: string | null }>(`/v1/verifications?${query}`)
  const to = encodeURIComponent(ann)
  const first = await page(`to=${to}&limit=1`)
  const rest = await page(`to=${to}&limit=1&cursor=${first.nextCursor}`)
  expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual([ids[2], ids[0]])
  expect(rest.nextCursor).toBeNull()
})

test('the letter of a job that nobody could work holds no code, and cannot be replayed', async () => {
  const to = number()
  const { world } = it
  await world.ledger
    .prepare(`CREATE TRIGGER poison BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'poison'); END`)
    .run()
  const { id } = await it.start({ to, digits: 10 })
  const letter = await until('the job is dead', async () => {
    const { data } = (await world.operator.get('/admin/v1/dead-letters')) as { data: { id: string; queue: string }[] }
    return data.find(({ queue }) => queue === 'send-sms')
  })
  await world.ledger.prepare('DROP TRIGGER poison').run()
  const row = await world.ledger.prepare('SELECT realm, job FROM dead_letters WHERE id = ?1').bind(letter.id).first()
  expect(row).not.toBeNull()
  await expect(world.operator.post(`/admin/v1/dead-letters/${letter.id}/replay`, {})).rejects.toThrow(/409|conflict/)
  const { openText } = await import('#worker/store/keys/sealed.ts')
  const json = await openText(world.chapar.keys, world.tenantId as 'ten_', String(row?.['job']), [
    'dead_letters',
    letter.id,
    'job',
  ])
  const job = JSON.parse(String(json)) as { items: { to: string }[]; shared: Readonly<Record<string, unknown>> }
  expect([job.items[0]?.to, 'content' in job.shared, job.shared['code']]).toEqual([to, false, ''])
  expect(id).toMatch(/^ver_/)
})
