import { useConnections, useProviders } from '../../app/operator/connections.ts'
import { useRoutes } from '../../app/operator/routes.ts'
import { useTenantNames } from '../../app/operator/tenants.ts'
import { useTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { Link } from '../../parts/button.tsx'
import { Download } from '../../parts/csv/download.tsx'
import { Loading, Trouble } from '../../parts/feedback.tsx'
import { Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Code } from '../../parts/text.tsx'
import { Matrix } from './matrix.tsx'
import { routingRoute } from './routes.ts'
import { t } from './words.ts'

/** Stands for the routes by default, which have no account. */
const DEFAULT = 'default'

/** Chooses whose routes are shown: by default, or of an account that has some. */
function Whose({ tenantId, tenants }: { tenantId: string; tenants: readonly string[] }) {
  const navigate = routingRoute.useNavigate()
  const nameOf = useTenantNames()
  const all = [...new Set([...tenants, ...(tenantId ? [tenantId] : [])])]
  return (
    <div className="filters">
      <SelectField
        label={t.whose}
        options={[{ id: DEFAULT, name: t.default }, ...all.map((id) => ({ id, name: nameOf(id) }))]}
        value={tenantId || DEFAULT}
        onChange={(to) => void navigate({ search: to === DEFAULT ? {} : { tenant: to } })}
      />
      {tenantId ? (
        <Link to="/operator/tenants/$id" params={{ id: tenantId }} weight="quiet">
          {t.toTenant}
        </Link>
      ) : null}
    </div>
  )
}

function Routing() {
  const { can } = useTab()
  const { tenant = '' } = routingRoute.useSearch()
  const [all, own, connections, providers] = [useRoutes(), useRoutes(tenant), useConnections(), useProviders()]
  const asked = [all, own, connections, providers]
  const failed = asked.find(({ isError }) => isError)
  const tenants = [...new Set(all.data?.data.map(({ tenantId }) => tenantId).filter(Boolean))]
  const isKnown = all.data && own.data && connections.data && providers.data
  return (
    <Page
      title={t.title}
      about={t.about}
      actions={
        <>
          {own.data ? (
            <Download
              name="routes"
              of={own.data.data}
              fields={['tenantId', 'channel', 'mode', 'connections', 'updatedAt']}
            />
          ) : null}
          {can('connections:write') ? (
            <Link to="/operator/connections/new" weight="plain">
              {t.connect}
            </Link>
          ) : null}
        </>
      }
    >
      <Whose tenantId={tenant} tenants={tenants} />
      {failed ? <Trouble error={failed.error} onRetry={() => void failed.refetch()} /> : null}
      {isKnown ? (
        <>
          {tenant ? (
            <p>
              {t.tenantRoutes} <Code>{tenant}</Code>
            </p>
          ) : null}
          <Matrix
            tenantId={tenant}
            known={{
              connections: connections.data,
              providers: providers.data.data,
              defaults: all.data.data.filter(({ tenantId }) => tenantId === ''),
              own: own.data.data,
            }}
          />
        </>
      ) : failed ? null : (
        <Loading />
      )}
    </Page>
  )
}

/** Whose messages go by which connections. */
export default function RoutingPage() {
  return (
    <Allowed scope="connections:read" title={t.title}>
      <Routing />
    </Allowed>
  )
}
