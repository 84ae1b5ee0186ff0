import { useState } from 'react'
import { auth } from '../../api/auth.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { dropDraft, useDraft } from '../../app/draft.ts'
import { CodeForm, type SentCode } from '../../app/entry/code-form.tsx'
import { PublicFrame } from '../../app/entry/public-frame.tsx'
import { entry } from '../../app/entry/words.ts'
import { Link } from '../../parts/button.tsx'
import { Note } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Page } from '../../parts/page.tsx'
import { Code } from '../../parts/text.tsx'
import { language } from '../../words/language.ts'
import { AskForm } from './ask-form.tsx'
import { t } from './words.ts'

const DRAFT = 'chapar.lost-access'
const EMPTY = { mobile: '', newMobile: '', name: '', words: '' }

function LostForm({ onSent }: { onSent: (sent: SentCode, mobile: string) => void }) {
  const { values, set } = useDraft(DRAFT, EMPTY)
  // The API reads one line.
  const body = { ...values, words: values.words.replace(/\s+/g, ' ').trim(), locale: language }
  const ask = useAct(() => unwrap(auth.POST('/v1/auth/lost-access', { body })), {
    onDone: (sent) => onSent(sent, values.newMobile),
  })
  return (
    <AskForm ask={ask}>
      {(wrong) => (
        <>
          <TextField
            label={t.oldMobile}
            help={t.oldHelp}
            error={wrong('/mobile', entry.notMobile)}
            type="tel"
            value={values.mobile}
            onChange={(mobile) => set({ mobile })}
            isRequired
            ltr
          />
          <TextField
            label={t.newMobile}
            help={t.newHelp}
            error={wrong('/newMobile', entry.notMobile)}
            type="tel"
            autoComplete="tel"
            value={values.newMobile}
            onChange={(newMobile) => set({ newMobile })}
            isRequired
            ltr
          />
          <TextField
            label={t.name}
            error={wrong('/name')}
            autoComplete="name"
            value={values.name}
            onChange={(name) => set({ name })}
            isRequired
            maxLength={200}
          />
          <TextField
            label={t.lostWords}
            help={t.lostHelp}
            error={wrong('/words', t.badWords)}
            lines={5}
            value={values.words}
            onChange={(words) => set({ words })}
            isRequired
            maxLength={1000}
          />
        </>
      )}
    </AskForm>
  )
}

/** The request of who can neither sign in by a passkey nor by a code. */
export default function LostAccessPage() {
  const [sent, setSent] = useState<{ readonly code: SentCode; readonly mobile: string } | null>(null)
  const [id, setId] = useState<string | null>(null)
  return (
    <PublicFrame>
      <Page title={id ? t.lostDone : t.lostTitle} about={id || sent ? undefined : t.lostAbout}>
        {id ? (
          <>
            <Note tone="good">
              <p>
                {t.lostId}: <Code>{id}</Code>
              </p>
            </Note>
            <p>{t.lostDoneWhy}</p>
            <Link to="/sign-in">{t.toSignIn}</Link>
          </>
        ) : sent ? (
          <CodeForm
            sent={sent.code}
            about={t.lostSent(sent.mobile)}
            hints={[entry.hintNumber, entry.hintBlocked]}
            action={t.lostSubmit}
            onCode={(body) => unwrap(auth.POST('/v1/auth/lost-access/check', { body }))}
            onDone={(claim) => {
              dropDraft(DRAFT)
              setId(claim.id)
            }}
            onRestart={() => setSent(null)}
          />
        ) : (
          <LostForm onSent={(code, mobile) => setSent({ code, mobile })} />
        )}
      </Page>
    </PublicFrame>
  )
}
