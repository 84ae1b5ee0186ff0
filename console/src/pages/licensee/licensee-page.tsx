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
import { docsAt } from '../../words/docs.ts'
import type { FormProps } from './change.tsx'
import { LegalForm } from './legal-form.tsx'
import { Missing } from './missing.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { SignUpSettings } from './sign-up-settings.tsx'
import { t } from './words.ts'

export type Settings = components['schemas']['Licensee']

/** Which registry is asked whose number is whose, and its settings as they may be seen. */
function useRegistry() {
  const { api, key, can } = useTab()
  return useQuery({
    queryKey: [key, 'registry'],
    enabled: can('identity:read'),
    queryFn: () => unwrap(api.GET('/admin/v1/identity-registry')),
  })
}

function Registry() {
  const registry = useRegistry()
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
          <Note tone="warn">
            {t.none}{' '}
            <a href={docsAt('/guides/identity')} className="link">
              {t.registryHow}
            </a>
          </Note>
        )
      ) : null}
    </Card>
  )
}

const Legal = {
  licence: (props: FormProps) => <LegalForm section="licence" {...props} />,
  contact: (props: FormProps) => <LegalForm section="contact" {...props} />,
  texts: (props: FormProps) => <LegalForm section="texts" {...props} />,
} as const

/** The licensee's settings. */
export default function LicenseePage() {
  const { api, key, can } = useTab()
  const settings = useQuery({
    queryKey: [key, 'licensee'],
    enabled: can('licensee:read'),
    queryFn: () => unwrap(api.GET('/admin/v1/licensee')),
  })
  const registry = useRegistry()
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
          <Missing settings={settings.data} hasRegistry={registry.data ? registry.data.driver !== null : null} />
          {(Object.keys(Legal) as (keyof typeof Legal)[]).map((section) => (
            <div key={section} id={section} className="stack">
              <Anew of={settings.data}>{form(Legal[section])}</Anew>
            </div>
          ))}
          <div id="sign-up" className="stack">
            <Anew of={settings.data}>{form(SignUpSettings)}</Anew>
          </div>
          <Anew of={settings.data}>{form(PasskeyForm)}</Anew>
        </>
      ) : null}
      {can('identity:read') ? (
        <div id="registry" className="stack">
          <Registry />
        </div>
      ) : null}
    </Page>
  )
}
