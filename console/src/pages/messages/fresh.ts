import { type InfiniteData, type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query'
import type { components } from '../../../generated/api.d.ts'
import type { ListPage } from '../../parts/list.tsx'

/** A message as lists have it. */
export type Message = components['schemas']['MessagePage']['data'][number]

/** A page of messages. */
export type MessagePage = components['schemas']['MessagePage']

/** Milliseconds between two looks for what is new. */
const EVERY = 8000

/** Messages of a look: the newest ones, whose states may have changed since they were shown. */
const LOOK = 20

/** How far back a look goes at most: what is older changes seldom, and costs rows. */
const BACK = 600_000

/** Time from which a look asks: that of the last row that it could hold, or ten minutes ago, whichever is later. */
function lookFrom(rows: readonly Message[], loadedAt: number): string {
  const now = Date.now()
  const last = rows[Math.min(rows.length, LOOK) - 1]
  const oldest = last ? Date.parse(last.acceptedAt) : loadedAt
  return new Date(Math.max(oldest, now - BACK)).toISOString()
}

/** Puts newer rows in the place of those with the same ids. */
const renewed = (list: InfiniteData<ListPage<Message>> | undefined, changed: ReadonlyMap<string, Message>) =>
  list && {
    ...list,
    pages: list.pages.map((page) => ({ ...page, data: page.data.map((row) => changed.get(row.id) ?? row) })),
  }

interface Look {
  readonly key: QueryKey
  readonly rows: readonly Message[]
  /** When the list was read last, epoch milliseconds; 0: it was not. */
  readonly loadedAt: number
  readonly isOn: boolean
  /** Reads messages that fit the list's filters, accepted at or after a time. */
  readonly read: (query: { readonly after: string; readonly limit: number }) => Promise<MessagePage>
}

/**
 * Looks every few seconds, in a tab that is seen, for messages that came since the list was read. Rows that are shown get their
 * new states; the others are counted, and shown only when the person asks, so that no row moves under his finger.
 */
export function useFresh({ key, rows, loadedAt, isOn, read }: Look): {
  readonly count: number
  readonly isMore: boolean
} {
  const queries = useQueryClient()
  const known = new Map(rows.map((row) => [row.id, row]))
  const look = useQuery({
    queryKey: [...key, 'fresh', loadedAt],
    enabled: isOn && loadedAt > 0,
    refetchInterval: EVERY,
    retry: false,
    queryFn: async () => {
      const page = await read({ after: lookFrom(rows, loadedAt), limit: LOOK })
      const changed = new Map(page.data.map((row) => [row.id, row]))
      if (page.data.some(({ id, updatedAt }) => known.has(id) && known.get(id)?.updatedAt !== updatedAt))
        queries.setQueryData<InfiniteData<ListPage<Message>>>(key, (old) => renewed(old, changed), {
          updatedAt: loadedAt,
        })
      return { ids: page.data.map(({ id }) => id), isMore: page.nextCursor !== null }
    },
  })
  const unseen = (look.data?.ids ?? []).filter((id) => !known.has(id))
  return { count: unseen.length, isMore: unseen.length === LOOK && (look.data?.isMore ?? false) }
}
