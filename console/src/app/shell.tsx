import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { type FormEvent, lazy, type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import { meQuery } from '../api/queries.ts'
import { onSignIn, signInIsOver } from '../api/sign-in-over.ts'
import { Link } from '../parts/link.tsx'
import { Loading } from '../parts/loading.tsx'
import { zoneName } from '../words/format.ts'
import { AccountFace } from './account/account-face.tsx'
import { StepUp } from './act.tsx'
import { LicenceNotice } from './licence-notice.tsx'
import type { NavigationGroup } from './navigation.ts'
import { Part } from './part.tsx'
import { t } from './words.ts'

interface ShellProps {
  /** Begins the address of each page: `/t/ten_…/test`. */
  readonly base: string
  readonly groups: readonly NavigationGroup[]
  /** What stands at the head beside the product's name: account and mode. */
  readonly head: ReactNode
  /** True if the person may see a page of this scope. */
  readonly can: (scope: string) => boolean
  readonly mode?: 'test' | 'live'
  /** Stands above every page. */
  readonly notice?: ReactNode
  /** Stands in the place of the page, which is not asked for then. */
  readonly instead?: ReactNode
}

const Navigation = ({ base, groups, can }: Pick<ShellProps, 'base' | 'groups' | 'can'>) => {
  return (
    <nav aria-label={t.navigation}>
      {groups.map(({ name, items }) => {
        const seen = items.filter(({ scope }) => scope === null || can(scope))
        if (seen.length === 0) return null
        return (
          <section key={name}>
            <h2>{name}</h2>
            <ul>
              {seen.map(({ path, name: page }) => (
                <li key={path}>
                  <Link
                    to={path ? `${base}/${path}` : base}
                    activeOptions={{ exact: path === '', includeSearch: false }}
                  >
                    {page}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </nav>
  )
}

const AccountMenu = lazy(() => import('./account/account-menu.tsx'))
const SignInAgain = lazy(() => import('./sign-in-again.tsx'))

/** Milliseconds after which windows are fetched that a bad day wants, and that cannot be fetched then. */
const AFTER_THE_PAGE = 3_000

function useReadiness(): void {
  useEffect(() => {
    const windows = [() => import('./sign-in-again.tsx'), () => import('./step-up.tsx')]
    const waiting = setTimeout(() => {
      for (const load of windows) load().catch(() => undefined)
    }, AFTER_THE_PAGE)
    return () => clearTimeout(waiting)
  }, [])
}

/** The way to sign in where the window for it does not come either. */
const SignInElsewhere = () => (
  <div className="overlay overlay-alone">
    <a className="button" data-weight="primary" href="/sign-in">
      {t.signIn}
    </a>
  </div>
)

/** Waits for the end of the sign-in, and has the person sign in again over the page. */
function WhenSignedOut() {
  const isOver = useSyncExternalStore(onSignIn, signInIsOver)
  return isOver ? (
    <Part lost={<SignInElsewhere />}>
      <SignInAgain />
    </Part>
  ) : null
}

/** Searches all messages from wherever one is. */
function Search({ base }: { base: string }) {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const search = (event: FormEvent): void => {
    event.preventDefault()
    const sought = text.trim()
    if (sought) void navigate({ to: `${base}/messages`, search: { q: sought } })
  }
  return (
    <search className="top-search">
      <form onSubmit={search}>
        <input
          type="search"
          aria-label={t.searchLabel}
          placeholder={t.searchHint}
          value={text}
          maxLength={200}
          dir="auto"
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </search>
  )
}

/** Frame of every page of somebody who is signed in: head, navigation, page. */
export function Shell({ base, groups, head, can, mode, notice, instead }: ShellProps) {
  const me = useQuery(meQuery).data
  const [isOpen, setOpen] = useState(false)
  useReadiness()
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the page changes
  useEffect(() => setOpen(false), [pathname])
  return (
    <div className="shell" data-mode={mode} data-menu={isOpen ? 'open' : undefined}>
      <a href="#page" className="skip">
        {t.skip}
      </a>
      <header className="top">
        <button type="button" className="menu-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M3 5h14M3 10h14M3 15h14" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
          </svg>
          <span className="visually-hidden">{t.menu}</span>
        </button>
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" />
          <span>{t.brand}</span>
        </Link>
        <div className="top-head">{head}</div>
        {mode && !instead && can('messages:read') ? <Search base={base} /> : null}
        {me ? (
          <Part
            fallback={
              <span className="button" data-weight="quiet">
                <AccountFace me={me} />
              </span>
            }
          >
            <AccountMenu me={me} />
          </Part>
        ) : null}
      </header>
      <div className="side">
        <Navigation base={base} groups={groups} can={can} />
      </div>
      <main id="page" tabIndex={-1}>
        <LicenceNotice />
        <Part>{notice}</Part>
        {instead ? <Part fallback={<Loading />}>{instead}</Part> : <Outlet />}
        {instead ? null : (
          <footer className="zone-line">
            {t.times(zoneName())} <Link to="/account/preferences">{t.change}</Link>
          </footer>
        )}
      </main>
      <StepUp />
      <WhenSignedOut />
    </div>
  )
}
