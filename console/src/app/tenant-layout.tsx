import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import type { Mode } from '../api/context.ts'
import { type Me, meQuery } from '../api/queries.ts'
import { Link } from '../parts/link.tsx'
import { keep } from '../words/language.ts'
import { tenantNavigation } from './navigation.ts'
import { Shell } from './shell.tsx'
import { TabProvider, useTab } from './tab.tsx'
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

const TenantNotice = lazy(() => import('./tenant-notice.tsx'))
const TenantMenu = lazy(() => import('./tenant-menu.tsx'))

function Framed({ tenantId, mode, me }: Place & { me: Me }) {
  const tab = useTab()
  useEffect(() => keep(LAST_PLACE, `/t/${tenantId}/${mode}`), [tenantId, mode])
  return (
    <Shell
      base={`/t/${tenantId}/${mode}`}
      groups={tenantNavigation}
      mode={mode}
      can={tab.can}
      notice={<TenantNotice me={me} tenantId={tenantId} mode={mode} />}
      head={
        <>
          <Suspense>
            <TenantMenu me={me} tenantId={tenantId} mode={mode} />
          </Suspense>
          <ModeSwitch tenantId={tenantId} mode={mode} />
        </>
      }
    />
  )
}

/** Frame of a tenant's pages: everything below calls for this tenant in this mode, which the address says. */
export function TenantLayout() {
  const { tenantId = '', mode = '' } = useParams({ strict: false })
  const me = useQuery(meQuery)
  const navigate = useNavigate()
  const isMode = mode === 'test' || mode === 'live'
  const isNobody = me.data === null
  useEffect(() => {
    if (!isMode) void navigate({ to: `/t/${tenantId}/test`, replace: true })
    else if (isNobody)
      void navigate({ to: '/sign-in', search: { to: location.pathname + location.search }, replace: true })
  }, [isMode, isNobody, navigate, tenantId])
  if (!me.data || !isMode) return null
  return (
    <TabProvider key={`${tenantId}:${mode}`} context={{ tenantId, mode }}>
      <Framed tenantId={tenantId} mode={mode} me={me.data} />
    </TabProvider>
  )
}
