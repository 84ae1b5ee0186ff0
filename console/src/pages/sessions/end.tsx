import type { components } from '../../../generated/api.d.ts'
import { Badge } from '../../parts/status.tsx'
import { t } from './words.ts'

type Session = components['schemas']['Session']

const TONES = { application: 'good', person: 'quiet', timeout: 'warn', fallback: 'bad' } as const

/** How a session stands: it is open, or who or what ended it. */
export const End = ({ session: { status, reason } }: { session: Session }) =>
  status === 'open' || !reason ? (
    <Badge tone="open">{t.open}</Badge>
  ) : (
    <Badge tone={TONES[reason]}>{t.reasons[reason]}</Badge>
  )
