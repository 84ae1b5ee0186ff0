import '../../styles/tabs.css'
import { useEffect, useRef } from 'react'
import { Link } from '../button.tsx'

/** A page of several that stand beside each other. `exact`: an address below it is another page's. */
export interface TabLink {
  readonly to: string
  readonly name: string
  readonly exact?: boolean
}

/** Pages beside each other, each with an address of its own. Where they are wider than the window, the open one is in sight. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly TabLink[] }) {
  const strip = useRef<HTMLElement>(null)
  useEffect(() => {
    const { current } = strip
    // The strip alone is moved: a page that is moved to show it stands with it behind the head.
    const show = (): void => {
      const open = current?.querySelector('[aria-current]')?.getBoundingClientRect()
      if (!current || !open) return
      const { left, right } = current.getBoundingClientRect()
      current.scrollLeft += Math.min(0, open.left - left) + Math.max(0, open.right - right)
    }
    // Told at once, and of each width that it gets: a telephone is turned.
    const seen = new ResizeObserver(show)
    if (current) seen.observe(current)
    return () => seen.disconnect()
  }, [])
  return (
    <nav className="tabs" aria-label={label} ref={strip}>
      {tabs.map(({ to, name, exact = false }) => (
        <Link key={to} to={to} activeOptions={{ exact, includeSearch: false }}>
          {name}
        </Link>
      ))}
    </nav>
  )
}
