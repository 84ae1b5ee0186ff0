import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperatorRole } from '#worker/domain/people/roles.ts'
import { realmOf, type TenantId } from '#worker/domain/realm.ts'
import { type DeadLetter, insertDeadLetters } from '#worker/store/dead-letters.ts'
import { addPerson, type Signed, tabToken } from '../../worlds/players/signed-in-people.ts'
import { type Body, type Seen, type Surface, startSurface } from '../../worlds/surface.ts'
import { until } from '../../worlds/world.ts'

const HOUR = 3_600_000

/** Call that somebody proposes, and makes. */
interface Call {
  readonly method: string
  readonly path: string
  readonly body?: object
}
const WORDS = 'words of a person, and 0499370899'

let it: Surface
let staff: Readonly<Record<'anna' | 'bijan' | 'support' | 'auditor', Signed & { readonly token: string }>>

async function newStaff(operatorRole: OperatorRole, more: Parameters<typeof addPerson>[1] = {}) {
  const one = await addPerson(it.chapar, { operatorRole, ...more })
  return { ...one, token: await tabToken(it.chapar, one, null) }
}

beforeAll(async () => {
  it = await startSurface()
  const [anna, bijan] = [await newStaff('owner'), await newStaff('operator')]
  staff = { anna, bijan, support: await newStaff('support'), auditor: await newStaff('auditor') }
})
afterAll(() => it.dispose())

const newTenant = async (): Promise<string> =>
  (await it.admin('/admin/v1/tenants', { body: { name: 'To be closed' } })).id
const closing = (tenantId: string) => ({ method: 'POST', path: `/admin/v1/tenants/${tenantId}/close` })
const statusOf = async (tenantId: string) => (await it.admin(`/admin/v1/tenants/${tenantId}`))['status']

/** Makes a call, with an approval if there is one. */
const make = ({ method, path, body }: Call, token: string, approval?: string): Promise<Seen> =>
  it.call(path, {
    method,
    token,
    ...(body === undefined ? {} : { body }),
    ...(approval ? { headers: { approval } } : {}),
  })

const proposing = (call: Call, token = staff.anna.token): Promise<Seen> =>
  it.call('/admin/v1/approvals', { token, body: { ...call, reason: 'ticket 4711' } })
async function proposed(call: Call, token = staff.anna.token): Promise<string> {
  const seen = await proposing(call, token)
  expect(seen.status, seen.text).toBe(201)
  return seen.json.id
}
const approve = (id: string, token = staff.bijan.token, verb = 'approve'): Promise<Seen> =>
  it.call(`/admin/v1/approvals/${id}/${verb}`, { method: 'POST', token })
async function approved(call: Call): Promise<string> {
  const id = await proposed(call)
  const seen = await approve(id)
  expect(seen.status, seen.text).toBe(200)
  return id
}
const read = async (id: string, token = staff.anna.token): Promise<Body> =>
  (await it.call(`/admin/v1/approvals/${id}`, { token })).json

const refusedWith = (seen: Seen): unknown => [seen.status, seen.json.code]
const NEEDED = [403, 'approval-required']
/** Moves the times of an approval into the past. */
const age = (id: string, ms: number): Promise<unknown> =>
  it.chapar.control
    .prepare('UPDATE approvals SET expires_at = expires_at - ?2, opens_at = opens_at - ?2 WHERE id = ?1')
    .bind(id, ms)
    .run()

describe('a dangerous call', () => {
  test('is made once, after another person approved it, and the log names the approval, roles and people', async () => {
    const tenantId = await newTenant()
    const call = closing(tenantId)
    expect(refusedWith(await make(call, staff.anna.token))).toEqual(NEEDED)
    const id = await proposed(call)
    expect(await read(id)).toMatchObject({ ...call, status: 'pending', kind: 'four-eyes', reason: 'ticket 4711' })
    expect(refusedWith(await make(call, staff.anna.token, id))).toEqual(NEEDED)
    expect((await approve(id)).json).toMatchObject({ status: 'approved', decidedBy: staff.bijan.id })
    // Others of the same role may not take what these two agreed on.
    const other = await newStaff('owner')
    expect(refusedWith(await make(call, other.token, id))).toEqual(NEEDED)
    const done = await make(call, staff.anna.token, id)
    expect([done.status, done.json['status']]).toEqual([200, 'closed'])
    expect(refusedWith(await make(call, staff.anna.token, id))).toEqual(NEEDED)
    expect(refusedWith(await make(call, staff.bijan.token, id))).toEqual(NEEDED)
    expect(await read(id)).toMatchObject({ status: 'used', usedBy: staff.anna.id })
    const row = await until('its row', () => it.rowOf(done.requestId))
    expect(row).toMatchObject({ actor: staff.anna.id, role: 'owner', object: tenantId, approval: id })
    const decided = await it.admin(`/admin/v1/requests?object=${id}`)
    expect(decided.data.map(({ actor, role }) => [actor, role])).toEqual(
      expect.arrayContaining([
        [staff.anna.id, 'owner'],
        [staff.bijan.id, 'operator'],
      ]),
    )
  })

  test('may be made by who approved it, and of fifty at once one goes through', async () => {
    const tenantId = await newTenant()
    const call = closing(tenantId)
    const id = await approved(call)
    const all = await Promise.all(Array.from({ length: 50 }, () => make(call, staff.bijan.token, id)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(all.filter(({ status }) => status !== 200).map((seen) => String(refusedWith(seen))))).toEqual(
      new Set([String(NEEDED)]),
    )
  })

  test('is not made under an approval of another path, another body, or one that was refused, taken back or is late', async () => {
    const [one, other] = [await newTenant(), await newTenant()]
    const id = await approved(closing(one))
    expect(refusedWith(await make(closing(other), staff.anna.token, id))).toEqual(NEEDED)
    const letter = await deadLetter()
    const reading = (reason: string) => ({
      method: 'POST',
      path: `/admin/v1/dead-letters/${letter}/disclose`,
      body: { reason },
    })
    const read = await approved(reading('ticket 1'))
    expect(refusedWith(await make(reading('ticket 2'), staff.anna.token, read))).toEqual(NEEDED)
    const [refused, withdrawn, late] = [
      await proposed(closing(other)),
      await proposed(closing(other)),
      await approved(closing(other)),
    ]
    expect((await approve(refused, staff.bijan.token, 'refuse')).json['status']).toBe('refused')
    expect((await approve(withdrawn, staff.anna.token, 'refuse')).json['status']).toBe('withdrawn')
    await age(late, 25 * HOUR)
    const undecided = await proposed(closing(other))
    await age(undecided, 25 * HOUR)
    expect((await approve(undecided)).status).toBe(409)
    for (const [approval, status] of [
      [refused, 'refused'],
      [withdrawn, 'withdrawn'],
      [late, 'expired'],
      [undecided, 'expired'],
    ]) {
      const seen = await make(closing(other), staff.anna.token, approval)
      expect([...(refusedWith(seen) as unknown[]), seen.json['detail']]).toEqual([
        ...NEEDED,
        `The approval is ${status}.`,
      ])
      const { data } = (await it.call(`/admin/v1/approvals?status=${status}`, { token: staff.anna.token })).json
      expect(data.map((found) => found.id)).toContain(approval)
    }
    expect((await approve(refused)).status).toBe(409)
    for (const approval of ['apr_0000000000000000', `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`])
      expect(refusedWith(await make(closing(one), staff.anna.token, approval))).toEqual(NEEDED)
    expect((await make(closing(one), staff.anna.token, 'yes')).status).toBe(400)
    expect(await statusOf(one)).toBe('active')
    expect(await statusOf(other)).toBe('active')
  })

  test('falls if one of the two lost his role since', async () => {
    const call = closing(await newTenant())
    const third = await newStaff('operator')
    const id = await proposed(call)
    expect((await approve(id, third.token)).status).toBe(200)
    await it.chapar.control.prepare('UPDATE people SET operator_role = NULL WHERE id = ?1').bind(third.id).run()
    expect(refusedWith(await make(call, staff.anna.token, id))).toEqual(NEEDED)
  })
})

describe('nobody approves', () => {
  test('what he proposed himself, nor by a second account of the same mobile', async () => {
    const id = await proposed(closing(await newTenant()))
    expect(refusedWith(await approve(id, staff.anna.token))).toEqual([403, 'forbidden'])
    // The index lets nobody have another's mobile; an account of whose row somebody took care is refused all the same.
    const twin = await newStaff('owner')
    await it.chapar.control.prepare('DROP INDEX people_by_mobile').run()
    await it.chapar.control
      .prepare('UPDATE people SET mobile_key = (SELECT mobile_key FROM people WHERE id = ?1) WHERE id = ?2')
      .bind(staff.anna.id, twin.id)
      .run()
    expect(refusedWith(await approve(id, twin.token))).toEqual([403, 'forbidden'])
    expect((await read(id))['status']).toBe('pending')
  })

  test('what his role may not do, and no program and no auditor decides or proposes anything', async () => {
    const call = closing(await newTenant())
    const id = await proposed(call)
    expect(refusedWith(await approve(id, staff.support.token))).toEqual([403, 'forbidden'])
    expect(refusedWith(await approve(id, staff.auditor.token))).toEqual([403, 'forbidden'])
    expect(refusedWith(await proposing(call, staff.support.token))).toEqual([403, 'forbidden'])
    const program = await it.chapar.operatorToken('p', {})
    expect(refusedWith(await approve(id, program))).toEqual([403, 'forbidden'])
    expect(refusedWith(await proposing(call, program))).toEqual([403, 'forbidden'])
    const stale = await tabToken(it.chapar, staff.bijan, null, Date.now() - 11 * 60_000)
    expect(refusedWith(await approve(id, stale))).toEqual([403, 'step-up-required'])
    // All of the staff see that it waits; what it is for is shown to those who may do it.
    const seen = await read(id, staff.support.token)
    expect(seen).toMatchObject({ status: 'pending', operation: 'POST /admin/v1/tenants/:tenantId/close', path: null })
    expect([seen['reason'], seen['body'], seen['method']]).toEqual([null, null, null])
  })

  test.each<[what: string, call: Call, pointer: string]>([
    ['a call that is not dangerous', { method: 'POST', path: '/admin/v1/tenants' }, '/path'],
    ['a call that is none', { method: 'POST', path: '/admin/v1/nothing/x/close' }, '/path'],
    ['another’s API', { method: 'POST', path: '/v1/messages' }, '/path'],
    ['a path with a query', { method: 'POST', path: '/admin/v1/tenants/ten_0/close?a=b' }, '/path'],
    ['a body that the call does not take', { ...closing('ten_0'), body: { a: 1 } }, '/body'],
    ['no body where one is needed', { method: 'POST', path: '/admin/v1/dead-letters/dead_0/disclose' }, '/body'],
    [
      'a wrong body',
      { method: 'POST', path: '/admin/v1/dead-letters/dead_0/disclose', body: { reason: 1 } },
      '/body/reason',
    ],
  ])('%s', async (_, call, pointer) => {
    const seen = await proposing(call)
    expect([seen.status, seen.json.errors?.[0]?.pointer]).toEqual([422, pointer])
  })
})

describe('a program', () => {
  test('is refused, unless its token breaks the glass: that is logged, and shown to the licensee’s people', async () => {
    const tenantId = await newTenant()
    const call = closing(tenantId)
    const plain = await it.chapar.operatorToken('nightly', {})
    expect(refusedWith(await make(call, plain))).toEqual([403, 'forbidden'])
    const glass = await it.chapar.operatorToken('nightly', { breakGlass: 'both owners are away' })
    const done = await make(call, glass)
    expect(done.status, done.text).toBe(200)
    const row = await until('its row', () => it.rowOf(done.requestId))
    const approval = row['approval']
    expect(row).toMatchObject({ actor: 'nightly', role: 'break-glass', reason: 'both owners are away' })
    const list = (await it.call('/admin/v1/approvals?kind=break-glass', { token: staff.anna.token })).json
    expect(list.data.find(({ id }) => id === approval)).toMatchObject({
      ...call,
      status: 'used',
      proposedBy: 'nightly',
      reason: 'both owners are away',
      decidedBy: null,
    })
    expect((await approve(String(approval))).status).toBe(409)
  })
})

let letters = 1
/** A job of the tenant's that died with words in it. */
async function deadLetter(tenantId = it.tenantId): Promise<string> {
  const id = `dead_${String(letters++).padStart(12, '0')}`
  const job = JSON.stringify({ kind: 'send', items: [], shared: { content: { text: WORDS } } })
  const letter = { id, queue: 'send-sms', kind: 'send', items: 0, reason: 'test', at: Date.now(), job: { json: job } }
  const realm = tenantId === '' ? '' : realmOf(tenantId as TenantId, 'test')
  await insertDeadLetters(it.ledger, it.chapar.keys, [{ ...letter, realm } as DeadLetter])
  return id
}

describe('words of a tenant’s people', () => {
  const disclosing = (letter: string, body: object = { reason: 'ticket 12 of the tenant' }) => ({
    method: 'POST',
    path: `/admin/v1/dead-letters/${letter}/disclose`,
    body,
  })
  const own = async (token = it.token): Promise<readonly Body[]> =>
    (await it.call('/v1/disclosures?limit=100', { token })).json.data

  test('are shown to two people for a reason, and the tenant sees who in which role, when and why', async () => {
    const letter = await deadLetter()
    const call = disclosing(letter)
    const id = await proposed(call, staff.support.token)
    expect(refusedWith(await make({ ...call, body: {} }, staff.support.token, id))).toEqual([422, 'invalid-fields'])
    expect((await approve(id, staff.anna.token)).status).toBe(200)
    const before = await own()
    const seen = await make(call, staff.support.token, id)
    expect([seen.status, JSON.stringify(seen.json['job'])]).toEqual([200, expect.stringContaining(WORDS)])
    const told = (await own()).filter((one) => !before.some((known) => known.id === one.id))
    expect(told).toEqual([
      {
        id: expect.stringMatching(/^dsc_/),
        at: expect.any(String),
        role: 'support',
        object: letter,
        operation: 'POST /admin/v1/dead-letters/:id/disclose',
        reason: 'ticket 12 of the tenant',
      },
    ])
    expect(JSON.stringify(told)).not.toContain(staff.support.id)
    const row = await until('its row', () => it.rowOf(seen.requestId))
    expect(row).toMatchObject({ actor: staff.support.id, object: letter, reason: 'ticket 12 of the tenant' })
    expect(JSON.stringify(row)).not.toContain(WORDS)
    const other = await it.other('10009995')
    expect(await own(other.token)).toEqual([])
    const blind = await it.login(await it.credential(it.tenantId, { scopes: ['messages:read'] }))
    expect((await it.call('/v1/disclosures', { token: blind })).status).toBe(403)
  })

  test('under an order of a court are read by two people always, and the tenant sees it when that is lifted', async () => {
    const letter = await deadLetter()
    const body = { reason: 'as the court asks', underOrder: { reference: 'branch 5, 1405-77' } }
    const call = disclosing(letter, body)
    const glass = await it.chapar.operatorToken('p', { breakGlass: 'all are away' })
    expect(refusedWith(await make(call, glass))).toEqual(NEEDED)
    const before = await own()
    const done = await make(call, staff.anna.token, await approved(call))
    expect(done.status, done.text).toBe(200)
    expect(await own()).toEqual(before)
    const all = await it.admin('/admin/v1/disclosures')
    const hidden = all.data.find(({ object }) => object === letter)
    const underOrder = { reference: 'branch 5, 1405-77', isLifted: false }
    expect(hidden).toMatchObject({ tenantId: it.tenantId, role: 'owner', underOrder })
    const lifting = { method: 'POST', path: `/admin/v1/disclosures/${hidden?.id}/lift` }
    expect(refusedWith(await make(lifting, staff.anna.token))).toEqual(NEEDED)
    const lifted = await make(lifting, staff.anna.token, await approved(lifting))
    expect(lifted.json).toMatchObject({ underOrder: { isLifted: true } })
    const told = (await own()).find(({ object }) => object === letter)
    expect(told).toMatchObject({ role: 'owner', reason: 'as the court asks' })
    expect(JSON.stringify(told)).not.toContain('1405-77')
  })

  test('of nobody’s tenant leave no record with any', async () => {
    const letter = await deadLetter('')
    const before = await it.admin('/admin/v1/disclosures')
    const seen = await make(disclosing(letter), staff.anna.token, await approved(disclosing(letter)))
    expect(seen.status).toBe(200)
    expect(await it.admin('/admin/v1/disclosures')).toEqual(before)
    expect((await make(disclosing('dead_999999999999'), it.operatorToken)).status).toBe(404)
  })

  test('stand neither in the rows of what was proposed nor in its states', async () => {
    const letter = await deadLetter()
    const id = await approved(disclosing(letter, { reason: `because of ${WORDS}` }))
    const rows = await it.chapar.control.prepare('SELECT * FROM approvals').all()
    const { data } = await it.admin(`/admin/v1/requests?object=${id}`)
    for (const text of [JSON.stringify(rows.results), JSON.stringify(data)]) expect(text).not.toContain('0499370899')
  })
})

describe('where nobody else may decide', () => {
  const ofAlone = (id: string, sql: string, ...values: unknown[]) =>
    it.chapar.control
      .prepare(sql)
      .bind(id, ...values)
      .run()

  test('a proposal waits for 72 hours in the sight of all, and then wants another passkey', async () => {
    const { control } = it.chapar
    await control
      .prepare("UPDATE people SET operator_role = 'support' WHERE operator_role IN ('owner', 'operator')")
      .run()
    await ofAlone(staff.anna.id, "UPDATE people SET operator_role = 'owner' WHERE id = ?1")
    await control
      .prepare(
        `INSERT INTO sign_ins (id, person_id, token_hash, method, sealed, created_at, seen_at, ends_at, proven_with)
VALUES (?1, ?2, ?1, 'passkey', '', 0, 0, 0, 'first')`,
      )
      .bind(staff.anna.signIn, staff.anna.id)
      .run()
    const tenantId = await newTenant()
    const call = closing(tenantId)
    const id = await proposed(call)
    expect(await read(id, staff.support.token)).toMatchObject({ kind: 'alone', status: 'pending' })
    expect(refusedWith(await approve(id, staff.anna.token))).toEqual([403, 'forbidden'])
    await age(id, 73 * HOUR)
    const samePasskey = await approve(id, staff.anna.token)
    expect([samePasskey.status, samePasskey.json['detail']]).toEqual([403, expect.stringContaining('another passkey')])
    await ofAlone(staff.anna.signIn, "UPDATE sign_ins SET proven_with = 'second' WHERE id = ?1")
    // Somebody who came since decides instead.
    await ofAlone(staff.bijan.id, "UPDATE people SET operator_role = 'operator' WHERE id = ?1")
    expect(refusedWith(await approve(id, staff.anna.token))).toEqual([403, 'forbidden'])
    await ofAlone(staff.bijan.id, 'UPDATE people SET operator_role = NULL WHERE id = ?1')
    expect((await approve(id, staff.anna.token)).json['status']).toBe('approved')
    expect((await make(call, staff.anna.token, id)).status).toBe(200)
    expect(await statusOf(tenantId)).toBe('closed')
  })
})

test('what was proposed, done and read is kept as long as the access log', async () => {
  const left = async (): Promise<boolean[]> =>
    Promise.all(
      ['approvals', 'disclosures'].map(async (table) => {
        const count = await it.chapar.control.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')
        return (count ?? 0) > 0
      }),
    )
  await it.chapar.scheduled('17 * * * *', Date.now() + 185 * 24 * HOUR)
  expect(await left()).toEqual([true, true])
  await it.chapar.scheduled('17 * * * *', Date.now() + 191 * 24 * HOUR)
  expect(await left()).toEqual([false, false])
})
