import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { STATUS_CODES } from '#worker/domain/messages/status.ts'
import type { RecordJob, SendJob } from '#worker/jobs.ts'
import { deadJob } from '#worker/store/dead-letters.ts'
import { KAVENEGAR } from '../../worlds/faults/carriers.ts'
import { type Seen, startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { addChannel, reaches, until, type World } from '../../worlds/world.ts'

/** Codes that never went out, over a carrier that has no credit left. */
let it: VerificationWorld
let world: World
const looked: URLSearchParams[] = []
beforeAll(async () => {
  const template = { ...KAVENEGAR, settings: { ...KAVENEGAR.settings, template: 'sign-in' } }
  it = await startVerifications({ connection: template }, (form) => {
    looked.push(form)
    return Response.json({ return: { status: 418, message: '' }, entries: null }, { status: 418 })
  })
  world = it.world as World
  await addChannel(world, { channel: 'voice', address: '+982191001235', mode: 'live' })
})
afterAll(() => it.world.dispose())
beforeEach(() => {
  looked.length = 0
})

let count = 0
const start = () => it.start({ to: `+98912650${1_000 + count++}`, channels: ['sms', 'voice'], digits: 10 })
const triggered = async (sql: string, work: () => Promise<unknown>): Promise<void> => {
  await world.ledger.prepare(`CREATE TRIGGER refused ${sql} BEGIN SELECT RAISE(ABORT, 'refused'); END`).run()
  await work()
  await world.ledger.prepare('DROP TRIGGER refused').run()
}
const letterOf = (kind: string) =>
  until(`a letter of ${kind}`, async () => {
    const { data } = (await world.operator.get('/admin/v1/dead-letters')) as { data: { id: string; kind: string }[] }
    return data.find((letter) => letter.kind === kind)?.id
  })

test('the letter of an outcome that was never written holds no code of the next attempt', async () => {
  let started: Seen | undefined
  let letter = ''
  await triggered(`BEFORE INSERT ON work WHEN NEW.kind = 'send'`, async () => {
    started = await start()
    letter = await letterOf('record')
  })
  const kept = await deadJob(world.ledger, world.chapar.keys, letter)
  const json = kept && 'json' in kept ? kept.json : ''
  const job = JSON.parse(json) as RecordJob
  const next = job.work?.map((one) => JSON.parse('plain' in one ? one.plain : '{}') as SendJob) ?? []
  expect(next).toMatchObject([{ attempt: 2, shared: { code: '', content: {}, validUntil: next[0]?.acceptedAt } }])
  expect(looked[0]?.get('token')).toMatch(/^\d{10}$/)
  expect(json).not.toContain(looked[0]?.get('token'))
  await world.json(`/v1/messages/${started?.messageIds[0]}/cancel`, { body: {} })
})

test('a code that its carrier reports as undelivered offers the next channel at once, and no other verification', async () => {
  const test9901 = await startVerifications({ mode: 'test', connection: {} })
  try {
    const to = '+989126509901'
    const first = await test9901.start({ to, channels: ['sms', 'voice'] })
    const other = await test9901.start({ to: '+989126500000', channels: ['sms', 'voice'] })
    const offered = await until('voice is offered', async () => {
      const found = await test9901.world.json<Seen>(`/v1/verifications/${first.id}`)
      return found.resendAt !== first.resendAt && found
    })
    expect(offered).toMatchObject({ status: 'pending', channel: 'sms', nextChannel: 'voice' })
    expect(Date.parse(offered.resendAt ?? '')).toBeLessThanOrEqual(Date.now())
    expect(await test9901.world.json(`/v1/verifications/${other.id}`)).toMatchObject({ resendAt: other.resendAt })
  } finally {
    await test9901.world.dispose()
  }
})

test('a code in a job that nobody could work offers the next channel at once', async () => {
  let seen: Seen | undefined
  await triggered(`BEFORE INSERT ON messages WHEN NEW.status = ${STATUS_CODES.accepted}`, async () => {
    seen = await start()
    await reaches(world, seen.messageIds[0] ?? '', 'failed')
  })
  const offered = await until('voice is offered', async () => {
    const found = await world.json<Seen>(`/v1/verifications/${seen?.id}`)
    return found.resendAt !== seen?.resendAt && found
  })
  expect(offered).toMatchObject({ status: 'pending', channel: 'sms', nextChannel: 'voice' })
  expect(looked).toEqual([])
})
