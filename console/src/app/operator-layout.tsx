import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { meQuery } from '../api/queries.ts'
import { operatorNavigation } from './navigation.ts'
import { Shell } from './shell.tsx'
import { Unread } from './stumbles.tsx'
import { TabProvider, useTab } from './tab.tsx'
import { t } from './words.ts'

function Framed() {
  const tab = useTab()
  return <Shell base="/operator" groups={operatorNavigation} can={tab.can} head={<strong>{t.operator}</strong>} />
}

/** Frame of the licensee's pages. */
export function OperatorLayout() {
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const isNobody = me.data === null
  useEffect(() => {
    if (isNobody) void navigate({ to: '/sign-in', search: { to: location.pathname }, replace: true })
  }, [isNobody, navigate])
  if (me.isError && !me.data) return <Unread error={me.error} onRetry={() => void me.refetch()} />
  if (!me.data) return null
  return (
    <TabProvider context={{ operator: true }}>
      <Framed />
    </TabProvider>
  )
}
