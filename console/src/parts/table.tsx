import { type ReactNode, useId } from 'react'
import { RowHead } from './rows/row-head.ts'

/** A column: its heading, and what it shows of a row. */
export interface Column<Row> {
  readonly name: string
  readonly of: (row: Row) => ReactNode
  /** `end` for numbers, so that their digits stand below each other. */
  readonly align?: 'start' | 'end'
  /** `head` is the row's own name: it leads the card that a row is on narrow screens. */
  readonly kind?: 'head' | 'wide'
}

interface TableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}

/** A table; on narrow screens each row is a card, whose cells say their column's name beside what they hold, kept together. */
export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>) {
  const id = useId()
  const hasHeads = columns.some(({ kind }) => kind === 'head')
  return (
    <div className="table-scroll">
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name, align }) => (
              <th key={name} scope="col" data-align={align}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <RowHead key={keyOf(row)} value={hasHeads ? `${id}${at}` : null}>
              <tr>
                {columns.map(({ name, of, align, kind }) =>
                  kind === 'head' ? (
                    <th key={name} scope="row" data-name={name}>
                      <RowHead value={null}>
                        <div id={`${id}${at}`}>{of(row)}</div>
                      </RowHead>
                    </th>
                  ) : (
                    <td key={name} data-name={name} data-align={align} data-kind={kind}>
                      <div>{of(row)}</div>
                    </td>
                  ),
                )}
              </tr>
            </RowHead>
          ))}
        </tbody>
      </table>
    </div>
  )
}
