import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../api/unwrap.ts'
import { Code, Words } from '../../parts/text.tsx'
import { words } from '../../words/language.ts'
import { useTenantTab } from '../tab.tsx'

const t = words({ operator: 'The operator', nobody: 'Nobody known' }, { operator: 'گرداننده', nobody: 'ناشناس' })

/** People of the tenant's team; none for who may not see them. */
export function useMembers() {
  const { api, key, can } = useTenantTab()
  return useQuery({
    queryKey: [key, 'members'],
    queryFn: () => unwrap(api.GET('/v1/members')),
    enabled: can('people:read'),
  })
}

/** The tenant's API keys and credentials; none for who may not see them. */
export function useKeys() {
  const { api, key, can } = useTenantTab()
  return useQuery({
    queryKey: [key, 'keys'],
    queryFn: () => unwrap(api.GET('/v1/keys')),
    enabled: can('keys:read'),
  })
}

/** Names of people and keys by their ids, as far as the role sees them. */
export function useNames(): (id: string) => string | undefined {
  const members = useMembers()
  const keys = useKeys()
  return (id) =>
    id.startsWith('per_')
      ? (members.data?.data.find((member) => member.id === id)?.name ?? undefined)
      : keys.data?.data.find((one) => one.id === id)?.name
}

/** Who did something: the name where it is known, else the id. `ofNobody`: what stands where no id does. */
export function Who({ id, ofNobody = t.operator }: { id: string | null; ofNobody?: string }) {
  const nameOf = useNames()
  if (id === null) return <span className="faint">{ofNobody}</span>
  const name = nameOf(id)
  return name ? <Words>{name}</Words> : <Code>{id}</Code>
}
