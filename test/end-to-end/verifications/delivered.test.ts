import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Seen, startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { reaches, until, type World } from '../../worlds/world.ts'

/** Codes of which carriers report what became, in what is counted of verifications. */
let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications({ mode: 'test', connection: {} })
})
afterAll(() => it.world.dispose())

interface Counted {
  readonly started: number
  readonly sent: number
  readonly delivered: number
  readonly undelivered: number
  readonly approved: number
}

const from = new Date(Date.now() - 3_600_000).toISOString()
const to = new Date(Date.now() + 3_600_000).toISOString()
async function counted(): Promise<Counted | undefined> {
  await it.world.chapar.scheduled('* * * * *', Date.now() + 60_000)
  const answer = await it.world.json<{ data: Counted[] }>(`/v1/statistics/verifications?from=${from}&to=${to}`)
  return answer.data[0]
}

test('reports of carriers and used codes tell which verifications arrived', async () => {
  const arrived = await it.start({ to: '+989126500001' })
  const lost = await it.start({ to: '+989126509901' })
  await reaches(it.world as World, arrived.messageIds[0] ?? '', 'delivered')
  await reaches(it.world as World, lost.messageIds[0] ?? '', 'undelivered')
  const found = await until('both are counted', async () => {
    const sum = await counted()
    return sum?.delivered === 1 && sum.undelivered === 1 && sum
  })
  expect(found).toMatchObject({ started: 2, sent: 2, approved: 0 })
  // A code that was used arrived, whatever its carrier says.
  await it.world.json(`/v1/verifications/${lost.id}/feedback`, { body: { outcome: 'approved' } })
  const used = await until('its use is counted', async () => {
    const sum = await counted()
    return sum?.approved === 1 && sum
  })
  expect(used).toMatchObject({ started: 2, sent: 2, delivered: 2, undelivered: 0 })
  const shown = await it.world.json<Seen>(`/v1/verifications/${arrived.id}`)
  expect(shown).toMatchObject({ status: 'pending' })
})

test('a report of delivery is no news of a verification: nobody is told, and its times stay', async () => {
  const one = await it.start({ to: '+989126500003' })
  await reaches(it.world as World, one.messageIds[0] ?? '', 'delivered')
  const before = await counted()
  expect(before?.delivered).toBeGreaterThan(0)
  const shown = await it.world.json<Seen & { readonly updatedAt: string }>(`/v1/verifications/${one.id}`)
  expect(shown.updatedAt).toBe((one as typeof shown).updatedAt)
})
