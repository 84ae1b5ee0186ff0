import { afterAll, beforeAll, expect, test } from 'vitest'
import { newTenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { insertWorks, sealWork } from '#worker/store/work.ts'
import { startWorld, type World } from '../../worlds/world.ts'

const DAY = 86_400_000
const SWEEP = '* * * * *'
const WORDS = 'words of somebody'

const logged: string[] = []
let world: World
beforeAll(async () => {
  world = await startWorld({ onLog: (line) => logged.push(line) })
})
afterAll(() => world.dispose())

test('work whose keys are gone waits a week for them, and is then given up: counted as lost, told without its content', async () => {
  const { chapar, ledger, operator } = world
  const now = Date.now()
  // Of a tenant that the gateway has read no keys of.
  const tenant = newTenantId()
  const realm = realmOf(tenant, 'live')
  const rows = (['send', 'notify', 'parked-report'] as const).flatMap((kind) =>
    [6, 8].map((days) => ({
      ...{ dueAt: now - days * DAY, id: `${kind}-${days}`, kind, realm },
      plain: JSON.stringify({ words: WORDS }),
    })),
  )
  await insertWorks(ledger, await sealWork(chapar.keys, rows)).run()
  for (const days of [6, 8]) await chapar.keys.forget(tenant, monthOf(now - days * DAY))
  const left = async () => {
    const { results } = await ledger.prepare('SELECT id FROM work WHERE realm = ?1 ORDER BY id').bind(realm).all()
    return results.map(({ id }) => id)
  }
  const lost = async () => ((await operator.get('/admin/v1/health')) as { lost: number }).lost

  await chapar.scheduled(SWEEP, now)
  expect(await left()).toEqual(['notify-6', 'parked-report-6', 'send-6'])
  expect(await lost()).toBe(3)
  await chapar.scheduled(SWEEP, now)
  expect((await left()).length).toBe(3)
  await chapar.scheduled(SWEEP, now + 2 * DAY)
  expect(await left()).toEqual([])
  const told = logged.filter((line) => line.includes('sweep.keys-gone'))
  expect(told).toHaveLength(6)
  expect(told.join()).toContain('parked-report')
  expect(logged.join()).not.toContain(WORDS)
})
