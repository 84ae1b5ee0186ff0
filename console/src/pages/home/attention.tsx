import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { components } from '../../../generated/api.d.ts'
import type { RowOf } from '../../api/answers.ts'
import { unwrap } from '../../api/unwrap.ts'
import { type TenantTab, useTenantTab } from '../../app/tab.tsx'
import { ofDirection, type Statistic, type Statistics, standingOf, successOf } from '../../app/traffic/counts.ts'
import type { Back } from '../../app/traffic/span.ts'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { Ltr, Time } from '../../parts/text.tsx'
import { num, percent } from '../../words/format.ts'
import { t } from './words.ts'

type Account = components['schemas']['Account']

/** Something that a person should look at: a sentence, and where. */
interface Matter {
  readonly id: string
  readonly tone: 'bad' | 'warn'
  readonly said: ReactNode
  /** Address below the tab's own. */
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
}

/** Fewest messages of which a share says something. */
const ENOUGH = 50
/** Fall of success that is told, as a share. */
const FALL = 0.05
/** Share of a limit from which it is told. */
const NEAR = 0.8

const BAD_STATES = 'undelivered,rejected,failed,expired'

type Endpoint = RowOf<'/v1/webhooks'>

/** What is wrong with an endpoint: it is off, waits for its challenge, or fails. */
function endpointMatter({ id, status, failingSince, url }: Endpoint): Matter | null {
  const shown = { id, to: `developers/webhooks/${id}` }
  const where = <Ltr>{url}</Ltr>
  if (status === 'active' && failingSince !== null)
    return {
      ...shown,
      tone: 'bad',
      said: (
        <>
          {t.endpointFails} <Time at={failingSince} />: {where}
        </>
      ),
    }
  if (status === 'active') return null
  const said = status === 'disabled' ? t.endpointOff : t.endpointWaits
  return {
    ...shown,
    tone: status === 'disabled' ? 'bad' : 'warn',
    said: (
      <>
        {said}: {where}
      </>
    ),
  }
}

/** Endpoints that hear nothing, or not all. */
function useEndpoints({ api, key, can }: TenantTab): readonly Matter[] {
  const webhooks = useQuery({
    queryKey: [key, 'webhooks'],
    enabled: can('webhooks:read'),
    refetchInterval: 60_000,
    queryFn: () => unwrap(api.GET('/v1/webhooks')),
  })
  return (webhooks.data?.data ?? []).map(endpointMatter).filter((one) => one !== null)
}

/** The account itself: suspended, or near a limit. */
function accountMatters(account: Account | undefined): readonly Matter[] {
  if (!account) return []
  const matters: Matter[] = []
  if (account.status === 'suspended') matters.push({ id: 'status', tone: 'bad', to: '', said: t.suspended })
  const { daily, monthly } = account.limits
  for (const [id, cap, say] of [
    ['daily', daily, t.capNear],
    ['monthly', monthly, t.monthNear],
  ] as const)
    if (cap.limit !== null && cap.used >= cap.limit * NEAR)
      matters.push({
        id,
        tone: cap.used >= cap.limit ? 'bad' : 'warn',
        to: 'settings',
        said: say(num(cap.used), num(cap.limit)),
      })
  return matters
}

/** What the counts tell: fewer arrive, some wait, of some nobody knows. */
function countedMatters(
  { lately, now, before }: { lately: Statistics; now: readonly Statistic[]; before: readonly Statistic[] | null },
  back: Back,
): readonly Matter[] {
  const matters: Matter[] = []
  const within = back === '6m' ? '30d' : back
  const [out, outBefore] = [ofDirection(now, 'outbound'), before ? ofDirection(before, 'outbound') : undefined]
  const [share, shareBefore] = [successOf(out), successOf(outBefore)]
  const ended = out ? out.succeeded + out.unsuccessful : 0
  if (share !== null && shareBefore !== null && ended >= ENOUGH && shareBefore - share >= FALL)
    matters.push({
      id: 'success',
      tone: 'bad',
      to: 'messages',
      search: { status: BAD_STATES, within },
      said: t.successFalls(percent(share), percent(shareBefore)),
    })
  const standing = standingOf(lately)
  if (standing > 0)
    matters.push({
      id: 'standing',
      tone: 'warn',
      to: 'messages',
      search: { status: 'accepted', within: '24h' },
      said: t.standing(num(standing)),
    })
  const unknown = out?.statuses['unknown'] ?? 0
  if (unknown > 0)
    matters.push({
      id: 'unknown',
      tone: 'warn',
      to: 'messages',
      search: { status: 'unknown', within },
      said: t.unknown(num(unknown)),
    })
  return matters
}

interface AttentionProps {
  readonly account: Account | undefined
  readonly counted: Parameters<typeof countedMatters>[0] | null
  readonly back: Back
}

/** What needs a look, each with the way to it. */
export function Attention({ account, counted, back }: AttentionProps) {
  const tab = useTenantTab()
  const addressOf = (to: string): string => `/t/${tab.tenantId}/${tab.mode}/${to}`
  const matters = [...useEndpoints(tab), ...accountMatters(account), ...(counted ? countedMatters(counted, back) : [])]
  return (
    <Card title={t.look}>
      {matters.length === 0 ? (
        <p className="faint">{t.allWell}</p>
      ) : (
        <ul className="matters">
          {matters.map(({ id, tone, said, to, search }) => (
            <li key={id} data-tone={tone}>
              <span>{said}</span>{' '}
              {to ? (
                <Link to={addressOf(to)} search={search ?? {}}>
                  {t.see}
                </Link>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
