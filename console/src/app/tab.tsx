import { useQuery } from '@tanstack/react-query'
import { createContext, lazy, type ReactNode, Suspense, useContext } from 'react'
import type { Api } from '../api/auth.ts'
import { clientFor } from '../api/clients.ts'
import { type Context, contextKey, type Mode } from '../api/context.ts'
import { tabToken } from '../api/tab-token.ts'
import { Loading } from '../parts/loading.tsx'

/** For whom the pages of a tab call the API. */
export interface Tab {
  readonly api: Api
  /** Begins the key of everything that the tab reads, so that no mode or tenant sees another's. */
  readonly key: string
  readonly role: string
  /** True if the role holds this scope: what it may not do is not offered. */
  can(scope: string): boolean
}

/** The same in a tenant's pages. */
export interface TenantTab extends Tab {
  readonly tenantId: string
  readonly mode: Mode
}

// What goes wrong is told in many words, which the shell does without until then.
const Trouble = lazy(() => import('../parts/trouble.tsx'))

const TabContext = createContext<Tab | null>(null)

interface Props {
  readonly context: Context
  readonly children: ReactNode
}

/** Reads what a tab may do. A token for the licensee names no scopes: those of its role are in the tables of the API. */
async function leaveOf(context: Context): Promise<Pick<Awaited<ReturnType<typeof tabToken>>, 'role' | 'scopes'>> {
  const { role, scopes } = await tabToken(context)
  if (!('operator' in context)) return { role, scopes }
  const { OPERATOR_SCOPES_OF } = await import('../../generated/roles.ts')
  return { role, scopes: OPERATOR_SCOPES_OF[role] ?? [] }
}

/** Gives the pages below it their client, and waits until the tab has a token: what it may do stands in there. */
export function TabProvider({ context, children }: Props) {
  const key = contextKey(context)
  const token = useQuery({ queryKey: [key, 'tab'], queryFn: () => leaveOf(context), staleTime: 240_000 })
  // What was known stands, also when the next token does not come: below may stand something typed.
  if (token.data === undefined && !token.isError) return <Loading />
  if (token.data === undefined)
    return (
      <Suspense>
        <Trouble error={token.error} onRetry={() => void token.refetch()} />
      </Suspense>
    )
  const { role, scopes } = token.data
  const tab: Tab = {
    ...context,
    api: clientFor(context),
    key,
    role,
    can: (scope) => scopes.includes(scope),
  }
  return <TabContext value={tab}>{children}</TabContext>
}

/** The tab of the page, whoever's it is. */
export function useTab(): Tab {
  const tab = useContext(TabContext)
  if (!tab) throw new Error('a page stands outside of its tab')
  return tab
}

/** The tab of a tenant's page. */
export function useTenantTab(): TenantTab {
  const tab = useTab()
  if (!('tenantId' in tab)) throw new Error('a page of a tenant stands elsewhere')
  return tab as TenantTab
}
