import { useQueries, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Button, CopyableId, Link } from '../../parts/button.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Table } from '../../parts/table.tsx'
import { Code, Ltr, Time, Words } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { listed, num } from '../../words/format.ts'
import type { Verification } from './summary.ts'
import { reasonOf } from './verifications-page.tsx'
import { t } from './words.ts'

/** The messages that carried the codes, each with what became of it. */
function Codes({ of: { messageIds } }: { of: Verification }) {
  const { api, key, tenantId, mode, can } = useTenantTab()
  const messages = useQueries({
    queries: messageIds.map((id) => ({
      queryKey: [key, 'messages', id],
      queryFn: () => unwrap(api.GET('/v1/messages/{id}', { params: { path: { id } } })),
      enabled: can('messages:read'),
    })),
  })
  if (messageIds.length === 0) return <p className="faint">{t.noCodes}</p>
  const rows = messageIds.map((id, n) => ({ id, message: messages[n]?.data }))
  return (
    <Table
      label={t.codes}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t.id,
          kind: 'head',
          of: ({ id }) => (
            <Link to="/t/$tenantId/$mode/messages/$id" params={{ tenantId, mode, id }}>
              <Code>{id}</Code>
            </Link>
          ),
        },
        { name: t.state, of: ({ message }) => (message ? <Status status={message.status} /> : null) },
        { name: t.channel, of: ({ message }) => (message ? channelName(message.channel) : null) },
        { name: t.when, of: ({ message }) => <Time at={message?.acceptedAt} exact /> },
      ]}
    />
  )
}

/** What a person can say of it: that it is canceled, or what came of it. */
function Acts({ of }: { of: Verification }) {
  const { api, key } = useTenantTab()
  const params = { path: { id: of.id } }
  const changes = [[key, 'verifications']]
  const cancel = useAct(() => unwrap(api.POST('/v1/verifications/{id}/cancel', { params })), { changes })
  const feedback = useAct(
    (outcome: 'approved' | 'failed') =>
      unwrap(api.POST('/v1/verifications/{id}/feedback', { params, body: { outcome } })),
    { changes },
  )
  return (
    <Card title={t.feedback}>
      <p className="faint">{t.feedbackWhy}</p>
      <div className="actions">
        <Button isPending={feedback.isPending} onPress={() => feedback.mutate('approved')}>
          {t.letIn}
        </Button>
        <Button isPending={feedback.isPending} onPress={() => feedback.mutate('failed')}>
          {t.notLetIn}
        </Button>
        {of.status === 'pending' ? (
          <Button weight="danger" isPending={cancel.isPending} onPress={() => cancel.mutate()}>
            {t.cancel}
          </Button>
        ) : null}
      </div>
      <Trouble error={feedback.error ?? cancel.error} />
    </Card>
  )
}

function One({ of }: { of: Verification }) {
  const { can } = useTenantTab()
  const reason = reasonOf(of)
  return (
    <>
      {reason ? (
        <Note tone={of.status === 'blocked' ? 'bad' : 'warn'}>
          <p>{reason}</p>
          {of.guard && !of.guard.enforced ? <p>{t.monitored}</p> : null}
        </Note>
      ) : null}
      <Card>
        <Facts
          of={[
            [t.state, <Status key="state" status={of.status} />],
            [t.to, <Ltr key="to">{of.to}</Ltr>],
            [t.channel, listed(of.channels.map(channelName))],
            [t.checksLeft, num(of.checksLeft)],
            [t.when, <Time key="at" at={of.startedAt} exact />],
            [t.expires, <Time key="ends" at={of.expiresAt} exact />],
            [t.resend, of.resendAt ? <Time key="resend" at={of.resendAt} exact /> : undefined],
            [t.next, of.nextChannel ? channelName(of.nextChannel) : undefined],
            [t.updated, <Time key="updated" at={of.updatedAt} exact />],
            [t.wording, t.wordings[of.wording]],
            [t.locale, t.locales[of.locale]],
            [t.clientRef, of.clientRef ? <Words key="ref">{of.clientRef}</Words> : undefined],
            [t.metadata, of.metadata ? <Code key="data">{JSON.stringify(of.metadata)}</Code> : undefined],
            [t.feedback, of.feedback ? (of.feedback === 'approved' ? t.saidApproved : t.saidFailed) : undefined],
          ]}
        />
      </Card>
      <Card title={t.codes}>
        <p className="faint">{t.codesWhy}</p>
        <Codes of={of} />
      </Card>
      {can('verifications:write') ? <Acts of={of} /> : null}
    </>
  )
}

function Loaded() {
  const { api, key } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const one = useQuery({
    queryKey: [key, 'verifications', id],
    queryFn: () => unwrap(api.GET('/v1/verifications/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 5000 : false),
  })
  return (
    <Page title={t.one} about={<CopyableId id={id} />}>
      {one.isPending ? <Loading /> : null}
      <Trouble error={one.error} onRetry={() => void one.refetch()} />
      {one.data ? <One of={one.data} /> : null}
    </Page>
  )
}

/** One verification: how it stands and why, and its codes. */
export default function VerificationPage() {
  return (
    <Allowed scope="verifications:read" title={t.one}>
      <Loaded />
    </Allowed>
  )
}
