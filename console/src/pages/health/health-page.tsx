import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { operatorNavigation } from '../../app/navigation.ts'
import { Outcomes } from '../../app/operator/outcomes.tsx'
import { useTab } from '../../app/tab.tsx'
import { Link } from '../../parts/button.tsx'
import { Empty, Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { Said } from '../../parts/said.tsx'
import { Badge } from '../../parts/status.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { breakerWords, pollingWords, untold } from '../../words/fares.ts'
import { num, took } from '../../words/format.ts'
import { providerName } from '../../words/providers.ts'
import { t } from './words.ts'

type HealthNow = paths['/admin/v1/health']['get']['responses'][200]['content']['application/json']
type Queue = HealthNow['queues'][number]
type Connection = HealthNow['connections'][number]

/** Milliseconds between two looks; the page shows what changes by the minute. */
const EVERY = 15_000

/** Age of a queue's oldest job from which it counts as standing still. */
const STANDING = 300_000

const isStanding = ({ backlog, oldestJobAt }: Queue, at: string): boolean =>
  (backlog ?? 0) > 0 && oldestJobAt !== null && Date.parse(at) - Date.parse(oldestJobAt) > STANDING

/** Name of a connection with its channel: operators call several alike. */
const nameOf = ({ name, channel }: Connection): string => `${name} (${channelName(channel)})`

interface Need {
  readonly sentence: string
  /** Connection that it is about. */
  readonly connection?: string
}

/** What a person should look at, the worst first; what is about a connection leads to it. */
function Needs({ health }: { health: HealthNow }) {
  const { can } = useTab()
  const bad: readonly Need[] = [
    ...(health.lost > 0 ? [{ sentence: t.lost(health.lost) }] : []),
    ...(health.altered.count > 0 ? [{ sentence: t.altered(health.altered.count) }] : []),
    ...health.connections
      .filter(({ breaker }) => breaker === 'open')
      .map((one) => ({ sentence: t.openBreaker(nameOf(one)), connection: one.id })),
    ...health.connections
      .filter(({ polling }) => polling && polling.state !== 'working' && polling.state !== null)
      .map((one) => ({ sentence: t.unread(nameOf(one)), connection: one.id })),
    ...health.queues
      .filter((queue) => isStanding(queue, health.at))
      .map(({ name }) => ({ sentence: t.standing(name) })),
  ]
  const warn = health.deadLetters + health.unowned
  if (bad.length + warn === 0) return <Note tone="good">{t.well}</Note>
  return (
    <Card title={t.look}>
      {bad.length > 0 ? (
        <ul>
          {bad.map(({ sentence, connection }) => (
            <li key={sentence + connection}>
              {connection && can('connections:read') ? (
                <Link to="/operator/connections/$connectionId" params={{ connectionId: connection }}>
                  {sentence}
                </Link>
              ) : (
                sentence
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {health.altered.count > 0 ? (
        <details>
          <summary>{t.alteredWhere}</summary>
          <ul>
            {health.altered.records.map(({ table, id }) => (
              <li key={table + id}>
                <Code>
                  {table} {id}
                </Code>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {health.deadLetters > 0 ? <Link to="/operator/dead-letters">{t.dead(health.deadLetters)}</Link> : null}
      {health.unowned > 0 ? (
        <p>
          <Link to="/operator/unowned">{t.unowned(health.unowned)}</Link>
        </p>
      ) : null}
    </Card>
  )
}

const QUEUES = (at: string): readonly Column<Queue>[] => [
  { name: t.queue, kind: 'head', of: ({ name }) => <Code>{name}</Code> },
  { name: t.backlog, align: 'end', of: ({ backlog }) => (backlog === null ? untold : num(backlog)) },
  {
    name: t.oldest,
    of: (queue) =>
      queue.oldestJobAt === null ? (
        t.none
      ) : (
        <Badge tone={isStanding(queue, at) ? 'bad' : 'quiet'}>
          {took(Date.parse(at) - Date.parse(queue.oldestJobAt))}
        </Badge>
      ),
  },
  {
    name: t.deadLetters,
    align: 'end',
    of: ({ name, deadLetters }) =>
      deadLetters === 0 ? (
        num(0)
      ) : (
        <Link to="/operator/dead-letters" search={{ queue: name }}>
          {num(deadLetters)}
        </Link>
      ),
  },
]

/** Name of a connection, which leads to its page for who may read that. */
function ConnectionName({ of: { id, name, provider } }: { of: Connection }) {
  const { can } = useTab()
  return (
    <span>
      {can('connections:read') ? (
        <Link to="/operator/connections/$connectionId" params={{ connectionId: id }}>
          <Words>{name}</Words>
        </Link>
      ) : (
        <Words>{name}</Words>
      )}{' '}
      <span className="faint">
        <Words>{providerName(provider)}</Words>
      </span>
    </span>
  )
}

const CONNECTIONS: readonly Column<Connection>[] = [
  { name: t.connection, kind: 'head', of: (one) => <ConnectionName of={one} /> },
  { name: t.channel, of: ({ channel }) => channelName(channel) },
  {
    name: t.breaker,
    of: ({ status, breaker, openedAt }) => {
      if (status === 'disabled') return <Badge tone="quiet">{t.disabled}</Badge>
      const { tone, word } = breakerWords(breaker)
      return (
        <span className="row">
          <Badge tone={tone}>{word}</Badge>
          {openedAt ? <Time at={openedAt} /> : null}
        </span>
      )
    },
  },
  { name: t.inFlight, align: 'end', of: ({ inFlight }) => (inFlight === null ? untold : num(inFlight)) },
  {
    name: t.polling,
    of: ({ polling }) => {
      if (!polling) return <span className="faint">{t.none}</span>
      const { tone, word } = pollingWords(polling.state)
      return (
        <span className="row">
          <Badge tone={tone}>{word}</Badge>
          <Time at={polling.lastAt} />
          {polling.lastError ? <Said className="faint" text={polling.lastError.detail} /> : null}
        </span>
      )
    },
  },
  { name: t.outcomes, kind: 'wide', of: ({ outcomes }) => <Outcomes of={outcomes} /> },
]

/** How the gateway fares. It is the first page of the licensee's: a role that may not see it begins at the first that it may. */
export default function HealthPage() {
  const { can } = useTab()
  const navigate = useNavigate()
  const mayRead = can('health:read')
  const first = operatorNavigation.flatMap(({ items }) => items).find(({ scope }) => scope !== null && can(scope))
  const elsewhere = mayRead ? undefined : first?.path
  useEffect(() => {
    if (elsewhere) void navigate({ href: `/operator/${elsewhere}`, replace: true })
  }, [elsewhere, navigate])
  if (mayRead) return <Health />
  return elsewhere ? null : <Page title={t.title}>{common.noScope}</Page>
}

function Health() {
  const { api, key } = useTab()
  const health = useQuery({
    queryKey: [key, 'health'],
    queryFn: () => unwrap(api.GET('/admin/v1/health')),
    refetchInterval: EVERY,
  })
  return (
    <Page title={t.title} about={t.about}>
      {health.isPending ? <Loading /> : null}
      <Trouble error={health.error} onRetry={() => void health.refetch()} />
      {health.data ? (
        <>
          <p className="faint">
            {t.asOf} <Time at={health.data.at} exact />
          </p>
          <Needs health={health.data} />
          <Card title={t.connections}>
            {health.data.connections.length === 0 ? (
              <Empty title={t.none} />
            ) : (
              <Table
                label={t.connections}
                columns={CONNECTIONS}
                rows={health.data.connections}
                keyOf={({ id }) => id}
              />
            )}
          </Card>
          <Card title={t.queues}>
            <Table
              label={t.queues}
              columns={QUEUES(health.data.at)}
              rows={health.data.queues}
              keyOf={({ name }) => name}
            />
          </Card>
        </>
      ) : null}
    </Page>
  )
}
