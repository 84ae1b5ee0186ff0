import '../../styles/rooms.css'
import type { ReactNode } from 'react'
import { useTenantTab } from '../../app/tab.tsx'
import { Page } from '../../parts/page.tsx'
import { TabLinks } from '../../parts/tabs/tab-links.tsx'
import { t } from './words.ts'

interface TeamPageProps {
  readonly title: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page of the team's room, with the way to the others. */
export function TeamPage(props: TeamPageProps) {
  const { tenantId, mode, can } = useTenantTab()
  const base = `/t/${tenantId}/${mode}/team`
  const tabs = [
    ...(can('people:read')
      ? [
          { to: base, name: t.title, exact: true },
          { to: `${base}/invitations`, name: t.invitations },
        ]
      : []),
    { to: `${base}/roles`, name: t.roles },
    ...(can('requests:read') ? [{ to: `${base}/disclosures`, name: t.reads }] : []),
  ]
  return (
    <>
      <TabLinks label={t.tabs} tabs={tabs} />
      <Page {...props} />
    </>
  )
}
