import type { paths } from '../../../generated/api.d.ts'

/** Papers of a legal person, as the API answers them. */
export type Papers =
  paths['/v1/auth/identity']['get']['responses']['200']['content']['application/json']['papers'][number]
