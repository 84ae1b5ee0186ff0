import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../tab.tsx'

/** Country whose national numbers the account reads (ISO 3166-1); null: none, or not known yet. */
export function useRegion(): string | null {
  const { api, key } = useTenantTab()
  const account = useQuery({
    queryKey: [key, 'account'],
    staleTime: 60_000,
    queryFn: () => unwrap(api.GET('/v1/account')),
  })
  return account.data?.region ?? null
}
