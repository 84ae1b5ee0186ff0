import * as z from 'zod'
import { IDENTITY_LEVELS, levelOfNumber } from '#worker/domain/identity/level.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { ROLES } from '#worker/domain/people/roles.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { requirePerson } from '#worker/flows/members/keys.ts'
import { dismiss, giveRole } from '#worker/flows/members/members.ts'
import { altered, alteredJson, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { wholeList, wholeListOf } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { changedVersion, demandVersion, version, versionOf } from '#worker/routes/operation/versioned.ts'
import { type MembershipRead, membersOf } from '#worker/store/people/members.ts'

const tag = 'Members'

const role = z.enum(ROLES).describe('What he may do in the account (docs/roles.md).')

const memberAnswer = z.object({
  id: z.string().describe('Id of the person (`per_…`).'),
  name: z.string().nullable(),
  mobile: z.string().nullable(),
  email: z.string().nullable(),
  role,
  identityLevel: z.enum(IDENTITY_LEVELS).describe('How well it is known who he is.'),
  madeBy: z
    .string()
    .nullable()
    .describe('Member who invited him; null: he opened the account, or the operator put him in.'),
  joinedAt: timestamp,
  version,
  altered,
})

const changing = {
  404: { description: 'There is no such member.' },
  409: { description: 'He is the last owner (`last-owner`), or has another role since the `version` that is named.' },
  503: { description: 'The change is made, but not confirmed: it is in force within 60 seconds.' },
}

const listMembers = {
  method: 'GET',
  path: '/v1/members',
  summary: 'List who may act for the account',
  tag,
  scope: 'people:read',
  responses: { 200: { description: 'All of them, the oldest first.', schema: wholeListOf(memberAnswer) } },
} as const satisfies Operation

const changeMember = {
  method: 'PATCH',
  path: '/v1/members/:id',
  summary: 'Give a member another role',
  description:
    'In force within 5 seconds, also for the keys that he made. Nobody gives a role above his own, and only owners give or take the role of an owner.',
  tag,
  scope: 'people:write',
  stepUp: true,
  body: z.strictObject({ role, version: changedVersion }),
  responses: { 200: { description: 'The member.', schema: memberAnswer }, ...changing },
} as const satisfies Operation

const removeMemberOperation = {
  method: 'DELETE',
  path: '/v1/members/:id',
  summary: 'Remove a member; the keys that he made are revoked',
  description: 'In force within 5 seconds.',
  tag,
  scope: 'people:write',
  stepUp: true,
  responses: { 204: { description: 'He is no member any more.' }, ...changing },
} as const satisfies Operation

const shown = ({ person, role: has, madeBy, createdAt }: MembershipRead) => ({
  id: person.id,
  name: person.name,
  mobile: person.mobile,
  email: person.email,
  role: has,
  identityLevel: levelOfNumber(person.level),
  madeBy,
  joinedAt: toTimestamp(createdAt),
  version: versionOf(has),
  ...alteredJson(person),
})

/** `/v1/members`: people who may act for the account. */
export const members: Resource = {
  operations: [listMembers, changeMember, removeMemberOperation],
  mount(app) {
    serve(app, listMembers, async (c) => {
      const { env, keys } = c.get('platform')
      const found = await membersOf(env.CONTROL, keys, c.get('principal').tenantId)
      return c.json(wholeList(found.map(shown)))
    })
    serve(app, changeMember, async (c, { params, body }) => {
      const by = requirePerson(c.get('principal'))
      if (body.version !== undefined) {
        const { env, keys } = c.get('platform')
        const found = (await membersOf(env.CONTROL, keys, by.tenantId)).find(({ person: { id } }) => id === params.id)
        if (found) demandVersion(body.version, versionOf(found.role))
      }
      return c.json(shown(await giveRole(c.get('platform'), by, params.id as PersonId, body.role)))
    })
    serve(app, removeMemberOperation, async (c, { params }) => {
      await dismiss(c.get('platform'), requirePerson(c.get('principal')), params.id as PersonId)
      return c.body(null, 204)
    })
  },
}
