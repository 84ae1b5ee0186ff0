import { useQuery } from '@tanstack/react-query'
import { unwrap } from '../../api/unwrap.ts'
import { Standing } from '../../app/guard/standing.tsx'
import { useTenantTab } from '../../app/tab.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { Card } from '../../parts/page.tsx'
import { t } from './words.ts'

/** How the guard stands: its mode, what of the day's units is used, and what it holds back. */
export function GuardCard() {
  const { api, key } = useTenantTab()
  const guard = useQuery({
    queryKey: [key, 'verifications', 'guard'],
    queryFn: () => unwrap(api.GET('/v1/verifications/guard')),
    refetchInterval: 30_000,
  })
  return (
    <Card title={t.guard.title}>
      <p className="faint">{t.guard.about}</p>
      {guard.isPending ? <Loading /> : null}
      <Trouble error={guard.error} onRetry={() => void guard.refetch()} />
      {guard.data ? <Standing guard={guard.data} /> : null}
    </Card>
  )
}
