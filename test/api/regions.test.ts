import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { caller, message, newTenant, startWorld, until, type World } from '../worlds/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ tenant: { pack: 'generic', region: null } })
})
afterAll(() => world.dispose())

interface Refused {
  readonly code: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
}
interface Tenant {
  readonly region: string | null
}

const tenantPath = () => `/admin/v1/tenants/${world.tenantId}`
const asOperator = async (method: string, path: string, body: unknown): Promise<Response> =>
  caller(world.chapar, await world.chapar.operatorToken())(path, { method, body })
let lines = 5_000_000
/** Calls as a new tenant with this region, so that no isolate has an older policy of it. */
async function tenantIn(region: string | null, pack = 'generic'): Promise<ReturnType<typeof caller>> {
  const { token } = await newTenant(world.chapar, { line: String(lines++), tenant: { region, pack } })
  return caller(world.chapar, token)
}

/** To whom a message goes that is written to `to`; a list of what is refused. */
async function taken(to: string, call: World['call'] = world.call): Promise<string | Refused['errors']> {
  const answer = await call('/v1/messages', { body: message(to) })
  if (answer.status === 422) return ((await answer.json()) as Refused).errors
  const { id } = (await answer.json()) as { id: string }
  return until('the message is there', async () => {
    const found = await call(`/v1/messages/${id}`)
    return found.status === 200 && ((await found.json()) as { to: string }).to
  })
}

describe('without a region', () => {
  test.each([
    ['+44 (0)7700 900123', '+447700900123'],
    ['+44 (0) 20 7946 0018', '+442079460018'],
    ['+49 (0)151 23456789', '+4915123456789'],
    ['0044 7700 900123', '+447700900123'],
    ['+39 06 6982 1234', '+390669821234'],
    ['+98 912 123 4567', '+989121234567'],
  ])('%s is sent to %s', async (written, to) => {
    expect(await taken(written)).toBe(to)
  })

  test.each(['07700900123', '+44 07700 900123', '+98 0912 123 4567', '09121234567', '447700900123'])(
    '%s is refused at /to, and the number is not repeated',
    async (written) => {
      const errors = await taken(written)
      expect(errors).toMatchObject([{ pointer: '/to', detail: expect.stringContaining('E.164') }])
      expect(JSON.stringify(errors)).not.toContain(written)
    },
  )

  test('an item of a batch is refused alone, at its own place', async () => {
    const body = {
      channel: 'sms',
      content: { text: 'سلام' },
      messages: [{ to: '+447700900123' }, { to: '07700900123' }],
    }
    const { accepted, rejected } = await world.json<{ accepted: unknown[]; rejected: Refused[] }>(
      '/v1/messages/batch',
      {
        body,
        status: 202,
      },
    )
    expect(accepted).toHaveLength(1)
    expect(rejected).toMatchObject([{ index: 1, errors: [{ pointer: '/messages/1/to' }] }])
  })

  test('opt-outs, lists and sessions say which field is not readable', async () => {
    const added = await world.call('/v1/suppressions', { body: { channel: 'sms', recipient: '07700900123' } })
    expect(((await added.json()) as Refused).errors).toMatchObject([{ pointer: '/recipient' }])
    const listed = await world.call('/v1/messages?to=07700900123')
    expect(((await listed.json()) as Refused).errors).toMatchObject([{ pointer: 'query:to' }])
    const sessions = await world.call('/v1/sessions?from=07700900123')
    expect(((await sessions.json()) as Refused).errors).toMatchObject([{ pointer: 'query:from' }])
  })
})

describe('with a region', () => {
  test.each([
    ['GB', '07700 900123', '+447700900123'],
    ['IR', '۰۹۱۲ ۱۲۳ ۴۵۶۷', '+989121234567'],
    ['DE', '0151 23456789', '+4915123456789'],
    ['FR', '06 12 34 56 78', '+33612345678'],
    ['TR', '0532 123 45 67', '+905321234567'],
    ['AE', '050 123 4567', '+971501234567'],
    ['US', '(415) 555-2671', '+14155552671'],
  ])('%s reads %s as %s', async (region, written, to) => {
    expect(await taken(written, await tenantIn(region))).toBe(to)
  })

  test('another’s national form is refused', async () => {
    const errors = await taken('050 123 4567', await tenantIn('GB'))
    expect(errors).toMatchObject([{ pointer: '/to', detail: expect.stringContaining('GB') }])
  })

  test('opt-outs and lists read it the same way', async () => {
    const call = await tenantIn('GB')
    expect(await taken('07700900123', call)).toBe('+447700900123')
    const added = await call('/v1/suppressions', { body: { channel: 'sms', recipient: '07700 900777' } })
    expect(await added.json()).toMatchObject({ recipient: '+447700900777' })
    const listed = await call('/v1/messages?to=07700900123')
    expect(((await listed.json()) as { data: unknown[] }).data).toMatchObject([{ to: '+447700900123' }])
  })

  test('none of its own: the pack’s, `ir` has IR', async () => {
    expect(await taken('09121234567', await tenantIn(null, 'ir'))).toBe('+989121234567')
    expect(await taken('07700900123', await tenantIn('GB', 'ir'))).toBe('+447700900123')
  })

  test('a change is answered, and in force when the policy is known everywhere', async () => {
    const answer = await asOperator('PATCH', tenantPath(), { region: 'FR' })
    expect(((await answer.json()) as Tenant).region).toBe('FR')
    await until('it is in force', async () => (await taken('06 12 34 56 78')) === '+33612345678')
    const back = await asOperator('PATCH', tenantPath(), { region: null })
    expect(((await back.json()) as Tenant).region).toBeNull()
  })

  test.each(['XX', 'ir', '', 98, 'IT'])('%s without data is refused at the admin call, by name', async (region) => {
    for (const answer of [
      await asOperator('POST', '/admin/v1/tenants', { name: 'Elsewhere', region }),
      await asOperator('PATCH', tenantPath(), { region }),
    ]) {
      expect(answer.status).toBe(422)
      expect(((await answer.json()) as Refused).errors).toMatchObject([{ pointer: '/region' }])
    }
  })
})
