import { signedInPerson } from '../../worlds/players/person-world.ts'
import type { Surface } from '../../worlds/surface.ts'
import type { Example } from '../examples.ts'

type Prepare = (it: Surface) => Promise<Example>

const newTenantOf = async (it: Surface): Promise<string> =>
  (await it.admin('/admin/v1/tenants', { body: { name: 'Other' } })).id

/** Good calls of people's own affairs, and of what operators do with the tenants that they make, by the name of the operation. */
export const accountExamples: Readonly<Record<string, Prepare>> = {
  'POST /v1/auth/token': async (it) => ({
    path: '/v1/auth/token',
    body: { tenantId: it.tenantId, mode: 'test' },
    status: 200,
  }),
  'PATCH /v1/auth/me': async (it) => {
    const { cookie } = await signedInPerson(it.chapar)
    return { path: '/v1/auth/me', method: 'PATCH', body: { name: 'Zx5renamed6Kd' }, headers: { cookie }, status: 200 }
  },
  'DELETE /v1/auth/sign-ins/:id': async (it) => {
    const { signInId, cookie } = await signedInPerson(it.chapar)
    return { path: `/v1/auth/sign-ins/${signInId}`, method: 'DELETE', headers: { cookie }, status: 204 }
  },
  'POST /v1/auth/sign-out': async (it) => {
    const { cookie } = await signedInPerson(it.chapar)
    return { path: '/v1/auth/sign-out', method: 'POST', headers: { cookie }, status: 204 }
  },
  'POST /admin/v1/tenants/:tenantId/approve': async (it) => {
    const id = await newTenantOf(it)
    await it.chapar.control.prepare(`UPDATE tenants SET status = 'pending' WHERE id = ?1`).bind(id).run()
    return { path: `/admin/v1/tenants/${id}/approve`, method: 'POST', status: 200 }
  },
  'POST /admin/v1/tenants/:tenantId/resume': async (it) => {
    const id = await newTenantOf(it)
    await it.admin(`/admin/v1/tenants/${id}/suspend`, { body: { reason: 'a test' } })
    return { path: `/admin/v1/tenants/${id}/resume`, method: 'POST', status: 200 }
  },
}
