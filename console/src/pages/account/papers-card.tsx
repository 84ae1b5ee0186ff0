import { type FormEvent, useState } from 'react'
import { auth } from '../../api/auth.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { Button } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Badge, Status } from '../../parts/status.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { fieldText } from '../../words/failures.ts'
import { t } from './identity-words.ts'
import { PaperFiles } from './paper-files.tsx'
import type { Papers } from './papers.ts'
import { t as account } from './words.ts'

const CHANGES = [['identity'], ['me']]

function Begin({ action }: { action: string }) {
  const [values, setValues] = useState({ name: '', nationalId: '', registrationNumber: '' })
  const set = (changed: Partial<typeof values>): void => setValues((now) => ({ ...now, ...changed }))
  const begin = useAct(() => unwrap(auth.POST('/v1/auth/identity/papers', { body: values })), { changes: CHANGES })
  const wrong = (pointer: string, sentence: string): string | undefined =>
    fieldText(begin.error, pointer) === undefined ? undefined : sentence
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    begin.mutate()
  }
  return (
    <form onSubmit={submit} className="stack form">
      <TextField
        label={t.company}
        error={wrong('/name', t.bad)}
        value={values.name}
        onChange={(name) => set({ name })}
        isRequired
        maxLength={200}
      />
      <TextField
        label={t.companyId}
        help={t.companyIdHelp}
        error={wrong('/nationalId', t.companyIdBad)}
        inputMode="numeric"
        value={values.nationalId}
        onChange={(nationalId) => set({ nationalId })}
        isRequired
        maxLength={20}
        ltr
      />
      <TextField
        label={t.registration}
        error={wrong('/registrationNumber', t.bad)}
        value={values.registrationNumber}
        onChange={(registrationNumber) => set({ registrationNumber })}
        isRequired
        maxLength={20}
        ltr
      />
      <Trouble error={begin.error} />
      <div>
        <Button type="submit" weight="primary" isPending={begin.isPending}>
          {action}
        </Button>
      </div>
    </form>
  )
}

/** What can be done with papers that nobody has decided about. */
function Undecided({ papers: { id, status, files } }: { papers: Papers }) {
  const [isAsking, setAsking] = useState(false)
  const params = { path: { papersId: id } }
  const submit = useAct(() => unwrap(auth.POST('/v1/auth/identity/papers/{papersId}/submit', { params })), {
    changes: CHANGES,
  })
  const withdraw = useAct(() => unwrap(auth.DELETE('/v1/auth/identity/papers/{papersId}', { params })), {
    changes: CHANGES,
    onDone: () => setAsking(false),
  })
  return (
    <>
      <Trouble error={submit.error ?? withdraw.error} />
      <div className="row">
        {status === 'draft' ? (
          <Button
            weight="primary"
            isPending={submit.isPending}
            isDisabled={files.length === 0}
            onPress={() => submit.mutate()}
          >
            {t.submit}
          </Button>
        ) : null}
        <Button weight="quiet" onPress={() => setAsking(true)}>
          {t.withdraw}
        </Button>
      </div>
      <Confirm
        title={t.withdrawTitle}
        action={t.withdraw}
        isOpen={isAsking}
        isPending={withdraw.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => withdraw.mutate()}
      >
        {t.withdrawWhy}
      </Confirm>
    </>
  )
}

function OnePapers({ papers }: { papers: Papers }) {
  const { company, status, reason, submittedAt, decidedAt } = papers
  return (
    <div className="stack">
      {papers.altered ? <Note tone="bad">{common.altered}</Note> : null}
      {status === 'submitted' ? <Note>{t.submitted}</Note> : null}
      {status === 'approved' ? <Note tone="good">{t.approved}</Note> : null}
      {status === 'refused' ? (
        <Note tone="bad">
          <strong>{t.refused}</strong>
          <Words>{reason ?? ''}</Words>
        </Note>
      ) : null}
      <Facts
        of={[
          [t.company, company ? <Words key="name">{company.name}</Words> : common.erased],
          [t.companyId, company ? <Code key="id">{company.nationalId}</Code> : undefined],
          [t.registration, company ? <Code key="number">{company.registrationNumber}</Code> : undefined],
          [
            account.status,
            <span key="status">
              {status === 'draft' ? <Badge tone="open">{t.draft}</Badge> : <Status status={status} />}
            </span>,
          ],
          [t.submittedAt, submittedAt ? <Time key="submitted" at={submittedAt} /> : undefined],
          [t.decidedAt, decidedAt ? <Time key="decided" at={decidedAt} /> : undefined],
        ]}
      />
      <PaperFiles papers={papers} />
      {status === 'draft' || status === 'submitted' ? <Undecided papers={papers} /> : null}
    </div>
  )
}

/** Papers by which a legal person proves who it is: begun, filled with files, submitted, decided. */
export function PapersCard({ papers, isDone }: { papers: readonly Papers[]; isDone: boolean }) {
  const isOpen = papers.some(({ status }) => status !== 'refused')
  return (
    <Card title={t.papersTitle}>
      <p className="faint">{t.papersWhy}</p>
      {papers.map((one) => (
        <OnePapers key={one.id} papers={one} />
      ))}
      {isOpen || isDone ? null : <Begin action={papers.length > 0 ? t.anew : t.begin} />}
    </Card>
  )
}
