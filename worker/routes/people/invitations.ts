import type { Role } from '#worker/domain/people/roles.ts'
import { Problem } from '#worker/domain/problem.ts'
import { accept, inviteMember } from '#worker/flows/members/invitations.ts'
import { requirePerson } from '#worker/flows/members/keys.ts'
import type { Resource } from '#worker/routes/operation/operation.ts'
import { wholeList } from '#worker/routes/operation/page.ts'
import { serve } from '#worker/routes/operation/serve.ts'
import { cancelInvitation, invitationsOf } from '#worker/store/people/invitations.ts'
import { signedInOf } from './account.ts'
import {
  acceptOperation,
  cancelInvitationOperation,
  createInvitation,
  invitationJson,
  linkOf,
  listInvitations,
  MASKED_LINK,
  MOST_SHOWN,
} from './invitation-operations.ts'

/** `/v1/invitations`: who is asked to act for the account. */
export const invitations: Resource = {
  operations: [createInvitation, listInvitations, cancelInvitationOperation],
  mount(app) {
    serve(app, createInvitation, async (c, { body }) => {
      const platform = c.get('platform')
      const by = requirePerson(c.get('principal'))
      const { invitation, token } = await inviteMember(platform, by, c.get('originRequestId'), body)
      const shown = invitationJson<Role>(invitation, platform.now())
      c.set('keptBody', { ...shown, ...MASKED_LINK })
      const location = `/v1/invitations/${invitation.id}`
      return c.json({ ...shown, ...linkOf(platform.config.baseUrl, token) }, 201, { location })
    })
    serve(app, listInvitations, async (c) => {
      const { env, keys, now } = c.get('platform')
      const found = await invitationsOf(env.CONTROL, keys, c.get('principal').tenantId, MOST_SHOWN)
      return c.json(wholeList(found.map((one) => invitationJson<Role>(one, now()))))
    })
    serve(app, cancelInvitationOperation, async (c, { params }) => {
      const { env, keys, now } = c.get('platform')
      const which = { tenant: c.get('principal').tenantId, id: params.id }
      const canceled = await cancelInvitation(env.CONTROL, keys, which, now())
      if (!canceled) throw new Problem('not-found')
      return c.json(invitationJson<Role>(canceled, now()))
    })
  },
}

/** `/v1/auth/invitations/accept`: a person who is signed in takes one. */
export const acceptance: Resource = {
  operations: [acceptOperation],
  mount(app) {
    serve(app, acceptOperation, async (c, { body }) => {
      const accepted = await accept(c.get('platform'), signedInOf(c), body.token)
      if (accepted.tenantId !== null) c.set('noted', { object: accepted.tenantId })
      return c.json(accepted)
    })
  },
}
