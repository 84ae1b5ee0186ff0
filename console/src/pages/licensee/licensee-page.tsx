import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Anew } from '../../app/changed/change-trouble.tsx'
import { useTab } from '../../app/tab.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Code } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import type { FormProps } from './change.tsx'
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
  const form = (Form: (props: FormProps) => ReactNode) => (of: Settings, onLoad: (now: Settings) => void) => (
    <Form settings={of} isLocked={isLocked} onLoad={onLoad} />
  )
  return (
    <Page title={t.title} about={t.about}>
      {settings.isPending ? <Loading /> : null}
      <Trouble error={settings.error} onRetry={() => void settings.refetch()} />
      {settings.data ? (
        <>
          <Anew of={settings.data}>{form(SignUpSettings)}</Anew>
          <Anew of={settings.data}>{form(PasskeyForm)}</Anew>
          <Anew of={settings.data}>{form(LegalForm)}</Anew>
        </>
      ) : null}
      {can('identity:read') ? <Registry /> : null}
    </Page>
  )
}
