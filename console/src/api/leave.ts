import { keep } from '../words/language.ts'
import { auth } from './auth.ts'
import { CAME, dropPerson, LEFT, setAside } from './person.ts'
import { Failure } from './problem.ts'
import { meQuery, queries } from './queries.ts'
import { isKeptOpen, tellSignIn } from './sign-in-over.ts'
import { forgetTokens } from './tab-token.ts'
import { unwrap } from './unwrap.ts'

/** Forgets the person who signs out, in all tabs: tokens, what the API answered, drafts, where he was. */
export function forgetPerson(): void {
  forgetTokens()
  tellSignIn(false)
  queries.clear()
  dropPerson()
  keep(LEFT, String(Date.now()))
}

/** Ends the sign-in. A failure leaves everything as it is: only the API ends the cookie, and its person is still signed in. */
export async function signOut(): Promise<void> {
  try {
    await unwrap(auth.POST('/v1/auth/sign-out'))
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'signed-out')) throw error
  }
  forgetPerson()
}

/** Tells the browser's other tabs that somebody signed in. */
export const tellCame = (): void => keep(CAME, String(Date.now()))

/**
 * Hears what other tabs tell. Signed out in one, a page that may hold something typed is covered and keeps it for the same
 * person; any other is loaded anew. Signed in in one, all look who it is.
 */
export function hearTabs(): void {
  addEventListener('storage', ({ key }) => {
    if (key === CAME) void queries.refetchQueries(meQuery)
    if (key !== LEFT) return
    forgetTokens()
    if (isKeptOpen()) {
      setAside()
      tellSignIn(true)
    } else {
      dropPerson()
      location.reload()
    }
  })
}
