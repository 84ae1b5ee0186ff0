import { expect, test, vi } from 'vitest'
import { realmOf } from '#worker/domain/realm.ts'
import { DAY, HOUR, SECOND } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import { generateSecrets } from '../../local/secrets.ts'
import { PATIENCE } from '../patience.ts'

vi.mock('cloudflare:workers', () => ({
  DurableObject: class {
    readonly ctx: unknown
    readonly env: unknown
    constructor(ctx: unknown, env: unknown) {
      this.ctx = ctx
      this.env = env
    }
  },
}))

/** Storage of one object in memory, whose next put may fail. */
function storage() {
  const kept = new Map<string, unknown>()
  const it = { kept, alarmAt: null as number | null, isBroken: false }
  const kv = {
    get: (key: string) => kept.get(key),
    put: (key: string, value: unknown) => {
      if (it.isBroken) throw new Error('too large')
      kept.set(key, value)
    },
  }
  const real = {
    kv,
    getAlarm: async () => it.alarmAt,
    setAlarm: async (at: number) => {
      it.alarmAt = at
    },
    deleteAlarm: async () => {
      it.alarmAt = null
    },
    deleteAll: async () => kept.clear(),
  }
  return { it, real }
}

/** An object whose queue does with each job what the test says. */
async function object(send: () => Promise<void>) {
  const { VerificationObject } = await import('../../durable-objects/verification.ts')
  const { it, real } = storage()
  const env = { BASE_URL: 'https://chapar.test', ...generateSecrets().worker, REPORT: { send } }
  const ctx = { storage: real } as unknown as DurableObjectState
  return { storage: it, object: new VerificationObject(ctx, env as unknown as Env) }
}

const opening = (id: string, now: number) =>
  ({
    id: `ver_${id}`,
    realm: realmOf('ten_1', 'live'),
    shard: 0,
    channels: ['sms'],
    mostChecks: 5,
    binding: null,
    order: 'sealed',
    code: {
      hash: id,
      channel: 'sms',
      wording: 'gateway',
      messageId: `msg_${id}`,
      sentAt: now,
      expiresAt: now + HOUR,
    },
  }) as const

test('what cannot be stored did not happen', async () => {
  const { storage, object: recipient } = await object(async () => undefined)
  await recipient.start(opening('a', Date.now()))
  storage.isBroken = true
  const tried = { token: 'one', hash: 'a', binding: null }
  await expect(recipient.check('ver_a', tried)).rejects.toThrow('too large')
  storage.isBroken = false
  expect((await recipient.read('ver_a'))?.standing.status).toBe('pending')
  expect((await recipient.check('ver_a', tried))?.kind).toBe('approved')
})

test('a change that is told in vain during the alarm is told again after seconds', async () => {
  const jobs: PromiseWithResolvers<void>[] = []
  const { storage, object: recipient } = await object(() => {
    const job = Promise.withResolvers<void>()
    jobs.push(job)
    return job.promise
  })
  const asked = (n: number) => vi.waitFor(() => expect(jobs.length).toBe(n), PATIENCE)
  const now = Date.now()
  const first = recipient.start(opening('a', now))
  await asked(1)
  jobs[0]?.reject(new Error('full'))
  await first
  storage.alarmAt = null
  const alarm = recipient.alarm()
  await asked(2)
  const second = recipient.start(opening('b', now))
  await asked(3)
  jobs[2]?.reject(new Error('full'))
  await second
  expect(storage.alarmAt).toBeLessThan(now + 60 * SECOND)
  jobs[1]?.resolve()
  await alarm
  expect(storage.alarmAt).toBeLessThan(now + 60 * SECOND)
  const again = recipient.alarm()
  await asked(4)
  jobs[3]?.resolve()
  await again
  expect(storage.alarmAt).toBeGreaterThan(now + DAY - HOUR)
})
