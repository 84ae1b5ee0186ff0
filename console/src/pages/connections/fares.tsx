import type { Connection } from '../../api/operator.ts'
import { Outcomes } from '../../app/operator/outcomes.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Said } from '../../parts/said.tsx'
import { Badge } from '../../parts/status.tsx'
import { Code, Time } from '../../parts/text.tsx'
import { pollingWords, untold } from '../../words/fares.ts'
import { num } from '../../words/format.ts'
import { Breaker, useFares } from './state.tsx'
import { t } from './words.ts'

/** How a connection fares just now; nothing for who may not know. */
export function Fares({ of }: { of: Connection }) {
  const fares = useFares({ isFresh: true })?.get(of.id)
  if (!fares) return null
  const { polling } = fares
  const { tone, word } = pollingWords(polling?.state)
  return (
    <Card title={t.health}>
      <Facts
        of={[
          [t.breaker, <Breaker key="breaker" of={fares} isSaid />],
          [t.openedAt, fares.openedAt ? <Time key="opened" at={fares.openedAt} exact /> : undefined],
          [t.inFlight, fares.inFlight === null ? untold : num(fares.inFlight)],
          [t.outcomes, <Outcomes key="outcomes" of={fares.outcomes} />],
          [
            t.polling,
            polling ? (
              <Badge key="polling" tone={tone}>
                {word}
              </Badge>
            ) : undefined,
          ],
          [t.pollingLast, polling ? <Time key="last" at={polling.lastAt} /> : undefined],
          [
            t.lastError,
            polling?.lastError ? (
              <span key="error">
                <Code>{polling.lastError.code}</Code> <Said text={polling.lastError.detail} />
              </span>
            ) : undefined,
          ],
        ]}
      />
    </Card>
  )
}
