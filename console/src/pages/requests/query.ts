import { timesOf } from '../../parts/times/times.ts'
import { timeOfRequest } from './request-id.ts'

const FIELDS = ['within', 'ip', 'person', 'credential', 'status', 'after', 'before', 'id'] as const

/** What the log is narrowed by; kept in the address. `id`: the one call that is looked for. */
export type RequestSearch = { readonly [Field in (typeof FIELDS)[number]]?: string }

/** Reads what the address says: texts alone, and only what the page knows. */
export const searchOf = (search: Readonly<Record<string, unknown>>): RequestSearch =>
  Object.fromEntries(FIELDS.flatMap((field) => (search[field] ? [[field, String(search[field])]] : [])))

/** What is asked of the API for a search. That of one id is all calls of its millisecond, of which one is shown. */
export function queryOf(search: RequestSearch) {
  const { ip, person, credential, status } = search
  const made = search.id ? timeOfRequest(search.id) : null
  if (made !== null) return { after: new Date(made).toISOString(), before: new Date(made + 1).toISOString() }
  const narrowed = { ip, person, credential, status: status ? Number(status) : undefined }
  return { ...timesOf(search), ...Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value)) }
}
