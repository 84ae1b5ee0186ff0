import type { ReactNode } from 'react'
import { Note } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { t } from '../../words/common.ts'
import { useTab } from '../tab.tsx'

interface AllowedProps {
  readonly scope: string
  /** Heading of the page, which stands there also for who may not see it. */
  readonly title: string
  readonly children: ReactNode
}

/** A page for who holds a scope; who does not is told so, and no call is made. */
export const Allowed = ({ scope, title, children }: AllowedProps) =>
  useTab().can(scope) ? (
    children
  ) : (
    <Page title={title}>
      <Note>{t.noScope}</Note>
    </Page>
  )
