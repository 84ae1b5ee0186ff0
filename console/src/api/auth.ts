import createClient from 'openapi-fetch'
import type { paths } from '../../generated/api.d.ts'
import { answered } from './answered.ts'
import type { Api } from './client.ts'

export type { Api } from './client.ts'

/** Writes lists of the URL as the API reads them: with commas. */
export const SERIALIZER = { array: { style: 'form', explode: false } } as const

/** Client of `/v1/auth` and of what anybody may read: the browser's cookie is its credential. */
export const auth: Api = createClient<paths>({
  baseUrl: '',
  credentials: 'same-origin',
  querySerializer: SERIALIZER,
  fetch: answered,
})
