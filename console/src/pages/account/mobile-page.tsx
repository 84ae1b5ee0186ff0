import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { auth } from '../../api/auth.ts'
import { Failure } from '../../api/problem.ts'
import { meQuery } from '../../api/queries.ts'
import { forgetTokens } from '../../api/tab-token.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { CodeForm, type SentCode } from '../../app/entry/code-form.tsx'
import { entry } from '../../app/entry/words.ts'
import { Button, Link } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Ltr } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { useMe } from './use-me.ts'
import { t } from './words.ts'

/** Where a change of number stands. */
type Step =
  | { readonly at: 'ask' | 'done' }
  | { readonly at: 'old' | 'new'; readonly sent: SentCode; readonly mobile: string }

function Ask({ mobile: before, onSent }: { mobile: string; onSent: (sent: SentCode, mobile: string) => void }) {
  const [mobile, setMobile] = useState('')
  const ask = useAct(() => unwrap(auth.POST('/v1/auth/mobile', { body: { mobile } })), {
    onDone: (sent) => onSent(sent, mobile),
  })
  const said = fieldText(ask.error, '/mobile')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    ask.mutate()
  }
  return (
    <form onSubmit={submit} className="stack form">
      <Facts of={[[t.mobile, <Ltr key="mobile">{before}</Ltr>]]} />
      <TextField
        label={t.newMobile}
        error={said === undefined ? undefined : said.includes('that you have') ? t.sameMobile : entry.notMobile}
        type="tel"
        autoComplete="tel"
        value={mobile}
        onChange={setMobile}
        isRequired
        ltr
      />
      {said === undefined ? <Trouble error={ask.error} /> : null}
      <div>
        <Button type="submit" weight="primary" isPending={ask.isPending}>
          {t.next}
        </Button>
      </div>
    </form>
  )
}

/** Change of the person's number: a code to the old one, another to the new one. */
export default function MobilePage() {
  const me = useMe()
  const queries = useQueryClient()
  const [step, setStep] = useState<Step>({ at: 'ask' })
  const [refusal, setRefusal] = useState<string | null>(null)
  const restart = (): void => setStep({ at: 'ask' })
  /** Says what ended the change, which a form for a code has no words for. */
  const heed = async <Result,>(call: Promise<Result>): Promise<Result> => {
    setRefusal(null)
    try {
      return await call
    } catch (error) {
      if (error instanceof Failure && error.code === 'conflict') setRefusal(t.mobileTaken)
      throw error
    }
  }
  return (
    <Page title={t.pages.mobile} about={t.mobileAbout}>
      {step.at === 'done' ? <Note tone="good">{t.mobileDone}</Note> : null}
      {me.level === 'L2' || me.level === 'L3' ? <Note tone="warn">{t.mobileLevel}</Note> : null}
      {refusal ? <Note tone="bad">{refusal}</Note> : null}
      <Card>
        {step.at === 'old' ? (
          <CodeForm
            key="old"
            sent={step.sent}
            about={t.mobileOld(me.mobile ?? '')}
            hints={[entry.hintBlocked]}
            action={t.next}
            onCode={(body) => heed(unwrap(auth.POST('/v1/auth/mobile/old', { body })))}
            onDone={(sent) => setStep({ at: 'new', sent, mobile: step.mobile })}
            onRestart={restart}
          />
        ) : step.at === 'new' ? (
          <CodeForm
            key="new"
            sent={step.sent}
            about={t.mobileNew(step.mobile)}
            hints={[entry.hintNumber, entry.hintBlocked]}
            action={t.change}
            onCode={(body) => heed(unwrap(auth.POST('/v1/auth/mobile/new', { body })))}
            onDone={() => {
              forgetTokens()
              setStep({ at: 'done' })
              void queries.invalidateQueries(meQuery)
            }}
            onRestart={restart}
          />
        ) : me.mobile ? (
          <Ask mobile={me.mobile} onSent={(sent, mobile) => setStep({ at: 'old', sent, mobile })} />
        ) : (
          <p>{common.notSet}</p>
        )}
      </Card>
      <p className="faint">
        {t.mobileLost} <Link to="/lost-access">{t.mobileLostLink}</Link>
      </p>
    </Page>
  )
}
