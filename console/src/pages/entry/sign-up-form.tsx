import { auth } from '../../api/auth.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useDraft } from '../../app/draft.ts'
import type { SentCode } from '../../app/entry/code-form.tsx'
import { entry } from '../../app/entry/words.ts'
import { t as app } from '../../app/words.ts'
import { TextField } from '../../parts/field.tsx'
import { between } from '../../words/format.ts'
import { language } from '../../words/language.ts'
import { AskForm, type Refusal } from './ask-form.tsx'
import { t } from './words.ts'

/** Key under which a tab keeps what was typed, until the account is made. */
export const SIGN_UP_DRAFT = 'chapar.sign-up'

const EMPTY = { name: '', mobile: '', email: '', tenantName: '' }

/** Says why nobody can sign up; null: another error. */
function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Failure)) return null
  if (error.code === 'forbidden') return { title: t.closedTitle, why: t.closedWhy }
  return error.code === 'conflict' ? { title: t.notSetUp, why: '' } : null
}

/** Says why nobody can sign up with an invitation; null: another error. */
function refusalOfInvitation(error: unknown): Refusal | null {
  if (!(error instanceof Failure)) return null
  if (error.code === 'not-found' || error.fields.some(({ pointer }) => pointer === '/invitation'))
    return { title: t.inviteUnknown, why: '' }
  return error.code === 'conflict' ? { title: t.inviteOver, why: '' } : null
}

interface SignUpFormProps {
  /** Secret of an invitation, with which one makes no account of his own; null: one does. */
  readonly invitation: string | null
  readonly onSent: (sent: SentCode, mobile: string) => void
}

/** What who signs up agrees to. */
const Terms = () => (
  <p className="faint">
    {t.agree}{' '}
    <a href="/legal/terms" className="link">
      {t.terms}
    </a>
    {between}
    <a href="/legal/privacy" className="link">
      {t.privacy}
    </a>
  </p>
)

/** Takes what somebody says of himself, and has a code sent. */
export function SignUpForm({ invitation, onSent }: SignUpFormProps) {
  const { values, set } = useDraft(SIGN_UP_DRAFT, EMPTY)
  const ask = useAct(
    () => {
      const { name, mobile, email, tenantName } = values
      const own = invitation === null ? { email, tenantName } : { invitation }
      return unwrap(auth.POST('/v1/auth/sign-up', { body: { name, mobile, locale: language, ...own } }))
    },
    { onDone: (sent) => onSent(sent, values.mobile) },
  )
  const refusal = invitation === null ? refusalOf(ask.error) : refusalOfInvitation(ask.error)
  return (
    <AskForm ask={ask} refusal={refusal} below={<Terms />}>
      {(wrong) => (
        <>
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
            label={app.mobile}
            help={invitation === null ? t.mobileHelp : t.invitedMobileHelp}
            error={wrong('/mobile', entry.notMobile)}
            type="tel"
            autoComplete="tel"
            value={values.mobile}
            onChange={(mobile) => set({ mobile })}
            isRequired
            maxLength={30}
            ltr
          />
          {invitation === null ? (
            <>
              <TextField
                label={t.email}
                error={wrong('/email', t.badEmail)}
                type="email"
                autoComplete="email"
                value={values.email}
                onChange={(email) => set({ email })}
                isRequired
                ltr
              />
              <TextField
                label={t.tenantName}
                help={t.tenantHelp}
                error={wrong('/tenantName')}
                autoComplete="organization"
                value={values.tenantName}
                onChange={(tenantName) => set({ tenantName })}
                isRequired
                maxLength={200}
              />
            </>
          ) : null}
        </>
      )}
    </AskForm>
  )
}
