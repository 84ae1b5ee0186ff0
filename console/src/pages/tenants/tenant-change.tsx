import { useState } from 'react'
import type { paths } from '../../../generated/api.d.ts'
import { Failure } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useTab } from '../../app/tab.tsx'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { words } from '../../words/language.ts'
import type { Tenant } from './tenants-page.tsx'

type Change = NonNullable<paths['/admin/v1/tenants/{tenantId}']['patch']['requestBody']>['content']['application/json']

const t = words(
  {
    changed:
      'Somebody else changed this meanwhile, so nothing was saved. What you typed stands. Saving again puts it in the place of what is in force now:',
    none: 'nothing',
  },
  {
    changed:
      'در این میان کس دیگری این را تغییر داده است و چیزی ذخیره نشد. آنچه نوشته‌اید می‌ماند. اگر دوباره ذخیره کنید، جای آنچه اکنون برقرار است را می‌گیرد:',
    none: 'هیچ',
  },
)

/** Changes of an account's policy that may come between, of other kinds than the form's, before it gives up. */
const TRIES = 3

/**
 * Change of an account by a form that shows some of its settings. It counts only as long as those are what the form began with:
 * of two operators at once the second is told. What else changes the account's version meanwhile (a key, a member) does not
 * matter to it.
 */
export function useTenantChange(tenant: Tenant, shown: readonly (keyof Tenant)[], bodyOf: () => Change) {
  const { api, key } = useTab()
  const [base, setBase] = useState(tenant)
  const [other, setOther] = useState<Tenant | null>(null)
  const params = { path: { tenantId: tenant.id } }
  const path = '/admin/v1/tenants/{tenantId}'
  const isSame = (now: Tenant): boolean =>
    shown.every((field) => JSON.stringify(now[field]) === JSON.stringify(base[field]))
  const save = useAct(
    async () => {
      setOther(null)
      let { version } = base
      for (let tried = 1; ; tried++) {
        try {
          return await unwrap(api.PATCH(path, { params, body: { ...bodyOf(), version } }))
        } catch (error) {
          if (!(error instanceof Failure) || error.code !== 'conflict' || tried === TRIES) throw error
          const now = await unwrap(api.GET(path, { params }))
          if (!isSame(now)) {
            setBase(now)
            setOther(now)
          }
          if (!isSame(now) || now.status === 'closed') throw error
          version = now.version
        }
      }
    },
    {
      changes: [
        [key, 'tenant', tenant.id],
        [key, 'tenants'],
      ],
      onDone: setBase,
    },
  )
  return { save, other }
}

interface Difference {
  readonly name: string
  readonly typed: string
  readonly now: string
}

/** What went wrong with a change; where somebody else changed the same, what is in force now and was not typed. */
export function ChangeTrouble({
  error,
  differences,
}: {
  error: Error | null
  differences: readonly Difference[] | null
}) {
  if (differences === null) return <Trouble error={error} />
  return (
    <Note tone="warn">
      {t.changed}
      <ul>
        {differences
          .filter(({ typed, now }) => typed !== now)
          .map(({ name, now }) => (
            <li key={name}>
              {name}: <bdi>{now || t.none}</bdi>
            </li>
          ))}
      </ul>
    </Note>
  )
}
