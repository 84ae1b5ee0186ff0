import { useState } from 'react'
import type { components, paths } from '../../../generated/api.d.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
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

function Decide({ asked: { id, personId } }: { asked: Asked }) {
  const { api, can } = useTab()
  const [isAsking, setAsking] = useState(false)
  const params = { path: { id } }
  const grant = useAct(() => unwrap(api.POST('/admin/v1/lost-access/{id}/grant', { params })), {
    changes: [KEY],
    onDone: () => setAsking(false),
  })
  const refuse = useAct(() => unwrap(api.POST('/admin/v1/lost-access/{id}/refuse', { params })), { changes: [KEY] })
  const isOver = grant.error instanceof Failure && grant.error.code === 'conflict'
  return (
    <div className="stack">
      <Trouble error={refuse.error} />
      <div className="actions">
        {personId && can('lost-access:grant') ? (
          <Button weight="primary" onPress={() => setAsking(true)}>
            {t.grant}
          </Button>
        ) : null}
        {can('lost-access:refuse') ? (
          <Button isPending={refuse.isPending} onPress={() => refuse.mutate()}>
            {t.refuse}
          </Button>
        ) : null}
      </div>
      <Confirm
        title={t.grantTitle}
        action={t.grant}
        isOpen={isAsking}
        isPending={grant.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => grant.mutate()}
      >
        <p>{t.grantWhy}</p>
        {isOver ? <Note tone="bad">{t.seen}</Note> : <Trouble error={grant.error} />}
      </Confirm>
    </div>
  )
}

const OneRequest = ({ asked }: { asked: Asked }) => (
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
    {asked.decision ? null : <Decide asked={asked} />}
  </section>
)

/** Requests of people who lost their way in, the newest first. */
export function LostAccess() {
  const { api } = useTab()
  const list = useList<Asked, Page>(KEY, (cursor) =>
    unwrap(api.GET('/admin/v1/lost-access', { params: { query: { limit: 20, ...(cursor ? { cursor } : {}) } } })),
  )
  return (
    <Card title={t.lost}>
      <p className="faint">{t.lostWhy}</p>
      <List list={list} empty={<p className="faint">{t.noLost}</p>}>
        {list.rows.map((asked) => (
          <OneRequest key={asked.id} asked={asked} />
        ))}
      </List>
    </Card>
  )
}
