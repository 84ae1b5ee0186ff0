import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { type Me, meQuery } from '../../api/queries.ts'
import { invitationToken } from '../../app/entry/invitation-token.ts'
import { LAST_PLACE } from '../../app/tenant-layout.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { kept } from '../../words/language.ts'

const LandingPage = lazy(() => import('./landing-page.tsx'))

/** Where somebody who is signed in goes first: where he was last, his first account, the licensee's pages, or his own. */
function homeOf(me: Me): string {
  const last = kept(LAST_PLACE)
  if (last && me.tenants.some(({ id }) => last.startsWith(`/t/${id}/`))) return last
  const [first] = me.tenants
  if (first) return `/t/${first.id}/test`
  return me.operatorRole ? '/operator' : '/account'
}

/** Leads who is signed in to his home, and who opened an invitation to that; everybody else sees the landing. */
export default function StartPage() {
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const [isInvited] = useState(() => location.hash.startsWith('#invitation=') && invitationToken() !== null)
  const home = isInvited ? '/invitation' : me.data ? homeOf(me.data) : null
  useEffect(() => {
    if (home) void navigate({ to: home, replace: true })
  }, [home, navigate])
  if (me.isPending || home) return <Loading />
  if (me.isError) return <Trouble error={me.error} onRetry={() => void me.refetch()} />
  return (
    <Suspense fallback={<Loading />}>
      <LandingPage />
    </Suspense>
  )
}
