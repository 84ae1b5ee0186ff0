import type { ReactNode } from 'react'
import { Note } from '../../parts/feedback.tsx'
import { Card } from '../../parts/page.tsx'
import { type Step, StepList } from '../../parts/steps.tsx'
import { listed } from '../../words/format.ts'
import { missingOf, type Section } from './fields.ts'
import type { Settings } from './licensee-page.tsx'
import { t } from './words.ts'

const leads = (to: string, what: string): ReactNode => (
  <a href={`#${to}`} className="link">
    {what}
  </a>
)

interface MissingProps {
  readonly settings: Settings
  /** True if a registry of identities is asked; null: not known here. */
  readonly hasRegistry: boolean | null
}

/** What the licensee has not said yet, before everything else: each leads to its part of the page. */
export function Missing({ settings: { legal, signUp }, hasRegistry }: MissingProps) {
  const legalStep = (section: Section): Step => {
    const missing = missingOf(legal, section)
    const names = listed(missing.map((field) => t.fields[field]))
    return {
      id: section,
      isDone: missing.length === 0,
      what: missing.length === 0 ? t.sections[section] : leads(section, `${t.sections[section]}: ${names}`),
    }
  }
  const step = (id: string, isDone: boolean, done: string, lacks: string): Step => ({
    id,
    isDone,
    what: isDone ? done : leads(id, lacks),
  })
  const steps = [
    legalStep('licence'),
    legalStep('contact'),
    legalStep('texts'),
    step('sign-up', signUp.open && signUp.tenantId !== null, t.signUpReady, t.signUpMissing),
    ...(hasRegistry === null ? [] : [step('registry', hasRegistry, t.registryReady, t.registryMissing)]),
  ]
  if (steps.every(({ isDone }) => isDone)) return null
  return (
    <Card title={t.missing}>
      {legal.licenceNumber === null ? <Note tone="warn">{t.noLicence}</Note> : null}
      <p className="faint">{t.missingWhy}</p>
      <StepList steps={steps} isLong />
    </Card>
  )
}
