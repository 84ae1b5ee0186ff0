import './styles/forced.css'
import { arrive, leave, settle } from './parts/focus/arrive.ts'
import { keep, rememberFocus } from './parts/focus/keep.ts'
import { toFirstFault } from './parts/focus/refused.ts'
import { router } from './router.tsx'

/** Minds where the focus is. It comes after the first look of a page, which does without. */
export function mindFocus(): void {
  router.subscribe('onBeforeNavigate', ({ fromLocation, pathChanged }) => {
    if (fromLocation && pathChanged) leave()
  })
  router.subscribe('onResolved', settle)
  rememberFocus()
  const looks = [arrive, toFirstFault, keep]
  const watcher = new MutationObserver(() => {
    for (const look of looks) look()
  })
  watcher.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled', 'data-menu'] })
}
