import { type FormEvent, useState } from 'react'
import { auth } from '../api/auth.ts'
import { hasPasskeys, signInByPasskey } from '../api/passkeys.ts'
import { forgetTokens } from '../api/tab-token.ts'
import { unwrap } from '../api/unwrap.ts'
import { Button } from '../parts/button.tsx'
import { Note, Trouble } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { fieldText } from '../words/failures.ts'
import { language } from '../words/language.ts'
import { useAct } from './act.tsx'
import { CodeForm, type SentCode } from './code-form.tsx'
import { t } from './words.ts'

/** Signs a person in, by a passkey or by a code. Used by its page, and over any page when a sign-in is over. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const [mobile, setMobile] = useState('')
  const [sent, setSent] = useState<SentCode | null>(null)
  const done = (): void => {
    forgetTokens()
    onDone()
  }
  const byPasskey = useAct(signInByPasskey, { onDone: done })
  const ask = useAct(() => unwrap(auth.POST('/v1/auth/sign-in/code', { body: { mobile, locale: language } })), {
    onDone: setSent,
  })
  if (sent)
    return (
      <CodeForm
        sent={sent}
        action={t.signIn}
        onCode={(body) => unwrap(auth.POST('/v1/auth/sign-in/check', { body }))}
        onDone={done}
      />
    )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    ask.mutate()
  }
  const isStopped = byPasskey.error instanceof DOMException
  return (
    <div className="stack">
      {hasPasskeys() ? (
        <>
          <Button weight="primary" isPending={byPasskey.isPending} onPress={() => byPasskey.mutate()}>
            {t.signInBy}
          </Button>
          {isStopped ? <Note tone="warn">{t.passkeyStopped}</Note> : <Trouble error={byPasskey.error} />}
          <p className="faint">{t.orCode}</p>
        </>
      ) : null}
      <form onSubmit={submit} className="stack">
        <TextField
          label={t.mobile}
          help={t.mobileHelp}
          error={fieldText(ask.error, '/mobile')}
          type="tel"
          autoComplete="tel"
          value={mobile}
          onChange={setMobile}
          isRequired
          ltr
        />
        <Button type="submit" isPending={ask.isPending}>
          {t.sendCode}
        </Button>
        <Trouble error={ask.error} />
      </form>
    </div>
  )
}
