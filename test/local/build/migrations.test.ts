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
})

test('a database of another build is refused in one sentence that says how to go on', async () => {
  await bindings.ledger().prepare("INSERT INTO d1_migrations (name) VALUES ('0001_of_another_build.sql')").run()
  await expect(migrate(bindings.ledger(), 'migrations/ledger')).rejects.toThrow(
    'The local state was made by another build of Chapar: `npm run reset` wipes it.',
  )
})
