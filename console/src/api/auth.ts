import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../generated/api.d.ts'

/** Client of the API, typed by its own description. */
export type Api = Client<paths>

/** Writes lists of the URL as the API reads them: with commas. */
export const SERIALIZER = { array: { style: 'form', explode: false } } as const

/** Client of `/v1/auth` and of what anybody may read: the browser's cookie is its credential. */
export const auth: Api = createClient<paths>({ baseUrl: '', credentials: 'same-origin', querySerializer: SERIALIZER })
