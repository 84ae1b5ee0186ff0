import { keep, kept } from '../words/language.ts'

/** Colours of the page: the device's own, or always the same. */
export type Theme = 'system' | 'light' | 'dark'

const KEY = 'chapar.theme'

/** The theme that this browser keeps. */
export function theme(): Theme {
  const chosen = kept(KEY)
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

/** Puts a theme on the page; the stylesheet's `light-dark()` does the rest. */
export function applyTheme(chosen: Theme): void {
  document.documentElement.style.colorScheme = chosen === 'system' ? 'light dark' : chosen
}

/** Chooses a theme and keeps it. */
export function chooseTheme(chosen: Theme): void {
  keep(KEY, chosen)
  applyTheme(chosen)
}
