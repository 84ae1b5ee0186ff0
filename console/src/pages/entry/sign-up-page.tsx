import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { auth } from '../../api/auth.ts'
import { forgetPerson } from '../../api/leave.ts'
import { licenseeQuery } from '../../api/licensee.ts'
import { addPasskey, hasPasskeys } from '../../api/passkeys.ts'
import { meQuery } from '../../api/queries.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { CodeForm, type SentCode } from '../../app/entry/code-form.tsx'
import { invitationToken } from '../../app/entry/invitation-token.ts'
import { PasskeyTrouble } from '../../app/entry/passkey-trouble.tsx'
import { PublicFrame } from '../../app/entry/public-frame.tsx'
import { entry } from '../../app/entry/words.ts'
import { t as app } from '../../app/words.ts'
import { Button, Link } from '../../parts/button.tsx'
import { Note } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { signUpRoute } from './routes.ts'
import { SignUpForm } from './sign-up-form.tsx'
import { t } from './words.ts'

/** Offers a passkey to who has just signed up: the moment at which it wants no further proof. */
function OfferPasskey({ onDone }: { onDone: () => void }) {
  const add = useAct(() => addPasskey(t.thisDevice), { changes: [['passkeys']], onDone })
  return (
    <Page title={t.passkeyTitle} about={t.passkeyWhy}>
      <div className="stack">
        <Button weight="primary" autoFocus isPending={add.isPending} onPress={() => add.mutate()}>
          {t.passkeyAdd}
        </Button>
        <PasskeyTrouble error={add.error} />
        <Button weight="quiet" onPress={onDone}>
          {t.passkeyLater}
        </Button>
        <p className="faint">{t.passkeyThen}</p>
      </div>
    </Page>
  )
}

/** Shows how far one is. */
const Steps = ({ done }: { done: number }) => (
  <ol className="steps" aria-hidden="true">
    {[1, 2, 3].map((step) => (
      <li key={step} data-done={step <= done ? '' : undefined} />
    ))}
  </ol>
)

/** Page of an invitation, which who follows its link comes back to. */
const INVITATION = '/invitation'

/** Where one makes an account: what one says of oneself, the code, a passkey. */
export default function SignUpPage() {
  const { to } = signUpRoute.useSearch()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const me = useQuery(meQuery)
  const isClosed = useQuery(licenseeQuery).data?.signUp.open === false
  const [sent, setSent] = useState<{ readonly code: SentCode; readonly mobile: string } | null>(null)
  /** Address at which who has signed up goes on; null: nobody has yet. */
  const [next, setNext] = useState<string | null>(null)
  const [invitation] = useState(() => (to === INVITATION ? invitationToken() : null))
  const isInvited = invitation !== null
  const goOn = async (href: string): Promise<void> => {
    await queries.refetchQueries(meQuery)
    await navigate({ href })
  }
  const made = (tenant: { readonly id: string } | null): void => {
    const href = to ?? (tenant ? `/t/${tenant.id}/test` : INVITATION)
    forgetPerson()
    if (hasPasskeys()) setNext(href)
    else void goOn(href)
  }
  if (next !== null)
    return (
      <PublicFrame>
        <Steps done={3} />
        <OfferPasskey onDone={() => void goOn(next)} />
      </PublicFrame>
    )
  return (
    <PublicFrame>
      <Steps done={sent ? 2 : 1} />
      <Page title={app.signUp} about={sent ? undefined : isInvited ? t.invitedAbout : t.signUpAbout}>
        {sent ? (
          <CodeForm
            sent={sent.code}
            about={(isInvited ? t.invitedSent : t.signUpSent)(sent.mobile)}
            hints={[...(isInvited ? [t.hintInvited] : []), entry.hintAccount, entry.hintNumber, entry.hintBlocked]}
            action={isInvited ? t.invitedDo : t.makeAccount}
            onCode={(body) => unwrap(auth.POST('/v1/auth/sign-up/check', { body }))}
            onDone={({ tenant }) => made(tenant)}
            onRestart={() => setSent(null)}
          />
        ) : isClosed && !isInvited ? (
          <Note tone="warn">
            <strong>{t.closedTitle}</strong>
            {t.closedWhy}
          </Note>
        ) : (
          <SignUpForm invitation={invitation} onSent={(code, mobile) => setSent({ code, mobile })} />
        )}
        {sent || me.data ? null : (
          <p className="ways">
            <span>
              {t.haveAccount}{' '}
              <Link to="/sign-in" search={to ? { to } : {}}>
                {app.signIn}
              </Link>
            </span>
          </p>
        )}
      </Page>
    </PublicFrame>
  )
}
