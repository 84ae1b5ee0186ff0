import { newPapersId, newPeopleId, newRequestId, type TenantId } from '#worker/domain/ids.ts'
import { insertPapers } from '#worker/store/identity/papers.ts'
import { insertApproval } from '#worker/store/people/approvals.ts'
import { insertDisclosure } from '#worker/store/people/disclosures.ts'
import { insertLostAccess } from '#worker/store/people/lost-access.ts'
import type { Harness } from '../../worlds/harness.ts'
import { addPerson } from '../../worlds/players/signed-in-people.ts'
import { configOf } from '../../worlds/tenant-world.ts'
import { type List, of } from './asked.ts'

/** A tenant's gateway. */
interface Of {
  readonly chapar: Harness
  readonly tenantId: string
}

/** Disclosures that the tenant sees, and one that it must not see yet. */
export async function disclosures(it: Of): Promise<Readonly<Record<string, List>>> {
  for (const [n, isHidden] of [false, true, false].entries())
    await insertDisclosure(it.chapar.control, it.chapar.keys, {
      ...{ id: newPeopleId('dsc', newRequestId(Date.now() + n)), tenantId: it.tenantId as TenantId, at: Date.now() },
      ...{ role: 'owner', object: 'dead_0000000000', operation: 'POST /admin/v1/dead-letters/:id/disclose' },
      ...{ reason: 'ticket 4711', order: isHidden ? '12' : null, isHidden },
    })
  const plain = (path: string): List => ({ path, whole: [''], asked: {} })
  return { '/v1/disclosures': plain('/v1/disclosures'), '/admin/v1/disclosures': plain('/admin/v1/disclosures') }
}

/** Calls that wait, were refused, and were made by a program. */
export async function approvals(it: Of): Promise<List> {
  const { id: by } = await addPerson(it.chapar, { operatorRole: 'owner' })
  const now = Date.now()
  for (const [n, { isRefused, isBroken }] of [
    { isRefused: false, isBroken: false },
    { isRefused: true, isBroken: false },
    { isRefused: false, isBroken: true },
  ].entries())
    await insertApproval(it.chapar.control, it.chapar.keys, {
      ...{ id: newPeopleId('apr', newRequestId(now + n)), kind: isBroken ? 'break-glass' : 'four-eyes' },
      ...{ operation: 'POST /admin/v1/tenants/:id/close', scope: 'tenants:write', digest: `digest ${n}` },
      ...{ proposedBy: isBroken ? null : by, proposedWith: null, proposedAt: now, opensAt: null },
      ...{ expiresAt: now + 3_600_000, decision: isRefused ? 'refused' : null, decidedBy: isRefused ? by : null },
      ...{ decidedAt: isRefused ? now : null, usedAt: isBroken ? now : null, usedBy: null },
      act: {
        ...{ method: 'POST', path: `/admin/v1/tenants/${it.tenantId}/close`, body: null, reason: 'ticket 4711' },
        program: isBroken ? 'nightly' : null,
      },
    })
  return {
    path: '/admin/v1/approvals',
    whole: [''],
    asked: {
      status: [...of('status', 'pending'), ...of('status', 'refused'), ...of('status', 'used')],
      kind: of('kind', 'break-glass'),
    },
  }
}

/** Papers of three people: a draft, which is the oldest, and two that were submitted. */
export async function papers(it: Of): Promise<List> {
  const { idKeys } = await configOf(it.chapar.secrets)
  for (const [n, status] of (['draft', 'submitted', 'submitted'] as const).entries()) {
    const at = Date.now() + n
    const [id, person] = [await newPapersId(idKeys, newRequestId(at)), await addPerson(it.chapar)]
    const company = { name: 'Shop', nationalId: `1410000000${n}`, registrationNumber: `${n}` }
    await insertPapers(it.chapar.control, it.chapar.keys, { id, personId: person.id, company }, at)
    const submit = 'UPDATE papers SET status = ?2, submitted_at = ?3 WHERE id = ?1'
    await it.chapar.control
      .prepare(submit)
      .bind(id, status, status === 'draft' ? null : at)
      .run()
  }
  return {
    path: '/admin/v1/papers',
    whole: ['status=submitted', 'status=draft'],
    unless: { status: (row) => row.status === 'submitted' },
    asked: { status: [...of('status', 'draft'), ...of('status', 'submitted')] },
  }
}

/** Requests of three people who lost their way in. */
export async function lostAccess(it: Of): Promise<List> {
  for (let n = 0; n < 3; n++) {
    const [at, person] = [Date.now() + n, await addPerson(it.chapar)]
    const facts = { before: `+98938200000${n}`, after: `+98938300000${n}`, name: 'Zw6lostName2Qd', words: 'lost both' }
    const id = newPeopleId('lst', newRequestId(at))
    await insertLostAccess(it.chapar.control, it.chapar.keys, { id, personId: person.id, createdAt: at, facts }, 0)
  }
  return { path: '/admin/v1/lost-access', whole: [''], asked: {} }
}
