/** Mode of a tab: what it sends in `test` reaches the sandbox alone. */
export type Mode = 'test' | 'live'

/** For whom a call is made: one tenant in one mode, or the licensee. */
export type Context = { readonly tenantId: string; readonly mode: Mode } | { readonly operator: true }

/** Names a context, for keys of caches. */
export const contextKey = (context: Context): string =>
  'operator' in context ? 'operator' : `${context.tenantId}:${context.mode}`
