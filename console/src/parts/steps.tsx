import '../styles/steps.css'
import type { ReactNode } from 'react'
import { words } from '../words/language.ts'
import { Mark } from './mark.tsx'

const t = words({ done: 'done' }, { done: 'انجام شد' })

/** A step of a way; one that is not done says by a link where it is taken. */
export interface Step {
  readonly id: string
  readonly isDone: boolean
  readonly what: ReactNode
}

/** The steps of a way, with those that are done marked so. `isLong`: each has a line of its own. */
export const StepList = ({ steps, isLong = false }: { steps: readonly Step[]; isLong?: boolean }) => (
  <ol className="first-steps" data-long={isLong ? '' : undefined}>
    {steps.map(({ id, isDone, what }) => (
      <li key={id} data-done={isDone ? '' : undefined}>
        <span className="step-mark">{isDone ? <Mark of="check" /> : null}</span>
        <span>
          {what} {isDone ? <span className="visually-hidden">({t.done})</span> : null}
        </span>
      </li>
    ))}
  </ol>
)
