/** Whether the sign-in of the page's person is over, while his page and what he typed in it stay, covered, for him alone. */
let isOver = false
/** How often the sign-in came to be over, by which an answer that was asked for before is known. */
let ends = 0
const listeners = new Set<() => void>()

/** True while the person whose page it is has to sign in again. */
export const signInIsOver = (): boolean => isOver

/** How often the sign-in came to be over since the page was loaded. */
export const signInEnds = (): number => ends

/** True while a frame stands there that asks to sign in again over its page; elsewhere nobody is signed in, and that is all. */
export const isKeptOpen = (): boolean => listeners.size > 0

/** Says that the sign-in is over, or holds again. What the page shows is covered at once, before any window is loaded. */
export function tellSignIn(over: boolean): void {
  if (over) ends += 1
  isOver = over
  document.documentElement.toggleAttribute('data-covered', over)
  for (const listener of listeners) listener()
}

/** Calls `listener` each time that the sign-in is over or holds again. Answers how to end that. */
export function onSignIn(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
