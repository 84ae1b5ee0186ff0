import { useQuery } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/answers.ts'
import type { Connection } from '../../api/operator.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTab } from '../../app/tab.tsx'
import { Note } from '../../parts/feedback.tsx'
import { Badge, Status } from '../../parts/status.tsx'
import { breakerWords } from '../../words/fares.ts'
import { t } from './words.ts'

type Fares = AnswerOf<'/admin/v1/health'>['connections'][number]

/** Milliseconds between two looks of one connection's page. */
const EVERY = 15_000

/** How connections fare, by their ids; undefined for who may not know, and while it is asked. */
export function useFares({ isFresh = false } = {}): ReadonlyMap<string, Fares> | undefined {
  const { api, key, can } = useTab()
  const health = useQuery({
    queryKey: [key, 'health'],
    enabled: can('health:read'),
    staleTime: EVERY,
    refetchInterval: isFresh ? EVERY : false,
    queryFn: () => unwrap(api.GET('/admin/v1/health')),
  })
  return health.data && new Map(health.data.connections.map((one) => [one.id, one]))
}

/** State of a connection in one word. */
export const ConnectionStatus = ({ of: { status, unopened } }: { of: Connection }) =>
  unopened?.length ? <Badge tone="bad">{t.secretLost}</Badge> : <Status status={status} />

/** What the gateway holds of the carrier, from what its last answers were. */
export function Breaker({ of, isSaid = false }: { of: Fares | undefined; isSaid?: boolean }) {
  if (!of || of.status === 'disabled') return <span className="faint">—</span>
  const { tone, word, why } = breakerWords(of.breaker)
  return isSaid ? (
    <span>
      <Badge tone={tone}>{word}</Badge> {why}
    </span>
  ) : (
    <Badge tone={tone}>{word}</Badge>
  )
}

/** Says which parts of a connection do not open, and what is to be done. */
export const Unopened = ({ of: { unopened } }: { of: Connection }) =>
  unopened?.length ? (
    <Note tone="bad">
      <strong>{t.unopened}</strong>
      <p>{t.unopenedWhy}</p>
      <ul>
        {unopened.map((part) => (
          <li key={part}>{t.unopenedParts[part]}</li>
        ))}
      </ul>
    </Note>
  ) : null
