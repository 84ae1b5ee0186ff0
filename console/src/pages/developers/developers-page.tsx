import '../../styles/rooms.css'
import type { ReactNode } from 'react'
import { useTenantTab } from '../../app/tab.tsx'
import { Page } from '../../parts/page.tsx'
import { TabLinks } from '../../parts/tabs/tab-links.tsx'
import { t } from './words.ts'

interface DevelopersPageProps {
  readonly title: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page of the developers' room, with the way to the others. */
export function DevelopersPage(props: DevelopersPageProps) {
  const { tenantId, mode, can } = useTenantTab()
  const base = `/t/${tenantId}/${mode}/developers`
  const tabs = [
    { to: base, name: t.start, exact: true },
    ...(can('keys:read') ? [{ to: `${base}/keys`, name: t.keys }] : []),
    ...(can('webhooks:read') ? [{ to: `${base}/webhooks`, name: t.webhooks }] : []),
    { to: `${base}/events`, name: t.events },
    { to: `${base}/signature`, name: t.signature },
  ]
  return (
    <>
      <TabLinks label={t.tabs} tabs={tabs} />
      <Page {...props} />
    </>
  )
}
