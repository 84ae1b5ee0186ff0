import type { paths } from '../../../generated/api.d.ts'
import { type TimeSearch, timesOf } from '../../parts/times/times.ts'
import { soughtOf } from './sought.ts'

/** Parameters of the list of messages. */
export type MessageQuery = NonNullable<paths['/v1/messages']['get']['parameters']['query']>

/** What the list of messages is narrowed by; kept in the address, so that it can be sent to a colleague. */
export interface MessageSearch extends TimeSearch {
  /** What was typed into the search field. */
  readonly q?: string
  /** As what it is looked for, where it could be two things: `ref` or `person`. */
  readonly as?: string
  readonly channel?: string
  /** States, with commas between them. */
  readonly status?: string
  readonly direction?: string
  readonly sender?: string
  readonly batch?: string
  readonly person?: string
}

const FIELDS = [
  'q',
  'as',
  'channel',
  'status',
  'direction',
  'sender',
  'batch',
  'person',
  'within',
  'after',
  'before',
] as const

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/

/** Reads the part of an address behind its question mark; what is no filter is left out. */
export const searchOf = (search: Readonly<Record<string, unknown>>): MessageSearch =>
  Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = search[field]
      if (value === undefined || value === null || value === '') return []
      const isTime = field === 'after' || field === 'before'
      return isTime && !TIME.test(String(value)) ? [] : [[field, String(value)]]
    }),
  )

/** Earliest time of a search that names none: the list goes on as long as there are messages. */
const EVER = '2020-01-01T00:00:00Z'

/** Writes the call's parameters; ids that have pages of their own are none of the list's. */
export function queryOf(search: MessageSearch): MessageQuery {
  const { q, as, channel, status, direction, sender, batch, person } = search
  const { after, before } = timesOf(search)
  const sought = q === undefined ? null : soughtOf(q, as)
  const found = sought?.kind === 'person' ? sought : null
  const who = found?.person ?? person
  const of = channel ?? found?.channel
  const query = {
    ...(of === undefined ? {} : { channel: of }),
    ...(status === undefined ? {} : { status: status.split(',') }),
    ...(direction === undefined ? {} : { direction }),
    ...(sender === undefined ? {} : { sender }),
    ...(batch === undefined ? {} : { batch }),
    ...(who === undefined ? {} : { person: who }),
    ...(sought?.kind === 'ref' ? { clientRef: sought.ref } : {}),
    after: after ?? EVER,
    ...(before === undefined ? {} : { before }),
  }
  // The cast: what an address says may be anything, and the API answers what is wrong with it.
  return query as MessageQuery
}

/** True of a search that narrows the list by anything. */
export const isNarrowed = (search: MessageSearch): boolean => Object.keys(search).length > 0
