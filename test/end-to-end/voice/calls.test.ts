import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attemptRefOf, type MessageId, type TenantId } from '#worker/domain/ids.ts'
import type { TimelineEntry } from '#worker/domain/messages/message.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { newReceiver } from '../../worlds/faults/receiver.ts'
import { hexOf, rowsWhere, rowOf as storedRow } from '../../worlds/tenant-rows.ts'
import { addChannel, goOn, nextAttemptDue, reaches, startWorld, until, type World } from '../../worlds/world.ts'

const CALLER = '02191001234'
const receiver = newReceiver('receiver.example.org')
let world: World
let callbackUrl: string
beforeAll(async () => {
  world = await startWorld({ outbound: receiver.outbound })
  await world.json('/v1/webhooks', { body: { url: receiver.url }, status: 201 })
  callbackUrl = (await addChannel(world, { channel: 'voice', address: CALLER })).callbackUrl
})
afterAll(() => world.dispose())

interface Call {
  readonly id: string
  readonly status: string
  readonly content: Record<string, unknown>
  readonly inReplyTo?: string
  readonly failure?: { readonly code: string }
  readonly timeline: readonly TimelineEntry[]
}

const RETRY = { times: 2, delaySeconds: 3_600 }
const place = async (to: string, content: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  (
    await world.json<{ id: string }>('/v1/messages', {
      body: { channel: 'voice', to, content: { say: { text: 'سلام' }, ...content }, ...more },
      status: 202,
    })
  ).id
const call = (id: string, ...states: string[]) => reaches<Call>(world, id, ...states)

const rowOf = (id: string) => storedRow(world.ledger, id)
const waits = (id: string, attempt = 1) =>
  until(`${id} waits for the call after ${attempt}`, async () => {
    const row = await rowOf(id)
    return row?.outcome === 'again' && row.attempt === attempt && row
  })
async function report(id: string, attempt: number, status: string, code?: string): Promise<void> {
  const ref = attemptRefOf(realmOf(world.tenantId as TenantId, 'test'), id as MessageId, attempt)
  const receipts = [{ id: 'sbx_x', ref, status, ...(code === undefined ? {} : { code }) }]
  const answer = await world.chapar.fetch(new URL(callbackUrl).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ at: Date.now(), receipts }),
  })
  expect(answer.status).toBe(200)
}
const tells = (id: string, word: string, times: number) =>
  until(`${id} tells ${word} ${times} times`, async () => {
    const row = await rowOf(id)
    return row && JSON.stringify(row.timeline).split(word).length - 1 === times && row
  })
const BUSY = '"code":"recipient-busy"'

describe('a call', () => {
  test('is made and delivered, and told in started minutes', async () => {
    const id = await place('+989120000001')
    expect(await call(id, 'delivered')).toMatchObject({ channel: 'voice', units: 1, encoding: 'voice' })
  })

  test('that finds the line busy is made again and delivered, without an end between', async () => {
    const id = await place('+989120009920', { retry: RETRY })
    expect((await waits(id)).status).toBe(20)
    await goOn(world, id)
    const { timeline } = await call(id, 'delivered')
    expect(timeline.map(({ status, attempt, code }) => [status, attempt, code].join(' ').trim())).toEqual([
      'accepted',
      'submitted 1',
      'submitted 1 recipient-busy',
      'accepted 2',
      'submitted 2',
      'delivered',
    ])
    const told = await until('the delivery is told', async () => {
      const own = receiver.heard.filter(({ data }) => data.includes(id))
      return own.some(({ type }) => type === 'message.delivered') && own
    })
    expect(told.map(({ type }) => type)).toEqual(['message.submitted', 'message.delivered'])
  })

  test('of a batch is made again like any other, those of one request together', async () => {
    const batch = await world.json<{ accepted: { id: string }[] }>('/v1/messages/batch', {
      body: {
        channel: 'voice',
        content: { say: { text: 'سلام به همه' }, retry: RETRY },
        messages: [{ to: '+989121119920' }, { to: '+989122229920' }, { to: '+989122220000' }],
      },
      status: 202,
    })
    const [first, second, other] = batch.accepted.map(({ id }) => id)
    if (!first || !second || !other) throw new Error('the batch was not accepted')
    await waits(first)
    await waits(second)
    await call(other, 'delivered')
    await goOn(world, first)
    for (const id of [first, second]) {
      await call(id, 'delivered')
      expect((await world.json<Call>(`/v1/messages/${id}`)).content).toMatchObject({ say: { text: 'سلام به همه' } })
    }
  })

  test('that nobody answers ends when it was tried as often as asked', async () => {
    const id = await place('+989120009921', { retry: { ...RETRY, times: 1 } })
    await waits(id)
    await goOn(world, id)
    const { failure, timeline } = await call(id, 'undelivered')
    expect(failure?.code).toBe('no-answer')
    expect(timeline.filter(({ status }) => status === 'undelivered')).toHaveLength(1)
    expect((await rowOf(id))?.attempt).toBe(2)
  })

  test('without `retry`, or whose next call would come after its validity, ends at once', async () => {
    const plain = await place('+989120009920')
    const short = await place(
      '+989120009921',
      { retry: RETRY },
      { validUntil: new Date(Date.now() + 1_800_000).toISOString() },
    )
    expect((await call(plain, 'undelivered')).failure?.code).toBe('recipient-busy')
    expect((await call(short, 'undelivered')).failure?.code).toBe('no-answer')
    expect((await rowOf(short))?.attempt).toBe(1)
  })
})

describe('while the next call is waited for', () => {
  test('a report that comes twice opens one next call, and a late one of the first call ends nothing', async () => {
    const id = await place('+989120009920', { retry: RETRY })
    await waits(id)
    await report(id, 1, 'undelivered', 'recipient-busy')
    await report(id, 1, 'failed', 'not-delivered')
    await tells(id, BUSY, 2)
    await tells(id, '"code":"not-delivered"', 1)
    expect(await rowOf(id)).toMatchObject({ status: 20, attempt: 1, outcome: 'again' })
    await goOn(world, id)
    await call(id, 'delivered')
    await report(id, 1, 'undelivered', 'recipient-busy')
    await tells(id, BUSY, 3)
    expect(await rowOf(id)).toMatchObject({ status: 60, attempt: 2 })
  })

  test('a late delivery wins, and nobody is called again', async () => {
    const id = await place('+989120009920', { retry: RETRY })
    await waits(id)
    await report(id, 1, 'delivered')
    await call(id, 'delivered')
    await goOn(world, id)
    await until('the next call was looked at', async () => (await nextAttemptDue(world, id)) === null)
    expect(await rowOf(id)).toMatchObject({ status: 60, attempt: 1 })
  })

  test('it can be canceled, and nobody is called again', async () => {
    const id = await place('+989120009920', { retry: RETRY })
    await waits(id)
    expect((await world.call(`/v1/messages/${id}/cancel`, { method: 'POST' })).status).toBe(200)
    await call(id, 'canceled')
    await goOn(world, id)
    await until('the next call was looked at', async () => (await nextAttemptDue(world, id)) === null)
    expect(await rowOf(id)).toMatchObject({ status: 52, attempt: 1 })
  })
})

describe('a next call that cannot be worked', () => {
  test('ends its message as failed, and is kept', async () => {
    const id = await place('+989120009920', { retry: RETRY })
    await waits(id)
    await world.ledger
      .prepare(
        `CREATE TRIGGER poison BEFORE UPDATE ON messages WHEN new.id = x'${hexOf(id)}' AND new.attempt = 2
         BEGIN SELECT RAISE(ABORT, 'poison'); END`,
      )
      .run()
    await goOn(world, id)
    expect((await call(id, 'failed')).failure?.code).toBe('poison')
    await world.ledger.prepare('DROP TRIGGER poison').run()
    const letters = (await world.operator.get('/admin/v1/dead-letters?state=waiting')) as { data: { kind: string }[] }
    expect(letters.data.map(({ kind }) => kind)).toEqual(['send'])
  })
})

/** What came in for our line in reply to this call. */
const replyTo = (id: string) =>
  until('the reply', async () => {
    const [row] = await rowsWhere(world.ledger, 'in_reply_to = unhex(?1)', hexOf(id))
    return row && world.json<Call>(`/v1/messages/${row.id}`)
  })

describe('what comes back', () => {
  test('keys that were pressed are a message in reply to the call', async () => {
    const id = await place('+989120009922', { gather: { digits: 1 } })
    expect(await replyTo(id)).toMatchObject({
      direction: 'inbound',
      channel: 'voice',
      from: '+989120009922',
      to: CALLER,
      content: { digits: '1' },
      inReplyTo: id,
    })
  })

  test('a voice message is kept, named in the message, and can be fetched', async () => {
    const id = await place('+989120009923')
    const { content } = await replyTo(id)
    const { recording } = content as { recording: { media: string; type: string; bytes: number } }
    expect(recording).toMatchObject({ media: expect.stringMatching(/^med_/), type: 'audio/wav' })
    const file = await world.call(`/v1/media/${recording.media}/content`)
    expect(file.status).toBe(200)
    expect(file.headers.get('content-type')).toMatch(/^audio\/wav/)
    expect((await file.arrayBuffer()).byteLength).toBe(recording.bytes)
  })
})
