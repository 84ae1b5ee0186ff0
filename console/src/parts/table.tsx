import type { ReactNode } from 'react'

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
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, of, align, kind }) =>
                kind === 'head' ? (
                  <th key={name} scope="row" data-name={name}>
                    <div>{of(row)}</div>
                  </th>
                ) : (
                  <td key={name} data-name={name} data-align={align} data-kind={kind}>
                    <div>{of(row)}</div>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
