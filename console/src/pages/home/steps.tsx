import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { clientFor } from '../../api/clients.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { Link } from '../../parts/link.tsx'
import { Card } from '../../parts/page.tsx'
import { StepList } from '../../parts/steps.tsx'
import { keep, kept } from '../../words/language.ts'
import { t } from './words.ts'

/** Since before the first message of any account. */
const EVER = '2020-01-01T00:00:00Z'

const ARRIVED = new Set(['delivered', 'read', 'received'])

const keptUnder = (tenantId: string): string => `chapar.steps.${tenantId}`

interface Step {
  readonly id: keyof typeof t.step
  readonly isDone: boolean
  readonly to: string
}

/** Finds out by the API how far the account is: a few rows, and none any more once the first live message went out. */
function useSteps(isApproved: boolean): readonly Step[] | null {
  const { api, key, can, tenantId, mode } = useTenantTab()
  const [test, live] = (['test', 'live'] as const).map((one) => clientFor({ tenantId, mode: one }))
  const steps = useQuery({
    queryKey: [key, 'steps', isApproved],
    refetchInterval: 20_000,
    queryFn: async (): Promise<readonly Step[]> => {
      const newest = async (client: typeof api | undefined, limit: number) =>
        client && can('messages:read')
          ? (await unwrap(client.GET('/v1/messages', { params: { query: { limit, after: EVER } } }))).data
          : []
      const [tested, lived, keys, webhooks] = await Promise.all([
        newest(test, 10),
        isApproved ? newest(live, 1) : [],
        can('keys:read') ? unwrap(api.GET('/v1/keys')) : null,
        can('webhooks:read') ? unwrap(api.GET('/v1/webhooks')) : null,
      ])
      const base = `/t/${tenantId}`
      const all: readonly (Step & { readonly needs?: Parameters<typeof can>[0] })[] = [
        { id: 'send', isDone: tested.length > 0, to: `${base}/test/compose`, needs: 'messages:send' },
        { id: 'phone', isDone: tested.some(({ status }) => ARRIVED.has(status)), to: `${base}/test/simulator` },
        { id: 'key', isDone: (keys?.data.length ?? 0) > 0, to: `${base}/${mode}/developers/keys`, needs: 'keys:write' },
        {
          id: 'webhook',
          isDone: (webhooks?.data.length ?? 0) > 0,
          to: `${base}/${mode}/developers/webhooks`,
          needs: 'webhooks:write',
        },
        { id: 'approval', isDone: isApproved, to: '/account/identity' },
        { id: 'live', isDone: lived.length > 0, to: `${base}/live/compose`, needs: 'messages:send' },
      ]
      // A step that the role may not take is nobody's next one.
      return all.filter(({ needs }) => needs === undefined || can(needs))
    },
  })
  return steps.data ?? null
}

function Way({ isApproved, onHide }: { isApproved: boolean; onHide: () => void }) {
  const steps = useSteps(isApproved)
  const { tenantId } = useTenantTab()
  if (steps === null) return null
  if (steps.every(({ isDone }) => isDone)) {
    keep(keptUnder(tenantId), 'done')
    return null
  }
  return (
    <Card
      title={t.steps}
      actions={
        <Button weight="quiet" onPress={onHide}>
          {t.hide}
        </Button>
      }
    >
      <StepList
        steps={steps.map(({ id, isDone, to }) => ({
          id,
          isDone,
          what: isDone ? t.step[id] : <Link to={to}>{t.step[id]}</Link>,
        }))}
      />
    </Card>
  )
}

/** The way to the first live message; goes away by itself once that was sent, or when the person hides it in this browser. */
export function Steps({ isApproved }: { isApproved: boolean }) {
  const { tenantId } = useTenantTab()
  const [isOver, setOver] = useState(() => kept(keptUnder(tenantId)) === 'done')
  const hide = (): void => {
    keep(keptUnder(tenantId), 'done')
    setOver(true)
  }
  return isOver ? null : <Way isApproved={isApproved} onHide={hide} />
}
