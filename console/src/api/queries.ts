import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { auth } from './auth.ts'
import { isAnother } from './person.ts'
import { Failure, isPassing } from './problem.ts'
import { unwrap } from './unwrap.ts'

/** Told each time a call says that nobody is signed in any more. */
let signedOut: () => void = () => {}

/** Sets who is told that the sign-in is over. */
export const onSignedOut = (listener: () => void): void => {
  signedOut = listener
}

const look = (error: unknown): void => {
  if (error instanceof Failure && error.code === 'signed-out') signedOut()
}

/**
 * True of a fresh token that is refused: places that served the account lately hear of a new member within five seconds. A
 * sign-in that is over is told by the call for the token.
 */
const isNotKnownYet = (error: unknown): boolean => error instanceof Failure && error.code === 'token-revoked'

/** Cache of what the API answered, for all pages. What may pass is asked again three times, each later. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== 'me' && look(error) }),
  mutationCache: new MutationCache({ onError: look }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 120_000,
      retry: (tried, error) => tried < 3 && (isPassing(error) || isNotKnownYet(error)),
      retryDelay: (tried, error) =>
        (error instanceof Failure ? error.retryAfter : null) ?? Math.min(1000 * 2 ** tried, 8000),
    },
    // A secret that is told once is in no cache when its page is gone.
    mutations: { retry: false, gcTime: 0 },
  },
})

async function readMe() {
  try {
    const me = await unwrap(auth.GET('/v1/auth/me'))
    if (!isAnother(me.id)) return me
  } catch (error) {
    if (error instanceof Failure && error.status === 401) return null
    throw error
  }
  // Nothing that this page holds is of the one who came.
  location.reload()
  return new Promise<never>(() => {})
}

/** Makes sure that the page is of the person who is signed in: otherwise it is loaded anew, and this never ends. */
export const seeMe = async (): Promise<void> => void (await readMe())

/** Who is signed in; null: nobody. */
export const meQuery = queryOptions({ queryKey: ['me'], staleTime: 60_000, queryFn: readMe })

/** The person who is signed in. */
export type Me = NonNullable<Awaited<ReturnType<NonNullable<typeof meQuery.queryFn>>>>
