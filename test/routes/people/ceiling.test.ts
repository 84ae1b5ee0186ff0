import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserOf, signedInPerson } from '../../worlds/players/person-world.ts'
import { startVerifications, type VerificationWorld } from '../../worlds/players/verification-world.ts'
import { caller } from '../../worlds/world.ts'

/** A world of its own: no unit was used before, and the ceiling is that of all codes. */
let it: VerificationWorld
beforeAll(async () => {
  it = await startVerifications({ tenant: { codes: { brand: 'Chapar' }, guard: { homeCeiling: 4 } } })
  const signUp = { open: true, tenantId: it.world.tenantId, mode: 'live' }
  const { chapar } = it.world
  const admin = caller(chapar, await chapar.operatorToken())
  expect((await admin('/admin/v1/licensee', { method: 'PATCH', body: { signUp } })).status).toBe(200)
})
afterAll(() => it.world.dispose())

let count = 0
/** Asks for a code out of a network of its own, so that nobody uses up another's pace. */
async function asking(mobile: string): Promise<number> {
  count++
  const headers = { 'cf-connecting-ip': `203.0.${count}.7` }
  const { browse } = browserOf(it.world.chapar)
  return (await browse('/v1/auth/sign-in/code', { body: { mobile }, headers })).status
}

test('mobiles that nobody has use up none of the units that codes may cost in a day', async () => {
  const mobile = '+989361000001'
  await signedInPerson(it.world.chapar, { mobile })
  const unknown = (n: number) => asking(`+98936200000${n}`)
  for (let n = 0; n < 8; n++) expect(await unknown(n)).toBe(202)
  for (let n = 0; n < 4; n++) expect(await asking(mobile)).toBe(202)
  // At the ceiling both are refused alike.
  expect([await asking(mobile), await unknown(9)]).toEqual([429, 429])
})
