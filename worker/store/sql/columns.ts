import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Places } from './tuple.ts'

/** Columns and rows for SQL that is written by hand, taken from the schemas, so that each is spelled once. */

type Columns<Table extends SQLiteTable> = Table['_']['columns']
type ColumnName<Table extends SQLiteTable> = keyof Columns<Table> & string

/** Row as D1 gives it: JSON is a text, a boolean 0 or 1. */
export type RawRow<Table extends SQLiteTable, Name extends ColumnName<Table> = ColumnName<Table>> = {
  readonly [Key in Name]: Columns<Table>[Key]['_']['dataType'] extends 'json'
    ? string | null
    : Columns<Table>[Key]['_']['dataType'] extends 'boolean'
      ? number | null
      : Table['$inferSelect'][Key]
}

/** Row as the code has it: `$inferSelect`, or some of its fields. */
export type Row<Table extends SQLiteTable, Name extends ColumnName<Table> = ColumnName<Table>> = {
  readonly [Key in Name]: Table['$inferSelect'][Key]
}

/** Names of a table's columns in the code, in the order of the schema. */
export const columnNames = <Table extends SQLiteTable>(table: Table): readonly ColumnName<Table>[] =>
  Object.keys(getTableColumns(table)) as ColumnName<Table>[]

/** Name in SQL of a column that has this name in the code; throws if there is none. */
const columnOf = <Table extends SQLiteTable>(table: Table, name: ColumnName<Table>): string => {
  const column = getTableColumns(table)[name]
  if (!column) throw new Error(`no column ${name}`)
  return column.name
}

/** Columns for a SELECT, each under its name in the code: `id, created_at AS createdAt`. `of`: alias of the table. */
export function columnsOf<Table extends SQLiteTable>(
  table: Table,
  names: readonly ColumnName<Table>[] = columnNames(table),
  of = '',
): string {
  return names
    .map((name) => {
      const column = columnOf(table, name)
      return `${of === '' ? '' : `${of}.`}${column}${column === name ? '' : ` AS ${name}`}`
    })
    .join(', ')
}

/**
 * `INSERT INTO … SELECT … FROM json_each(?1) j` for the rows of a tuple. `more`: SQL of further columns. The caller appends a
 * WHERE before any ON CONFLICT, because SQLite would else read the ON as that of a join.
 */
export function insertFrom<Table extends SQLiteTable, Name extends ColumnName<Table>>(
  table: Table,
  { names, values }: Pick<Places<Name>, 'names' | 'values'>,
  more: { readonly [Key in ColumnName<Table>]?: string } = {},
): string {
  const columns = [...names, ...Object.keys(more)].map((name) => columnOf(table, name as ColumnName<Table>))
  const selected = [values, ...Object.values(more)]
  return `INSERT INTO ${getTableName(table)} (${columns.join(', ')}) SELECT ${selected.join(', ')} FROM json_each(?1) j`
}

/** `INSERT INTO … VALUES (?1, …)` for one row. Its values are bound in the order of `columnNames`. */
export function insertOne<Table extends SQLiteTable>(table: Table): string {
  const names = columnNames(table)
  const columns = names.map((name) => columnOf(table, name))
  return `INSERT INTO ${getTableName(table)} (${columns.join(', ')}) VALUES (${names.map((_, i) => `?${i + 1}`).join(', ')})`
}

/** Row of a SELECT of `columnsOf` as the code has it: JSON parsed, booleans true or false. */
export function parsedRow<Table extends SQLiteTable, Name extends ColumnName<Table>>(
  table: Table,
  row: RawRow<Table, Name>,
): Row<Table, Name> {
  const columns = getTableColumns(table)
  const parsed = Object.entries(row).map(([name, value]) => [
    name,
    value === null ? null : (columns[name]?.mapFromDriverValue(value) ?? value),
  ])
  return Object.fromEntries(parsed) as Row<Table, Name>
}
