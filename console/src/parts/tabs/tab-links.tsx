import '../../styles/tabs.css'
import { Link } from '../button.tsx'

/** A page of several that stand beside each other. `exact`: an address below it is another page's. */
export interface TabLink {
  readonly to: string
  readonly name: string
  readonly exact?: boolean
}

/** Pages that stand beside each other, each with an address of its own. */
export const TabLinks = ({ label, tabs }: { label: string; tabs: readonly TabLink[] }) => (
  <nav className="tabs" aria-label={label}>
    {tabs.map(({ to, name, exact = false }) => (
      <Link key={to} to={to} activeOptions={{ exact, includeSearch: false }}>
        {name}
      </Link>
    ))}
  </nav>
)
