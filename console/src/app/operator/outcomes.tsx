import { Badge } from '../../parts/status.tsx'
import { num } from '../../words/format.ts'
import { words } from '../../words/language.ts'
import { outcomeName, outcomeTone } from '../../words/outcomes.ts'

const t = words({ none: 'No messages' }, { none: 'بدون پیام' })

/** What came of a connection's messages, the most frequent first. */
export function Outcomes({ of }: { of: Readonly<Record<string, number>> }) {
  const found = Object.entries(of).filter(([, count]) => count > 0)
  if (found.length === 0) return <span className="faint">{t.none}</span>
  return (
    <span className="row">
      {found
        .sort(([, one], [, other]) => other - one)
        .map(([status, count]) => (
          <Badge key={status} tone={outcomeTone(status)}>
            {outcomeName(status)} {num(count)}
          </Badge>
        ))}
    </span>
  )
}
