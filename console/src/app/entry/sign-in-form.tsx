import '../../styles/entry.css'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { auth } from '../../api/auth.ts'
import { tellCame } from '../../api/leave.ts'
import { hasPasskeys, signInByOffer, signInByPasskey } from '../../api/passkeys.ts'
import { forgetTokens } from '../../api/tab-token.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { fieldText } from '../../words/failures.ts'
import { language } from '../../words/language.ts'
import { useAct } from '../act.tsx'
import { t } from '../words.ts'
import { CodeForm, type SentCode } from './code-form.tsx'
import { PasskeyTrouble } from './passkey-trouble.tsx'
import { entry } from './words.ts'

/** Offers passkeys in the field of the mobile while the form is seen. The answer ends the offer: one window at a time. */
function useOffer(onDone: () => void, onError: (error: unknown) => void): () => void {
  const stop = useRef(() => {})
  const told = useRef({ onDone, onError })
  told.current = { onDone, onError }
  useEffect(() => {
    const offer = new AbortController()
    stop.current = () => offer.abort()
    signInByOffer(offer.signal).then(
      (isIn) => isIn && told.current.onDone(),
      (error: unknown) => told.current.onError(error),
    )
    return () => offer.abort()
  }, [])
  return () => stop.current()
}

/** Signs a person in, by a passkey or by a code. Used by its page, and over any page when a sign-in is over. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const [mobile, setMobile] = useState('')
  const [sent, setSent] = useState<SentCode | null>(null)
  const [offerError, setOfferError] = useState<unknown>(null)
  const done = (): void => {
    forgetTokens()
    tellCame()
    onDone()
  }
  const endOffer = useOffer(done, setOfferError)
  const byPasskey = useAct(signInByPasskey, { onDone: done })
  const ask = useAct(() => unwrap(auth.POST('/v1/auth/sign-in/code', { body: { mobile, locale: language } })), {
    onDone: setSent,
  })
  if (sent)
    return (
      <CodeForm
        sent={sent}
        about={entry.signInSent(mobile)}
        hints={[entry.hintPasskey, entry.hintStaff, entry.hintNumber, entry.hintBlocked]}
        action={t.signIn}
        onCode={(body) => unwrap(auth.POST('/v1/auth/sign-in/check', { body }))}
        onDone={done}
        onRestart={() => setSent(null)}
      />
    )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    ask.mutate()
  }
  const isWrong = fieldText(ask.error, '/mobile') !== undefined
  return (
    <div className="stack">
      {hasPasskeys() ? (
        <>
          <Button
            weight="primary"
            isPending={byPasskey.isPending}
            onPress={() => {
              endOffer()
              setOfferError(null)
              byPasskey.mutate()
            }}
          >
            {entry.signInBy}
          </Button>
          <PasskeyTrouble error={byPasskey.error ?? offerError} />
          <p className="or">
            <span>{entry.orCode}</span>
          </p>
        </>
      ) : (
        <Note>{entry.noPasskeys}</Note>
      )}
      <form onSubmit={submit} className="stack">
        <TextField
          label={t.mobile}
          help={entry.mobileHelp}
          error={isWrong ? entry.notMobile : undefined}
          type="tel"
          name="mobile"
          autoComplete="username webauthn"
          value={mobile}
          onChange={setMobile}
          isRequired
          ltr
        />
        <Button type="submit" isPending={ask.isPending}>
          {entry.sendCode}
        </Button>
        {isWrong ? null : <Trouble error={ask.error} />}
      </form>
    </div>
  )
}
