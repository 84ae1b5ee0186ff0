import { Failure } from '../../api/problem.ts'
import { Link } from '../../parts/link.tsx'
import { words } from '../../words/language.ts'
import { useTenantTab } from '../tab.tsx'

const t = words(
  {
    why: 'An id is known only in its own mode.',
    live: 'Look for it in live mode',
    test: 'Look for it in test mode',
  },
  {
    why: 'هر شناسه تنها در حالت خودش شناخته می‌شود.',
    live: 'یافتن آن در حالت واقعی',
    test: 'یافتن آن در حالت آزمایشی',
  },
)

/** The way to the same object in the other mode, where this one does not know it. `path`: its address below the mode. */
export function OtherMode({ error, path }: { error: unknown; path: string }) {
  const { tenantId, mode } = useTenantTab()
  if (!(error instanceof Failure) || error.status !== 404) return null
  const other = mode === 'live' ? 'test' : 'live'
  const to: string = `/t/${tenantId}/${other}/${path}`
  return (
    <p>
      {t.why} <Link to={to}>{t[other]}</Link>
    </p>
  )
}
