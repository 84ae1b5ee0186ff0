import * as z from 'zod'
import { OPERATOR_ROLES, ROLES } from '#worker/domain/people/roles.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { toTimestamp } from '#worker/domain/time.ts'
import { altered, alteredJson, timestamp } from '#worker/routes/operation/fields.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { wholeListOf } from '#worker/routes/operation/page.ts'
import type { Invitation } from '#worker/store/people/invitations.ts'

/** Invitations that a list shows. */
export const MOST_SHOWN = 200
const MASKED = '••••'

const to = z
  .string()
  .trim()
  .min(3)
  .max(40)
  .meta({ description: 'Mobile number. Who accepts must have it, verified.', examples: ['+989121234567'] })
const fields = {
  id: z.string(),
  to: z.string().nullable().describe('Null: it was altered.'),
  status: z.enum(['open', 'accepted', 'canceled', 'expired']),
  madeBy: z.string().nullable().describe('Person who invited; null: a program of the operator.'),
  acceptedBy: z.string().nullable().describe('Person who accepted.'),
  createdAt: timestamp,
  expiresAt: timestamp,
  altered,
}
const shownOnce = {
  token: z.string().describe('Shown this once, as is `link`: for `POST /v1/auth/invitations/accept`.'),
  link: z
    .string()
    .describe('Address that holds the token behind `#`, where no server sees it. You bring it to whom you invite.'),
}
const role = z.enum(ROLES).describe('What he may do in the account (docs/roles.md).')
const staffRole = z.enum(OPERATOR_ROLES).describe('What he may do at the licensee (docs/roles.md).')

const invitationAnswer = z.object({ ...fields, role })
const staffInvitationAnswer = z.object({ ...fields, role: staffRole })

const tag = 'Members'
const missing = { 404: { description: 'No such one is open.' } }
const full = { 409: { description: '100 are open already.' } }

export const createInvitation = {
  method: 'POST',
  path: '/v1/invitations',
  summary: 'Invite somebody to the account; the link is shown once',
  description:
    'It is bound to the number, can be accepted once within 7 days, and only while you may give that role. Nobody invites above his own role, and only owners invite owners.',
  tag,
  scope: 'people:write',
  stepUp: true,
  idempotent: true,
  body: z.strictObject({ to, role }),
  responses: {
    201: { description: 'The invitation.', schema: invitationAnswer.extend(shownOnce), located: true },
    ...full,
  },
} as const satisfies Operation

export const listInvitations = {
  method: 'GET',
  path: '/v1/invitations',
  summary: 'List invitations to the account',
  tag,
  scope: 'people:read',
  responses: { 200: { description: 'The newest 200.', schema: wholeListOf(invitationAnswer) } },
} as const satisfies Operation

export const cancelInvitationOperation = {
  method: 'DELETE',
  path: '/v1/invitations/:id',
  summary: 'Cancel an invitation',
  tag,
  scope: 'people:write',
  responses: { 200: { description: 'It can be accepted no more.', schema: invitationAnswer }, ...missing },
} as const satisfies Operation

export const acceptOperation = {
  method: 'POST',
  path: '/v1/auth/invitations/accept',
  summary: 'Accept an invitation',
  description: 'Your mobile number must be the one that was invited.',
  tag: 'Accounts',
  signedIn: true,
  body: z.strictObject({ token: z.string().min(1).max(100) }),
  responses: {
    200: {
      description: 'What you are now. A member keeps the role that he had.',
      schema: z.object({
        tenantId: z
          .string()
          .nullable()
          .describe('Account that you may act for, within 5 seconds; null: you are of the licensee’s people.'),
        role: z.enum([...new Set([...ROLES, ...OPERATOR_ROLES])]),
      }),
    },
    403: { description: 'It is for another number than yours.' },
    404: { description: 'There is no such invitation.' },
    409: { description: 'It was used or canceled, or is over.' },
  },
} as const satisfies Operation

const staffTag = 'Staff'

export const createStaffInvitation = {
  method: 'POST',
  path: '/admin/v1/invitations',
  summary: 'Invite somebody to the licensee’s people; the link is shown once',
  description: 'Who accepts must have identity level 2, and be signed in by a passkey; his other sign-ins end.',
  tag: staffTag,
  operatorScope: 'staff:write',
  stepUp: true,
  idempotent: true,
  body: z.strictObject({ to, role: staffRole }),
  responses: {
    201: { description: 'The invitation.', schema: staffInvitationAnswer.extend(shownOnce), located: true },
    ...full,
  },
} as const satisfies Operation

export const listStaffInvitations = {
  method: 'GET',
  path: '/admin/v1/invitations',
  summary: 'List invitations to the licensee’s people',
  tag: staffTag,
  operatorScope: 'staff:read',
  responses: { 200: { description: 'The newest 200.', schema: wholeListOf(staffInvitationAnswer) } },
} as const satisfies Operation

export const cancelStaffInvitation = {
  method: 'DELETE',
  path: '/admin/v1/invitations/:id',
  summary: 'Cancel an invitation to the licensee’s people',
  tag: staffTag,
  operatorScope: 'staff:write',
  stepUp: true,
  responses: { 200: { description: 'It can be accepted no more.', schema: staffInvitationAnswer }, ...missing },
} as const satisfies Operation

/** Shows an invitation as things stand. */
export function invitationJson<Of extends Invitation['role']>(invitation: Invitation, now: EpochMs) {
  const { id, to: address, role: of, madeBy, acceptedBy, acceptedAt, canceledAt, createdAt, expiresAt } = invitation
  const ended = canceledAt === null ? (expiresAt > now ? 'open' : 'expired') : 'canceled'
  return {
    id,
    to: address,
    role: of as Of,
    status: acceptedAt === null ? (ended as 'open' | 'expired' | 'canceled') : ('accepted' as const),
    madeBy,
    acceptedBy,
    createdAt: toTimestamp(createdAt),
    expiresAt: toTimestamp(expiresAt),
    ...alteredJson(invitation),
  }
}

/** What is shown once of a new invitation, and the same as a kept answer has it. */
export const linkOf = (baseUrl: string, token: string) => ({ token, link: `${baseUrl}/#invitation=${token}` })
export const MASKED_LINK = { token: MASKED, link: MASKED } as const
