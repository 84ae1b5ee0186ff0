import { beforeEach, describe, expect, test } from 'vitest'
import { channelRules } from '#worker/channels/rules.ts'
import { bounceAddressOf } from '#worker/domain/carriers/email-message-id.ts'
import { attemptRefOf, importIdKeys, messageId, newBase, newRequestId } from '#worker/domain/ids.ts'
import type { Env } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import type { MailJob } from '#worker/jobs.ts'
import { mailHandler } from '#worker/mail.ts'

const keys = await importIdKeys([{ kid: 1, key: new Uint8Array(32) }])
const tenant = 'live.ten_0123456789ab'
const base = await newBase(keys, {
  realm: tenant,
  channel: 'sms',
  request: newRequestId(1_800_000_000_000),
  shard: 0,
  count: 1,
})
const bounce = bounceAddressOf(attemptRefOf(tenant, messageId(base, 0), 1), 'shop.example')

const dataKey = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
let kept: Map<string, Uint8Array>
let jobs: MailJob[]
let lines: string[]
/** The platform of a bounce address: it is known by its MAC, so no database is asked. */
function platform(): Platform {
  const env = {
    MEDIA: {
      put: async (key: string, bytes: Uint8Array) => void kept.set(key, bytes),
      delete: async (key: string) => void kept.delete(key),
    },
    REPORT: { send: async (job: MailJob) => void jobs.push(job) },
  } as unknown as Platform['env']
  return {
    env,
    config: { idKeys: keys } as Platform['config'],
    keys: { sealer: async () => ({ owner: '', number: 1, data: dataKey }) } as unknown as Platform['keys'],
    channels: channelRules,
    now: () => 1_800_000_000_000,
    log: (fact, fields) => void lines.push(JSON.stringify({ fact, ...fields })),
    connect: () => {
      throw new Error('not here')
    },
    inside: () => null,
  }
}
const handle = mailHandler(platform)
beforeEach(() => {
  kept = new Map()
  jobs = []
  lines = []
})

/** A mail as the runtime hands it over; the stream counts what is read of it. */
function arriving(over: { from?: string; to?: string; size?: number; said?: number } = {}) {
  const { from = 'secret-person@person.example', to = bounce, size = 10, said = size } = over
  let read = 0
  let rejected: string | null = null
  const raw = new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = Math.min(1_000_000, size - read)
      if (chunk <= 0) return controller.close()
      read += chunk
      controller.enqueue(new Uint8Array(chunk))
    },
  })
  const message = {
    from,
    to,
    raw,
    rawSize: said,
    headers: new Headers(),
    setReject: (reason: string) => (rejected = reason),
  }
  return {
    message: message as unknown as ForwardableEmailMessage,
    read: () => read,
    rejected: () => rejected,
  }
}

describe('email()', () => {
  test('keeps the mail and queues the work on it', async () => {
    const mail = arriving()
    await handle(mail.message, {} as Env)
    expect(mail.rejected()).toBeNull()
    expect(jobs).toMatchObject([
      { kind: 'mail', to: bounce, from: 'secret-person@person.example', key: `mail/${jobs[0]?.id}` },
    ])
    expect(kept.get(jobs[0]?.key ?? '')).toHaveLength(10 + 16)
  })

  test.each(['', '<>'])('knows the empty sender of a bounce: %j', async (from) => {
    await handle(arriving({ from }).message, {} as Env)
    expect(jobs[0]?.from).toBe('')
  })

  test('refuses what is too large without reading it, and reads no more than it may of what lied about its size', async () => {
    const honest = arriving({ size: 25_000_001 })
    await handle(honest.message, {} as Env)
    const liar = arriving({ size: 60_000_000, said: 10 })
    await handle(liar.message, {} as Env)
    for (const mail of [honest, liar]) expect(mail.rejected()).toMatch(/^5\.3\.4 /)
    // One chunk is read ahead by the stream itself.
    expect(honest.read()).toBeLessThanOrEqual(1_000_000)
    expect(liar.read()).toBeLessThan(30_000_000)
    expect([kept.size, jobs.length]).toEqual([0, 0])
  })

  test('tells the log no address', async () => {
    await handle(arriving().message, {} as Env)
    await handle(arriving({ size: 25_000_001 }).message, {} as Env)
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toMatch(/person|shop|@/)
  })
})
