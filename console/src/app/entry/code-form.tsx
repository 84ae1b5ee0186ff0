import '../../styles/entry.css'
import { type FormEvent, useEffect, useState } from 'react'
import { auth } from '../../api/auth.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { fieldText } from '../../words/failures.ts'
import { took } from '../../words/format.ts'
import { useAct } from '../act.tsx'
import { entry } from './words.ts'

/** What the API answers to who asks for a code. */
export interface SentCode {
  readonly ceremony: string
  readonly checksLeft: number
  readonly resendAt: string | null
  readonly nextChannel: string | null
}

interface CodeFormProps<Result> {
  readonly sent: SentCode
  /** Sends what was typed; its error is shown with the field. */
  readonly onCode: (typed: { ceremony: string; code: string }) => Promise<Result>
  readonly onDone: (result: Result) => void
  readonly action: string
  /** Sentence that says where the code went. */
  readonly about?: string
  /** Why it may be that no code comes. */
  readonly hints?: readonly string[]
  /** Begins the step anew: of who mistyped his number, or waited too long. */
  readonly onRestart?: () => void
}

/** Milliseconds until a time; counts down by the second. */
function useCountdown(until: string | null): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(ticking)
  }, [])
  return until ? Math.max(0, Math.ceil((new Date(until).getTime() - now) / 1000) * 1000) : 0
}

/** True of a code whose step takes no further try. */
const isOver = (error: unknown): boolean => error instanceof Failure && error.code === 'verification-over'

/** Takes a code that went to a mobile, and offers a further one when the time has come. */
export function CodeForm<Result>({ sent: first, onCode, onDone, action, ...more }: CodeFormProps<Result>) {
  const { about = entry.codeSent, hints = [], onRestart } = more
  const [sent, setSent] = useState(first)
  const [code, setCode] = useState('')
  const [wrongs, setWrongs] = useState(0)
  const check = useAct(onCode, { onDone })
  const resend = useAct(
    (channel: 'sms' | 'voice') =>
      unwrap(auth.POST('/v1/auth/code/resend', { body: { ceremony: sent.ceremony, channel } })),
    {
      onDone: (next) => {
        setSent(next)
        setWrongs(0)
        setCode('')
        check.reset()
      },
    },
  )
  const wait = useCountdown(sent.resendAt)
  const isWrong = fieldText(check.error, '/code') !== undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    check.mutate(
      { ceremony: sent.ceremony, code },
      { onError: (error) => fieldText(error, '/code') !== undefined && setWrongs((count) => count + 1) },
    )
  }
  return (
    <form onSubmit={submit} className="stack">
      <p>{about}</p>
      <TextField
        label={entry.code}
        error={isWrong ? entry.wrongCode(Math.max(0, sent.checksLeft - wrongs)) : undefined}
        value={code}
        onChange={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        isRequired
        autoFocus
        ltr
      />
      {isOver(check.error) ? (
        <Note tone="warn">{entry.stepOver}</Note>
      ) : isWrong ? null : (
        <Trouble error={check.error} />
      )}
      <Button type="submit" weight="primary" isPending={check.isPending} isDisabled={isOver(check.error)}>
        {action}
      </Button>
      <div className="row">
        {sent.resendAt && wait > 0 ? <p className="faint">{entry.resendIn(took(wait))}</p> : null}
        {sent.resendAt && wait === 0
          ? (sent.nextChannel === 'voice' ? (['sms', 'voice'] as const) : (['sms'] as const)).map((channel) => (
              <Button key={channel} weight="quiet" isDisabled={resend.isPending} onPress={() => resend.mutate(channel)}>
                {channel === 'voice' ? entry.callMe : entry.resend}
              </Button>
            ))
          : null}
        {onRestart ? (
          <Button weight="quiet" onPress={onRestart}>
            {entry.anew}
          </Button>
        ) : null}
      </div>
      <Trouble error={resend.error} />
      {hints.length > 0 ? (
        <details className="hints">
          <summary>{entry.noCode}</summary>
          <ul>
            {hints.map((hint) => (
              <li key={hint}>{hint}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </form>
  )
}
