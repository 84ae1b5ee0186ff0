import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { adminClient } from '../../worlds/admin-client.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { addMember } from '../../worlds/players/signed-in-people.ts'
import { type Caller, type IdentityWorld, NATIONAL_IDS, NO, nationalId, startIdentityWorld, YES } from './people.ts'

const [FIRST, SECOND, THIRD] = NATIONAL_IDS

let world: IdentityWorld
beforeAll(async () => {
  world = await startIdentityWorld()
})
afterAll(() => world?.it.dispose())
beforeEach(() => {
  world.registry.answer = YES
  world.registry.asked.length = 0
})

describe('a person has his national id matched', () => {
  test('a yes raises him to L2, and the accounts that are his send in live from the next call on', async () => {
    const { join, account, registry } = world
    const [owner, member] = [await join(), await join()]
    const [own, operators] = [await account([owner]), await account([owner], null)]
    const others = await account([member])
    expect([await own.send(), await operators.send()]).toEqual([403, 202])
    const { status, json } = await owner.match('۰۰۱۲۳۴۵۶۷۹')
    expect([status, json]).toEqual([
      200,
      { answer: 'yes', level: 'L2', detail: expect.stringContaining('registered to the owner'), triesLeft: 4 },
    ])
    expect(registry.asked.map(({ body }) => JSON.parse(body))).toEqual([
      { nationalCode: FIRST, mobile: `0${owner.mobile.slice(3)}` },
    ])
    expect([await own.send(), await own.level(), await operators.level()]).toEqual([202, 'L2', null])
    expect([await others.send(), await others.level(), await member.level()]).toEqual([403, 'L1', 'L1'])
    expect(await (await owner.call('')).json()).toMatchObject({
      ...{ level: 'L2', next: { level: 'L3' }, triesLeft: 4 },
      levels: [
        { level: 'L0', live: false, purposes: [], recipients: 0, daily: null },
        { level: 'L1', live: true, purposes: ['transactional', 'otp'], recipients: 1, daily: 200 },
        { level: 'L2', live: true, recipients: 1000, daily: 10_000 },
        { level: 'L3', live: true, recipients: null, daily: null },
      ],
    })
  })

  test('asked once more about the same, nobody is asked, and nothing is counted', async () => {
    const owner = await world.join()
    await owner.match(SECOND)
    expect((await owner.match(SECOND)).json).toMatchObject({ answer: 'yes', level: 'L2' })
    expect(world.registry.asked).toHaveLength(1)
    expect(await (await owner.call('')).json()).toMatchObject({ triesLeft: 4 })
  })

  test.each([
    ['no', NO, 'no', 'in your own name'],
    ['unknown', () => Response.json({ matched: 'perhaps' }), 'unknown', 'knows nothing'],
    ['away', () => new Response('', { status: 500 }), 'unknown', 'gave no answer'],
    ['unreadable', () => new Response('<html>'), 'unknown', 'gave no answer'],
  ])('a registry that says %s leaves him where he is, and he reads why', async (_, answer, word, words) => {
    world.registry.answer = answer
    const person = await world.join()
    const { status, json } = await person.match(THIRD)
    expect([status, json]).toEqual([
      200,
      { answer: word, level: 'L1', detail: expect.stringContaining(words), triesLeft: 4 },
    ])
    expect(await person.level()).toBe('L1')
  })

  test.each(['0012345678', '1111111111', '12345', 'x', '0012345679 0012345679'])(
    '%j is refused by its field without a digit of it, and nobody is asked',
    async (text) => {
      const person = await world.join()
      const { status, json } = await person.match(text)
      expect([status, json.errors?.[0]?.pointer]).toEqual([422, '/nationalId'])
      expect(JSON.stringify(json.errors)).not.toContain(text)
      expect(world.registry.asked).toEqual([])
      expect(await (await person.call('')).json()).toMatchObject({ triesLeft: 5 })
    },
  )

  test('five tries a day are five, also of thirty at once, and the sixth says when there is one again', async () => {
    world.registry.answer = NO
    const person = await world.join()
    const all = await Promise.all(Array.from({ length: 30 }, () => person.match(THIRD)))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(world.registry.asked).toHaveLength(5)
    const { status, headers, json } = await person.match(FIRST)
    expect([status, json.code]).toEqual([429, 'too-many-tries'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(86_000)
    expect(world.registry.asked).toHaveLength(5)
  })

  test('nobody can ask about a number that is not his own', async () => {
    const person = await world.join()
    const body = { nationalId: THIRD, mobile: '+989129999999' }
    const refused = await person.call('/national-id', { body })
    expect(refused.status).toBe(422)
    const unverified = await world.join({ mobile: null })
    expect((await unverified.match(THIRD)).status).toBe(409)
    expect(world.registry.asked).toEqual([])
  })

  test('an id that another person has is told to nobody but its owner, and an operator releases it', async () => {
    const { admin, registry, join, account } = world
    const id = NATIONAL_IDS[3]
    const [first, second] = [await join(), await join()]
    const own = await account([first])
    await first.match(id)
    // Whoever is not its owner by the registry's word hears what he would hear of any id.
    registry.answer = NO
    expect((await second.match(id)).json).toMatchObject({ answer: 'no' })
    registry.answer = YES
    const refused = await second.match(id)
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict'])
    expect(JSON.stringify(refused.json)).not.toContain(first.person.id)
    expect(await second.level()).toBe('L1')
    const found = await admin.ok('POST', '/admin/v1/identities/find', { nationalId: id, reason: 'ticket 4711' })
    expect(found).toMatchObject({ personId: first.person.id, level: 'L2', registry: 'shahkar' })
    const released = await admin.call('POST', `/admin/v1/identities/${first.person.id}/release`)
    expect(released.status).toBe(204)
    expect([await first.level(), await own.level()]).toEqual(['L1', 'L1'])
    expect((await second.match(id)).json).toMatchObject({ answer: 'yes', level: 'L2' })
    expect((await admin.call('POST', `/admin/v1/identities/${first.person.id}/release`)).status).toBe(404)
  })

  test('a person has one national id', async () => {
    const person = await world.join()
    await person.match(NATIONAL_IDS[4])
    expect((await person.match(THIRD)).status).toBe(409)
    expect((await person.match(NATIONAL_IDS[4])).json).toMatchObject({ answer: 'yes', level: 'L2' })
  })
})

describe('who is known', () => {
  test('is decided by no program, and no person chooses the registry alone', async () => {
    const { it, join } = world
    const person = await join()
    await person.match(nationalId(1))
    const program = await adminClient(it.chapar, await it.chapar.operatorToken('program', {}))
    const owner = await signedInPerson(it.chapar, { operatorRole: 'owner' })
    const alone = await adminClient(it.chapar, await owner.tab())
    const stale = await adminClient(it.chapar, await (await signedInPerson(it.chapar, { operatorRole: 'owner', steppedUpAt: null })).tab()) // biome-ignore format: one line
    const registry = { driver: 'shahkar', settings: { url: 'https://yes.example/', secret: 'a secret of nobody' } }
    const release = `/admin/v1/identities/${person.person.id}/release`
    for (const [admin, method, path, body, code] of [
      [program, 'POST', release, undefined, 'forbidden'],
      [program, 'POST', '/admin/v1/papers/pap_0/approve', undefined, 'forbidden'],
      [program, 'POST', '/admin/v1/papers/pap_0/refuse', { reason: 'none' }, 'forbidden'],
      [program, 'PUT', '/admin/v1/identity-registry', registry, 'forbidden'],
      [alone, 'PUT', '/admin/v1/identity-registry', registry, 'approval-required'],
      [stale, 'POST', release, undefined, 'step-up-required'],
      [stale, 'POST', '/admin/v1/papers/pap_0/approve', undefined, 'step-up-required'],
    ] as const)
      expect((await admin.call(method, path, body)).body['code'], `${method} ${path}`).toBe(code)
    expect(await person.level()).toBe('L2')
    expect((await alone.call('POST', release)).status).toBe(204)
  })

  test('of the licensee’s people stays so: nobody puts his colleagues out by their national ids', async () => {
    const { it, admin, join } = world
    const colleague = await join()
    await colleague.match(nationalId(2))
    const role = 'UPDATE people SET operator_role = ?2 WHERE id = ?1'
    await it.chapar.control.prepare(role).bind(colleague.person.id, 'operator').run()
    const released = await admin.call('POST', `/admin/v1/identities/${colleague.person.id}/release`)
    expect([released.status, await colleague.level()]).toEqual([409, 'L2'])
    await it.chapar.control.prepare(role).bind(colleague.person.id, null).run()
    expect((await admin.call('POST', `/admin/v1/identities/${colleague.person.id}/release`)).status).toBe(204)
  })

  test('is nobody whose number was changed while the registry was asked', async () => {
    const { it, join, registry } = world
    const person = await join()
    registry.answer = async () => {
      const change = 'UPDATE people SET mobile_key = ?2 WHERE id = ?1'
      await it.chapar.control.prepare(change).bind(person.person.id, `another of ${person.person.id}`).run()
      return YES()
    }
    const { status, json } = await person.match(nationalId(3))
    expect([status, json.code, await person.level()]).toEqual([409, 'conflict', 'L1'])
  })
})

describe('an account has the highest level of those who own it now', () => {
  /** An account of two owners, of whom the first is of the level L2. */
  async function owned(n: number) {
    const { it, join, account, admin } = world
    const [known, other] = [await join(), await join()]
    await known.match(nationalId(n))
    const own = await account([other])
    await addMember(it.chapar, { id: known.person.id, signIn: 'sgn_' }, own.id, 'owner')
    await it.chapar.control.prepare('UPDATE tenants SET version = version + 1').run()
    await admin.ok('PATCH', `/admin/v1/tenants/${own.id}`, { identityLevel: 'L2' })
    return { known, other, own, asOwner: await other.person.calling(own.id, 'live') }
  }

  test.each([
    [
      'was made a viewer',
      10,
      async ({ asOwner, known }: Awaited<ReturnType<typeof owned>>) =>
        asOwner(`/v1/members/${known.person.id}`, { method: 'PATCH', body: { role: 'viewer' } }),
    ],
    [
      'was removed',
      11,
      async ({ asOwner, known }: Awaited<ReturnType<typeof owned>>) =>
        asOwner(`/v1/members/${known.person.id}`, { method: 'DELETE' }),
    ],
    [
      'closed his account',
      12,
      async ({ known }: Awaited<ReturnType<typeof owned>>) => known.person.browse('/v1/auth/close', { method: 'POST' }),
    ],
  ] as const)('and none of one who %s', async (_, n, leave) => {
    const it = await owned(n)
    expect(await it.own.level()).toBe('L2')
    expect((await leave(it)).status).toBeLessThan(300)
    expect(await it.own.level()).toBe('L1')
  })

  test('also of one who was invited or made one since, and from its first moment of who signs up for it', async () => {
    const { admin, join } = world
    const { own, known, asOwner } = await owned(13)
    const another: Caller = await join()
    await another.match(nationalId(14))
    await asOwner(`/v1/members/${known.person.id}`, { method: 'PATCH', body: { role: 'viewer' } })
    const body = { to: another.mobile, role: 'owner' }
    const { token } = (await (await asOwner('/v1/invitations', { body })).json()) as { token: string }
    expect(await own.level()).toBe('L1')
    expect((await another.person.browse('/v1/auth/invitations/accept', { body: { token } })).status).toBe(200)
    expect(await own.level()).toBe('L2')
    await asOwner(`/v1/members/${another.person.id}`, { method: 'DELETE' })
    expect(await own.level()).toBe('L1')
    await asOwner(`/v1/members/${known.person.id}`, { method: 'PATCH', body: { role: 'owner' } })
    expect(await own.level()).toBe('L2')
    await admin.ok('PATCH', '/admin/v1/licensee', { signUp: { open: true } })
    const made = await another.person.browse('/v1/auth/tenants', { body: { tenantName: 'A second one' } })
    const { id } = (await made.json()) as { id: string }
    expect((await admin.ok('GET', `/admin/v1/tenants/${id}`))['identityLevel']).toBe('L2')
  })
})
