import '../../styles/meter.css'
import type { ReactNode } from 'react'

interface MeterProps {
  readonly label: ReactNode
  readonly value: number
  readonly most: number
  /** What stands beside, and is read out: 812 of 1,000. */
  readonly text: string
  /** True if more is worse: near the end it turns to a warning. */
  readonly isLimit?: boolean
}

/** How much of a whole something is, as a bar and in words. */
export function Meter({ label, value, most, text, isLimit = false }: MeterProps) {
  const share = most > 0 ? Math.min(1, value / most) : 0
  const tone = isLimit && share >= 0.8 ? (share >= 1 ? 'bad' : 'warn') : undefined
  return (
    <div className="meter">
      <span>{label}</span>
      <span className="figures">{text}</span>
      <div className="meter-track" aria-hidden="true">
        <div data-tone={tone} style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  )
}
