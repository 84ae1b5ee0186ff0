import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { meQuery } from '../../api/queries.ts'
import { Shell } from '../../app/shell.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { t } from './words.ts'

const page = (path: string, name: string) => ({ path, name, scope: null })

const NAVIGATION = [
  {
    name: t.navigation.you,
    items: [page('', t.pages.profile), page('identity', t.pages.identity)],
  },
  {
    name: t.navigation.security,
    items: [page('passkeys', t.pages.passkeys), page('sign-ins', t.pages.signIns), page('mobile', t.pages.mobile)],
  },
  { name: t.navigation.other, items: [page('preferences', t.pages.preferences), page('close', t.pages.close)] },
]

/** Frame of the pages of the person himself. */
export default function AccountLayout() {
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const isNobody = me.data === null
  useEffect(() => {
    if (isNobody) void navigate({ to: '/sign-in', search: { to: location.pathname }, replace: true })
  }, [isNobody, navigate])
  if (me.isPending) return <Loading />
  if (me.isError && !me.data) return <Trouble error={me.error} onRetry={() => void me.refetch()} />
  if (isNobody) return null
  return <Shell base="/account" groups={NAVIGATION} can={() => true} head={<strong>{t.title}</strong>} />
}
