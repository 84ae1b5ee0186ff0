import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Choices } from '../../app/traffic/choices.tsx'
import { CountedUntil } from '../../app/traffic/counted-until.tsx'
import type { Statistic } from '../../app/traffic/counts.ts'
import { Numbers } from '../../app/traffic/numbers.tsx'
import { backOf, type FiguresSearch } from '../../app/traffic/span.ts'
import { Volume } from '../../app/traffic/volume.tsx'
import { t as figures } from '../../app/traffic/words.ts'
import { Empty } from '../../parts/feedback.tsx'
import { Link } from '../../parts/link.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Attention } from './attention.tsx'
import { Channels } from './channels.tsx'
import { useStatistics } from './statistics.ts'
import { Steps } from './steps.tsx'
import { t } from './words.ts'
import '../../styles/home.css'

type Asked = ReturnType<typeof useStatistics>

/** Figures, charts and channels; an empty time says when counts come. */
function Counted({ asked }: { asked: Asked }) {
  const { byTime, byChannel, inAll, earlier, span } = asked
  if (!byTime.data || !inAll.data) return <Loading />
  if (inAll.data.data.length === 0)
    return (
      <Empty title={figures.noneYet}>
        <p>{figures.notCounted}</p>
      </Empty>
    )
  const before: readonly Statistic[] | null = earlier.data?.data ?? null
  return (
    <>
      <Numbers now={inAll.data.data} before={before} />
      <Volume statistics={byTime.data} by={span.by} />
      <Channels data={byChannel.data?.data ?? []} />
      <CountedUntil at={byTime.data.countedUntil} />
    </>
  )
}

/** A tenant's first page: first steps, what needs a look, and what went out and came in. */
export default function HomePage() {
  const { api, key, can, tenantId } = useTenantTab()
  const search: FiguresSearch = useSearch({ strict: false })
  const back = backOf(search.back)
  const asked = useStatistics(back, search.channel)
  const account = useQuery({
    queryKey: [key, 'account'],
    enabled: can('account:read'),
    queryFn: () => unwrap(api.GET('/v1/account')),
  })
  const { byTime, inAll, earlier, lately } = asked
  const trouble = byTime.error ?? inAll.error
  if (trouble instanceof Failure && trouble.code === 'tenant-pending')
    return (
      <Page title={t.title}>
        <Empty title={t.noneLive}>
          <Link to="/t/$tenantId/$mode" params={{ tenantId, mode: 'test' }}>
            {t.toTest}
          </Link>
        </Empty>
      </Page>
    )
  const counted =
    lately.data && inAll.data ? { lately: lately.data, now: inAll.data.data, before: earlier.data?.data ?? null } : null
  return (
    <Page title={t.title} about={t.about} actions={<Choices back={back} channel={search.channel} />}>
      {account.data ? <Steps isApproved={account.data.status !== 'pending'} /> : null}
      <Attention account={account.data} counted={counted} back={back} />
      <Trouble error={trouble} onRetry={() => void byTime.refetch().then(() => inAll.refetch())} />
      {can('statistics:read') ? trouble ? null : <Counted asked={asked} /> : <p className="faint">{t.noStatistics}</p>}
    </Page>
  )
}
