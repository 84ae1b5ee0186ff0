import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { meQuery } from '../../api/queries.ts'
import { SignInForm } from '../../app/sign-in-form.tsx'
import { t as app } from '../../app/words.ts'
import { Page } from '../../parts/page.tsx'
import { signInRoute } from './routes.ts'

/** Where one signs in. */
export default function SignInPage() {
  const { to } = signInRoute.useSearch()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const done = async (): Promise<void> => {
    await queries.refetchQueries(meQuery)
    await navigate({ href: to ?? '/' })
  }
  return (
    <main className="narrow">
      <Page title={app.signIn}>
        <SignInForm onDone={() => void done()} />
      </Page>
    </main>
  )
}
