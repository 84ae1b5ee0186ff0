import { useState } from 'react'
import { unwrap } from '../../../api/unwrap.ts'
import { useAct } from '../../../app/act.tsx'
import { useTenantTab } from '../../../app/tab.tsx'
import { useOnce } from '../../../app/tenant/once.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { Trouble } from '../../../parts/feedback.tsx'
import { SelectField } from '../../../parts/select-field.tsx'
import { t as common } from '../../../words/common.ts'
import { Queued } from './attempts.tsx'
import { t } from './words.ts'

const words = t.endpoint
const HOUR_MS = 3_600_000
const SPANS = [
  { id: 'hour', name: words.hour, hours: 1 },
  { id: 'day', name: words.day, hours: 24 },
  { id: 'week', name: words.week, hours: 168 },
  { id: 'month', name: words.month, hours: 720 },
] as const
type Span = (typeof SPANS)[number]['id']

/** What was asked for: the same times for every step. */
interface Range {
  readonly since: string
  readonly until: string
}

const rangeOf = (span: Span): Range => {
  const now = Date.now()
  const hours = SPANS.find(({ id }) => id === span)?.hours ?? 1
  return { since: new Date(now - hours * HOUR_MS).toISOString(), until: new Date(now).toISOString() }
}

/** Asks for all events of a time that did not arrive, step by step, and says how many they are. */
export function Replay({ id, onClose }: { id: string; onClose: () => void }) {
  const { api, key } = useTenantTab()
  const once = useOnce()
  const [span, setSpan] = useState<Span>('day')
  const [range, setRange] = useState<Range | null>(null)
  const [sum, setSum] = useState<{ queued: number; skipped: readonly string[] } | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)
  const replay = useAct(
    ({ since, until }: Range) => {
      const body = { since, until, ...(cursor ? { cursor } : {}) }
      return unwrap(
        api.POST('/v1/webhooks/{id}/redeliver', {
          params: { path: { id }, header: { 'Idempotency-Key': once.keyFor(body) } },
          body,
        }),
      )
    },
    {
      changes: [[key, 'webhooks', id]],
      onDone: ({ queued, skipped, nextCursor }) => {
        once.done()
        setSum({ queued: (sum?.queued ?? 0) + queued, skipped: [...(sum?.skipped ?? []), ...skipped] })
        setCursor(nextCursor)
      },
    },
  )
  const go = (): void => {
    const asked = range ?? rangeOf(span)
    setRange(asked)
    replay.mutate(asked)
  }
  const isOver = sum !== null && cursor === null
  return (
    <Dialog title={words.replayTitle} isOpen onClose={onClose}>
      <p>{words.replayWhy}</p>
      <SelectField
        label={words.replayFrom}
        options={SPANS}
        value={span}
        onChange={setSpan}
        isDisabled={range !== null && !replay.isError}
      />
      {sum ? <Queued {...sum} /> : null}
      {sum && cursor ? <p>{words.replayMore}</p> : null}
      <Trouble error={replay.error} />
      <div className="actions">
        <Button onPress={onClose}>{common.close}</Button>
        {isOver ? null : (
          <Button weight="primary" isPending={replay.isPending} onPress={go}>
            {sum ? words.goOn : words.replayDo}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
