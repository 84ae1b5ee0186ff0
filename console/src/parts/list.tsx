import { type InfiniteData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { t } from '../words/common.ts'
import { Button } from './button.tsx'
import { Loading, Trouble } from './feedback.tsx'
import { Time } from './text.tsx'

/** A page of a list as the API answers it. */
export interface ListPage<Row> {
  readonly data: readonly Row[]
  readonly nextCursor: string | null
  /** How far a search looked that ended before its page was full. */
  readonly lookedUntil?: string
}

/** True of a list of one page: a longer one is not read anew, page after page, because its tab was looked at again. */
const isShort = ({ state }: { state: { data?: { pages: readonly unknown[] } | undefined } }): boolean =>
  (state.data?.pages.length ?? 0) < 2

/** Reads a page of a list: after a cursor, or the first; of so many rows, or as many as the list shows. */
export type ReadPage<Row, Page extends ListPage<Row> = ListPage<Row>> = (
  cursor?: string,
  limit?: number,
) => Promise<Page>

/** Reads a list page by page; a file of it (csv/download.tsx) reads the same, in larger pages. */
export function useList<Row, Page extends ListPage<Row>>(key: QueryKey, read: ReadPage<Row, Page>) {
  const query = useInfiniteQuery<Page, Error, InfiniteData<Page>, QueryKey, string | undefined>({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchOnMount: isShort,
    refetchOnWindowFocus: isShort,
  })
  const rows: readonly Row[] = query.data?.pages.flatMap((page) => page.data) ?? []
  return { query, rows, pages: query.data?.pages ?? [], read }
}

interface ListProps {
  readonly list: Pick<ReturnType<typeof useList>, 'query' | 'rows' | 'pages'>
  /** Stands where the list is empty. */
  readonly empty: ReactNode
  readonly children: ReactNode
}

/** Shows a list that `useList` reads: waiting, trouble, nothing yet, or its rows with the way to more. */
export function List({ list: { query, rows, pages }, empty, children }: ListProps) {
  const lookedUntil = query.hasNextPage ? pages.at(-1)?.lookedUntil : undefined
  if (query.isPending) return <Loading />
  if (query.isError && rows.length === 0) return <Trouble error={query.error} onRetry={() => void query.refetch()} />
  return (
    <>
      {rows.length === 0 && !query.hasNextPage ? empty : children}
      {query.isFetchNextPageError ? <Trouble error={query.error} /> : null}
      {query.hasNextPage ? (
        <div className="more">
          {lookedUntil ? (
            <p className="faint">
              {t.found(rows.length)} <Time at={lookedUntil} exact />
            </p>
          ) : null}
          <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
            {lookedUntil ? t.goOn : t.more}
          </Button>
        </div>
      ) : null}
    </>
  )
}
