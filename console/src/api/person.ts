/** Whose a tab is: what it keeps, such as drafts with numbers of people, is for nobody else who signs in at this browser. */

const KEY = 'chapar.person'

/** What outlives a person: an invitation is often for who comes next (app/entry/invitation-token.ts). */
const FOR_THE_NEXT = 'chapar.invitation'

/** Key that changes when somebody signs out, by which the browser's other tabs hear of it. */
export const LEFT = 'chapar.left'
/** The same when somebody signs in. */
export const CAME = 'chapar.came'

/** What is the browser's and not the person's: how pages look, and the news between tabs. */
const OF_BROWSER = new Set(['chapar.language', 'chapar.theme', 'chapar.zone', 'chapar.licence', LEFT, CAME])

/** The person, also where the browser keeps nothing. */
let known: string | null = null
/** What the tab kept until the person signed out in another one. */
let aside: Record<string, string> = {}

const kept = (): string | null => {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

function empty(store: Storage, stays: (key: string) => boolean): void {
  for (const key of Object.keys(store)) if (!stays(key)) store.removeItem(key)
}

/** Forgets whose the tab is, and all that it and the browser keep of him. */
export function dropPerson(): void {
  known = null
  aside = {}
  try {
    empty(sessionStorage, (key) => key === FOR_THE_NEXT)
    empty(localStorage, (key) => OF_BROWSER.has(key) || !key.startsWith('chapar.'))
  } catch {}
}

/** Takes what the tab keeps out of the browser's store. The page holds it, for the same person when he signs in again. */
export function setAside(): void {
  known ??= kept()
  try {
    for (const [key, value] of Object.entries(sessionStorage)) if (key !== KEY) aside[key] = value as string
    empty(sessionStorage, (key) => key === FOR_THE_NEXT || key === KEY)
  } catch {}
}

/** Notes who is signed in. True: it was somebody else before, whose drafts are gone now; the page has yet to forget him. */
export function isAnother(id: string): boolean {
  known ??= kept()
  const changed = known !== null && known !== id
  if (changed) dropPerson()
  known = id
  try {
    for (const [key, value] of Object.entries(aside)) sessionStorage.setItem(key, value)
    sessionStorage.setItem(KEY, id)
  } catch {}
  aside = {}
  return changed
}
