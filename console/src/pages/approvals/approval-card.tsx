import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { giveApproval, type TwoPeopleCall } from '../../api/approvals.ts'
import { meQuery } from '../../api/queries.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { CallView } from '../../app/approval/call-view.tsx'
import { StaffName } from '../../app/approval/staff-name.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Facts } from '../../parts/page.tsx'
import { Badge } from '../../parts/status.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { callName } from '../../words/calls.ts'
import { t as common } from '../../words/common.ts'
import type { Tone } from '../../words/statuses.ts'
import type { Approval } from './approvals-page.tsx'
import { t } from './words.ts'

const TONES: Readonly<Record<Approval['status'], Tone>> = {
  pending: 'warn',
  approved: 'open',
  refused: 'bad',
  withdrawn: 'quiet',
  used: 'good',
  expired: 'quiet',
}

const KEY = ['operator', 'approvals']

interface DecideProps {
  readonly approval: Approval
  readonly verb: 'approve' | 'refuse'
  readonly title: string
  readonly action: string
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Approves or refuses, with an answer for who proposed it. */
function Decide({ approval: { id }, verb, title, action, onDone, onClose }: DecideProps) {
  const { api } = useTab()
  const [reason, setReason] = useState('')
  const decide = useAct(
    () => {
      const init = { params: { path: { id } }, body: reason.trim() ? { reason } : {} }
      return unwrap(
        verb === 'approve'
          ? api.POST('/admin/v1/approvals/{id}/approve', init)
          : api.POST('/admin/v1/approvals/{id}/refuse', init),
      )
    },
    {
      changes: [KEY],
      onDone: () => {
        onClose()
        onDone()
      },
    },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    decide.mutate()
  }
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form onSubmit={submit} className="stack">
        <TextField
          label={t.answerLabel}
          help={t.answerHelp}
          value={reason}
          onChange={setReason}
          minLength={3}
          maxLength={500}
          autoFocus
        />
        <Trouble error={decide.error} />
        <div className="actions">
          <Button onPress={onClose}>{common.back}</Button>
          <Button type="submit" weight={verb === 'approve' ? 'primary' : 'danger'} isPending={decide.isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** What a call brought back: words to read once, or a file. */
type Brought = { readonly json: unknown } | { readonly file: string } | null

/** Does a call that was approved, whatever it is. */
function CarryOut({
  approval: { id },
  call,
  onClose,
}: {
  approval: Approval
  call: TwoPeopleCall
  onClose: () => void
}) {
  const { api } = useTab()
  const run = useAct(
    async (): Promise<Brought> => {
      giveApproval(call, id)
      // The casts: the approval names the call, which the document has, and no type can know which it is.
      const answer = await unwrap(
        api.request(
          call.method.toLowerCase() as 'post',
          call.path as never,
          {
            ...(call.body === null ? {} : { body: call.body }),
            parseAs: 'blob',
          } as never,
        ) as Promise<{ data?: Blob; response: Response }>,
      )
      if (!answer || answer.size === 0) return null
      return answer.type.includes('json')
        ? { json: JSON.parse(await answer.text()) as unknown }
        : { file: URL.createObjectURL(answer) }
    },
    { changes: [['operator']] },
  )
  const brought = run.data ?? null
  if (run.isSuccess)
    return (
      <Dialog title={t.done} isOpen onClose={onClose}>
        {brought && 'json' in brought ? (
          <>
            <p>{t.said}</p>
            <pre dir="ltr" className="call-body">
              {JSON.stringify(brought.json, null, 2)}
            </pre>
          </>
        ) : brought ? (
          <a href={brought.file} download className="link">
            {t.file}
          </a>
        ) : null}
        <div className="actions">
          <Button onPress={onClose}>{common.close}</Button>
        </div>
      </Dialog>
    )
  return (
    <Confirm
      title={t.carryOut}
      action={t.carryOut}
      isOpen
      isPending={run.isPending}
      onClose={onClose}
      onConfirm={() => run.mutate()}
    >
      <div className="stack">
        <p>{t.carryOutTitle}</p>
        <CallView call={call} />
        <Trouble error={run.error} />
      </div>
    </Confirm>
  )
}

interface CardProps {
  readonly approval: Approval
  /** Takes what came of a decision: where the list is narrowed, the card is gone by then. */
  readonly onDecided: (what: string) => void
}

/** What the person may do with an approval just now. */
function Ways({ approval, call, onDecided }: CardProps & { readonly call: TwoPeopleCall | null }) {
  const { can } = useTab()
  const me = useQuery(meQuery).data
  const [open, setOpen] = useState<'approve' | 'refuse' | 'run' | null>(null)
  const close = (): void => setOpen(null)
  const isMine = me?.id === approval.proposedBy
  const mayApprove = !isMine || (approval.opensAt !== null && Date.parse(approval.opensAt) <= Date.now())
  if (!call || !can('approvals:write')) return null
  return (
    <div className="actions">
      {approval.status === 'pending' && mayApprove ? (
        <Button weight="primary" onPress={() => setOpen('approve')}>
          {t.approve}
        </Button>
      ) : null}
      {approval.status === 'pending' ? (
        <Button onPress={() => setOpen('refuse')}>{isMine ? t.takeBack : t.refuse}</Button>
      ) : null}
      {approval.status === 'approved' ? (
        <Button weight="primary" onPress={() => setOpen('run')}>
          {t.carryOut}
        </Button>
      ) : null}
      {open === 'approve' ? (
        <Decide
          approval={approval}
          verb="approve"
          title={t.approveTitle}
          action={t.approve}
          onDone={() => onDecided(t.approvedCall(callName(approval.operation)))}
          onClose={close}
        />
      ) : null}
      {open === 'refuse' ? (
        <Decide
          approval={approval}
          verb="refuse"
          title={isMine ? t.takeBackTitle : t.refuseTitle}
          action={isMine ? t.takeBack : t.refuse}
          onDone={() => onDecided((isMine ? t.tookBack : t.refusedCall)(callName(approval.operation)))}
          onClose={close}
        />
      ) : null}
      {open === 'run' ? <CarryOut approval={approval} call={call} onClose={close} /> : null}
    </div>
  )
}

/** One approval: the very call, who wants it and why, and what became of it. */
export function ApprovalCard({ approval, onDecided }: CardProps) {
  const { method, path, body } = approval
  const call = method && path ? { method, path, body: body ?? null } : null
  return (
    <section className="card">
      <header>
        <h2>{callName(approval.operation)}</h2>
        <Badge tone={TONES[approval.status]}>{t.statuses[approval.status]}</Badge>
      </header>
      {approval.kind === 'four-eyes' ? null : <Note tone="warn">{t.kinds[approval.kind]}</Note>}
      {call ? <CallView call={call} isNamed /> : <p className="faint">{t.hidden}</p>}
      <Facts
        of={[
          [t.reason, approval.reason ? <Words key="reason">{approval.reason}</Words> : undefined],
          [t.proposedBy, approval.proposedBy ? <StaffName key="by" id={approval.proposedBy} /> : undefined],
          [t.proposedAt, <Time key="at" at={approval.proposedAt} />],
          [t.opensAt, approval.opensAt ? <Time key="opens" at={approval.opensAt} exact /> : undefined],
          [
            t.expiresAt,
            approval.status === 'pending' || approval.status === 'approved' ? (
              <Time key="until" at={approval.expiresAt} />
            ) : undefined,
          ],
          [t.decidedBy, approval.decidedBy ? <StaffName key="decided" id={approval.decidedBy} /> : undefined],
          [t.answer, approval.answer ? <Words key="answer">{approval.answer}</Words> : undefined],
          [t.usedBy, approval.usedBy ? <StaffName key="used" id={approval.usedBy} /> : undefined],
          [t.usedAt, approval.usedAt ? <Time key="usedAt" at={approval.usedAt} /> : undefined],
          [t.id, <Code key="id">{approval.id}</Code>],
        ]}
      />
      <Ways approval={approval} call={call} onDecided={onDecided} />
    </section>
  )
}
