import { useTab } from '../../app/tab.tsx'
import { Page } from '../../parts/page.tsx'
import { GuardAlerts } from './guard-alerts.tsx'
import { LostAccess } from './lost-access.tsx'
import { Papers } from './papers.tsx'
import { SignUps } from './sign-ups.tsx'
import { t } from './words.ts'

/** What waits for a decision of the licensee's people. */
export default function ReviewPage() {
  const { can } = useTab()
  return (
    <Page title={t.title} about={t.about}>
      {can('tenants:read') ? <SignUps /> : null}
      {can('identity:read') ? <Papers /> : null}
      {can('lost-access:read') ? <LostAccess /> : null}
      {can('tenants:read') ? <GuardAlerts /> : null}
    </Page>
  )
}
