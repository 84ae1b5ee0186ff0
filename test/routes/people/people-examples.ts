import { addMember, addPerson } from '../../worlds/players/signed-in-people.ts'
import type { Sent, Surface } from '../../worlds/surface.ts'

/** Path of a member of the tenant. */
async function member(it: Surface): Promise<string> {
  const person = await addPerson(it.chapar)
  await addMember(it.chapar, person, it.tenantId, 'sender')
  return `/v1/members/${person.id}`
}

/** Good calls by which people manage who may act for their account, and by what keys. */
export const peopleExamples: Readonly<
  Record<string, (it: Surface) => Promise<Sent & { readonly path: string; readonly status: number }>>
> = {
  'PATCH /v1/members/:id': async (it) => ({ path: await member(it), body: { role: 'viewer' }, status: 200 }),
  'DELETE /v1/members/:id': async (it) => ({ path: await member(it), status: 204 }),
  'POST /v1/keys': async (it) => ({
    path: '/v1/keys',
    body: { name: 'Shop', mode: it.mode, scopes: ['messages:read'] },
    status: 201,
    token: await it.personToken(),
  }),
  'POST /v1/invitations': async (it) => ({
    path: '/v1/invitations',
    body: { to: '+989121234567', role: 'viewer' },
    status: 201,
    token: await it.personToken(),
  }),
  'POST /v1/auth/invitations/accept': async (it) => {
    const body = { to: (await it.owner()).mobile, role: 'viewer' }
    const { token } = await it.good('/v1/invitations', { token: await it.personToken(), body }, 201)
    return { path: '/v1/auth/invitations/accept', body: { token }, status: 200 }
  },
  'PATCH /admin/v1/staff/:personId': async (it) => {
    const { id } = await addPerson(it.chapar, { operatorRole: 'support' })
    return { path: `/admin/v1/staff/${id}`, body: { role: 'auditor' }, status: 200 }
  },
  'GET /admin/v1/tenants/:tenantId/credentials': async (it) => ({
    path: `/admin/v1/tenants/${it.tenantId}/credentials`,
    status: 200,
  }),
}
