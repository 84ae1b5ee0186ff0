import type { UseMutationResult } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import type { Settings } from './licensee-page.tsx'
import { t } from './words.ts'

/** What is changed of the licensee's settings. */
export type Change = paths['/admin/v1/licensee']['patch']['requestBody']['content']['application/json']

/** Settings that a form shows, and whether the person may change them. */
export interface FormProps {
  readonly settings: Settings
  readonly isLocked: boolean
}

/** Changes the licensee's settings; two people do it, so that it is proposed first. */
export function useChange(): UseMutationResult<Settings, Error, Change> {
  const { api, key } = useTab()
  return useAct((body: Change) => unwrap(api.PATCH('/admin/v1/licensee', { body })), {
    changes: [[key, 'licensee'], ['licensee']],
  })
}

interface SectionProps {
  readonly change: UseMutationResult<Settings, Error, Change>
  readonly onSubmit: () => void
  readonly isLocked: boolean
  readonly children: ReactNode
}

/** A form of settings with its button. */
export const SettingsForm = ({ change, onSubmit, isLocked, children }: SectionProps) => (
  <form
    className="stack form"
    onSubmit={(event: FormEvent) => {
      event.preventDefault()
      onSubmit()
    }}
  >
    {children}
    <Trouble error={change.error} />
    {change.isSuccess ? <Note tone="good">{t.saved}</Note> : null}
    {isLocked ? null : (
      <div>
        <Button type="submit" isPending={change.isPending}>
          {t.save}
        </Button>
      </div>
    )}
  </form>
)
