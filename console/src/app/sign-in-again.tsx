import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { forgetPerson } from '../api/leave.ts'
import { meQuery } from '../api/queries.ts'
import { forgetTokens } from '../api/tab-token.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Loading, Trouble } from '../parts/feedback.tsx'
import { useAct } from './act.tsx'
import { SignInForm } from './entry/sign-in-form.tsx'
import { entry } from './entry/words.ts'

/**
 * Asks to sign in again over the page, of which nothing is seen meanwhile: the same person goes on where he was, with all that he
 * typed; who is somebody else begins at the first page.
 */
export default function SignInAgain() {
  const queries = useQueryClient()
  const see = useAct(() => queries.refetchQueries(meQuery, { throwOnError: true }))
  useEffect(() => {
    forgetTokens()
    // A sign-in elsewhere that shares the cookie, but no store with this tab, tells it nothing: the page looks when it is seen.
    const look = (): void => {
      if (document.visibilityState === 'visible') void queries.refetchQueries(meQuery)
    }
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [queries])
  const leave = (): void => {
    forgetPerson()
    location.replace('/')
  }
  return (
    <Dialog title={entry.sessionOver} isOpen isDismissable={false} isAlone onClose={() => undefined}>
      <p>{entry.sessionOverWhy}</p>
      {see.isPending ? <Loading /> : null}
      <Trouble error={see.error} onRetry={() => see.mutate()} />
      <SignInForm onDone={() => see.mutate()} />
      <Button weight="quiet" onPress={leave}>
        {entry.sessionLeave}
      </Button>
    </Dialog>
  )
}
