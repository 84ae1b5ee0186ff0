import { useQuery } from '@tanstack/react-query'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Link } from '../../parts/button.tsx'
import { Loading, Note, Trouble } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Code, Time, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { countryName } from '../../words/countries.ts'
import { num, zoneName } from '../../words/format.ts'
import { levelWords, purposeNames } from '../../words/levels.ts'
import '../../styles/settings.css'
import { listed } from '../../words/format.ts'
import { Limits } from './limits.tsx'
import { PackCard } from './pack-card.tsx'
import { Quotas } from './quotas.tsx'
import { t } from './words.ts'

export type Account = components['schemas']['Account']

/** What the account is. */
const About = ({ account }: { account: Account }) => (
  <Card title={t.account}>
    <Facts
      of={[
        [t.name, <Words key="name">{account.name}</Words>],
        [t.status, <Status key="status" status={account.status} />],
        [t.id, <Code key="id">{account.id}</Code>],
        [t.created, <Time key="created" at={account.createdAt} />],
        [t.zone, zoneName(account.timeZone)],
        [t.region, account.region ? countryName(account.region) : t.regionNone],
        [t.purpose, purposeNames[account.defaultPurpose]],
        [t.unknown, t.onUnknown[account.onUnknown]],
        [t.retention, t.days(account.retention.days)],
      ]}
    />
  </Card>
)

/** What is known of who owns the account, and what that permits in live. */
function Identity({ identity: { level, live } }: Pick<Account, 'identity'>) {
  if (level === null || live === null)
    return (
      <Card title={t.identity}>
        <p>{t.vouched}</p>
      </Card>
    )
  return (
    <Card title={t.identity} actions={level === 'L3' ? null : <Link to="/account/identity">{t.raise}</Link>}>
      <Facts
        of={[
          [t.level, `${levelWords[level].name}: ${levelWords[level].proven}`],
          [t.live, live.live ? common.yes : common.no],
          [t.purposes, listed(live.purposes.map((purpose) => purposeNames[purpose])) || t.none],
          [t.recipients, live.recipients === null ? t.everyNumber : num(live.recipients)],
          [t.dailyLevel, live.daily === null ? t.everyNumber : num(live.daily)],
        ]}
      />
    </Card>
  )
}

const Codes = ({ codes }: Pick<Account, 'codes'>) => (
  <Card title={t.codes}>
    <Facts
      of={[
        [t.brand, codes.brand ? <Words key="brand">{codes.brand}</Words> : common.notSet],
        [t.domain, codes.domain ? <Code key="domain">{codes.domain}</Code> : common.notSet],
        [t.appHash, codes.appHash ? <Code key="hash">{codes.appHash}</Code> : common.notSet],
        [t.leastDigits, num(codes.leastDigits)],
      ]}
    />
    <p className="faint">{t.guard}</p>
  </Card>
)

/** What an account may do, and what it has used of that. */
export default function SettingsPage() {
  const { api, key, can } = useTenantTab()
  const account = useQuery({
    queryKey: [key, 'account'],
    enabled: can('account:read'),
    queryFn: () => unwrap(api.GET('/v1/account')),
  })
  if (!can('account:read')) return <Note>{common.noScope}</Note>
  return (
    <Page title={t.title} about={t.about}>
      {account.isPending ? <Loading /> : null}
      <Trouble error={account.error} onRetry={() => void account.refetch()} />
      {account.data ? (
        <>
          <About account={account.data} />
          <Limits limits={account.data.limits} />
          <Identity identity={account.data.identity} />
          <Quotas quotas={account.data.quotas} />
          <PackCard pack={account.data.pack} />
          <Codes codes={account.data.codes} />
          <Card title={t.danger}>
            <p>
              {t.dangerWhy}{' '}
              <a href="/legal/complaints" className="link">
                {t.legal}
              </a>
            </p>
          </Card>
        </>
      ) : null}
    </Page>
  )
}
