import { useQuery } from '@tanstack/react-query'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../../app/tab.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Code } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { LegalForm } from './legal-form.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { SignUpSettings } from './sign-up-settings.tsx'
import { t } from './words.ts'

export type Settings = components['schemas']['Licensee']

/** Which registry is asked whose number is whose, and its settings as they may be seen. */
function Registry() {
  const { api, key } = useTab()
  const registry = useQuery({
    queryKey: [key, 'registry'],
    queryFn: () => unwrap(api.GET('/admin/v1/identity-registry')),
  })
  const { driver, settings } = registry.data ?? {}
  return (
    <Card title={t.registry}>
      <p className="faint">{t.registryWhy}</p>
      <Trouble error={registry.error} />
      {registry.data ? (
        driver ? (
          <Facts
            of={[
              [t.driver, <Code key="driver">{driver}</Code>],
              ...Object.entries(settings ?? {}).map(
                ([name, value]) => [name, <Code key={name}>{String(value)}</Code>] as const,
              ),
            ]}
          />
        ) : (
          <Note tone="warn">{t.none}</Note>
        )
      ) : null}
    </Card>
  )
}

/** The licensee's settings. */
export default function LicenseePage() {
  const { api, key, can } = useTab()
  const settings = useQuery({
    queryKey: [key, 'licensee'],
    enabled: can('licensee:read'),
    queryFn: () => unwrap(api.GET('/admin/v1/licensee')),
  })
  if (!can('licensee:read')) return <Note>{common.noScope}</Note>
  const isLocked = !can('licensee:write')
  return (
    <Page title={t.title} about={t.about}>
      {settings.isPending ? <Loading /> : null}
      <Trouble error={settings.error} onRetry={() => void settings.refetch()} />
      {settings.data ? (
        <>
          <SignUpSettings settings={settings.data} isLocked={isLocked} />
          <PasskeyForm settings={settings.data} isLocked={isLocked} />
          <LegalForm settings={settings.data} isLocked={isLocked} />
        </>
      ) : null}
      {can('identity:read') ? <Registry /> : null}
    </Page>
  )
}
