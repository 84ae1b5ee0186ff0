import { type ReactNode, useState } from 'react'
import { t } from '../words/common.ts'
import { num } from '../words/format.ts'

/** True where there is room to show all filters at once. */
const isWide = (): boolean => matchMedia('(min-width: 760px)').matches

/** Filters of a list. On narrow screens they are folded until one is set, so that the list begins on the first screen. */
export function FilterFold({ count, children }: { count: number; children: ReactNode }) {
  const [isOpen] = useState(() => count > 0 || isWide())
  return (
    <details className="filters" open={isOpen}>
      <summary>
        {t.filter} {count > 0 ? <span className="figures">({num(count)})</span> : null}
      </summary>
      {children}
    </details>
  )
}
