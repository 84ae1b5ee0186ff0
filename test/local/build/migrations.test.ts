import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../../local/build/migrations.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings.dispose())

test('what is applied is not applied again', async () => {
  expect(await migrate(bindings.ledger(), 'migrations/ledger')).toBe(0)
  expect(await migrate(bindings.control, 'migrations/control')).toBe(0)
})

const REFUSAL = 'The local state was made by another build of Chapar: `npm run reset` wipes it.'

test('a database whose migration was another when it was applied is refused, though it bears the same name', async () => {
  await bindings.control.prepare('CREATE INDEX of_another_build ON guard_alerts (used)').run()
  await expect(migrate(bindings.control, 'migrations/control')).rejects.toThrow(REFUSAL)
  await bindings.control.prepare('DROP INDEX of_another_build').run()
  expect(await migrate(bindings.control, 'migrations/control')).toBe(0)
})

test('a database of another build is refused in one sentence that says how to go on', async () => {
  await bindings.ledger().prepare("INSERT INTO d1_migrations (name) VALUES ('0001_of_another_build.sql')").run()
  await expect(migrate(bindings.ledger(), 'migrations/ledger')).rejects.toThrow(REFUSAL)
})
