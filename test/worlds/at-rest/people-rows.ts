import { newPeopleId, newRequestId, type PapersId, type TenantId } from '#worker/domain/ids.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import { DAY } from '#worker/domain/time.ts'
import { insertTenant } from '#worker/store/control/tenants.ts'
import { decidePapers, insertPapers } from '#worker/store/identity/papers.ts'
import type { Keyring } from '#worker/store/keys/keyring.ts'
import { insertDisclosure } from '#worker/store/people/disclosures.ts'
import { insertInvitation } from '#worker/store/people/invitations.ts'
import { sealSuspension } from '#worker/store/people/suspensions.ts'
import { signedInPerson } from '../players/person-world.ts'
import type { SpokenWorld } from './talk.ts'

const COMPANY = { name: 'Zw6companyName3Kd', nationalId: '10380284790', registrationNumber: '1234' }

/** Adds a tenant that is suspended for a reason. */
async function insertSuspended(control: D1Database, keys: Keyring, n: number): Promise<void> {
  const at = Date.now()
  const id = `ten_${'0'.repeat(11)}${n}` as TenantId
  const words = { reason: 'three complaints at night', notice: 'Call us.', at }
  await insertTenant(control, {
    ...{ id, name: `Suspended ${n}`, status: 'suspended', version: 1, settings: DEFAULT_SETTINGS, shards: [0] },
    ...{ createdAt: at, updatedAt: at, closedAt: null, suspension: await sealSuspension(keys, id, words) },
  })
}

/**
 * Fills the tables of people by two rows each: suspended tenants, members, invitations, disclosures to the tenant and papers that
 * were refused.
 */
export async function fillPeople({ it: { chapar, tenantId } }: SpokenWorld): Promise<void> {
  const { control, keys } = chapar
  for (const n of [1, 2]) {
    const now = Date.now()
    await insertSuspended(control, keys, n)
    const owner = await signedInPerson(chapar, { roles: { [tenantId]: 'owner' } })
    const invitation = {
      id: newPeopleId('inv', newRequestId(now)),
      tenantId: tenantId as TenantId,
      role: 'viewer',
      madeBy: owner.id,
      createdAt: now,
      expiresAt: now + DAY,
      to: `zw7-invited-${n}@person.example`,
      tokenHash: `hash of the secret ${n}`,
    } as const
    await insertInvitation(control, keys, invitation, 100)
    await insertDisclosure(control, keys, {
      id: newPeopleId('dsc', newRequestId(now)),
      tenantId: tenantId as TenantId,
      at: now,
      role: 'support',
      object: 'dead_0000000000',
      operation: 'POST /admin/v1/dead-letters/:id/disclose',
      reason: 'ticket 4711',
      order: null,
      isHidden: false,
    })
    const id = `pap_${'0'.repeat(24)}${n}` as PapersId
    await insertPapers(control, keys, { id, personId: owner.id, company: COMPANY }, now)
    await control.prepare("UPDATE papers SET status = 'submitted' WHERE id = ?1").bind(id).run()
    await decidePapers(control, keys, { id, decision: { by: 'tester', reason: 'It is of 1392.' } }, now)
  }
}
