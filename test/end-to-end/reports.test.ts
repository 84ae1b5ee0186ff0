import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seeded } from '../worlds/random.ts'
import { hexOf, setRef, rowOf as storedRow } from '../worlds/tenant-rows.ts'
import { message, reaches, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ connection: { provider: 'sandbox-by-ref', name: 'By ref' } })
})
afterAll(() => world.dispose())

const HOUR = 3_600_000

/** A message that the carrier took and says nothing of: its ref at the carrier, and its id. */
async function submitted(to = '+989120009908'): Promise<{ id: string; ref: string }> {
  const { id } = await world.json<{ id: string }>('/v1/messages', { body: message(to), status: 202 })
  await until('the attempt is recorded', async () =>
    world.ledger.prepare('SELECT 1 FROM messages WHERE id = unhex(?1) AND outcome IS NOT NULL').bind(hexOf(id)).first(),
  )
  const ref = `sbx_test_${id.slice(-12)}`
  // Another ref than the carrier's own, whose slow report would come in between.
  await setRef(world.ledger, id, ref)
  return { id, ref }
}

async function report(
  receipts: readonly { id: string; status: string; suppress?: boolean }[],
  path = new URL(world.callbackUrl).pathname,
): Promise<number> {
  const body = JSON.stringify({ at: Date.now(), receipts })
  return (await world.chapar.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body }))
    .status
}
const rowOf = (id: string) => storedRow(world.ledger, id)

const ORDER = ['submitted', 'undelivered', 'delivered', 'read']
const CODE: Readonly<Record<string, number>> = { submitted: 20, undelivered: 50, delivered: 60, read: 70 }

describe('delivery reports', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'in any order end in the highest rank, each once in the timeline (seed %i)',
    async (seed) => {
      const random = seeded(seed)
      const { id, ref } = await submitted()
      const said = ORDER.filter(() => random() < 0.7)
      const receipts = [...said, ...said].map((status) => ({ id: ref, status })).sort(() => random() - 0.5)
      for (const receipt of receipts) {
        if (random() < 0.5) await report([receipt])
        else await report([receipt, receipt])
      }
      const highest = Math.max(20, ...said.map((status) => CODE[status] ?? 0))
      await until('all are applied', async () => {
        const row = await rowOf(id)
        return row?.status === highest && said.every((status) => row.timeline.some((entry) => entry.status === status))
      })
    },
  )

  test('that come before their message is recorded are kept and applied', async () => {
    const ref = `sbx_early_${Date.now()}`
    await report([{ id: ref, status: 'delivered' }])
    const { id } = await submitted()
    await setRef(world.ledger, id, ref)
    expect((await reaches(world, id, 'delivered')).status).toBe('delivered')
  })

  test('a complaint in one callback with the delivery suppresses the recipient; one that the carrier denies does not', async () => {
    const complained = async (to: string) => {
      const { id } = await world.json<{ id: string }>('/v1/messages', { body: message(to), status: 202 })
      await until('the carrier’s ref is kept', () =>
        world.ledger.prepare('SELECT 1 FROM refs WHERE message_id = unhex(?1)').bind(hexOf(id)).first(),
      )
      const ref = `sbx_test_${id.slice(-12)}`
      await setRef(world.ledger, id, ref)
      const delivered = { id: ref, status: 'delivered' }
      expect(await report([delivered, { ...delivered, suppress: true }])).toBe(200)
      await reaches(world, id, 'delivered')
      return to
    }
    const suppressed = async (to: string) => {
      const { data } = await world.json<{ data: { recipient: string }[] }>('/v1/suppressions?channel=sms')
      return data.some(({ recipient }) => recipient === to)
    }
    const denied = await complained('+989120030001')
    const meant = await complained('+989120039926')
    await until('the complaint is kept', () => suppressed(meant))
    expect(await suppressed(denied)).toBe(false)
  })

  test('without the secret, or of another connection, change nothing', async () => {
    const { id, ref } = await submitted()
    const { pathname } = new URL(world.callbackUrl)
    expect(await report([{ id: ref, status: 'delivered' }], pathname.replace(/[^/]+$/, 'x'.repeat(24)))).toBe(403)
    const other = (await world.operator.post('/admin/v1/connections', {
      channel: 'sms',
      provider: 'sandbox-by-ref',
      name: 'Other',
      settings: {},
    })) as { callbackUrl: string }
    expect(await report([{ id: ref, status: 'delivered' }], new URL(other.callbackUrl).pathname)).toBe(200)
    await report([{ id: ref, status: 'undelivered' }])
    expect((await reaches(world, id, 'undelivered', 'delivered')).status).toBe('undelivered')
  })
})

describe('the report deadline', () => {
  test('makes `unknown` of what was never reported, and a late report still corrects it', async () => {
    const { id } = await world.json<{ id: string }>('/v1/messages', { body: message('+989120009908'), status: 202 })
    await reaches(world, id, 'submitted')
    const due = await until('the deadline stands', async () =>
      world.ledger
        .prepare("SELECT due_at AS dueAt FROM work WHERE kind = 'report-deadline' ORDER BY due_at DESC")
        .first<{ dueAt: number }>(),
    )
    expect(due.dueAt - Date.now()).toBeGreaterThan(71 * HOUR)
    await world.chapar.scheduled('* * * * *', due.dueAt + 1_000)
    await reaches(world, id, 'unknown')
    expect((await reaches(world, id, 'delivered')).status).toBe('delivered')
  })
})
