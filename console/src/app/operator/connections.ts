import { useQuery } from '@tanstack/react-query'
import type { Connection, Provider } from '../../api/operator.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../tab.tsx'
import { wholeOf } from './whole.ts'

/** All connections; a gateway has some ten. */
export function useConnections() {
  const { api, key, can } = useTab()
  return useQuery({
    queryKey: [key, 'connections'],
    enabled: can('connections:read'),
    queryFn: () =>
      wholeOf((page) => unwrap(api.GET('/admin/v1/connections', { params: { query: { limit: 100, ...page } } }))),
  })
}

/** Drivers of the deployment, which stay while it runs. */
export function useProviders() {
  const { api, key, can } = useTab()
  return useQuery({
    queryKey: [key, 'providers'],
    enabled: can('connections:read'),
    staleTime: 600_000,
    queryFn: () => unwrap(api.GET('/admin/v1/providers')),
  })
}

/** The driver of a connection; undefined: it is not part of this deployment, or not known yet. */
export const providerOf = (
  providers: readonly Provider[] | undefined,
  { channel, provider }: Pick<Connection, 'channel' | 'provider'>,
): Provider | undefined => providers?.find((one) => one.channel === channel && one.name === provider)
