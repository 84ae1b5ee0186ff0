import { lazy, Suspense, useState } from 'react'
import { t } from '../../words/common.ts'
import { Button } from '../button.tsx'
import type { ListPage, ReadPage } from '../list.tsx'
import type { CsvField } from './fields.ts'

/** Loaded when somebody wants a file: no list needs it to be shown. */
const MakingDialog = lazy(() => import('./making.tsx'))

/** A list that is read page by page; what is shown of it tells whether it has rows. */
interface Listed<Row> {
  readonly read: ReadPage<Row>
  readonly rows?: readonly unknown[]
  readonly query?: { readonly isSuccess: boolean; readonly hasNextPage: boolean }
}

interface DownloadProps<Row> {
  /** Name of the file, without its ending; the day is added. */
  readonly name: string
  /** The list as it is filtered now, all of whose pages are read; or rows that came whole. */
  readonly of: Listed<Row> | readonly Row[]
  /** What the file has of a row. Fields of the API by their names: what stands here is all that leaves the page. */
  readonly fields: readonly CsvField<NoInfer<Row>>[]
}

/** What is left of the props where nobody knows what a row is. */
export interface ErasedDownload {
  readonly name: string
  readonly fields: readonly CsvField<unknown>[]
  readonly read: (cursor?: string) => Promise<ListPage<unknown>>
}

/** Rows of a call: as many as any list of the API gives. */
const LIMIT = 100

const isWhole = <Row,>(of: DownloadProps<Row>['of']): of is readonly Row[] => Array.isArray(of)

const isEmpty = <Row,>(of: DownloadProps<Row>['of']): boolean =>
  isWhole(of) ? of.length === 0 : of.query?.isSuccess === true && of.rows?.length === 0 && !of.query.hasNextPage

/** Button that makes a CSV file of a list, with its progress and a way to stop. */
export function Download<Row>({ name, of, fields }: DownloadProps<Row>) {
  const [isOpen, setOpen] = useState(false)
  const read = isWhole(of)
    ? () => Promise.resolve({ data: of, nextCursor: null })
    : (cursor?: string) => of.read(cursor, LIMIT)
  return (
    <>
      <Button isDisabled={isEmpty(of)} onPress={() => setOpen(true)}>
        {t.download}
      </Button>
      {isOpen ? (
        <Suspense>
          {/* The cast: fields and rows are of one list, as the props say. */}
          <MakingDialog
            name={name}
            fields={fields as readonly CsvField<unknown>[]}
            read={read}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  )
}
