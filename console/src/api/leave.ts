import { keep } from '../words/language.ts'
import { dropPerson } from './person.ts'
import { queries } from './queries.ts'
import { forgetTokens } from './tab-token.ts'

/** Key that changes when somebody signs out, by which his other tabs hear of it (main.tsx). */
export const LEFT = 'chapar.left'

/** Forgets the person who signs out, in all tabs: tokens, what the API answered, drafts. */
export function forgetPerson(): void {
  forgetTokens()
  queries.clear()
  dropPerson()
  keep(LEFT, String(Date.now()))
}
