import type { ReactNode } from 'react'
import { Badge } from '../../parts/status.tsx'
import { Ltr } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { words } from '../../words/language.ts'
import type { Tone } from '../../words/statuses.ts'
import { ConfirmRemoval } from '../tenant/removal.tsx'

const t = words(
  {
    states: { open: 'Open', accepted: 'Accepted', canceled: 'Withdrawn', expired: 'Over' },
    title: 'Withdraw this invitation?',
    why: 'Its link leads nowhere from then on. You can invite the same person again.',
    action: 'Withdraw the invitation',
  },
  {
    states: { open: 'باز', accepted: 'پذیرفته', canceled: 'لغوشده', expired: 'منقضی' },
    title: 'این دعوت لغو شود؟',
    why: 'پیوند آن دیگر به جایی نمی‌رسد. می‌توانید همین فرد را دوباره دعوت کنید.',
    action: 'لغو دعوت',
  },
)

/** An invitation to an account, or to the licensee's people. */
interface Invitation {
  readonly id: string
  /** Number of whom it is for; null: somebody altered it in the database. */
  readonly to: string | null
  readonly status: 'open' | 'accepted' | 'canceled' | 'expired'
}

const TONES: Readonly<Record<Invitation['status'], Tone>> = {
  open: 'open',
  accepted: 'good',
  canceled: 'quiet',
  expired: 'quiet',
}

/** How an invitation stands. */
export const InvitationState = ({ status }: Pick<Invitation, 'status'>) => (
  <Badge tone={TONES[status]}>{t.states[status]}</Badge>
)

/** Whom an invitation is for. */
export const invited = ({ to }: Pick<Invitation, 'to'>): ReactNode => (to ? <Ltr>{to}</Ltr> : common.altered)

interface Props {
  readonly of: Invitation
  readonly call: (id: string) => Promise<unknown>
  readonly onClose: () => void
}

/** Asks before an invitation is withdrawn, and withdraws it. */
export const Withdraw = ({ of, call, onClose }: Props) => (
  <ConfirmRemoval
    title={t.title}
    what={invited(of)}
    why={t.why}
    action={t.action}
    call={() => call(of.id)}
    changes={['invitations']}
    onClose={onClose}
  />
)
