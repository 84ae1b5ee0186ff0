import { BOM, type Cell, csvLine } from './cells.ts'

/** A column of a file: its heading, and what it holds of a row. */
export interface CsvColumn<Row> {
  readonly name: string
  readonly of: (row: Row) => Cell
}

/** How far the making of a file is. */
export interface CsvProgress {
  readonly rows: number
  /** Time down to which a bounded search looked so far. */
  readonly lookedUntil: string | undefined
}

interface Source<Row> {
  readonly columns: readonly CsvColumn<Row>[]
  /** Reads a page of the list; null: there are no more. */
  readonly read: (cursor?: string) => Promise<{
    readonly data: readonly Row[]
    readonly nextCursor: string | null
    readonly lookedUntil?: string
  }>
  /** Most rows of one file. */
  readonly most: number
  readonly onProgress: (progress: CsvProgress) => void
  readonly signal: AbortSignal
}

/** A file, how far down the list it goes, and why it ended there. */
export interface CsvFile<Row = unknown> {
  readonly blob: Blob
  readonly rows: number
  readonly last: Row | undefined
  readonly end: 'all' | 'most' | 'stopped' | 'failed'
  /** With `failed`: what went wrong. */
  readonly error?: unknown
}

/** Characters that are gathered before the browser gets them: what a Blob holds is kept outside of the page's memory. */
const CHUNK = 1_000_000

/**
 * Answers what was read, or that somebody stops the making: a page that never comes is not waited for. Nothing of it stays with
 * the signal, by which a race of promises would keep each page until the file is made.
 */
function orStopped<Page>(reading: Promise<Page>, signal: AbortSignal): Promise<Page | 'stopped'> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve('stopped')
    signal.addEventListener('abort', stop, { once: true })
    const settled = (): void => signal.removeEventListener('abort', stop)
    reading.finally(settled).then(resolve, reject)
  })
}

/**
 * Makes a file of a whole list, page by page, until it ends, has the most rows, is stopped, or a page cannot be read: what was
 * read until then is kept. Throws where not even the first page could be read.
 */
export async function csvOf<Row>({ columns, read, most, onProgress, signal }: Source<Row>): Promise<CsvFile<Row>> {
  const blobs: Blob[] = []
  let text = BOM + csvLine(columns.map(({ name }) => name))
  let rows = 0
  let last: Row | undefined
  let cursor: string | undefined
  const ended = (end: CsvFile['end'], error?: unknown): CsvFile<Row> => ({
    blob: new Blob([...blobs, text], { type: 'text/csv;charset=utf-8' }),
    rows,
    last,
    end,
    error,
  })
  while (!signal.aborted) {
    let page: Awaited<ReturnType<typeof read>> | 'stopped'
    try {
      page = await orStopped(read(cursor), signal)
    } catch (error) {
      if (cursor === undefined) throw error
      return ended('failed', error)
    }
    if (page === 'stopped') break
    for (const row of page.data.slice(0, most - rows)) {
      text += csvLine(columns.map(({ of }) => of(row)))
      rows++
      last = row
    }
    if (text.length > CHUNK) {
      blobs.push(new Blob([text]))
      text = ''
    }
    onProgress({ rows, lookedUntil: page.lookedUntil })
    if (page.nextCursor === null) return ended('all')
    if (rows >= most) return ended('most')
    cursor = page.nextCursor
  }
  return ended('stopped')
}
