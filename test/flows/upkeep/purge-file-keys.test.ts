import { afterAll, beforeAll, expect, test } from 'vitest'
import { newRequestId } from '#worker/domain/ids.ts'
import { realmOf, type TenantId } from '#worker/domain/realm.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { mailPlace, putSealed } from '#worker/flows/media/sealed-object.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { type DeadLetter, insertDeadLetters } from '#worker/store/dead-letters.ts'
import { endOfMonth, monthOf } from '#worker/store/keys/month.ts'
import { mail } from '../../worlds/mail-world.ts'
import { addChannel, startWorld, until, type World } from '../../worlds/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const FLOOR = 186 * DAY
const PURGE = '17 * * * *'
const SHOP = 'shop@shop.example'

let world: World
let bucket: Platform['env']['MEDIA']
beforeAll(async () => {
  world = await startWorld()
  bucket = (await world.chapar.mf.getR2Bucket('MEDIA', 'chapar')) as unknown as Platform['env']['MEDIA']
})
afterAll(() => world.dispose())

/** Numbers of the pairs of months that an owner has. */
async function monthsOf(owner: string): Promise<readonly number[]> {
  const sql = 'SELECT number FROM keys WHERE owner = ?1 AND number > 0 ORDER BY number'
  const { results } = await world.chapar.control.prepare(sql).bind(owner).all<{ number: number }>()
  return results.map(({ number }) => number)
}
/** Two runs: the second sees that the first has emptied a month. */
async function purge(at: number): Promise<void> {
  for (const hour of [0, 1, 2]) await world.chapar.scheduled(PURGE, at + hour * HOUR)
}

test('a file that a later message used keeps the keys of the month it came in, and opens; they go with it', async () => {
  const { ledger, tenantId } = world
  const upload = { method: 'POST', body: '%PDF-1.7 words', headers: { 'content-type': 'application/pdf' } }
  const { id } = await world.json<{ id: string }>('/v1/media?name=letter.pdf', { ...upload, status: 201 })
  const now = Date.now()
  const month = monthOf(now)
  // As a message of two months later leaves it, which is purged with the others before the second purge.
  await ledger
    .prepare('UPDATE media SET used_at = ?1')
    .bind(endOfMonth(month) + 30 * DAY)
    .run()

  await purge(endOfMonth(month) + FLOOR + DAY)
  expect(await monthsOf(tenantId)).toContain(month)
  expect(await world.json(`/v1/media/${id}`)).toMatchObject({ name: 'letter.pdf' })
  expect(await (await world.call(`/v1/media/${id}/content`)).text()).toBe('%PDF-1.7 words')

  await purge(endOfMonth(month) + 32 * DAY + FLOOR)
  expect((await world.call(`/v1/media/${id}`)).status).toBe(404)
  expect(await monthsOf(tenantId)).not.toContain(month)
})

test('a mail whose job is dead opens as long as it lies in the bucket; its month goes after it', async () => {
  const { chapar, ledger, operator, tenantId } = world
  await addChannel(world, { channel: 'email', address: SHOP })
  const at = Date.now()
  const month = monthOf(at)
  const keep = async (words: string): Promise<string> => {
    const id = newRequestId(at)
    const key = `mail/${id}`
    const raw = mail({ From: 'Ann <ann@person.example>', To: SHOP, Subject: 'x' }, words)
    const env = { MEDIA: bucket } as Platform['env']
    await putSealed({ env, keys: chapar.keys }, mailPlace(key), { type: 'message/rfc822', name: null }, utf8(raw))
    const job = { kind: 'mail', id, key, from: 'ann@person.example', to: SHOP, receivedAt: at }
    // Its retries ended after the month did, so that no row of the month is left.
    const letter = {
      queue: 'report',
      kind: 'mail',
      realm: '',
      items: 0,
      reason: 'retries exhausted',
      at: endOfMonth(month) + DAY,
    }
    const kept: DeadLetter = {
      id: `dead_${id.slice(4)}`,
      ...letter,
      realm: '' as DeadLetter['realm'],
      job: { json: JSON.stringify(job) },
    }
    await insertDeadLetters(ledger, chapar.keys, [kept])
    return kept.id
  }
  const [first] = [await keep('words of a mail'), await keep('words that nobody asked for')]
  const objects = async () => (await bucket.list({ prefix: 'mail/' })).objects.length
  await ledger.prepare('DELETE FROM requests').run()

  await purge(at + FLOOR - DAY)
  expect(await objects()).toBe(2)
  await operator.post(`/admin/v1/dead-letters/${first}/replay`, {})
  await until('the mail is taken', async () =>
    (await (await world.call('/v1/messages?direction=inbound')).text()).includes('words of a mail'),
  )

  await ledger.prepare('DELETE FROM requests').run()
  await purge(endOfMonth(month) + FLOOR + DAY / 2)
  expect(await objects()).toBe(0)
  await ledger.prepare('DELETE FROM requests').run()
  await purge(endOfMonth(month) + FLOOR + DAY)
  expect(await monthsOf('')).not.toContain(month)
  expect(realmOf(tenantId as TenantId, 'test')).toContain(tenantId)
})
