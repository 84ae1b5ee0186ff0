import type { ReactNode } from 'react'
import { statusName, type Tone, toneOf } from '../words/statuses.ts'

/** A word with a mark and a colour; the mark's form differs too, for who sees no colours. */
export const Badge = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <span className="badge" data-tone={tone}>
    {children}
  </span>
)

/** The state of something, in the page's language. */
export const Status = ({ status }: { status: string }) => <Badge tone={toneOf(status)}>{statusName(status)}</Badge>
