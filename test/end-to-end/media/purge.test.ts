import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { altered } from '../../worlds/altered.ts'
import { type MediaWorld, startMediaWorld } from '../../worlds/media-world.ts'
import { hexOf } from '../../worlds/tenant-rows.ts'
import { until } from '../../worlds/world.ts'

const DAY = 86_400_000
const PURGE = '17 * * * *'
let it: MediaWorld
beforeAll(async () => {
  // The home shard holds the files, the last shard the messages.
  it = await startMediaWorld({ shards: 2, tenant: { shards: [0, 1], limits: { rate: 1_000, burst: 1_000 } } })
})
afterAll(() => it.dispose())
beforeEach(async () => {
  for (const shard of [0, 1])
    await it.chapar
      .ledger(shard)
      .batch(
        ['messages', 'contents', 'batches', 'media', 'media_uses', 'cursors'].map((table) =>
          it.chapar.ledger(shard).prepare(`DELETE FROM ${table}`),
        ),
      )
  for (const key of await it.keys()) await it.bucket.delete(key)
})

const purgeAt = (days: number): Promise<void> => it.chapar.scheduled(PURGE, Date.now() + days * DAY)
const messages = () => it.chapar.ledger(1)
/** A message that has ended and was last changed now, or as it would stand after some days. */
async function ended(text: string, files: readonly string[], inDays = 0): Promise<string> {
  const id = await it.sent({ text, files })
  await it.told(text)
  const changed = await until('the message is written down', async () => {
    const { meta } = await messages()
      .prepare('UPDATE messages SET status = 60, updated_at = ?2 WHERE id = unhex(?1) AND status >= 20')
      .bind(hexOf(id), Date.now() + inDays * DAY)
      .run()
    return meta.changes > 0
  })
  expect(changed).toBe(true)
  return id
}
const left = async (): Promise<string[]> => {
  const keys = (await it.keys()).map((key) => key.split('/').at(-1) ?? '')
  const rows = (await it.rows('media')).map(({ id }) => String(id))
  expect(keys.sort()).toEqual(rows.sort())
  return rows
}

describe('the purge', () => {
  test('takes a file with its message, on whichever shard that lay, and neither before its time', async () => {
    const id = await it.upload('one')
    await ended('purge-one', [id])
    await purgeAt(185)
    expect(await left()).toEqual([id])
    await purgeAt(187)
    // The shard of the files comes first: it sees that the messages are gone an hour later.
    await purgeAt(187.05)
    expect(await left()).toEqual([])
    expect(await it.rows('media_uses')).toEqual([])
    expect(await messages().prepare('SELECT id FROM messages').first()).toBeNull()
  })

  test('takes a file that two messages use with the last of them', async () => {
    const id = await it.upload('two')
    await ended('purge-first', [id])
    await ended('purge-second', [id], 30)
    await purgeAt(187)
    await purgeAt(187.05)
    expect(await left()).toEqual([id])
    expect(await it.rows('media_uses')).toHaveLength(1)
    await purgeAt(217)
    await purgeAt(217.05)
    expect(await left()).toEqual([])
  })

  test('takes an upload that no message ever named by its age', async () => {
    const id = await it.upload('unused')
    await purgeAt(185)
    expect(await left()).toEqual([id])
    await purgeAt(187)
    expect(await left()).toEqual([])
  })

  test('leaves a file that is in use, however old it is', async () => {
    const id = await it.upload('logo')
    await ended('purge-open', [id])
    await messages().prepare('UPDATE messages SET status = 10').run()
    await purgeAt(400)
    await purgeAt(400.05)
    expect(await left()).toEqual([id])
  })

  test('leaves a file that was named lately, although the messages that used it are gone', async () => {
    const id = await it.upload('stamp')
    const at = Date.now() + 100 * DAY
    await it.world.ledger.prepare('UPDATE media SET used_at = ?1').bind(at).run()
    await purgeAt(187)
    expect(await left()).toEqual([id])
    await purgeAt(287)
    expect(await left()).toEqual([])
  })

  test('goes on where the bucket failed, and leaves nothing behind', async () => {
    const ids = [await it.upload('a'), await it.upload('b')]
    await it.fail({ delete: 1 })
    await purgeAt(187)
    expect((await it.rows('media', 'gone_at IS NOT NULL')).map(({ id }) => id)).toEqual(ids)
    expect(await it.keys()).toHaveLength(2)
    await purgeAt(187.05)
    expect(await left()).toEqual([])
  })

  test('of one account takes its files though the bucket keeps those of another', async () => {
    const { token } = await it.other({ tenant: { shards: [0, 1] } })
    await it.upload('a')
    await it.upload('b', 'text/plain', token)
    expect(await it.rows('media')).toHaveLength(2)
    await it.fail({ delete: 1 })
    await purgeAt(187)
    expect(await it.rows('media')).toHaveLength(1)
    await purgeAt(187.05)
    expect(await left()).toEqual([])
  })

  test('goes through many files in chunks', async () => {
    const first = await it.upload('many')
    const place = first.length - 15
    // Changed ids prove nothing, but the purge asks for no proof.
    await it.world.ledger
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
INSERT INTO media SELECT realm, substr(id, 1, ?1) || printf('%06d', n.i) || substr(id, ?1 + 7), source, type, bytes, sealed, created_at, used_at, gone_at FROM media, n`,
      )
      .bind(place)
      .run()
    for (const { id } of await it.rows('media')) await it.bucket.put(`test.${it.world.tenantId}/${id}`, 'x')
    expect(await it.rows('media')).toHaveLength(451)
    await purgeAt(187)
    expect(await it.rows('media')).toEqual([])
    expect((await it.bucket.list()).objects).toEqual([])
  })

  test('deletes bytes that no row names after a day, and mail that was left lying after its time', async () => {
    const kept = await it.upload('kept')
    const orphan = `test.${it.world.tenantId}/${altered(kept)}`
    await it.bucket.put(orphan, 'x')
    await it.bucket.put('mail/req_1', 'raw mail')
    const own = `test.${it.world.tenantId}/${kept}`
    await purgeAt(0)
    expect(await it.keys()).toEqual(['mail/req_1', own, orphan].sort())
    await purgeAt(2)
    expect(await it.keys()).toEqual(['mail/req_1', own].sort())
    await purgeAt(187)
    expect(await it.keys()).toEqual([])
  })
})
