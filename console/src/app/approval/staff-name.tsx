import { useQuery } from '@tanstack/react-query'
import { clientFor } from '../../api/clients.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Code, Words } from '../../parts/text.tsx'
import { useTab } from '../tab.tsx'

/** Name of one of the licensee's people, to who may read it; else his id. A program goes by its own name. */
export function StaffName({ id }: { id: string }) {
  const { can } = useTab()
  const staff = useQuery({
    queryKey: ['operator', 'staff'],
    enabled: can('staff:read'),
    staleTime: 60_000,
    queryFn: () => unwrap(clientFor({ operator: true }).GET('/admin/v1/staff')),
  })
  const name = staff.data?.data.find((one) => one.id === id)?.name
  return name ? (
    <>
      <Words>{name}</Words> <Code>{id}</Code>
    </>
  ) : (
    <Code>{id}</Code>
  )
}
