import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { auth } from '../api/auth.ts'
import { hasPasskeys, stepUpByPasskey } from '../api/passkeys.ts'
import { unwrap } from '../api/unwrap.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Loading, Trouble } from '../parts/feedback.tsx'
import { useAct } from './act.tsx'
import { CodeForm, type SentCode } from './entry/code-form.tsx'
import { entry } from './entry/words.ts'

/** Asks a person who is signed in to prove that it is he: by a passkey, or by a code where he has none. */
export default function StepUpDialog({ onAnswer }: { onAnswer: (proven: boolean) => void }) {
  const [sent, setSent] = useState<SentCode | null>(null)
  const passkeys = useQuery({ queryKey: ['passkeys'], queryFn: () => unwrap(auth.GET('/v1/auth/passkeys')) })
  const byPasskey = useAct(stepUpByPasskey, { onDone: () => onAnswer(true) })
  const ask = useAct(() => unwrap(auth.POST('/v1/auth/step-up/code')), { onDone: setSent })
  const hasOne = (passkeys.data?.data.length ?? 0) > 0
  return (
    <Dialog title={entry.stepUp} isOpen onClose={() => onAnswer(false)}>
      <div className="stack">
        <p>{entry.stepUpWhy}</p>
        {passkeys.isPending ? (
          <Loading />
        ) : sent ? (
          <CodeForm
            sent={sent}
            action={entry.prove}
            onCode={(body) => unwrap(auth.POST('/v1/auth/step-up', { body }))}
            onDone={() => onAnswer(true)}
          />
        ) : hasOne && hasPasskeys() ? (
          <>
            <Button weight="primary" autoFocus isPending={byPasskey.isPending} onPress={() => byPasskey.mutate()}>
              {entry.usePasskey}
            </Button>
            <Trouble error={byPasskey.error} />
          </>
        ) : (
          <>
            <Button weight="primary" autoFocus isPending={ask.isPending} onPress={() => ask.mutate()}>
              {entry.sendCode}
            </Button>
            <Trouble error={ask.error} />
          </>
        )}
      </div>
    </Dialog>
  )
}
