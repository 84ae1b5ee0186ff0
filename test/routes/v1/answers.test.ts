import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Realm } from '#worker/domain/realm.ts'
import { type Call, clientOf, createEndpoint, honest } from '../../worlds/players/webhook-client.ts'
import { type Notify, startNotify } from '../../worlds/receivers.ts'

/** What receivers answered to POSTs of the log. */

let it: Notify
let realm: Realm
let call: Call
/** One who reads the log of webhooks, and no messages. */
let outsider: Call
beforeAll(async () => {
  it = await startNotify('test/worlds/entries/webhooks.ts')
})
afterAll(() => it.chapar.dispose())
beforeEach(async () => {
  realm = await it.realm()
  call = await clientOf(it, realm, ['webhooks:read', 'webhooks:write', 'messages:read'])
  outsider = await clientOf(it, realm)
})

interface Read {
  readonly id: string
  readonly outcome: string
  readonly httpStatus: number | null
  readonly durationMs: number
  readonly answer: { readonly text: string; readonly isCut: boolean } | null
  readonly altered?: true
}

/** One POST that a receiver answers so, as the log has it. */
async function posted(respond: () => Response): Promise<Read & { readonly path: string }> {
  const { shown } = await createEndpoint(it, call, honest(respond))
  const { id } = (await (await call(`/${shown.id}/test`, 'POST')).json()) as { id: string }
  const path = `/${shown.id}/deliveries/${id}`
  return { ...((await (await call(path)).json()) as Read), path }
}

const WORDS = 'Vb4answeredWords7Kd'

test('the first bytes of an answer are shown with its POST, and are sealed in the ledger', async () => {
  const read = await posted(() => new Response(`{"error":"${WORDS}"}`, { status: 422 }))
  expect(read).toMatchObject({ outcome: 'exhausted', httpStatus: 422 })
  expect(read.answer).toEqual({ text: `{"error":"${WORDS}"}`, isCut: false })
  const sql = 'SELECT answer, json_array(id, reason, event_ids) AS rest FROM deliveries WHERE id = ?1'
  const row = await it.chapar.ledger().prepare(sql).bind(read.id).first<{ answer: string; rest: string }>()
  expect(row?.answer).toMatch(/^\d+\.[\w+/]+=*$/)
  expect(`${row?.answer}${row?.rest}`).not.toContain(WORDS)
  // A list shows no answer, nor does one who may not read what the receiver was told.
  const list = await (await call(`${read.path.split('/deliveries')[0]}/deliveries`)).text()
  expect(list).not.toContain('answer')
  expect(await (await outsider(read.path)).json()).toMatchObject({ httpStatus: 422, answer: null })
})

test('of a long answer the beginning is kept, whole letters of it, and less of a thanks', async () => {
  const long = 'س'.repeat(40_000)
  const refused = await posted(() => new Response(long, { status: 500 }))
  expect(refused.answer).toEqual({ text: 'س'.repeat(512), isCut: true })
  const thanked = await posted(() => new Response(`x${long}`))
  expect(thanked).toMatchObject({ outcome: 'succeeded', answer: { text: `x${'س'.repeat(127)}`, isCut: true } })
  const whole = await posted(() => new Response('s'.repeat(1_024), { status: 500 }))
  expect(whole.answer).toEqual({ text: 's'.repeat(1_024), isCut: false })
})

test('bytes that are no text are told as such, and no answer of them is longer than the bound', async () => {
  const some = await posted(() => new Response(new Uint8Array([0x41, 0xff, 0x00, 0xd8, 0x42]), { status: 400 }))
  expect(some.answer).toEqual({ text: 'A\ufffd\u0000\ufffdB', isCut: false })
  const many = await posted(() => new Response(new Uint8Array(900).fill(0xff), { status: 400 }))
  expect(many.answer).toEqual({ text: '\ufffd'.repeat(341), isCut: true })
})

test('a body that never ends holds nobody up: what came of it is kept', async () => {
  const begun = new TextEncoder().encode('it begins')
  const read = await posted(
    () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(begun) }), {
        status: 500,
        headers: { 'content-type': 'text/plain' },
      }),
  )
  expect(read).toMatchObject({ httpStatus: 500, answer: { text: 'it begins', isCut: true } })
})

test('no body is no answer, and one that was altered is said to be', async () => {
  expect(await posted(() => new Response(null, { status: 204 }))).toMatchObject({ httpStatus: 204, answer: null })
  const read = await posted(() => new Response('no', { status: 500 }))
  const ledger = it.chapar.ledger()
  const sql = "UPDATE deliveries SET answer = substr(answer, 1, length(answer) - 6) || 'AAAAA=' WHERE id = ?1"
  await ledger.prepare(sql).bind(read.id).run()
  const again = (await (await call(read.path)).json()) as Read
  expect(again).toMatchObject({ httpStatus: 500, answer: null, altered: true })
})
