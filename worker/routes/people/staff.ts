import type { Context } from 'hono'
import * as z from 'zod'
import { IDENTITY_LEVELS, levelOfNumber } from '#worker/domain/identity/level.ts'
import type { PersonId } from '#worker/domain/ids.ts'
import { OPERATOR_ROLES, type OperatorRole } from '#worker/domain/people/roles.ts'
import { Problem } from '#worker/domain/problem.ts'
import { makeInvitation } from '#worker/flows/members/invitations.ts'
import type { AppEnv } from '#worker/middleware/variables.ts'
import { altered, alteredJson } from '#worker/routes/operation/fields.ts'
import type { Operation, Resource } from '#worker/routes/operation/operation.ts'
import { wholeList, wholeListOf } from '#worker/routes/operation/page.ts'
import { serveChange } from '#worker/routes/operation/recorded.ts'
import { type Input, serve } from '#worker/routes/operation/serve.ts'
import { changedVersion, version, versionOf } from '#worker/routes/operation/versioned.ts'
import { cancelInvitation, invitationsOf } from '#worker/store/people/invitations.ts'
import { personById } from '#worker/store/people/people.ts'
import { changeStaff, staffOf } from '#worker/store/people/staff-roles.ts'
import {
  cancelStaffInvitation,
  createStaffInvitation,
  invitationJson,
  linkOf,
  listStaffInvitations,
  MASKED_LINK,
  MOST_SHOWN,
} from './invitation-operations.ts'

const tag = 'Staff'
const staffRole = z.enum(OPERATOR_ROLES)

const staffAnswer = z.object({
  id: z.string(),
  name: z.string().nullable(),
  role: staffRole.describe('What he may do at the licensee (docs/roles.md).'),
  identityLevel: z.enum(IDENTITY_LEVELS).describe('Below L2 he may do nothing yet.'),
  version,
  altered,
})

const listStaff = {
  method: 'GET',
  path: '/admin/v1/staff',
  summary: 'List the licensee’s people',
  tag,
  operatorScope: 'staff:read',
  responses: { 200: { description: 'All of them.', schema: wholeListOf(staffAnswer) } },
} as const satisfies Operation

const changeStaffOperation = {
  method: 'PATCH',
  path: '/admin/v1/staff/:personId',
  summary: 'Change the role of one of the licensee’s people, or take it away',
  description: 'In force at his next call. Only an owner does it, and an owner is left.',
  tag,
  operatorScope: 'staff:write',
  stepUp: true,
  body: z.strictObject({
    role: staffRole.nullable().describe('Null: he is none of the licensee’s people any more.'),
    version: changedVersion,
  }),
  responses: {
    200: { description: 'What he is now.', schema: z.object({ id: z.string(), role: staffRole.nullable() }) },
    404: { description: 'He is none of the licensee’s people.' },
    409: {
      description: 'He is the last owner (`last-owner`), or his role is another since the `version` that is named.',
    },
  },
} as const satisfies Operation

const REFUSALS = { 'no-member': 'not-found', 'not-allowed': 'forbidden', 'last-owner': 'last-owner' } as const

async function change(c: Context<AppEnv>, { params, body }: Input<typeof changeStaffOperation>): Promise<Response> {
  const { person: by } = c.get('operator')
  const asked = { person: params.personId as PersonId, role: body.role, by }
  const changed = await changeStaff(c.env.CONTROL, asked, c.get('platform').now())
  if (changed !== 'changed') throw new Problem(REFUSALS[changed])
  return c.json({ id: params.personId, role: body.role })
}

async function staffState(c: Context<AppEnv>, id: string): Promise<unknown> {
  const person = await personById(c.env.CONTROL, c.get('platform').keys, id)
  if (!person) return null
  const { operatorRole: role, level } = person
  return { id, role, identityLevel: levelOfNumber(level), version: versionOf(role) }
}

/** State of an invitation without whom it is for: operators' changes show no address. */
async function invitationState(c: Context<AppEnv>, id: string): Promise<unknown> {
  const { keys, now } = c.get('platform')
  const found = (await invitationsOf(c.env.CONTROL, keys, '', MOST_SHOWN)).find((one) => one.id === id)
  if (!found) return null
  const { to: _, ...shown } = invitationJson<OperatorRole>(found, now())
  return shown
}

async function invite(c: Context<AppEnv>, { body }: Input<typeof createStaffInvitation>): Promise<Response> {
  const platform = c.get('platform')
  const inviting = { ...body, tenantId: '', madeBy: c.get('operator').person, region: null } as const
  const { invitation, token } = await makeInvitation(platform, c.get('originRequestId'), inviting)
  const shown = invitationJson<OperatorRole>(invitation, platform.now())
  c.set('keptBody', { ...shown, ...MASKED_LINK })
  const location = `/admin/v1/invitations/${invitation.id}`
  return c.json({ ...shown, ...linkOf(platform.config.baseUrl, token) }, 201, { location })
}

/** `/admin/v1/staff` and `/admin/v1/invitations`: the licensee's people, and who is asked to be one. */
export const staff: Resource = {
  operations: [listStaff, changeStaffOperation, createStaffInvitation, listStaffInvitations, cancelStaffInvitation],
  mount(app) {
    serve(app, listStaff, async (c) => {
      const found = await staffOf(c.env.CONTROL, c.get('platform').keys)
      return c.json(
        wholeList(
          found.flatMap(({ id, name, operatorRole: role, level, ...rest }) =>
            role === null
              ? []
              : [
                  {
                    id,
                    name,
                    role,
                    identityLevel: levelOfNumber(level),
                    version: versionOf(role),
                    ...alteredJson(rest),
                  },
                ],
          ),
        ),
      )
    })
    serveChange(app, changeStaffOperation, { object: (_, { params }) => params.personId, read: staffState }, change)
    serveChange(app, createStaffInvitation, { object: { made: 'id' }, read: invitationState }, invite)
    serve(app, listStaffInvitations, async (c) => {
      const { keys, now } = c.get('platform')
      const found = await invitationsOf(c.env.CONTROL, keys, '', MOST_SHOWN)
      return c.json(wholeList(found.map((one) => invitationJson<OperatorRole>(one, now()))))
    })
    serveChange(
      app,
      cancelStaffInvitation,
      { object: (_, { params }) => params.id, read: invitationState },
      async (c, { params }) => {
        const { keys, now } = c.get('platform')
        const canceled = await cancelInvitation(c.env.CONTROL, keys, { tenant: '', id: params.id }, now())
        if (!canceled) throw new Problem('not-found')
        return c.json(invitationJson<OperatorRole>(canceled, now()))
      },
    )
  },
}
