import { useState } from 'react'
import type { components, paths } from '../../../generated/api.d.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Decided } from '../../app/operator/decided.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { Ltr, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { t } from './words.ts'

type Page = paths['/admin/v1/lost-access']['get']['responses']['200']['content']['application/json']
type Asked = components['schemas']['LostAccess']

const KEY = ['operator', 'lost-access']

interface DecideProps {
  readonly asked: Asked
  readonly onDecided: (what: string) => void
}

function Decide({ asked: { id, personId, newMobile }, onDecided }: DecideProps) {
  const { api, can } = useTab()
  const [asking, setAsking] = useState<'grant' | 'refuse' | null>(null)
  const close = (): void => setAsking(null)
  const params = { path: { id } }
  const grant = useAct(() => unwrap(api.POST('/admin/v1/lost-access/{id}/grant', { params })), {
    changes: [KEY],
    onDone: () => {
      close()
      onDecided(t.grantedLost(newMobile ?? ''))
    },
  })
  const refuse = useAct(() => unwrap(api.POST('/admin/v1/lost-access/{id}/refuse', { params })), {
    changes: [KEY],
    onDone: () => {
      close()
      onDecided(t.refusedLost)
    },
  })
  const isOver = grant.error instanceof Failure && grant.error.code === 'conflict'
  return (
    <div className="stack">
      <div className="actions">
        {personId && can('lost-access:grant') ? (
          <Button weight="primary" onPress={() => setAsking('grant')}>
            {t.grant}
          </Button>
        ) : null}
        {can('lost-access:refuse') ? <Button onPress={() => setAsking('refuse')}>{t.refuse}</Button> : null}
      </div>
      <Confirm
        title={t.grantTitle}
        action={t.grant}
        isOpen={asking === 'grant'}
        isPending={grant.isPending}
        onClose={close}
        onConfirm={() => grant.mutate()}
      >
        <p>{t.grantWhy}</p>
        {isOver ? <Note tone="bad">{t.seen}</Note> : <Trouble error={grant.error} />}
      </Confirm>
      <Confirm
        title={t.refuseLostTitle}
        action={t.refuse}
        isOpen={asking === 'refuse'}
        isPending={refuse.isPending}
        onClose={close}
        onConfirm={() => refuse.mutate()}
      >
        <p>{t.refuseLostWhy}</p>
        <Trouble error={refuse.error} />
      </Confirm>
    </div>
  )
}

const OneRequest = ({ asked, onDecided }: DecideProps) => (
  <section className="stack part">
    {asked.altered ? <Note tone="bad">{common.altered}</Note> : null}
    {asked.personId ? null : <Note tone="warn">{t.nobody}</Note>}
    <Facts
      of={[
        [t.oldMobile, asked.mobile ? <Ltr key="old">{asked.mobile}</Ltr> : common.erased],
        [t.newMobile, asked.newMobile ? <Ltr key="new">{asked.newMobile}</Ltr> : common.erased],
        [t.name, asked.name ? <Words key="name">{asked.name}</Words> : common.erased],
        [t.asked, <Time key="at" at={asked.createdAt} />],
        [t.says, asked.words ? <Words key="words">{asked.words}</Words> : common.erased],
        [
          t.decided,
          asked.decision ? (
            <Badge key="decision" tone={asked.decision === 'granted' ? 'good' : 'quiet'}>
              {t[asked.decision]}
            </Badge>
          ) : undefined,
        ],
      ]}
    />
    {asked.decision ? null : <Decide asked={asked} onDecided={onDecided} />}
  </section>
)

/** Requests of people who lost their way in, the newest first. */
export function LostAccess() {
  const { api } = useTab()
  const [decided, setDecided] = useState<string | null>(null)
  const list = useList<Asked, Page>(KEY, (cursor, limit = 20) =>
    unwrap(api.GET('/admin/v1/lost-access', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
  )
  return (
    <Card
      title={t.lost}
      actions={
        <Download
          name="lost-access"
          of={list}
          fields={['id', 'createdAt', 'mobile', 'newMobile', 'name', 'words', 'personId', 'decision', 'decidedAt']}
        />
      }
    >
      <p className="faint">{t.lostWhy}</p>
      <Decided what={decided} />
      <List list={list} empty={<p className="faint">{t.noLost}</p>}>
        {list.rows.map((asked) => (
          <OneRequest key={asked.id} asked={asked} onDecided={setDecided} />
        ))}
      </List>
    </Card>
  )
}
