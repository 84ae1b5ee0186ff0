/** Whose a tab is: what it keeps, such as drafts with numbers of people, is for nobody else who signs in at this browser. */

const KEY = 'chapar.person'

/** What outlives a person: an invitation is often for who comes next (app/entry/invitation-token.ts). */
const FOR_THE_NEXT = 'chapar.invitation'

/** The person, also where the browser keeps nothing. */
let known: string | null = null

/** Forgets whose the tab is, and all that it keeps. */
export function dropPerson(): void {
  known = null
  try {
    for (const key of Object.keys(sessionStorage)) if (key !== FOR_THE_NEXT) sessionStorage.removeItem(key)
  } catch {}
}

/** Notes who is signed in. True: it was somebody else before, whose drafts are gone now; the page has yet to forget him. */
export function isAnother(id: string): boolean {
  try {
    known ??= sessionStorage.getItem(KEY)
  } catch {}
  const changed = known !== null && known !== id
  if (changed) dropPerson()
  known = id
  try {
    sessionStorage.setItem(KEY, id)
  } catch {}
  return changed
}
