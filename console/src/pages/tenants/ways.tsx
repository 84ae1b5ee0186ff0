import { useState } from 'react'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Approve } from '../../app/operator/approve.tsx'
import { Decided } from '../../app/operator/decided.tsx'
import { ReasonDialog } from '../../app/operator/reason-dialog.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import type { Tenant } from './tenants-page.tsx'
import { t } from './words.ts'

type Verb = 'approve' | 'suspend' | 'resume' | 'close'

const DONE: Readonly<Record<Verb, string>> = {
  approve: t.approved,
  suspend: t.suspended,
  resume: t.resumed,
  close: t.closed,
}

interface SuspendProps {
  readonly tenant: Tenant
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Suspends an account for a reason, or changes the words about one that is suspended. */
function Suspend({ tenant: { id, suspension }, onDone, onClose }: SuspendProps) {
  const { api, key } = useTab()
  const [notice, setNotice] = useState(suspension?.notice ?? '')
  const suspend = useAct(
    (reason: string) =>
      unwrap(
        api.POST('/admin/v1/tenants/{tenantId}/suspend', {
          params: { path: { tenantId: id } },
          body: { reason, notice: notice.trim() || null },
        }),
      ),
    {
      changes: [
        [key, 'tenants'],
        [key, 'tenant', id],
      ],
      onDone,
    },
  )
  return (
    <ReasonDialog
      title={suspension ? t.changeWords : t.suspendTitle}
      why={suspension ? t.changeWordsWhy : t.suspendWhy}
      action={suspension ? t.changeWords : t.suspend}
      weight={suspension ? 'primary' : 'danger'}
      isPending={suspend.isPending}
      error={suspend.error}
      onReason={suspend.mutate}
      onClose={onClose}
    >
      <TextField
        label={t.notice}
        help={t.noticeHelp}
        value={notice}
        onChange={setNotice}
        minLength={3}
        maxLength={500}
      />
    </ReasonDialog>
  )
}

/** What can be done with an account in its state. All but resuming is asked for once more, and what came of it is said. */
export function Ways({ tenant }: { tenant: Tenant }) {
  const { id, status } = tenant
  const { api, key, can } = useTab()
  const [asking, setAsking] = useState<Verb | null>(null)
  const [done, setDone] = useState<Verb | null>(null)
  const params = { path: { tenantId: id } }
  const act = useAct(
    async (verb: 'resume' | 'close'): Promise<Verb> => {
      if (verb === 'resume') await unwrap(api.POST('/admin/v1/tenants/{tenantId}/resume', { params }))
      else await unwrap(api.POST('/admin/v1/tenants/{tenantId}/close', { params }))
      return verb
    },
    {
      changes: [
        [key, 'tenants'],
        [key, 'tenant', id],
      ],
      onDone: (verb) => {
        setAsking(null)
        setDone(verb)
      },
    },
  )
  const ask = (verb: Verb): void => {
    act.reset()
    setDone(null)
    setAsking(verb)
  }
  const close = (): void => setAsking(null)
  const mayWrite = can('tenants:write')
  return (
    <>
      <Decided what={done && DONE[done]} />
      <div className="actions">
        {status === 'pending' && mayWrite ? (
          <Button weight="primary" onPress={() => ask('approve')}>
            {t.approve}
          </Button>
        ) : null}
        {status === 'suspended' && mayWrite ? (
          <>
            <Button weight="primary" isPending={act.isPending} onPress={() => act.mutate('resume')}>
              {t.resume}
            </Button>
            <Button onPress={() => ask('suspend')}>{t.changeWords}</Button>
          </>
        ) : null}
        {status === 'active' && mayWrite ? <Button onPress={() => ask('suspend')}>{t.suspend}</Button> : null}
        {status !== 'closed' && can('tenants:close') ? (
          <Button weight="danger" onPress={() => ask('close')}>
            {t.close}
          </Button>
        ) : null}
      </div>
      {asking ? null : <Trouble error={act.error} />}
      {asking === 'suspend' ? (
        <Suspend
          tenant={tenant}
          onClose={close}
          onDone={() => {
            close()
            setDone('suspend')
          }}
        />
      ) : null}
      {asking === 'approve' ? (
        <Approve
          tenant={tenant}
          onClose={close}
          onDone={() => {
            close()
            setDone('approve')
          }}
        />
      ) : null}
      <Confirm
        title={t.closeTitle}
        action={t.close}
        isOpen={asking === 'close'}
        isPending={act.isPending}
        onClose={close}
        onConfirm={() => act.mutate('close')}
      >
        <p>{t.closeWhy}</p>
        <Trouble error={act.error} />
      </Confirm>
    </>
  )
}
