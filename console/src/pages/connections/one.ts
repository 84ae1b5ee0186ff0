import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../../app/tab.tsx'

/** The connection of the page's address. */
export function useConnection() {
  const { api, key } = useTab()
  const { connectionId = '' } = useParams({ strict: false })
  return useQuery({
    queryKey: [key, 'connections', connectionId],
    queryFn: () => unwrap(api.GET('/admin/v1/connections/{connectionId}', { params: { path: { connectionId } } })),
  })
}
