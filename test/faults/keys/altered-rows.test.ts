import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConnectionId, MessageId } from '#worker/domain/ids.ts'
import { packIds } from '#worker/domain/messages/id-sets.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { MINUTE } from '#worker/domain/time.ts'
import { workRow } from '#worker/jobs.ts'
import { insertWork } from '#worker/store/work.ts'
import { fakeKavenegar, KAVENEGAR, kavenegarReport } from '../../worlds/faults/carriers.ts'
import { numbers, type Stage, startStage } from '../../worlds/faults/drill.ts'
import { countsOf, settled } from '../../worlds/faults/invariant.ts'
import { hexOf } from '../../worlds/tenant-rows.ts'
import { addChannel, until } from '../../worlds/world.ts'

/** A row that somebody changed in a database, in the midst of others that are worked with it. */
const kavenegar = fakeKavenegar()
const other = fakeKavenegar()
const log: string[] = []
let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    connection: KAVENEGAR,
    carriers: { 'api.kavenegar.com': kavenegar.outbound, 'other.example.com': other.outbound },
    onLog: (line) => log.push(line),
  })
})
afterAll(() => stage.world.dispose())

/** Changes a bit in the middle of what a row seals, or puts bytes behind its timeline that no version wrote. */
async function alter(id: string, column: 'sealed' | 'timeline'): Promise<void> {
  const { ledger } = stage.world
  if (column === 'timeline') {
    const sql = "UPDATE messages SET timeline = CAST(timeline || x'0f00' AS BLOB) WHERE id = unhex(?1)"
    await ledger.prepare(sql).bind(hexOf(id)).run()
    return
  }
  const read = ledger.prepare(`SELECT hex(${column}) AS hex FROM messages WHERE id = unhex(?1)`).bind(hexOf(id))
  const bytes = Buffer.from((await read.first<string>('hex')) ?? '', 'hex')
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  const write = ledger.prepare(`UPDATE messages SET ${column} = unhex(?2) WHERE id = unhex(?1)`)
  await write.bind(hexOf(id), bytes.toString('hex')).run()
}

/** Messages that the carrier took, with its ids of them. */
async function taken(to: readonly string[]): Promise<{ ids: string[]; refs: string[] }> {
  const before = kavenegar.ids.size
  const ids = await stage.send(to)
  await settled(stage.world, ids)
  return { ids, refs: [...kavenegar.ids.values()].slice(before) }
}

const dataOf = (type: string, id: string): Record<string, unknown> | undefined =>
  stage.receiver.heard
    .filter((event) => event.type === type)
    .map(({ data }) => JSON.parse(data) as Record<string, unknown>)
    .find((data) => data['id'] === id)
const all = (ids: readonly string[], state: string) =>
  until(`all are ${state}`, async () => (await countsOf(stage.world, ids))[state] === ids.length)

test('reports that came with that of an altered row are told as ever, and its own event says that it was altered', async () => {
  const to = numbers(3)
  const { ids, refs } = await taken(to)
  const [first = '', bad = '', last = ''] = ids
  await alter(bad, 'sealed')
  await kavenegarReport(stage.world.chapar, stage.world.callbackUrl, refs, 10)
  await all(ids, 'delivered')
  await until('all three are heard', async () => ids.every((id) => dataOf('message.delivered', id)))
  expect([first, last].map((id) => dataOf('message.delivered', id)?.['to'])).toEqual([to[0], to[2]])
  for (const id of [first, last]) expect(dataOf('message.delivered', id)).not.toHaveProperty('altered')
  expect(dataOf('message.delivered', bad)).toMatchObject({ altered: true, status: 'delivered', from: stage.world.line })
  expect(dataOf('message.delivered', bad)).not.toHaveProperty('to')
  expect(await stage.world.json(`/v1/messages/${bad}`)).toMatchObject({ altered: true, status: 'delivered' })
  expect(log.filter((line) => line.includes('record.altered') && line.includes(bad))).toHaveLength(1)
})

test.each(['sealed', 'timeline'] as const)(
  'a claim whose run died is reviewed though %s of one of its rows was altered',
  async (column) => {
    const { world } = stage
    const { ids } = await taken(numbers(3))
    const [, bad = ''] = ids
    // As a run leaves them that died between the submit and the record.
    for (const id of ids)
      await world.ledger
        .prepare('UPDATE messages SET status = 10, outcome = NULL WHERE id = unhex(?1)')
        .bind(hexOf(id))
        .run()
    await alter(bad, column)
    const now = Date.now()
    const claim = {
      connectionId: world.connectionId as ConnectionId,
      refAttempt: null,
      ids: packIds(ids as MessageId[]),
    }
    const row = { dueAt: now, id: `stale-${column}`, realm: `live.${world.tenantId}` as Realm }
    await insertWork(world.ledger, workRow({ kind: 'claim', body: claim }, row)).run()
    await world.chapar.scheduled('* * * * *', now + MINUTE)
    expect(await world.ledger.prepare('SELECT 1 FROM work WHERE id = ?1').bind(row.id).first()).toBeNull()
    expect((await countsOf(world, ids))['accepted']).toBeUndefined()
    expect(log.filter((line) => line.includes('sweep.failed'))).toEqual([])
  },
)

test('a connection whose row was altered is passed over: the next of the route carries, and operators see and mend it', async () => {
  const { world } = stage
  const { operator, connectionId, chapar } = world
  const settings = { ...KAVENEGAR.settings, url: 'https://other.example.com' }
  const next = await stage.connect({ ...KAVENEGAR, settings })
  await stage.route([connectionId, next.id])
  const sealed = await chapar.control
    .prepare('SELECT secrets FROM connections WHERE id = ?1')
    .bind(connectionId)
    .first<string>('secrets')
  const put = (secrets: string | null) =>
    chapar.control.prepare('UPDATE connections SET secrets = ?2 WHERE id = ?1').bind(connectionId, secrets).run()
  await put(`${sealed?.slice(0, -8)}AAAA${sealed?.slice(-4)}`)
  const list = async () =>
    ((await operator.get('/admin/v1/connections')) as { data: { id: string; unopened?: string[] }[] }).data
  expect((await list()).map(({ id, unopened }) => [id, unopened])).toEqual(
    expect.arrayContaining([
      [connectionId, ['secrets']],
      [next.id, undefined],
    ]),
  )
  // What isolates have read is good for five seconds.
  await until('the connection is read anew', async () => {
    const ids = await stage.send(numbers(1))
    await settled(world, ids)
    return other.took.length > 0
  })
  await operator.post(`/admin/v1/connections/${connectionId}/disable`, {})
  const patched = await chapar.fetch(`/admin/v1/connections/${connectionId}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${await chapar.operatorToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ settings: KAVENEGAR.settings }),
  })
  expect(patched.status).toBe(200)
  expect((await list()).find(({ id }) => id === connectionId)).not.toHaveProperty('unopened')
})

test('a push to an altered device fails, and those beside it are sent', async () => {
  const { world } = stage
  await addChannel(world, { channel: 'push', address: 'shop.example', mode: 'live' })
  const register = async (token: string): Promise<string> =>
    until('the application is known', async () => {
      const answer = await world.call('/v1/devices', { body: { network: 'sandbox', token } })
      return answer.status === 201 && ((await answer.json()) as { id: string }).id
    })
  const [one, bad] = [await register('one'), await register('bad')]
  const text = await world.ledger.prepare('SELECT target FROM devices WHERE id = ?1').bind(bad).first<string>('target')
  const moved = `${text?.slice(0, -8)}AAAA${text?.slice(-4)}`
  await world.ledger.prepare('UPDATE devices SET target = ?2 WHERE id = ?1').bind(bad, moved).run()
  const body = { channel: 'push', content: { title: 'x' }, messages: [{ to: one }, { to: bad }] }
  const { accepted } = await world.json<{ accepted: { id: string }[] }>('/v1/messages/batch', { body, status: 202 })
  const states = await Promise.all(
    accepted.map(({ id }) =>
      until(`${id} ends`, async () => {
        const { status } = await world.json<{ status: string }>(`/v1/messages/${id}`)
        return ['delivered', 'submitted', 'rejected', 'failed'].includes(status) && status
      }),
    ),
  )
  expect(states[0]).toMatch(/submitted|delivered/)
  expect(states[1]).toBe('rejected')
})
