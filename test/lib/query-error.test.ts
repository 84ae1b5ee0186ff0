import { drizzle } from 'drizzle-orm/d1'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isDefinite } from '#worker/lib/definite-error.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { senders } from '#worker/store/control/schema.ts'
import { type Bindings, startBindings } from '../worlds/harness.ts'

/** What no log and no error may hold. */
const LINE = '+989121234567'

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings?.dispose())

const sender = {
  channel: 'sms',
  value: LINE,
  kind: 'e164',
  tenantId: 'ten_000000000001',
  lineClass: 'service',
  isDefault: true,
  connectionId: null,
  createdAt: 0,
} as const

/** What a query of the builder is rejected with. */
const failureOf = (query: Promise<unknown>): Promise<Error> =>
  query.then(
    () => Promise.reject(new Error('the query did not fail')),
    (error: Error) => error,
  )

async function refusedRow(): Promise<Error> {
  const control = drizzle(bindings.control)
  await control.insert(senders).values(sender).onConflictDoNothing()
  return failureOf(control.insert(senders).values(sender).execute())
}

describe('of a row that the database refuses', () => {
  test('drizzle’s message holds what was bound, and the label only what the database said', async () => {
    const error = await refusedRow()
    expect(error.message).toContain(LINE)
    expect(errorLabel(error)).toMatch(/UNIQUE constraint failed: senders\.channel, senders\.value/)
    expect(errorLabel(error)).not.toContain(LINE)
    expect(errorLabel(error)).not.toContain(sender.tenantId)
  })

  test('the same work would fail again', async () => {
    expect(isDefinite(await refusedRow())).toBe(true)
  })
})

describe('of a database that is away', () => {
  const away = {
    prepare: () => ({
      bind: () => ({ run: () => Promise.reject(new Error('D1_ERROR: Network connection lost.')) }),
    }),
  } as unknown as D1Database
  const outage = () =>
    failureOf(
      drizzle(away)
        .insert(senders)
        .values({ ...sender, lineClass: 'otp' })
        .execute(),
    )

  test('the label says so, without what was bound', async () => {
    const error = await outage()
    expect(error.message).toContain(LINE)
    expect(errorLabel(error)).toBe('Error: D1_ERROR: Network connection lost.')
  })

  test('the same work may succeed later, whatever was bound', async () => {
    const error = await outage()
    expect(isDefinite(error)).toBe(false)
    error.message += ', malformed JSON'
    expect(isDefinite(error)).toBe(false)
  })

  test('a wrapper that hides nothing says nothing', () => {
    expect(errorLabel(new Error(`Failed query: insert\nparams: ${LINE}`))).toBe('query failed')
  })
})
