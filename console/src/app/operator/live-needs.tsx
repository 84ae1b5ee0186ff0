import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { WANTS_LICENCE } from '../../../generated/packs.ts'
import { unwrap } from '../../api/unwrap.ts'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { type Step, StepList } from '../../parts/steps.tsx'
import { channelName } from '../../words/common.ts'
import { listed } from '../../words/format.ts'
import { words } from '../../words/language.ts'
import { levelUnder, sendsLive } from '../../words/packs.ts'
import { useTab } from '../tab.tsx'
import { useRoutes } from './routes.ts'

type Tenant = paths['/admin/v1/tenants/{tenantId}']['get']['responses']['200']['content']['application/json']

const t = words(
  {
    title: 'What live mode needs',
    ready: (channels: string) => `All is there: the account sends live by ${channels}.`,
    approved: 'The account is approved',
    pending: 'Approve the account, above',
    suspended: 'The account is suspended: resume it, above',
    sender: 'It has a sender',
    noSender: 'Assign a sender',
    route: (channels: string) => `A live route leads to a provider: ${channels}`,
    noRoute: 'Set a live route to a provider',
    noRouteFor: (channels: string) => `Set a live route to a provider for ${channels}`,
    licence: 'The licence number is given',
    noLicence: 'Give the licence number: without it no bulk goes out',
  },
  {
    title: 'آنچه حالت واقعی لازم دارد',
    ready: (channels: string) => `همه‌چیز آماده است: این حساب در حالت واقعی می‌فرستد: ${channels}.`,
    approved: 'حساب تأیید شده است',
    pending: 'حساب را در بالا تأیید کنید',
    suspended: 'حساب معلق است: در بالا آن را از سر بگیرید',
    sender: 'فرستنده دارد',
    noSender: 'فرستنده‌ای به آن بدهید',
    route: (channels: string) => `مسیر واقعی به ارائه‌دهنده می‌رسد: ${channels}`,
    noRoute: 'مسیری واقعی به یک ارائه‌دهنده بسازید',
    noRouteFor: (channels: string) => `برای ${channels} مسیری واقعی به یک ارائه‌دهنده بسازید`,
    licence: 'شمارهٔ پروانه ثبت شده است',
    noLicence: 'شمارهٔ پروانه را بنویسید: بدون آن ارسال انبوه انجام نمی‌شود',
  },
)

const named = (channels: readonly string[]): string => listed(channels.map(channelName))

/** Channels whose live messages of an account end at a connection: its own routes go before those of all. */
function useLiveChannels(tenantId: string): readonly string[] | null {
  const [own, all] = [useRoutes(tenantId), useRoutes('')]
  if (!own.data || !all.data) return null
  const live = new Map<string, number>()
  for (const { channel, mode, connections } of [...all.data.data, ...own.data.data])
    if (mode === 'live') live.set(channel, connections.length)
  return [...live].filter(([, count]) => count > 0).map(([channel]) => channel)
}

/** Channels on which an account has a sender that live knows; null: not known yet. */
function useLiveSenders(tenantId: string): readonly string[] | null {
  const { api, key } = useTab()
  const list = useQuery({
    queryKey: [key, 'senders', tenantId],
    queryFn: () => unwrap(api.GET('/admin/v1/tenants/{tenantId}/senders', { params: { path: { tenantId } } })),
  })
  return list.data ? [...new Set(list.data.data.filter(({ mode }) => mode !== 'test').map((one) => one.channel))] : null
}

/** True if the licensee has said his licence number; null: not known, or nobody's to see here. */
function useLicence(): boolean | null {
  const { api, key, can } = useTab()
  const settings = useQuery({
    queryKey: [key, 'licensee'],
    enabled: can('licensee:read'),
    queryFn: () => unwrap(api.GET('/admin/v1/licensee')),
  })
  return settings.data ? settings.data.legal.licenceNumber !== null : null
}

interface NeedsProps {
  readonly tenant: Tenant
  /** Anchor of the part of the page where senders are assigned. */
  readonly sendersAt: string
}

/** What an account still lacks before its first live message, in the order in which an operator sees to it. */
export default function LiveNeeds({ tenant, sendersAt }: NeedsProps) {
  const { id, status, pack, identityLevel } = tenant
  const [routed, senders, licence] = [useLiveChannels(id), useLiveSenders(id), useLicence()]
  if (routed === null || senders === null) return null
  const both = senders.filter((channel) => routed.includes(channel))
  const lacking = senders.filter((channel) => !routed.includes(channel))
  const isRouted = senders.length > 0 ? both.length > 0 : routed.length > 0
  const toRoutes = (what: string): ReactNode => (
    <Link to="/operator/routes" search={{ tenant: id }}>
      {what}
    </Link>
  )
  const step = (name: string, isDone: boolean, done: ReactNode, lacks: ReactNode): Step => ({
    id: name,
    isDone,
    what: isDone ? done : lacks,
  })
  const isLive = sendsLive(pack, identityLevel)
  const level = levelUnder(pack, identityLevel)
  const steps = [
    step('status', status === 'active', t.approved, status === 'suspended' ? t.suspended : t.pending),
    step('level', isLive, level, level),
    step(
      'sender',
      senders.length > 0,
      `${t.sender}: ${named(senders)}`,
      <a href={`#${sendersAt}`} className="link">
        {t.noSender}
      </a>,
    ),
    step(
      'route',
      isRouted,
      t.route(named(senders.length > 0 ? both : routed)),
      toRoutes(lacking.length > 0 ? t.noRouteFor(named(lacking)) : t.noRoute),
    ),
    ...(WANTS_LICENCE[pack] && licence !== null
      ? [step('licence', licence, t.licence, <Link to="/operator/licensee">{t.noLicence}</Link>)]
      : []),
  ]
  return (
    <Card title={t.title}>
      {steps.every(({ isDone }) => isDone) ? <p>{t.ready(named(both))}</p> : <StepList steps={steps} isLong />}
    </Card>
  )
}
