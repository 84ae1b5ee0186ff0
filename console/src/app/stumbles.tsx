import { lazy, Suspense } from 'react'
import { Link } from '../parts/link.tsx'
import { t as common } from '../words/common.ts'
import { t } from './words.ts'

const Trouble = lazy(() => import('../parts/trouble.tsx'))

/** Says that there is no page at an address. */
export const NotFound = () => (
  <div className="stumble">
    <h1>{t.notFound}</h1>
    <Link to="/">{t.home}</Link>
  </div>
)

/** True of the error of a page whose code is gone: a newer console was deployed since this one was loaded. */
const isStale = (error: unknown): boolean =>
  error instanceof TypeError && /dynamically imported module|Importing a module|preload/i.test(error.message)

/** Stands in the place of a page that stumbled. */
export const Broken = ({ error }: { error: unknown }) => (
  <div className="stumble">
    <h1>{isStale(error) ? common.newVersion : common.broken}</h1>
    {isStale(error) ? null : (
      <Suspense>
        <Trouble error={error} />
      </Suspense>
    )}
    <button type="button" className="button" data-weight="primary" onClick={() => location.reload()}>
      {common.reload}
    </button>
  </div>
)
