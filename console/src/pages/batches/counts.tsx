import { Status } from '../../parts/status.tsx'
import { between, num, percent } from '../../words/format.ts'
import { statusName, toneOf } from '../../words/statuses.ts'
import { t } from './words.ts'
import '../../styles/batches.css'

/** Messages by status, as the API counts them. */
export type Counts = Readonly<Record<string, number | undefined>>

/** States in which a message still moves. */
const OPEN = ['scheduled', 'accepted', 'submitted'] as const

/** The states in the order in which they are shown: what went well first, what is open last. */
const ORDER = [
  'delivered',
  'read',
  'undelivered',
  'rejected',
  'failed',
  'expired',
  'unknown',
  'suppressed',
  'canceled',
  'submitted',
  'accepted',
  'scheduled',
] as const

/** Counts that are not nothing, in their order; a state that is new to this page stands at the end. */
export function counted(counts: Counts): readonly (readonly [status: string, count: number])[] {
  const known: readonly string[] = ORDER
  const names = [...known, ...Object.keys(counts).filter((name) => !known.includes(name))]
  return names.flatMap((name) => {
    const count = counts[name] ?? 0
    return count > 0 ? [[name, count] as const] : []
  })
}

/** How many of a batch have ended, of how many. */
export function ended(counts: Counts): { readonly done: number; readonly total: number } {
  const all = counted(counts)
  const total = all.reduce((sum, [, count]) => sum + count, 0)
  const open = all.filter(([name]) => (OPEN as readonly string[]).includes(name))
  return { done: total - open.reduce((sum, [, count]) => sum + count, 0), total }
}

/** Bar of a batch's states: colours for the eye, the same in words for everybody. */
export function CountsBar({ counts }: { counts: Counts }) {
  const all = counted(counts)
  const { done, total } = ended(counts)
  const said = all.map(([name, count]) => `${statusName(name)} ${num(count)}`).join(between)
  if (total === 0) return null
  return (
    <span className="counts">
      <span className="counts-bar" aria-hidden="true">
        {all.map(([name, count]) => (
          <span key={name} data-tone={toneOf(name)} style={{ flexGrow: count }} />
        ))}
      </span>
      <span className="faint">{done === total ? t.allEnded : t.ended(num(done), num(total))}</span>
      <span className="visually-hidden">{said}</span>
    </span>
  )
}

/** Counts by status with their shares. */
export function CountsTable({ counts }: { counts: Counts }) {
  const all = counted(counts)
  const { total } = ended(counts)
  return (
    <dl className="counts-table">
      {all.map(([name, count]) => (
        <div key={name}>
          <dt>
            <Status status={name} />
          </dt>
          <dd>
            <strong className="figures">{num(count)}</strong> <span className="faint">({percent(count / total)})</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
