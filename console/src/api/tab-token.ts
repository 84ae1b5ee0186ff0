import { auth } from './auth.ts'
import { type Context, contextKey } from './context.ts'
import { seeMe } from './queries.ts'
import { unwrap } from './unwrap.ts'

interface Kept {
  readonly token: string
  readonly role: string
  readonly scopes: readonly string[]
  /** Epoch milliseconds after which a new one is asked for. */
  readonly until: number
}

/** Milliseconds before its end at which a token is no longer used, so that no call meets it. */
const MARGIN = 20_000

const kept = new Map<string, Promise<Kept>>()

async function ask(context: Context): Promise<Kept> {
  // Another tab may have signed in somebody else: the cookie is the browser's.
  const [answer] = await Promise.all([unwrap(auth.POST('/v1/auth/token', { body: context })), seeMe()])
  return {
    token: answer.accessToken,
    role: answer.role,
    scopes: answer.scopes,
    until: Date.now() + answer.expiresIn * 1000 - MARGIN,
  }
}

/** Answers this tab's token for a context, and asks for one where there is none that still holds. */
export async function tabToken(context: Context): Promise<Kept> {
  const key = contextKey(context)
  const found = kept.get(key)
  const had = await found?.catch(() => undefined)
  if (had && had.until > Date.now()) return had
  // Another call may have asked in the meantime.
  const other = kept.get(key)
  if (other && other !== found) return other
  const asked = ask(context)
  kept.set(key, asked)
  asked.catch(() => kept.get(key) === asked && kept.delete(key))
  return asked
}

/** Forgets a context's token: the API refused it, or the person proved again that it is he. */
export const forgetToken = (context: Context): void => void kept.delete(contextKey(context))

/** Forgets all tokens: somebody signed in or out. */
export const forgetTokens = (): void => kept.clear()
