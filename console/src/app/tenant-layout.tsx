import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import type { Mode } from '../api/context.ts'
import { type Me, meQuery } from '../api/queries.ts'
import { Link } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { Words } from '../parts/text.tsx'
import { keep } from '../words/language.ts'
import { tenantNavigation } from './navigation.ts'
import { Part } from './part.tsx'
import { Shell } from './shell.tsx'
import { Unread } from './stumbles.tsx'
import { TabProvider, useTab } from './tab.tsx'
import { isHeld, standingOf } from './tenant/held.ts'
import { t } from './words.ts'

/** Key under which a browser keeps where its person was last. */
export const LAST_PLACE = 'chapar.place'

/** For whom a tab works, as its address says. */
export interface Place {
  readonly tenantId: string
  readonly mode: Mode
}

const MODES = [
  ['test', t.modeTest],
  ['live', t.modeLive],
] as const

/** Switches this tab's mode, and stays on the same page. */
function ModeSwitch({ tenantId, mode }: Place) {
  const { pathname } = useLocation()
  const rest = pathname.split('/').slice(4, 5).join('/')
  const addressOf = (id: Mode): string => `/t/${tenantId}/${id}${rest ? `/${rest}` : ''}`
  return (
    <nav className="mode-switch" aria-label={t.switchMode}>
      {MODES.map(([id, name]) => (
        <Link key={id} to={addressOf(id)} data-mode={id} aria-current={id === mode ? 'true' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  )
}

/** Milliseconds after which it is looked whether an account that is held is open by now. */
const LOOK_AGAIN = 20_000

const HeldPage = lazy(() => import('./tenant/held-page.tsx'))
const TenantNotice = lazy(() => import('./tenant-notice.tsx'))
const TenantMenu = lazy(() => import('./tenant-menu.tsx'))

function Framed({ tenantId, mode, me }: Place & { me: Me }) {
  const tab = useTab()
  const standing = standingOf(me, tenantId)
  useEffect(() => keep(LAST_PLACE, `/t/${tenantId}/${mode}`), [tenantId, mode])
  return (
    <Shell
      base={`/t/${tenantId}/${mode}`}
      groups={tenantNavigation}
      mode={mode}
      can={tab.can}
      instead={isHeld(standing, mode) ? <HeldPage tenantId={tenantId} standing={standing} /> : undefined}
      notice={<TenantNotice me={me} tenantId={tenantId} mode={mode} />}
      head={
        <>
          <Part lost={<Words>{me.tenants.find(({ id }) => id === tenantId)?.name ?? tenantId}</Words>}>
            <TenantMenu me={me} tenantId={tenantId} mode={mode} />
          </Part>
          <ModeSwitch tenantId={tenantId} mode={mode} />
        </>
      }
    />
  )
}

/** Frame of a tenant's pages: everything below calls for this tenant in this mode, which the address says. */
export function TenantLayout() {
  const { tenantId = '', mode = '' } = useParams({ strict: false })
  const isMode = mode === 'test' || mode === 'live'
  const me = useQuery({
    ...meQuery,
    refetchInterval: ({ state }) =>
      isMode && state.data && isHeld(standingOf(state.data, tenantId), mode) ? LOOK_AGAIN : false,
  })
  const navigate = useNavigate()
  const isNobody = me.data === null
  const standing = me.data ? standingOf(me.data, tenantId) : undefined
  // Who came to an account a moment ago is read anew: what is known of him may be older.
  const isStranger = Boolean(me.data) && standing === undefined
  const { refetch } = me
  useEffect(() => {
    if (isStranger && tenantId) void refetch()
  }, [isStranger, refetch, tenantId])
  useEffect(() => {
    if (!isMode) void navigate({ to: `/t/${tenantId}/test`, replace: true })
    else if (isNobody)
      void navigate({ to: '/sign-in', search: { to: location.pathname + location.search }, replace: true })
  }, [isMode, isNobody, navigate, tenantId])
  if (me.isError && !me.data) return <Unread error={me.error} onRetry={() => void me.refetch()} />
  if (!me.data || !isMode) return null
  if (isStranger || standing === 'closed')
    return (
      <div className="stumble">
        <Suspense fallback={<Loading />}>
          {isStranger && me.isFetching ? <Loading /> : <HeldPage tenantId={tenantId} standing={standing} />}
        </Suspense>
      </div>
    )
  return (
    <TabProvider key={`${tenantId}:${mode}`} context={{ tenantId, mode }}>
      <Framed tenantId={tenantId} mode={mode} me={me.data} />
    </TabProvider>
  )
}
