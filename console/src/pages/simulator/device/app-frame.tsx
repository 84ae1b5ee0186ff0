import type { ReactNode } from 'react'
import { d } from './device-words.ts'
import { Icon } from './icons.tsx'
import type { View } from './view.ts'

interface Props {
  readonly title: ReactNode
  readonly back: View
  readonly go: (view: View) => void
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** An application of the telephone: its head with the way back, and what it shows. */
export const AppFrame = ({ title, back, go, children, action }: Props) => (
  <div className="app">
    <header className="app-head">
      <button type="button" className="app-button" aria-label={d.back} onClick={() => go(back)}>
        <Icon name="back" />
      </button>
      <h3>{title}</h3>
      {action ?? <span className="app-button" />}
    </header>
    {children}
  </div>
)
