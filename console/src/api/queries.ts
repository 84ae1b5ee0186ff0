import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { auth } from './auth.ts'
import { isAnother } from './person.ts'
import { Failure, isPassing } from './problem.ts'
import { isKeptOpen, signInEnds, signInIsOver, tellSignIn } from './sign-in-over.ts'
import { unwrap } from './unwrap.ts'

/** True of a call for a token that names an account for which its person does not act, or not any more. */
const isNotOurs = ({ code, fields }: Failure): boolean =>
  code === 'invalid-fields' && fields.some(({ pointer }) => pointer === '/tenantId')

const look = (error: unknown): void => {
  if (!(error instanceof Failure)) return
  if (error.code === 'signed-out' && isKeptOpen()) tellSignIn(true)
  // Whose team he is in, is read anew: the frame takes away the pages of an account that he left.
  if (isNotOurs(error)) void queries.invalidateQueries({ queryKey: ['me'] })
}

/**
 * True of a fresh token that is refused: places that served the account lately hear of a new member within five seconds. A
 * sign-in that is over is told by the call for the token.
 */
const isNotKnownYet = (error: unknown): boolean => error instanceof Failure && error.code === 'token-revoked'

/** Milliseconds that a page waits by itself before it asks again; for longer it says so, and shows what went wrong. */
const PATIENCE = 8_000

/** Milliseconds between two calls of a page that could not be answered: soon for who waits, and no load on a weak server. */
const AGAIN_AFTER = 10_000

/** Milliseconds that the answer asks to wait; 0: none. */
const waitOf = (error: unknown): number => (error instanceof Failure && error.retryAfter) || 0

/** Milliseconds after which a page that could not be answered asks by itself; false: it was, or asking again does not help. */
const comesBack = (error: unknown): number | false => isPassing(error) && Math.max(AGAIN_AFTER, waitOf(error))

/** Cache of what the API answered, for all pages. What may pass is asked again three times, each later, and then now and then. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== 'me' && look(error) }),
  mutationCache: new MutationCache({ onError: look }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 120_000,
      // Without a network a call fails, which a page can say; it would else wait without a word.
      networkMode: 'always',
      retry: (tried, error) => tried < 3 && ((isPassing(error) && waitOf(error) <= PATIENCE) || isNotKnownYet(error)),
      retryDelay: (tried, error) => waitOf(error) || Math.min(1000 * 2 ** tried, PATIENCE),
      refetchInterval: ({ state }) => state.status === 'error' && comesBack(state.error),
    },
    // A secret that is told once is in no cache when its page is gone.
    mutations: { networkMode: 'always', retry: false, gcTime: 0 },
  },
})

const readPerson = () => unwrap(auth.GET('/v1/auth/me'))

/** The person who is signed in. */
export type Me = Awaited<ReturnType<typeof readPerson>>

/** Answers who is signed in now. Where that is nobody any more, a page that may hold something typed stays its person's. */
async function readMe(): Promise<Me | null> {
  const ends = signInEnds()
  try {
    const me = await readPerson()
    if (!isAnother(me.id)) {
      // The answer may be older than the end that another tab told of.
      if (signInIsOver() && ends === signInEnds()) holdAgain()
      return me
    }
  } catch (error) {
    if (!(error instanceof Failure && error.status === 401)) throw error
    const held = isKeptOpen() ? queries.getQueryData<Me>(['me']) : undefined
    tellSignIn(held !== undefined && held !== null)
    return held ?? null
  }
  return leavePage()
}

/** Shows the page again to its person, and reads anew what it shows. */
function holdAgain(): void {
  tellSignIn(false)
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' })
}

/** Begins addresses in which a person's accounts and searches stand; others say only what somebody came for. */
const OF_A_PERSON = /^\/(?:t|operator|account)(?:\/|$)/

/** Leaves a page of which nothing is for the one who came, nor its address. */
function leavePage(): Promise<never> {
  document.documentElement.toggleAttribute('data-covered', true)
  if (OF_A_PERSON.test(location.pathname)) location.replace('/')
  else location.reload()
  return new Promise<never>(() => {})
}

/** Makes sure that the page is of the person who is signed in: otherwise it is loaded anew, and this never ends. */
export const seeMe = async (): Promise<void> => void (await readMe())

/** Who is signed in; null: nobody. */
export const meQuery = queryOptions({ queryKey: ['me'], staleTime: 60_000, queryFn: readMe })
