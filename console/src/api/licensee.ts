import { queryOptions } from '@tanstack/react-query'
import type { components } from '../../generated/api.d.ts'
import { auth } from './auth.ts'
import { unwrap } from './unwrap.ts'

/** Who runs the gateway, as everybody may know. */
export type Licensee = components['schemas']['PublicLicensee']

/** What is public of who runs the gateway: its licence, its addresses, its texts. */
export const licenseeQuery = queryOptions({
  queryKey: ['licensee'],
  staleTime: 300_000,
  queryFn: (): Promise<Licensee> => unwrap(auth.GET('/.well-known/licensee')),
})
