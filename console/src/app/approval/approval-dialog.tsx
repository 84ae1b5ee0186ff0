import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { giveApproval, isSameCall, type TwoPeopleCall } from '../../api/approvals.ts'
import { clientFor } from '../../api/clients.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Link } from '../../parts/link.tsx'
import { Time } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { words } from '../../words/language.ts'
import { useAct } from '../act.tsx'
import { CallView } from './call-view.tsx'

const t = words(
  {
    title: 'Two people do this',
    why: 'Propose it: a colleague who may do it himself approves it within 24 hours, and either of you does it, once.',
    reason: 'Why?',
    reasonHelp: 'Whoever decides reads it.',
    propose: 'Propose it',
    proposed:
      'It is proposed. Once a colleague has approved it, come back and do the same, or do it among the approvals.',
    alone: 'Nobody else may decide it. All of the staff see it; you may approve it yourself, by another passkey, from',
    approved: 'It is approved.',
    now: 'Do it now',
    list: 'Approvals',
  },
  {
    title: 'این کار دونفره است',
    why: 'پیشنهاد دهید: همکاری که خودش اجازهٔ آن را دارد تا ۲۴ ساعت تأیید می‌کند و سپس یکی از شما یک بار انجامش می‌دهد.',
    reason: 'چرا؟',
    reasonHelp: 'هر که تصمیم می‌گیرد آن را می‌خواند.',
    propose: 'پیشنهاد',
    proposed: 'پیشنهاد شد. پس از تأیید همکارتان همین کار را دوباره بکنید یا آن را در فهرست کارهای دونفره انجام دهید.',
    alone:
      'کس دیگری نمی‌تواند دربارهٔ آن تصمیم بگیرد. همهٔ همکاران آن را می‌بینند و خودتان می‌توانید با کلید عبور دیگری آن را تأیید کنید از',
    approved: 'تأیید شده است.',
    now: 'انجام همین حالا',
    list: 'کارهای دونفره',
  },
)

const operator = (): ReturnType<typeof clientFor> => clientFor({ operator: true })

/** Approvals that may be of this call: those that wait, and those that were given and not used. */
async function approvalsOf(call: TwoPeopleCall) {
  const pages = await Promise.all(
    (['approved', 'pending'] as const).map((status) =>
      unwrap(operator().GET('/admin/v1/approvals', { params: { query: { status, limit: 100 } } })),
    ),
  )
  return pages
    .flatMap(({ data }) => data)
    .filter(({ method, path, body }) => method && path && isSameCall({ method, path, body }, call))
}

interface DialogProps {
  readonly call: TwoPeopleCall
  readonly onAnswer: (isSettled: boolean) => void
}

function Propose({ call, onAnswer }: DialogProps) {
  const [reason, setReason] = useState('')
  const propose = useAct(
    () =>
      unwrap(
        operator().POST('/admin/v1/approvals', {
          // The cast: what is proposed was refused for lack of an approval, so its method is one of these.
          body: {
            method: call.method as 'POST',
            path: call.path,
            ...(call.body === null ? {} : { body: call.body }),
            reason,
          },
        }),
      ),
    { changes: [['operator', 'approvals']] },
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    propose.mutate()
  }
  return (
    <form onSubmit={submit} className="stack">
      <p>{t.why}</p>
      <TextField
        label={t.reason}
        help={t.reasonHelp}
        value={reason}
        onChange={setReason}
        isRequired
        minLength={3}
        maxLength={500}
        autoFocus
      />
      <Trouble error={propose.error} />
      <div className="actions">
        <Button onPress={() => onAnswer(false)}>{common.back}</Button>
        <Button type="submit" weight="primary" isPending={propose.isPending}>
          {t.propose}
        </Button>
      </div>
    </form>
  )
}

/** Stands where a call wants a second person: proposes it, or does it where it is approved. */
export default function ApprovalDialog({ call, onAnswer }: DialogProps) {
  const found = useQuery({
    queryKey: ['operator', 'approvals', 'of', call],
    staleTime: 0,
    queryFn: () => approvalsOf(call),
  })
  const approved = found.data?.find(({ status }) => status === 'approved')
  const waiting = found.data?.find(({ status }) => status === 'pending')
  return (
    <Dialog title={t.title} isOpen onClose={() => onAnswer(false)}>
      <CallView call={call} />
      {found.isPending ? <Loading /> : null}
      {approved ? (
        <>
          <Note tone="good">{t.approved}</Note>
          <div className="actions">
            <Button onPress={() => onAnswer(false)}>{common.back}</Button>
            <Button
              weight="primary"
              autoFocus
              onPress={() => {
                giveApproval(call, approved.id)
                onAnswer(true)
              }}
            >
              {t.now}
            </Button>
          </div>
        </>
      ) : waiting ? (
        <>
          <Note tone="good">
            {t.proposed}
            {waiting.opensAt ? (
              <p>
                {t.alone} <Time at={waiting.opensAt} exact />
              </p>
            ) : null}
          </Note>
          <div className="actions">
            <Link to="/operator/approvals" onClick={() => onAnswer(false)}>
              {t.list}
            </Link>
            <Button weight="primary" autoFocus onPress={() => onAnswer(false)}>
              {common.close}
            </Button>
          </div>
        </>
      ) : found.isPending ? null : (
        <Propose call={call} onAnswer={onAnswer} />
      )}
    </Dialog>
  )
}
