import '../../../styles/webhooks.css'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { unwrap } from '../../../api/unwrap.ts'
import { useAct } from '../../../app/act.tsx'
import { useTenantTab } from '../../../app/tab.tsx'
import { Allowed } from '../../../app/tenant/allowed.tsx'
import { useOnce } from '../../../app/tenant/once.ts'
import { Button, Link } from '../../../parts/button.tsx'
import { ShownOnce } from '../../../parts/code/shown-once.tsx'
import { Confirm, Dialog } from '../../../parts/dialog.tsx'
import { Loading, Trouble } from '../../../parts/feedback.tsx'
import { Card, Facts } from '../../../parts/page.tsx'
import { Code, Time, Words } from '../../../parts/text.tsx'
import { t as common } from '../../../words/common.ts'
import { eventWords } from '../../../words/events.ts'
import { num } from '../../../words/format.ts'
import { DevelopersPage } from '../developers-page.tsx'
import { AttemptFacts, Attempts, Posted } from './attempts.tsx'
import { ReceiverHelp } from './receiver-help.tsx'
import { Replay } from './replay.tsx'
import { type Webhook, WebhookState, Why } from './state.tsx'
import { t } from './words.ts'

const words = t.endpoint

/** Calls that change an endpoint or use it, and what they answered. */
function useEndpoint(id: string) {
  const { api, key, tenantId, mode } = useTenantTab()
  const navigate = useNavigate()
  const once = { test: useOnce(), verify: useOnce(), rotate: useOnce() }
  const changes = [[key, 'webhooks']]
  const path = { id }
  const paramsOf = (which: keyof typeof once) => ({
    params: { path, header: { 'Idempotency-Key': once[which].keyFor(id) } },
  })
  return {
    test: useAct(() => unwrap(api.POST('/v1/webhooks/{id}/test', paramsOf('test'))), {
      changes,
      onDone: once.test.done,
    }),
    verify: useAct(() => unwrap(api.POST('/v1/webhooks/{id}/verify', paramsOf('verify'))), {
      changes,
      onDone: once.verify.done,
    }),
    rotate: useAct(() => unwrap(api.POST('/v1/webhooks/{id}/rotate-secret', paramsOf('rotate'))), {
      changes,
      onDone: once.rotate.done,
    }),
    turn: useAct(
      (status: 'active' | 'disabled') => unwrap(api.PATCH('/v1/webhooks/{id}', { params: { path }, body: { status } })),
      { changes },
    ),
    remove: useAct(() => unwrap(api.DELETE('/v1/webhooks/{id}', { params: { path } })), {
      changes,
      onDone: () => void navigate({ to: '/t/$tenantId/$mode/developers/webhooks', params: { tenantId, mode } }),
    }),
  }
}

type Asked = 'rotate' | 'remove' | 'replay' | null

/** Windows over the page: what is asked before something is done, and what it answered. */
function Windows({ of, acts, asked, onAsk }: WindowsProps) {
  const close = () => onAsk(null)
  const { rotate, remove, test } = acts
  return (
    <>
      {asked === 'replay' ? <Replay id={of.id} onClose={close} /> : null}
      {asked === 'remove' ? (
        <Confirm
          title={words.removeTitle}
          isOpen
          onClose={close}
          action={words.removeDo}
          isPending={remove.isPending}
          onConfirm={() => remove.mutate()}
        >
          <p>{words.removeWhy}</p>
          <Trouble error={remove.error} />
        </Confirm>
      ) : null}
      {asked === 'rotate' && !rotate.data ? (
        <Confirm
          title={words.rotateTitle}
          isOpen
          onClose={close}
          action={words.rotateDo}
          weight="primary"
          isPending={rotate.isPending}
          onConfirm={() => rotate.mutate()}
        >
          <p>{words.rotateWhy}</p>
          <Trouble error={rotate.error} />
        </Confirm>
      ) : null}
      {asked === 'rotate' && rotate.data ? (
        <Dialog title={words.rotated} isOpen isDismissable={false} onClose={close}>
          <ShownOnce secret={rotate.data.secret} about={t.secretWhy} />
          <p>
            {words.oldUntil} <Time at={rotate.data.oldSecretExpiresAt} exact />
          </p>
          <div className="actions">
            <Button
              weight="primary"
              onPress={() => {
                close()
                rotate.reset()
              }}
            >
              {common.close}
            </Button>
          </div>
        </Dialog>
      ) : null}
      {test.data ? (
        <Dialog title={words.tested} isOpen onClose={() => test.reset()}>
          <AttemptFacts of={test.data} />
          <Posted id={of.id} deliveryId={test.data.id} />
          <div className="actions">
            <Button onPress={() => test.reset()}>{common.close}</Button>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}

interface WindowsProps {
  readonly of: Webhook
  readonly acts: ReturnType<typeof useEndpoint>
  readonly asked: Asked
  readonly onAsk: (asked: Asked) => void
}

/** What can be done to an endpoint as it stands. */
function Actions({ of, acts, onAsk }: Omit<WindowsProps, 'asked'>) {
  const { tenantId, mode } = useTenantTab()
  const { test, verify, turn } = acts
  return (
    <div className="actions">
      {of.status === 'active' ? (
        <>
          <Button isPending={test.isPending} onPress={() => test.mutate()}>
            {words.test}
          </Button>
          <Button onPress={() => onAsk('replay')}>{words.replay}</Button>
        </>
      ) : null}
      {of.status === 'pending' ? (
        <Button weight="primary" isPending={verify.isPending} onPress={() => verify.mutate()}>
          {words.verify}
        </Button>
      ) : null}
      {of.status === 'disabled' ? (
        <Button weight="primary" isPending={turn.isPending} onPress={() => turn.mutate('active')}>
          {words.on}
        </Button>
      ) : null}
      <Link to="/t/$tenantId/$mode/developers/webhooks/$id/edit" params={{ tenantId, mode, id: of.id }} weight="plain">
        {words.edit}
      </Link>
      <Button onPress={() => onAsk('rotate')}>{words.rotate}</Button>
      {of.status === 'active' ? (
        <Button isPending={turn.isPending} onPress={() => turn.mutate('disabled')}>
          {words.off}
        </Button>
      ) : null}
      <Button weight="danger" onPress={() => onAsk('remove')}>
        {words.remove}
      </Button>
    </div>
  )
}

function Endpoint({ of }: { of: Webhook }) {
  const { can } = useTenantTab()
  const acts = useEndpoint(of.id)
  const [asked, setAsked] = useState<Asked>(null)
  return (
    <>
      <Why of={of} />
      <Card>
        <Facts
          of={[
            [t.state, <WebhookState key="state" of={of} />],
            [t.hears, of.events ? t.eventsCount(num(of.events.length)) : t.allEvents],
            [t.batch, of.batch ? common.yes : common.no],
            [t.description, of.description ? <Words key="words">{of.description}</Words> : undefined],
            [t.format, of.format === 'json' ? undefined : <Code key="format">{of.format}</Code>],
            [t.added, <Time key="added" at={of.createdAt} />],
            [t.changed, <Time key="changed" at={of.updatedAt} />],
            [t.id, <Code key="id">{of.id}</Code>],
          ]}
        />
        {of.events ? (
          <ul className="link-list">
            {of.events.map((type) => (
              <li key={type}>
                {eventWords[type]} <Code>{type}</Code>
              </li>
            ))}
          </ul>
        ) : null}
        {can('webhooks:write') ? <Actions of={of} acts={acts} onAsk={setAsked} /> : null}
        <Trouble error={acts.test.error ?? acts.verify.error ?? acts.turn.error} />
      </Card>
      {of.status === 'pending' ? <ReceiverHelp /> : null}
      <Attempts endpoint={of} />
      <Windows of={of} acts={acts} asked={asked} onAsk={setAsked} />
    </>
  )
}

function EndpointLoaded() {
  const { api, key } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const webhook = useQuery({
    queryKey: [key, 'webhooks', id],
    queryFn: () => unwrap(api.GET('/v1/webhooks/{id}', { params: { path: { id } } })),
  })
  return (
    <DevelopersPage title={t.one} about={webhook.data ? <Code>{webhook.data.url}</Code> : <Code>{id}</Code>}>
      {webhook.isPending ? <Loading /> : null}
      <Trouble error={webhook.error} onRetry={() => void webhook.refetch()} />
      {webhook.data ? <Endpoint of={webhook.data} /> : null}
    </DevelopersPage>
  )
}

/** One endpoint: how it stands and why, and each POST to it. */
export default function WebhookPage() {
  return (
    <Allowed scope="webhooks:read" title={t.one}>
      <EndpointLoaded />
    </Allowed>
  )
}
