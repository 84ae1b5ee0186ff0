import { newPeopleId, newRequestId, type TenantId } from '#worker/domain/ids.ts'
import { insertDeadLetters } from '#worker/store/dead-letters.ts'
import { insertDisclosure } from '#worker/store/people/disclosures.ts'
import type { Surface } from '../surface.ts'
import { addPerson, tabToken } from './signed-in-people.ts'

/** Token of a further person of the licensee. */
const staff = async (it: Surface): Promise<string> =>
  tabToken(it.chapar, await addPerson(it.chapar, { operatorRole: 'owner' }), null)

/** A dangerous call that one of two people proposes. */
async function proposal(it: Surface) {
  await staff(it)
  const { id } = await it.admin('/admin/v1/tenants', { body: { name: 'To be closed' } })
  const body = { method: 'POST', path: `/admin/v1/tenants/${id}/close`, reason: 'ticket 4711' }
  return { path: '/admin/v1/approvals', body, token: await staff(it), status: 201 }
}

async function decision(it: Surface, verb: 'approve' | 'refuse') {
  const { path, status: _, ...sent } = await proposal(it)
  const { id } = await it.admin(path, sent)
  const body = { reason: 'as agreed' }
  return { path: `/admin/v1/approvals/${id}/${verb}`, method: 'POST', body, token: await staff(it), status: 200 }
}

/** A disclosure that its tenant must not see yet. */
async function hiddenDisclosure(it: Surface): Promise<string> {
  const id = newPeopleId('dsc', newRequestId(Date.now()))
  await insertDisclosure(it.chapar.control, it.chapar.keys, {
    id,
    tenantId: it.tenantId as TenantId,
    at: Date.now(),
    role: 'owner',
    object: 'dead_0000000000',
    operation: 'POST /admin/v1/dead-letters/:id/disclose',
    reason: 'as the court asks',
    order: '12',
    isHidden: true,
  })
  return id
}

let count = 0
/** A dead job. */
export async function deadLetter(it: Surface): Promise<string> {
  const id = `dlt_${Date.now().toString(36)}${count++}`
  const job = { json: JSON.stringify({ kind: 'audit', rows: [] }) }
  const common = { queue: 'audit', kind: 'audit', realm: '', items: 0, reason: 'test', at: Date.now() } as const
  await insertDeadLetters(it.ledger, it.chapar.keys, [{ id, job, ...common }])
  return id
}

/** Good calls of what two people do. Those that only a person makes have the token of one. */
export const approvalExamples = {
  'POST /admin/v1/dead-letters/:id/disclose': async (it: Surface) => ({
    path: `/admin/v1/dead-letters/${await deadLetter(it)}/disclose`,
    method: 'POST',
    body: { reason: 'order 12 of a court' },
    status: 200,
  }),
  'POST /admin/v1/approvals': proposal,
  'POST /admin/v1/approvals/:id/approve': (it: Surface) => decision(it, 'approve'),
  'POST /admin/v1/approvals/:id/refuse': (it: Surface) => decision(it, 'refuse'),
  'POST /admin/v1/disclosures/:id/lift': async (it: Surface) => ({
    path: `/admin/v1/disclosures/${await hiddenDisclosure(it)}/lift`,
    method: 'POST',
    status: 200,
  }),
}
