import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hops } from '../../worlds/entries/hops.ts'
import { fakeKavenegar, KAVENEGAR } from '../../worlds/faults/carriers.ts'
import { browserOf, signedInPerson } from '../../worlds/players/person-world.ts'
import { startWorld, until, type World } from '../../worlds/world.ts'

const kavenegar = fakeKavenegar()
const [KNOWN, UNKNOWN] = ['+989371112233', '+989371112244'] as const
let world: World
beforeAll(async () => {
  world = await startWorld({
    entry: 'test/worlds/entries/hops.ts',
    mode: 'live',
    connection: KAVENEGAR,
    outbound: kavenegar.outbound,
  })
  const token = await world.chapar.operatorToken()
  const body = JSON.stringify({ signUp: { open: true, tenantId: world.tenantId, mode: 'live' } })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  await world.chapar.fetch('/admin/v1/licensee', { method: 'PATCH', headers, body })
  await signedInPerson(world.chapar, { mobile: KNOWN })
})
afterAll(() => world.dispose())

const hops = async (method: string): Promise<Hops[]> => {
  const answer = await world.chapar.fetch('/hops', { method })
  return (await answer.json()) as Hops[]
}

/** Calls that an asking made of objects, databases and queues, and the shape of its answer. */
async function traced(path: string, mobile: string) {
  await hops('DELETE')
  const { browse } = browserOf(world.chapar)
  const facts = path.endsWith('sign-up') ? { name: 'Zw5name6Kd', email: 'zw6@person.example', tenantName: 'Shop' } : {}
  const answer = await browse(path, { body: { mobile, ...facts } })
  const shown = Object.entries((await answer.json()) as object).map(([name, value]) =>
    ['ceremony', 'expiresAt', 'resendAt'].includes(name) ? name : `${name} ${value}`,
  )
  const invocation = `POST ${path.split('/').slice(0, 4).join('/')}`
  const found = await until('the log of the call', async () =>
    (await hops('GET')).find(
      (one) => one.invocation === invocation && one.calls.some(({ name }) => name === 'AUDIT.send'),
    ),
  )
  // What a carrier is asked is the queue's doing, and would be counted with the call that came last. Leases, of the tenant's
  // limits and of the guard's ceiling, are asked for once in several calls, whoever makes those.
  const calls = found.calls
    .map(({ name }) => name)
    .filter((name) => !['fetch', 'TENANT.lease', 'GUARD.ask'].includes(name))
  return { status: answer.status, shown, calls }
}

test.each(['/v1/auth/sign-in/code', '/v1/auth/sign-up'])(
  '%s does the same for a mobile that has an account and for one that has none: objects, jobs, statements, answer',
  async (path) => {
    // The policy of the sending account is held from now on.
    await traced(path, '+989371112255')
    const known = await traced(path, KNOWN)
    const unknown = await traced(path, UNKNOWN)
    expect(unknown).toEqual(known)
    expect(known.status).toBe(202)
    expect(known.calls).toEqual(expect.arrayContaining(['VERIFICATION.start', 'SEND_SMS.send', 'AUDIT.send']))
  },
)
