import { lazy, Suspense, useEffect, useState } from 'react'
import { Link } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { isMissing } from './part.tsx'
import { t } from './words.ts'

const Trouble = lazy(() => import('../parts/trouble.tsx'))

/** Says that there is no page at an address. */
export const NotFound = () => (
  <div className="stumble">
    <h1>{t.notFound}</h1>
    <Link to="/">{t.home}</Link>
  </div>
)

/** Stands in the place of a page whose first call did not come through. */
export const Unread = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <div className="stumble">
    <Suspense>
      <Trouble error={error} onRetry={onRetry} />
    </Suspense>
  </div>
)

/** Milliseconds between two looks whether the server is there again. */
const LOOK_AGAIN = 4_000

const isThere = (): Promise<boolean> =>
  fetch('/healthz', { cache: 'no-store' }).then(
    () => true,
    () => false,
  )

const loadAnew = (): void => location.reload()

const Reload = () => (
  <button type="button" className="button" data-weight="primary" onClick={loadAnew}>
    {t.reload}
  </button>
)

/**
 * Stands in the place of a page whose code does not come: a newer console was deployed since this one was loaded, or the server
 * is away. Once the server answers again, the page comes by itself.
 */
function Missing() {
  const [isAway, setAway] = useState<boolean | null>(null)
  useEffect(() => {
    let wasAway = false
    const look = async (): Promise<void> => {
      const isHere = await isThere()
      if (isHere && wasAway) loadAnew()
      wasAway = !isHere
      setAway(!isHere)
    }
    void look()
    const looking = setInterval(() => void look(), LOOK_AGAIN)
    return () => clearInterval(looking)
  }, [])
  if (isAway === null) return <Loading />
  return (
    <>
      <h1>{isAway ? t.away : t.newVersion}</h1>
      <p>{isAway ? t.awayWhy : t.newVersionWhy}</p>
      {isAway ? null : <Reload />}
    </>
  )
}

/** Stands in the place of a page that stumbled. */
export const Broken = ({ error }: { error: unknown }) => (
  <div className="stumble" role="alert">
    {isMissing(error) ? (
      <Missing />
    ) : (
      <>
        <h1>{t.broken}</h1>
        <Suspense>
          <Trouble error={error} />
        </Suspense>
        <Reload />
      </>
    )}
  </div>
)
