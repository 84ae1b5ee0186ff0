import './styles/late.css'
import { arrive, leave, settle } from './parts/focus/arrive.ts'
import { keep, rememberFocus } from './parts/focus/keep.ts'
import { toFirstFault } from './parts/focus/refused.ts'
import { router } from './router.tsx'

/** Closes the navigation of a narrow screen, which stands over the page, and gives the focus back to what opened it. */
function closeNavigation({ key }: KeyboardEvent): void {
  if (key !== 'Escape') return
  const opener = document.querySelector<HTMLElement>('.menu-button[aria-expanded="true"]')
  opener?.click()
  opener?.focus()
}

/** Minds where the focus is. It comes after the first look of a page, which does without. */
export function mindFocus(): void {
  router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
    if (fromLocation && pathChanged) leave()
  })
  router.subscribe('onResolved', settle)
  rememberFocus()
  addEventListener('keydown', closeNavigation)
  const looks = [arrive, toFirstFault, keep]
  const watcher = new MutationObserver(() => {
    for (const look of looks) look()
  })
  watcher.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled', 'data-menu'] })
}
