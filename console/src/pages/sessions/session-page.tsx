import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { CopyableId } from '../../parts/button.tsx'
import { Loading, Note } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Code, Ltr, Time, Words } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { t as common } from '../../words/common.ts'
import { between, exactClock, took } from '../../words/format.ts'
import '../../styles/sessions.css'
import { End } from './end.tsx'
import { t } from './words.ts'

type Turn = components['schemas']['SessionTurn']

/** What was typed, and the screen that it led to. */
const TurnEntry = ({
  turn: { at, input, typed, screen, by, ms, back, inputs },
  code,
}: {
  turn: Turn
  code?: string
}) => (
  <li className="turn">
    <p className="turn-input">
      <span className="faint">{input === null ? t.dialled : t.typed}</span>{' '}
      <Code>{typed?.join(' ') ?? input ?? code ?? ''}</Code>
    </p>
    <Words className="turn-screen">{screen}</Words>
    <footer className="faint">
      <span className="figures">{exactClock(new Date(at))}</span>
      {between}
      {[t.by[by], took(ms), ...(back ? [t.back] : []), ...(inputs ? [t.resumed] : [])].join(between)}
    </footer>
  </li>
)

/** One session, screen by screen. */
export default function SessionPage() {
  const { api, key, can } = useTenantTab()
  const { id = '' } = useParams({ strict: false })
  const isSeen = can('sessions:read')
  const session = useQuery({
    queryKey: [key, 'sessions', id],
    enabled: isSeen,
    queryFn: () => unwrap(api.GET('/v1/sessions/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state: { data } }) => (data?.status === 'open' ? 5_000 : false),
  })
  const { data } = session
  if (!isSeen)
    return (
      <Page title={t.session}>
        <Note>{common.noScope}</Note>
      </Page>
    )
  return (
    <Page title={t.session} about={<CopyableId id={id} />}>
      {session.isPending ? <Loading /> : null}
      <Trouble error={session.error} onRetry={() => void session.refetch()} />
      {data ? (
        <>
          <Card>
            <Facts
              of={[
                [t.person, <Ltr key="from">{data.from ?? '—'}</Ltr>],
                [t.code, <Code key="to">{data.to ?? '—'}</Code>],
                [t.state, <End key="end" session={data} />],
                [t.when, <Time key="at" at={data.startedAt} exact />],
                [t.ended, <Time key="end-at" at={data.updatedAt} exact />],
              ]}
            />
            {data.altered ? <Note tone="bad">{common.altered}</Note> : null}
          </Card>
          <Card title={t.turns}>
            {data.turns && data.turns.length > 0 ? (
              <ol className="turns">
                {data.turns.map((turn) => (
                  <TurnEntry key={`${turn.at}${turn.screen}`} turn={turn} {...(data.to ? { code: data.to } : {})} />
                ))}
              </ol>
            ) : (
              <p className="faint">{t.noTurns}</p>
            )}
          </Card>
        </>
      ) : null}
    </Page>
  )
}
