import type { Connection } from '../../api/operator.ts'
import { useRoutes } from '../../app/operator/routes.ts'
import { useTenantNames } from '../../app/operator/tenants.ts'
import { Link } from '../../parts/button.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card } from '../../parts/page.tsx'
import { Words } from '../../parts/text.tsx'
import { channelName, t as common } from '../../words/common.ts'
import { between } from '../../words/format.ts'
import { t } from './words.ts'

/** Routes that name a connection, each with the way to it. */
export function NamedBy({ of }: { of: Connection }) {
  const routes = useRoutes()
  const nameOf = useTenantNames()
  const naming = routes.data?.data.filter(({ connections }) => connections.includes(of.id)) ?? []
  return (
    <Card title={t.routes}>
      {routes.isPending ? <Loading /> : null}
      <Trouble error={routes.error} />
      {routes.data && naming.length === 0 ? (
        <Note tone="warn">
          {t.noRoutes} <Link to="/operator/routes">{t.toRoutes}</Link>
        </Note>
      ) : null}
      {naming.length > 0 ? (
        <ul className="plain-list">
          {naming.map(({ tenantId, channel, mode, connections }) => (
            <li key={`${tenantId} ${mode}`}>
              <Link to="/operator/routes" search={tenantId ? { tenant: tenantId } : {}}>
                {tenantId ? <Words>{nameOf(tenantId)}</Words> : t.default}
              </Link>
              {between}
              {[
                channelName(channel),
                mode === 'test' ? common.test : common.live,
                t.place(connections.indexOf(of.id) + 1),
              ].join(between)}
            </li>
          ))}
        </ul>
      ) : null}
    </Card>
  )
}
