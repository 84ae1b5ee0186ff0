import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../tab.tsx'
import { wholeOf } from './whole.ts'

/** Tenants, the first 500 by their ids. */
export function useTenants() {
  const { api, key, can } = useTab()
  return useQuery({
    queryKey: [key, 'tenants', 'names'],
    enabled: can('tenants:read'),
    staleTime: 30_000,
    queryFn: () =>
      wholeOf((page) => unwrap(api.GET('/admin/v1/tenants', { params: { query: { limit: 100, ...page } } }))),
  })
}

/** Names of tenants by their ids; an id is its own name where it is not known. */
export function useTenantNames(): (id: string) => string {
  const tenants = useTenants()
  return (id) => tenants.data?.find((tenant) => tenant.id === id)?.name ?? id
}
