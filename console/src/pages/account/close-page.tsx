import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { auth } from '../../api/auth.ts'
import { forgetPerson } from '../../api/leave.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Button, Link } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { Words } from '../../parts/text.tsx'
import { useMe } from './use-me.ts'
import { t } from './words.ts'

/** The end of the person's own account. */
export default function ClosePage() {
  const me = useMe()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const close = useAct(() => unwrap(auth.POST('/v1/auth/close')), {
    onDone: () => {
      forgetPerson()
      void navigate({ to: '/' })
    },
  })
  const owned = me.tenants.filter(({ role, status }) => role === 'owner' && status !== 'closed')
  const isRefused = close.error instanceof Failure && close.error.code === 'conflict'
  return (
    <Page title={t.pages.close} about={t.closeAbout}>
      <Card title={t.goes}>
        <ul>
          <li>{t.goesList}</li>
          <li>{t.goesSignIns}</li>
          <li>{t.goesKeys}</li>
        </ul>
      </Card>
      <Card title={t.stays}>
        <ul>
          <li>{t.staysTenants}</li>
          <li>{t.staysLog}</li>
          <li>{t.staysIdentity}</li>
        </ul>
      </Card>
      {owned.length > 0 ? (
        <Note tone="warn">
          <p>{t.owners}</p>
          <ul>
            {owned.map(({ id, name }) => (
              <li key={id}>
                <Link to="/t/$tenantId/$mode" params={{ tenantId: id, mode: 'test' }}>
                  <Words>{name}</Words>
                </Link>
              </li>
            ))}
          </ul>
        </Note>
      ) : null}
      {isRefused ? (
        <Note tone="bad">{me.operatorRole === 'owner' ? t.closeOwner : t.closeLast}</Note>
      ) : (
        <Trouble error={close.error} />
      )}
      <div>
        <Button weight="danger" onPress={() => setAsking(true)}>
          {t.closeAction}
        </Button>
      </div>
      <Confirm
        title={t.closeTitle}
        action={t.closeAction}
        isOpen={isAsking}
        isPending={close.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => close.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {t.closeAbout} {t.goesList}
      </Confirm>
    </Page>
  )
}
