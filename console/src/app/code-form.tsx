import { type FormEvent, useEffect, useState } from 'react'
import { auth } from '../api/auth.ts'
import { unwrap } from '../api/unwrap.ts'
import { Button } from '../parts/button.tsx'
import { Trouble } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { took } from '../words/format.ts'
import { useAct } from './act.tsx'
import { t } from './words.ts'

/** What the API answers to who asks for a code. */
export interface SentCode {
  readonly ceremony: string
  readonly resendAt: string | null
  readonly nextChannel: string | null
}

interface CodeFormProps {
  readonly sent: SentCode
  /** Sends what was typed; its error is shown with the field. */
  readonly onCode: (typed: { ceremony: string; code: string }) => Promise<unknown>
  readonly onDone: () => void
  readonly action: string
}

/** Milliseconds until a time; counts down by the second. */
function useCountdown(until: string | null): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(ticking)
  }, [])
  return until ? Math.max(0, new Date(until).getTime() - now) : 0
}

/** Takes a code that went to a mobile, and offers a further one when the time has come. */
export function CodeForm({ sent: first, onCode, onDone, action }: CodeFormProps) {
  const [sent, setSent] = useState(first)
  const [code, setCode] = useState('')
  const check = useAct(onCode, { onDone })
  const resend = useAct(
    () =>
      unwrap(
        auth.POST('/v1/auth/code/resend', {
          body: { ceremony: sent.ceremony, ...(sent.nextChannel === 'voice' ? { channel: 'voice' as const } : {}) },
        }),
      ),
    { onDone: setSent },
  )
  const wait = useCountdown(sent.resendAt)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    check.mutate({ ceremony: sent.ceremony, code })
  }
  return (
    <form onSubmit={submit} className="stack">
      <p>{t.codeSent}</p>
      <TextField
        label={t.code}
        value={code}
        onChange={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        isRequired
        autoFocus
        ltr
      />
      <Trouble error={check.error} />
      <Button type="submit" weight="primary" isPending={check.isPending}>
        {action}
      </Button>
      {sent.resendAt ? (
        <Button weight="quiet" isDisabled={wait > 0} isPending={resend.isPending} onPress={() => resend.mutate()}>
          {wait > 0 ? t.resendIn(took(wait)) : sent.nextChannel === 'voice' ? t.callMe : t.resend}
        </Button>
      ) : null}
      <Trouble error={resend.error} />
    </form>
  )
}
