import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Decided } from '../../app/operator/decided.tsx'
import { ReasonDialog } from '../../app/operator/reason-dialog.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { List, useList } from '../../parts/list.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { size } from '../../words/format.ts'
import { t } from './words.ts'

type Page = paths['/admin/v1/papers']['get']['responses']['200']['content']['application/json']
type Papers = Page['data'][number]

const KEY = ['operator', 'papers']

/** Opens a file of papers, for a reason that is kept. What comes is saved, and never shown in place. */
function OpenFile({ papersId, number, onClose }: { papersId: string; number: number; onClose: () => void }) {
  const { api } = useTab()
  const open = useAct(async (reason: string) => {
    const file = await unwrap(
      api.POST('/admin/v1/papers/{papersId}/files/{number}/disclose', {
        params: { path: { papersId, number: String(number) } },
        body: { reason },
        parseAs: 'blob',
      }),
    )
    return URL.createObjectURL(file as unknown as Blob)
  })
  return (
    <ReasonDialog
      title={t.openTitle}
      why={t.openWhy}
      action={t.openFile}
      isPending={open.isPending}
      error={open.error}
      onReason={open.mutate}
      onClose={onClose}
    >
      {open.data ? (
        <a href={open.data} download={`${papersId}-${number}`} className="link">
          {t.save}
        </a>
      ) : null}
    </ReasonDialog>
  )
}

interface DecideProps {
  readonly papers: Papers
  readonly onDecided: (what: string) => void
}

function Decide({ papers: { id, company }, onDecided }: DecideProps) {
  const { api } = useTab()
  const [open, setOpen] = useState<'approve' | 'refuse' | null>(null)
  const close = (): void => setOpen(null)
  const name = company?.name ?? id
  const params = { path: { papersId: id } }
  const approve = useAct(() => unwrap(api.POST('/admin/v1/papers/{papersId}/approve', { params })), {
    changes: [KEY],
    onDone: () => {
      close()
      onDecided(t.approvedPapers(name))
    },
  })
  const refuse = useAct(
    (reason: string) => unwrap(api.POST('/admin/v1/papers/{papersId}/refuse', { params, body: { reason } })),
    {
      changes: [KEY],
      onDone: () => {
        close()
        onDecided(t.refusedPapers(name))
      },
    },
  )
  return (
    <div className="actions">
      <Button weight="primary" onPress={() => setOpen('approve')}>
        {t.approve}
      </Button>
      <Button onPress={() => setOpen('refuse')}>{t.refuse}</Button>
      <Confirm
        title={t.approveTitle}
        action={t.approve}
        weight="primary"
        isOpen={open === 'approve'}
        isPending={approve.isPending}
        onClose={close}
        onConfirm={() => approve.mutate()}
      >
        <p>{t.approveWhy}</p>
        <Trouble error={approve.error} />
      </Confirm>
      {open === 'refuse' ? (
        <ReasonDialog
          title={t.refuseTitle}
          why={t.refuseWhy}
          action={t.refuse}
          weight="danger"
          isPending={refuse.isPending}
          error={refuse.error}
          onReason={refuse.mutate}
          onClose={close}
        />
      ) : null}
    </div>
  )
}

function OnePapers({ papers, onDecided }: DecideProps) {
  const { can } = useTab()
  const [opening, setOpening] = useState<number | null>(null)
  const { company } = papers
  return (
    <section className="stack part">
      {papers.altered ? <Note tone="bad">{common.altered}</Note> : null}
      {papers.others > 0 ? <Note tone="warn">{t.others(papers.others)}</Note> : null}
      <Facts
        of={[
          [t.company, company ? <Words key="name">{company.name}</Words> : common.erased],
          [t.companyId, company ? <Code key="id">{company.nationalId}</Code> : undefined],
          [t.registration, company ? <Code key="number">{company.registrationNumber}</Code> : undefined],
          [t.person, <Code key="person">{papers.personId}</Code>],
          [t.submitted, <Time key="at" at={papers.submittedAt} />],
        ]}
      />
      <ul className="plain-list">
        {papers.files.map(({ number, type, bytes }) => (
          <li key={number} className="row">
            {t.file(number)} <Code>{type}</Code> <span className="faint">{size(bytes)}</span>
            {can('people:disclose') ? (
              <Button weight="quiet" onPress={() => setOpening(number)}>
                {t.openFile}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {opening === null ? null : <OpenFile papersId={papers.id} number={opening} onClose={() => setOpening(null)} />}
      {can('identity:review') ? <Decide papers={papers} onDecided={onDecided} /> : null}
    </section>
  )
}

/** Papers of companies that wait for a decision. */
export function Papers() {
  const { api } = useTab()
  const [decided, setDecided] = useState<string | null>(null)
  const list = useList<Papers, Page>(KEY, (cursor, limit = 20) =>
    unwrap(api.GET('/admin/v1/papers', { params: { query: { limit, ...(cursor ? { cursor } : {}) } } })),
  )
  return (
    <Card
      title={t.papers}
      actions={
        <Download
          name="papers"
          of={list}
          fields={[
            'id',
            'submittedAt',
            'status',
            'company.name',
            'company.nationalId',
            'company.registrationNumber',
            'personId',
            'others',
          ]}
        />
      }
    >
      <Decided what={decided} />
      <List list={list} empty={<p className="faint">{t.noPapers}</p>}>
        {list.rows.map((papers) => (
          <OnePapers key={papers.id} papers={papers} onDecided={setDecided} />
        ))}
      </List>
    </Card>
  )
}
