import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SendJob, workBody } from '#worker/jobs.ts'
import { overdueWork, sealWork } from '#worker/store/work.ts'
import { fakeKavenegar, KAVENEGAR } from '../worlds/faults/carriers.ts'
import { numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { reset } from '../worlds/faults/troubles.ts'
import { message, until } from '../worlds/world.ts'

interface Shown {
  readonly status: string
  readonly acceptedAt: string
  readonly waiting?: { readonly for: string; readonly until: string }
  readonly timeline: readonly { readonly at: string; readonly until?: string }[]
}
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const carrier = fakeKavenegar()
let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    connection: KAVENEGAR,
    carriers: { 'api.kavenegar.com': carrier.outbound },
  })
  const healthy = await stage.connect({ provider: 'sandbox', name: 'B' })
  await stage.route([stage.world.connectionId, healthy.id])
})
afterAll(() => stage.world.dispose())

const waitingOf = (id: string): Promise<Shown> =>
  until(`${id} waits`, async () => {
    const shown = await stage.world.json<Shown>(`/v1/messages/${id}`)
    return shown.waiting === undefined ? null : shown
  })
async function sent(more: object): Promise<string> {
  const [to = ''] = numbers(1)
  const body = { ...message(to), ...more }
  return (await stage.world.json<{ id: string }>('/v1/messages', { body, status: 202 })).id
}

/** Milliseconds from the first unclear attempt until the end of its wait. */
function waitOf({ waiting, timeline }: Shown): number {
  const unclear = timeline.find((entry) => entry.until !== undefined)
  return Date.parse(waiting?.until ?? '') - Date.parse(unclear?.at ?? '')
}

/** Has the rows that watch repeats say that the waits are over. */
async function endWaits(): Promise<void> {
  const { keys, ledger } = stage.world.chapar
  for (const row of await overdueWork(ledger(), Number.MAX_SAFE_INTEGER, 100)) {
    if (row.kind !== 'send') continue
    const job: SendJob = await workBody('send', keys, row)
    if (!job.pin) continue
    const { dueAt, id, kind, realm } = row
    const plain = JSON.stringify({ ...job, pin: { ...job.pin, until: 1 } })
    const [ended] = await sealWork(keys, [{ dueAt, id, kind, realm, plain }])
    const update = 'UPDATE work SET body = ?3 WHERE due_at = ?1 AND id = ?2'
    await ledger().prepare(update).bind(dueAt, id, ended?.body).run()
  }
}

// Two unclear attempts open the breaker: a third message goes over the healthy connection.
test('a message whose carrier drops repeats and died says what it waits for and until when, and ends then; a code after two minutes', async () => {
  carrier.after = reset
  const [plain, code] = await Promise.all([sent({}), sent({ purpose: 'otp' })])
  const shown = await waitingOf(plain)
  expect([shown.status, shown.waiting?.for]).toEqual(['accepted', 'repeat'])
  expect(waitOf(shown)).toBeGreaterThan(HOUR)
  const short = await waitingOf(code)
  expect([short.waiting?.for, waitOf(short)]).toEqual(['repeat', 2 * MINUTE])

  // The end of the wait has come: the row that watches each repeat says so, and the sweep brings it.
  const asked = carrier.calls.length
  const ended = await until('the waits are over', async () => {
    await endWaits()
    await stage.sweep(8 * MINUTE)
    const now = await Promise.all([plain, code].map((id) => stage.world.json<Shown>(`/v1/messages/${id}`)))
    return now.every(({ status }) => status === 'unknown') ? now : null
  })
  for (const { waiting } of ended) expect(waiting).toBeUndefined()
  expect(carrier.calls.length).toBe(asked)
  const told = () => stage.receiver.heard.filter(({ type }) => type === 'message.unknown').map(({ data }) => data)
  await until('both are told', async () => [plain, code].every((id) => told().some((data) => data.includes(id))))
})
