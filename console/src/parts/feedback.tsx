import type { ReactNode } from 'react'

export { Loading } from './loading.tsx'
export { Trouble } from './trouble.tsx'

/** Says that there is nothing here yet, and what to do. */
export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <div className="empty">
    <p className="empty-title">{title}</p>
    {children}
  </div>
)

/** A note that stands on a page for a reason: quiet, a warning, or what is wrong. */
export const Note = ({ tone = 'open', children }: { tone?: 'open' | 'warn' | 'bad' | 'good'; children: ReactNode }) => (
  <div className="note" data-tone={tone}>
    {children}
  </div>
)
