import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useRecordChange } from '../../app/changed/record-change.ts'
import { useTab } from '../../app/tab.tsx'
import type { Tenant } from './tenants-page.tsx'

type Change = NonNullable<paths['/admin/v1/tenants/{tenantId}']['patch']['requestBody']>['content']['application/json']

/**
 * Change of an account by a form that shows some of its settings. What else changes its version meanwhile (a key, a member) does
 * not matter to it.
 */
export function useTenantChange(tenant: Tenant, shown: readonly (keyof Tenant)[], bodyOf: () => Change) {
  const { api, key } = useTab()
  const params = { path: { tenantId: tenant.id } }
  const path = '/admin/v1/tenants/{tenantId}'
  return useRecordChange<Tenant>({
    of: tenant,
    send: (_, base) => unwrap(api.PATCH(path, { params, body: { ...bodyOf(), version: base?.version } })),
    read: () => unwrap(api.GET(path, { params })),
    shown: (record) => shown.map((field) => record[field]),
    changes: [
      [key, 'tenant', tenant.id],
      [key, 'tenants'],
    ],
  })
}
