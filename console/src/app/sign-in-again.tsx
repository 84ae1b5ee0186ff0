import { useQueryClient } from '@tanstack/react-query'
import { Dialog } from '../parts/dialog.tsx'
import { SignInForm } from './entry/sign-in-form.tsx'
import { t } from './words.ts'

/** Asks to sign in again over the page, so that nothing that was typed is lost. */
export default function SignInAgain({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient()
  return (
    <Dialog title={t.sessionOver} isOpen isDismissable={false} onClose={onDone}>
      <p>{t.sessionOverWhy}</p>
      <SignInForm
        onDone={() => {
          onDone()
          void queries.invalidateQueries()
        }}
      />
    </Dialog>
  )
}
