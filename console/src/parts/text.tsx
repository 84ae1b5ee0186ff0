import type { ReactNode } from 'react'
import { dateTime, relative } from '../words/format.ts'

/** Keeps ids, numbers, codes and addresses left to right within a Persian sentence. */
export const Ltr = ({ children, className }: { children: ReactNode; className?: string }) => (
  <bdi dir="ltr" className={className}>
    {children}
  </bdi>
)

/** An id, code or address, in letters of one width. */
export const Code = ({ children }: { children: ReactNode }) => <Ltr className="code">{children}</Ltr>

/** Text that somebody else wrote: its own direction, whatever the page's is. */
export const Words = ({ children, className }: { children: ReactNode; className?: string }) => (
  <span dir="auto" className={className}>
    {children}
  </span>
)

/** A time of the API: how long ago, and exactly on pointing; null: a dash. */
export function Time({ at, exact = false }: { at: string | null | undefined; exact?: boolean }) {
  if (!at) return <span className="faint">—</span>
  const time = new Date(at)
  const whole = dateTime(time)
  return (
    <time dateTime={at} title={exact ? relative(time) : whole}>
      {exact ? <span className="figures">{whole}</span> : relative(time)}
    </time>
  )
}
