import type { ReactNode } from 'react'
import { num, percent, took } from '../../words/format.ts'
import { ofDirection, type Statistic, successOf } from './counts.ts'
import { t } from './words.ts'

interface TileProps {
  readonly name: string
  readonly value: ReactNode
  /** How it was before, and whether that was worse; undefined: it is not compared. */
  readonly change?: { readonly text: string; readonly tone: 'good' | 'bad' | 'same' } | undefined
}

const Tile = ({ name, value, change }: TileProps) => (
  <div className="tile">
    <dt>{name}</dt>
    <dd>
      <span className="tile-value figures">{value}</span>
      {change ? (
        <span className="tile-change" data-tone={change.tone}>
          {change.text}
        </span>
      ) : null}
    </dd>
  </div>
)

const SAME = { text: t.same, tone: 'same' } as const

/** How a count compares; no colour, as more is not better by itself. */
function volumeChange(now: number, before: number): TileProps['change'] {
  if (before === 0) return now === 0 ? SAME : { text: t.was(num(0)), tone: 'same' }
  const share = now / before - 1
  if (Math.abs(share) < 0.005) return SAME
  return { text: share > 0 ? t.more(percent(share)) : t.less(percent(-share)), tone: 'same' }
}

function successChange(now: number | null, before: number | null): TileProps['change'] {
  if (now === null || before === null) return undefined
  const points = Math.round((now - before) * 1000) / 10
  if (points === 0) return SAME
  return points > 0 ? { text: t.better(num(points)), tone: 'good' } : { text: t.worse(num(-points)), tone: 'bad' }
}

function timeChange(now: number | undefined, before: number | undefined): TileProps['change'] {
  if (now === undefined || before === undefined) return undefined
  const later = now - before
  // Times are read off classes a third wide: less than that is no change.
  if (Math.abs(later) < Math.max(now, before) * 0.2) return SAME
  return later > 0 ? { text: t.slower(took(later)), tone: 'bad' } : { text: t.faster(took(-later)), tone: 'good' }
}

interface NumbersProps {
  readonly now: readonly Statistic[]
  /** As long a time before; null: it is not compared. */
  readonly before: readonly Statistic[] | null
}

/** The figures at the head of Home, with how they were before. */
export function Numbers({ now, before }: NumbersProps) {
  const out = ofDirection(now, 'outbound')
  const came = ofDirection(now, 'inbound')
  const outBefore = before ? ofDirection(before, 'outbound') : undefined
  const cameBefore = before ? ofDirection(before, 'inbound') : undefined
  const compared = (change: TileProps['change']) => (before ? change : undefined)
  const success = successOf(out)
  const [times, timesBefore] = [out?.timeToDeliver, outBefore?.timeToDeliver]
  return (
    <dl className="tiles">
      <Tile
        name={t.out}
        value={num(out?.messages ?? 0)}
        change={compared(volumeChange(out?.messages ?? 0, outBefore?.messages ?? 0))}
      />
      <Tile
        name={t.success}
        value={success === null ? '—' : percent(success)}
        change={compared(successChange(success, successOf(outBefore)))}
      />
      <Tile
        name={t.median}
        value={times ? took(times.p50Ms) : '—'}
        change={compared(timeChange(times?.p50Ms, timesBefore?.p50Ms))}
      />
      <Tile
        name={t.p95}
        value={times ? took(times.p95Ms) : '—'}
        change={compared(timeChange(times?.p95Ms, timesBefore?.p95Ms))}
      />
      <Tile
        name={t.in}
        value={num(came?.messages ?? 0)}
        change={compared(volumeChange(came?.messages ?? 0, cameBefore?.messages ?? 0))}
      />
    </dl>
  )
}
