import { type ReactNode, useState } from 'react'
import type { Connection } from '../../api/operator.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { providerOf, useProviders } from '../../app/operator/connections.ts'
import { useTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { useOnce } from '../../app/tenant/once.ts'
import { Button, Link } from '../../parts/button.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Code, Time } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { providerName } from '../../words/providers.ts'
import { Callback, FreshCallback } from './callback.tsx'
import { Fares } from './fares.tsx'
import { NamedBy } from './named-by.tsx'
import { useConnection } from './one.ts'
import { settingWords } from './setting-words.ts'
import { ConnectionStatus, Unopened } from './state.tsx'
import { t } from './words.ts'

/** Settings as they stand, secrets masked; those that have their default are not here. */
function Settings({ of }: { of: Connection }) {
  const provider = providerOf(useProviders().data?.data, of)
  const titleOf = (name: string): string => {
    const own = provider?.settings.find((one) => one.name === name)
    return settingWords(of.provider, name, own ?? { title: name, help: '' }).title
  }
  const shown = Object.entries(of.settings).map(([name, value]) => [
    titleOf(name),
    typeof value === 'boolean' ? value ? t.on : t.off : <Code key={name}>{String(value)}</Code>,
  ]) as [string, ReactNode][]
  return (
    <Card title={t.settings}>
      <Facts
        of={[...shown, [t.rate, of.rate === null ? t.rateNone : num(of.rate)], [t.concurrency, num(of.concurrency)]]}
      />
    </Card>
  )
}

/** Replaces the secret of the callback URL, and shows the new one once. */
function Rotate({ of }: { of: Connection }) {
  const { api, key } = useTab()
  const once = useOnce()
  const [isAsked, setAsked] = useState(false)
  const rotate = useAct(
    () =>
      unwrap(
        api.POST('/admin/v1/connections/{connectionId}/rotate-callback-secret', {
          params: { path: { connectionId: of.id }, header: { 'Idempotency-Key': once.keyFor(of.id) } },
        }),
      ),
    { changes: [[key, 'connections']], onDone: once.done },
  )
  const close = (): void => {
    setAsked(false)
    rotate.reset()
  }
  return (
    <>
      <div>
        <Button onPress={() => setAsked(true)}>{t.rotate}</Button>
      </div>
      <Confirm
        title={t.rotate}
        action={t.rotateDo}
        weight="primary"
        isOpen={isAsked && !rotate.data}
        isPending={rotate.isPending}
        onClose={close}
        onConfirm={() => rotate.mutate()}
      >
        <p>{t.rotateWhy}</p>
        <Trouble error={rotate.error} />
      </Confirm>
      {rotate.data ? (
        <Dialog title={t.rotated} isOpen isDismissable={false} onClose={close}>
          <FreshCallback of={rotate.data} />
          <div className="actions">
            <Button weight="primary" onPress={close}>
              {common.close}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}

/** Switches a connection off, once it was said what that means, or on again. */
function Turn({ of }: { of: Connection }) {
  const { api, key } = useTab()
  const [isAsked, setAsked] = useState(false)
  const turn = useAct(
    (verb: 'disable' | 'enable') =>
      unwrap(api.POST(`/admin/v1/connections/{connectionId}/${verb}`, { params: { path: { connectionId: of.id } } })),
    {
      changes: [
        [key, 'connections'],
        [key, 'health'],
      ],
      onDone: () => setAsked(false),
    },
  )
  return (
    <>
      {of.status === 'active' ? (
        <Button weight="danger" onPress={() => setAsked(true)}>
          {t.disable}
        </Button>
      ) : (
        <Button weight="primary" isPending={turn.isPending} onPress={() => turn.mutate('enable')}>
          {t.enable}
        </Button>
      )}
      {isAsked ? null : <Trouble error={turn.error} />}
      <Confirm
        title={t.disableTitle}
        action={t.disable}
        isOpen={isAsked}
        isPending={turn.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => turn.mutate('disable')}
      >
        <p>{t.disableWhy}</p>
        <Trouble error={turn.error} />
      </Confirm>
    </>
  )
}

function Found({ of }: { of: Connection }) {
  const { can } = useTab()
  const providers = useProviders()
  const provider = providerOf(providers.data?.data, of)
  return (
    <>
      <Unopened of={of} />
      {providers.data && !provider ? <Note tone="bad">{t.notDeployed}</Note> : null}
      <Card>
        <Facts
          of={[
            [t.state, <ConnectionStatus key="state" of={of} />],
            [t.channel, channelName(of.channel)],
            [t.provider, providerName(of.provider)],
            [t.simulated, provider ? (provider.simulated ? common.yes : common.no) : undefined],
            [t.id, <Code key="id">{of.id}</Code>],
            [t.createdAt, <Time key="created" at={of.createdAt} />],
            [t.updatedAt, <Time key="updated" at={of.updatedAt} />],
          ]}
        />
        {can('requests:read') ? (
          <p>
            <Link to="/operator/access-log" search={{ by: 'object', of: of.id }}>
              {t.log}
            </Link>
          </p>
        ) : null}
      </Card>
      <Fares of={of} />
      <Settings of={of} />
      <Card title={t.callback}>
        <Callback of={of} isSigned={provider?.callback.proof === 'signature'} />
        {can('connections:write') && provider?.callback.proof !== 'signature' ? <Rotate of={of} /> : null}
      </Card>
      <NamedBy of={of} />
    </>
  )
}

function ConnectionLoaded() {
  const { can } = useTab()
  const connection = useConnection()
  const of = connection.data
  return (
    <Page
      title={of?.name ?? t.one}
      heading={of ? <bdi>{of.name}</bdi> : t.one}
      actions={
        of && can('connections:write') ? (
          <>
            <Link to="/operator/connections/$connectionId/edit" params={{ connectionId: of.id }} weight="plain">
              {t.edit}
            </Link>
            <Turn of={of} />
          </>
        ) : null
      }
    >
      {connection.isPending ? <Loading /> : null}
      <Trouble error={connection.error} onRetry={() => void connection.refetch()} />
      {of ? <Found of={of} /> : null}
    </Page>
  )
}

/** One connection: how it stands, and what it is told. */
export default function ConnectionPage() {
  return (
    <Allowed scope="connections:read" title={t.one}>
      <ConnectionLoaded />
    </Allowed>
  )
}
