import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { auth } from '../../api/auth.ts'
import { signOut } from '../../api/leave.ts'
import { Failure } from '../../api/problem.ts'
import { type Me, meQuery } from '../../api/queries.ts'
import { forgetTokens } from '../../api/tab-token.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { dropInvitation, invitationToken } from '../../app/entry/invitation-token.ts'
import { PublicFrame } from '../../app/entry/public-frame.tsx'
import { t as app } from '../../app/words.ts'
import { Button, Link } from '../../parts/button.tsx'
import { Empty, Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { Ltr, Words } from '../../parts/text.tsx'
import { t } from './words.ts'

/** Says why an invitation is not taken; undefined: for a reason that has words of its own. */
function refusalOf(error: unknown, me: Me): string | undefined {
  if (!(error instanceof Failure)) return undefined
  if (error.code === 'not-found' || error.code === 'invalid-fields') return t.inviteUnknown
  if (error.code === 'conflict') return t.inviteOver
  if (error.code !== 'forbidden') return undefined
  return me.signIn.method === 'passkey' ? t.inviteNotYours : t.inviteWeak
}

function Accept({ me, token }: { me: Me; token: string }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const accept = useAct(() => unwrap(auth.POST('/v1/auth/invitations/accept', { body: { token } })), {
    onDone: async ({ tenantId }) => {
      dropInvitation()
      forgetTokens()
      await queries.refetchQueries(meQuery)
      await navigate({ to: tenantId ? `/t/${tenantId}/test` : '/operator' })
    },
  })
  const leave = useAct(signOut, {
    onDone: () => void navigate({ to: '/sign-in', search: { to: '/invitation' } }),
  })
  const refusal = refusalOf(accept.error, me)
  return (
    <div className="stack">
      <p>
        {t.inviteAs} <Words>{me.name ?? ''}</Words> {me.mobile ? <Ltr>{me.mobile}</Ltr> : null}
      </p>
      <Button weight="primary" isPending={accept.isPending} onPress={() => accept.mutate()}>
        {t.inviteAccept}
      </Button>
      {refusal ? (
        <div role="alert">
          <Note tone="warn">{refusal}</Note>
        </div>
      ) : (
        <Trouble error={accept.error} />
      )}
      <Button weight="quiet" isPending={leave.isPending} onPress={() => leave.mutate()}>
        {t.inviteOther}
      </Button>
      <Trouble error={leave.error} />
    </div>
  )
}

/** Where the link of an invitation leads: signed out, one signs in or up first and comes back. */
export default function InvitationPage() {
  const me = useQuery(meQuery)
  const [token] = useState(invitationToken)
  if (!token)
    return (
      <PublicFrame>
        <Page title={t.inviteTitle}>
          <Empty title={t.inviteNone}>{t.inviteNoneWhy}</Empty>
        </Page>
      </PublicFrame>
    )
  return (
    <PublicFrame>
      <Page title={t.inviteTitle} about={t.inviteAbout}>
        {me.isPending ? <Loading /> : null}
        <Trouble error={me.error} onRetry={() => void me.refetch()} />
        {me.data ? <Accept me={me.data} token={token} /> : null}
        {me.data === null ? (
          <div className="stack">
            <p>{t.inviteNobody}</p>
            <Link to="/sign-in" search={{ to: '/invitation' }} weight="primary">
              {app.signIn}
            </Link>
            <Link to="/sign-up" search={{ to: '/invitation' }} weight="plain">
              {app.signUp}
            </Link>
          </div>
        ) : null}
      </Page>
    </PublicFrame>
  )
}
