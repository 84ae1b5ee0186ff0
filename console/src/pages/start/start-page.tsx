import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { type Me, meQuery } from '../../api/queries.ts'
import { invitationToken } from '../../app/entry/invitation-token.ts'
import { LAST_PLACE } from '../../app/tenant-layout.tsx'
import { t as app } from '../../app/words.ts'
import { Link } from '../../parts/button.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { kept } from '../../words/language.ts'
import { t } from './words.ts'

/** Where somebody who is signed in goes first: where he was last, his first account, or the licensee's pages. */
function homeOf(me: Me): string | null {
  const last = kept(LAST_PLACE)
  if (last && me.tenants.some(({ id }) => last.startsWith(`/t/${id}/`))) return last
  const [first] = me.tenants
  if (first) return `/t/${first.id}/test`
  return me.operatorRole ? '/operator' : null
}

/** Leads who is signed in to his home, and welcomes everybody else. */
export default function StartPage() {
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const [isInvited] = useState(() => location.hash.startsWith('#invitation=') && invitationToken() !== null)
  const home = isInvited ? '/invitation' : me.data ? homeOf(me.data) : null
  useEffect(() => {
    if (home) void navigate({ to: home, replace: true })
  }, [home, navigate])
  if (me.isPending || home) return <Loading />
  return (
    <main className="landing">
      <Page title={t.title} about={t.lead}>
        <Trouble error={me.error} />
        {me.data ? (
          <p>{t.noTenants}</p>
        ) : (
          <div className="actions">
            <Link to="/sign-in" weight="primary">
              {app.signIn}
            </Link>
            <a href="/docs" className="button">
              {t.docs}
            </a>
          </div>
        )}
      </Page>
    </main>
  )
}
