import { afterAll, expect, test } from 'vitest'
import { generateSecrets } from '../../../local/secrets.ts'
import { type Harness, newSealKey, startChapar, stateFolder, withSealKeys } from '../../worlds/harness.ts'
import { message, nextAttemptDue, reaches, startWorld, until } from '../../worlds/world.ts'

/** Jobs on their way while the secret changes that their keys derive from. */
const [old, young] = [newSealKey('old'), newSealKey('young')]
const secrets = generateSecrets()

const persist = stateFolder()
let chapar: Harness | null = null
afterAll(() => chapar?.dispose())

async function gateway(...keys: readonly object[]): Promise<Harness> {
  await chapar?.dispose()
  // One retry: a job whose key is not there is given up soon.
  chapar = await startChapar({ persist, secrets: withSealKeys(secrets, keys), queue: { maxRetries: 1 } })
  return chapar
}

const TEXT = '+989121234567 words'
const row = (n: number) => ({
  id: `req_${String(n).padStart(16, '0')}`,
  tenantId: '',
  at: Date.now(),
  ip: '192.0.2.7',
  country: 'IR',
  asn: 64500,
  ray: null,
  actor: TEXT,
  method: 'GET',
  route: '/v1/messages',
  status: 200,
  count: 1,
})
const job = (n: number) => ({ kind: 'audit', rows: [row(n)] })
const isLogged = async (it: Harness, n: number): Promise<boolean> =>
  (await it.ledger().prepare('SELECT 1 FROM requests WHERE id = ?1').bind(row(n).id).first()) !== null

/** Puts a job on the queue as a gateway with these keys would. */
const queued = async (it: Harness, n: number, ...keys: readonly object[]): Promise<void> => {
  await (await it.queue('AUDIT', withSealKeys(secrets, keys))).send(job(n))
}

interface Letter {
  readonly id: string
  readonly queue: string
  readonly kind: string
  readonly reason: string
  readonly replayedAt: string | null
}

test('what was sealed before a new key became the first is worked after it, and what no key here opens is kept until one does', async () => {
  const first = await gateway(young, old)
  await queued(first, 1, old)
  await until('the job of the old key is worked', () => isLogged(first, 1))

  const without = await gateway(young)
  await queued(without, 2, old)
  await queued(without, 3, young)
  await until('a job of the young key is not held up', () => isLogged(without, 3))
  const operator = without.api(await without.operatorToken())
  const letter = await until('the job of the lost key is kept', async () => {
    const { data } = (await operator.get('/admin/v1/dead-letters?queue=audit')) as { data: Letter[] }
    return data[0]
  })
  expect(letter).toMatchObject({
    queue: 'audit',
    kind: 'unreadable',
    reason: 'sealed by the key old of SEAL_KEYS, which is not there',
  })
  const path = `/admin/v1/dead-letters/${letter.id}/replay`
  const refused = await without.fetch(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${await without.operatorToken()}` },
  })
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('keys that it was sealed by')])
  const bulk = (await operator.post('/admin/v1/dead-letters/replay', { queue: 'audit' })) as { replayed: number }
  expect(bulk.replayed).toBe(0)

  const back = await gateway(young, old)
  await back.api(await back.operatorToken()).post(path, {})
  await until('the job is worked', () => isLogged(back, 2))
})

test('no body on a queue and no dead letter shows what is in it; one that was changed is kept and never worked', async () => {
  const it = await gateway(young, old)
  const raw = await it.mf.getQueueProducer<unknown>('AUDIT', 'chapar')
  // Without words of a person: what nobody sealed is kept as it came.
  await raw.send({ kind: 'audit', rows: [{ ...row(9), actor: 'somebody' }] })
  const operator = it.api(await it.operatorToken())
  await until('a job in clear is a dead letter', async () => {
    const { data } = (await operator.get('/admin/v1/dead-letters')) as { data: Letter[] }
    return data.some(({ reason }) => reason === 'not a job of this gateway')
  })
  expect(await isLogged(it, 9)).toBe(false)
  await (await it.queue('AUDIT')).send({ kind: 'audit', rows: null, words: TEXT })
  const stored = await until('a poisoned job is kept', () =>
    it.ledger().prepare("SELECT job FROM dead_letters WHERE kind = 'audit'").first<{ job: string }>(),
  )
  expect(Buffer.from(stored.job.slice(stored.job.indexOf('.') + 1), 'base64').toString('latin1')).not.toContain(
    '9891212',
  )
})

test('the work row of a next attempt shows nothing of the message, and the sweep sends it', async () => {
  const world = await startWorld()
  try {
    // Deferred at its first attempt.
    const to = '+989120009904'
    const { id } = await world.json<{ id: string }>('/v1/messages', { method: 'POST', body: message(to), status: 202 })
    await until('the next attempt waits', () => nextAttemptDue(world, id))
    const { results } = await world.ledger.prepare("SELECT body FROM work WHERE kind = 'send'").all<{ body: string }>()
    for (const { body } of results)
      expect(Buffer.from(body.slice(body.indexOf('.') + 1), 'base64').toString('latin1')).not.toContain('9120009904')
    await reaches(world, id, 'delivered')
  } finally {
    await world.dispose()
  }
})
