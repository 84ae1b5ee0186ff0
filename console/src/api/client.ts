import type { Client } from 'openapi-fetch'
import type { paths } from '../../generated/api.d.ts'

/** Client of the API, typed by its own description. */
export type Api = Client<paths>
