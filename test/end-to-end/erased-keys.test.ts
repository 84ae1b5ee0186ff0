import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TenantId } from '#worker/domain/ids.ts'
import { STANDING } from '#worker/store/keys/month.ts'
import { caller, newTenant, startWorld, tokenOf, type World } from '../worlds/world.ts'

const MINUTE = 60_000
const PERSON = '+989121117301'
const LATER = '+989121117302'

let world: World
let tenant: Awaited<ReturnType<typeof newTenant>>
beforeAll(async () => {
  world = await startWorld({ entry: 'test/worlds/entries/clock.ts', gateways: 2 })
  tenant = await newTenant(world.chapar, { line: '10004402' })
})
afterAll(() => world.dispose())

/** Puts the clock of both gateways, each an isolate, and signs in there anew. */
async function at(time: number): Promise<ReturnType<typeof caller>> {
  for (const gateway of [0, 1]) await world.chapar.fetch('/clock', { method: 'POST', body: String(time) }, gateway)
  const { clientId, clientSecret } = tenant.client
  return caller(world.chapar, await tokenOf(world.chapar, clientId, clientSecret))
}
const add = async (call: ReturnType<typeof caller>, recipient: string, gateway: number): Promise<number> =>
  (await call('/v1/suppressions', { gateway, body: { channel: 'sms', recipient } })).status
const recipients = async (call: ReturnType<typeof caller>, gateway: number): Promise<readonly unknown[]> => {
  const answer = await call('/v1/suppressions', { gateway })
  const { data } = (await answer.json()) as { data: { recipient?: string; altered?: true }[] }
  return data.map(({ recipient, altered }) => recipient ?? (altered ? 'altered' : 'absent'))
}

test('a standing pair that was erased is out of use in every isolate after an hour, also where another was made under its number', async () => {
  const now = Date.now()
  const first = await at(now)
  expect(await add(first, PERSON, 0)).toBe(201)
  expect(await recipients(first, 1)).toEqual([PERSON])
  // As the purge of a third isolate erases a closed tenant.
  await world.chapar.keys.forget(tenant.tenantId as TenantId, STANDING)

  const later = await at(now + 61 * MINUTE)
  expect(await recipients(later, 1)).toEqual([])
  // Somebody writes to a line of the account that was: a new pair.
  expect(await add(later, LATER, 1)).toBe(201)
  // An isolate that went on with the old pair would read the first address, and seal what nobody else opens.
  expect(await recipients(later, 0)).not.toContain(PERSON)
  expect(await recipients(later, 0)).toContain(LATER)
  expect(await recipients(later, 1)).toContain(LATER)
})
