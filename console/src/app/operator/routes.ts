import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../tab.tsx'

/** Routes of one tenant, of all without their own (empty), or, undefined, all that there are. */
export function useRoutes(tenantId?: string) {
  const { api, key, can } = useTab()
  return useQuery({
    queryKey: [key, 'routes', tenantId ?? 'all'],
    enabled: can('connections:read'),
    queryFn: () =>
      unwrap(api.GET('/admin/v1/routes', { params: { query: tenantId === undefined ? {} : { tenantId } } })),
  })
}
