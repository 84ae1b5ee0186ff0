import { beforeAll, describe, expect, test } from 'vitest'
import type { PersonId, SignInId } from '#worker/domain/ids.ts'
import type { Member } from '#worker/domain/people/member.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { issuePersonToken, type PersonGrant } from '#worker/flows/auth/person-token.ts'
import { authenticateToken } from '#worker/flows/auth/tokens.ts'
import { newTenantWorld, policyWith, type TenantWorld } from '../../worlds/tenant-world.ts'

const NOW = 1_795_000_000_000
const PERSON: PersonId = 'per_0000000000000001'
const SIGN_IN: SignInId = 'sgn_0000000000000001'
const OWNER: Member = { id: PERSON, role: 'owner', generation: 3 }

let world: TenantWorld
beforeAll(async () => {
  world = await newTenantWorld()
})

const grantOf = (part: Partial<PersonGrant> = {}): PersonGrant => ({
  person: PERSON,
  signIn: SIGN_IN,
  generation: 3,
  steppedUpAt: null,
  acts: { tenantId: world.tenantId, mode: 'test', scopes: ['messages:send', 'messages:read', 'suppressions:write'] },
  ...part,
})

/** What a call by a token of this grant is answered under a policy with these members. */
async function callBy(grant: PersonGrant, members: readonly Member[], part: Partial<Policy> = {}, later = 0) {
  const token = await issuePersonToken(world.config, grant, NOW)
  const policy = { ...policyWith(world, []), members, ...part }
  const context = { config: world.config, now: () => NOW + later, policyOf: async () => policy }
  return authenticateToken(context, token, '192.0.2.1')
}

describe('a person', () => {
  test('calls as what his role is now, in the mode of his tab', async () => {
    const answer = await callBy(grantOf(), [OWNER])
    expect(answer).toMatchObject({
      ok: true,
      principal: {
        actor: PERSON,
        realm: `test.${world.tenantId}`,
        person: { id: PERSON, role: 'owner', signIn: SIGN_IN, steppedUpAt: null },
        scopes: expect.arrayContaining(['messages:send', 'messages:read', 'suppressions:write']),
      },
    })
    const viewer = await callBy(grantOf(), [{ ...OWNER, role: 'viewer' }])
    expect(viewer).toMatchObject({ ok: true, principal: { scopes: ['messages:read'] } })
  })

  test.each<[why: string, members: readonly Member[], part: Partial<Policy>, later: number, reason: string]>([
    ['is no member', [], {}, 0, 'revoked'],
    ['has ended a sign-in since', [{ ...OWNER, generation: 4 }], {}, 0, 'revoked'],
    ['has a token of a generation that is not yet', [{ ...OWNER, generation: 2 }], {}, 0, 'revoked'],
    ['is of a closed tenant', [OWNER], { status: 'closed' }, 0, 'revoked'],
    ['is of a suspended tenant', [OWNER], { status: 'suspended' }, 0, 'suspended'],
    ['comes after five minutes', [OWNER], {}, 300_000, 'expired'],
  ])('who %s is refused', async (_, members, part, later, reason) => {
    expect(await callBy(grantOf(), members, part, later)).toMatchObject({ ok: false, reason })
  })

  test('whose token opens the operators’ calls alone is refused here', async () => {
    expect(await callBy(grantOf({ acts: null }), [OWNER])).toMatchObject({ ok: false, reason: 'invalid' })
  })
})
