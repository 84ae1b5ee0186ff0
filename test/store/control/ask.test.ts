import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { ask, askTogether } from '#worker/store/control/ask.ts'
import { senders } from '#worker/store/control/schema.ts'
import { source, sourceFiles } from '../../source-tree.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

/** What no error may hold. */
const LINE = '+989121234567'
const sender: typeof senders.$inferInsert = {
  channel: 'sms',
  value: LINE,
  kind: 'e164',
  tenantId: 'ten_000000000001',
  lineClass: 'service',
  isDefault: true,
  createdAt: 0,
}

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
  await ask(bindings.control, (control) => control.insert(senders).values(sender))
})
afterAll(() => bindings?.dispose())

const failureOf = (asked: Promise<unknown>): Promise<Error> =>
  asked.then(
    () => Promise.reject(new Error('nothing failed')),
    (error: Error) => error,
  )

test.each([
  ['one query', () => ask(bindings.control, (control) => control.insert(senders).values(sender))],
  [
    'queries of one transaction',
    () => askTogether(bindings.control, (control) => [control.insert(senders).values(sender)]),
  ],
])('%s that fails tells what the database said, and nothing that was bound', async (_, run) => {
  const error = await failureOf(run())
  expect(error.message).toMatch(/UNIQUE constraint failed/)
  expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain(LINE)
  expect(JSON.stringify(Object.entries(error))).not.toContain(LINE)
  expect(isDefinite(error)).toBe(true)
})

test('queries of one transaction are answered in their order, or none is done', async () => {
  const both = (value: string) =>
    askTogether(bindings.control, (control) => [
      control.update(senders).set({ isDefault: false }).where(eq(senders.value, LINE)).returning(),
      control.insert(senders).values({ ...sender, value }),
    ])
  await expect(both(LINE)).rejects.toThrow()
  const [before] = await ask(bindings.control, (control) => control.select().from(senders))
  expect(before?.isDefault).toBe(true)
  const [changed, added] = await both('10009')
  expect(changed).toMatchObject([{ value: LINE, isDefault: false, connectionId: null }])
  expect(added.meta.changes).toBe(1)
})

test('no other file makes a query builder, whose errors would tell what was bound', () => {
  const makers = sourceFiles('worker', 'durable-objects').filter((file) => source(file).includes("'drizzle-orm/d1'"))
  expect(makers).toEqual(['worker/store/control/ask.ts'])
})
