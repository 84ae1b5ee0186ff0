import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { meQuery } from '../../api/queries.ts'
import { PublicFrame } from '../../app/entry/public-frame.tsx'

import { SignInForm } from '../../app/entry/sign-in-form.tsx'
import { entry } from '../../app/entry/words.ts'
import { t as app } from '../../app/words.ts'
import { Link } from '../../parts/button.tsx'
import { Page } from '../../parts/page.tsx'
import { signInRoute } from './routes.ts'

/** Where one signs in. Who is signed in already is led on. */
export default function SignInPage() {
  const { to } = signInRoute.useSearch()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const isIn = Boolean(useQuery(meQuery).data)
  useEffect(() => {
    if (isIn) void navigate({ href: to ?? '/', replace: true })
  }, [isIn, navigate, to])
  return (
    <PublicFrame>
      <Page title={app.signIn}>
        <SignInForm onDone={() => void queries.refetchQueries(meQuery)} />
        <div className="ways">
          <span>
            {entry.noAccount}{' '}
            <Link to="/sign-up" search={to ? { to } : {}}>
              {app.signUp}
            </Link>
          </span>
          <Link to="/lost-access">{entry.lostAccess}</Link>
        </div>
      </Page>
    </PublicFrame>
  )
}
