import type { UseMutationResult } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { ChangeTrouble, type Difference } from '../../app/changed/change-trouble.tsx'
import { type Newer, useRecordChange } from '../../app/changed/record-change.ts'
import { useTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Note } from '../../parts/feedback.tsx'
import type { Settings } from './licensee-page.tsx'
import { t } from './words.ts'

/** What is changed of the licensee's settings. */
export type Change = paths['/admin/v1/licensee']['patch']['requestBody']['content']['application/json']

/** Settings that a form shows, and whether the person may change them. */
export interface FormProps {
  readonly settings: Settings
  readonly isLocked: boolean
  /** Begins the form anew with what somebody else made of them. */
  readonly onLoad: (now: Settings) => void
}

interface Changing {
  readonly save: UseMutationResult<Settings | null, Error, Change>
  readonly newer: Newer<Settings> | null
}

/** Changes the settings that a form shows of the licensee's; two people do it, so that it is proposed first. */
export function useChange(of: Settings, shown: (settings: Settings) => unknown): Changing {
  const { api, key } = useTab()
  return useRecordChange<Settings, Change>({
    of,
    send: (change, base) => unwrap(api.PATCH('/admin/v1/licensee', { body: { ...change, version: base?.version } })),
    read: () => unwrap(api.GET('/admin/v1/licensee')),
    shown,
    changes: [[key, 'licensee'], ['licensee']],
  })
}

/** A field's name, and its value in words. */
export type Named = readonly [name: string, value: string]

/** Fields of a form beside the same as they are in force. */
export const differencesOf = (typed: readonly Named[], now: readonly Named[]): readonly Difference[] =>
  typed.map(([name, value], n) => ({ name, typed: value, now: now[n]?.[1] ?? '' }))

interface SectionProps extends Pick<FormProps, 'isLocked' | 'onLoad'> {
  readonly change: Changing
  /** What is in force now, beside what was typed. */
  readonly differences: (now: Settings) => readonly Difference[]
  readonly onSubmit: () => void
  /** True of one whose fields stand beside each other. */
  readonly isWide?: boolean
  readonly children: ReactNode
}

/** A form of settings with its button. */
export const SettingsForm = ({
  change: { save, newer },
  onSubmit,
  isLocked,
  isWide = false,
  children,
  ...rest
}: SectionProps) => (
  <form
    className={isWide ? 'stack' : 'stack form'}
    onSubmit={(event: FormEvent) => {
      event.preventDefault()
      onSubmit()
    }}
  >
    {children}
    <ChangeTrouble error={save.error} newer={newer} {...rest} />
    {save.isSuccess ? <Note tone="good">{t.saved}</Note> : null}
    {isLocked ? null : (
      <div>
        <Button type="submit" isPending={save.isPending}>
          {t.save}
        </Button>
      </div>
    )}
  </form>
)
