import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { inBytes, type Places } from './tuple.ts'

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

/** Names of the columns that hold bytes: they go in and out as hex. */
export const bytesOf = <Table extends SQLiteTable>(table: Table): readonly ColumnName<Table>[] =>
  columnNames(table).filter((name) => getTableColumns(table)[name]?.getSQLType() === 'blob')

/** Columns for a SELECT, each under its name in the code: `at AS createdAt`, `hex(id) AS id`. `of`: alias of the table. */
export function columnsOf<Table extends SQLiteTable>(
  table: Table,
  names: readonly ColumnName<Table>[] = columnNames(table),
  of = '',
): string {
  const bytes = new Set<string>(bytesOf(table))
  return names
    .map((name) => {
      const column = `${of === '' ? '' : `${of}.`}${columnOf(table, name)}`
      if (bytes.has(name)) return `hex(${column}) AS ${name}`
      return columnOf(table, name) === name ? column : `${column} AS ${name}`
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
  const bytes = new Set<string>(bytesOf(table))
  const values = names.map((name, i) => inBytes(`?${i + 1}`, bytes.has(name)))
  return `INSERT INTO ${getTableName(table)} (${columns.join(', ')}) VALUES (${values.join(', ')})`
}

/** Makes the reader of rows of a SELECT of `columnsOf` that gives codes and bytes their names in the code, in the row itself. */
export function reader<Table extends SQLiteTable, Name extends ColumnName<Table>>(
  table: Table,
  names: readonly Name[],
): (row: Readonly<Record<string, unknown>>) => Row<Table, Name> {
  const columns = getTableColumns(table)
  const coded = names.filter((name) => columns[name]?.columnType === 'SQLiteCustomColumn')
  return (row) => {
    const fields = row as Record<Name, unknown>
    for (const name of coded) {
      const value = fields[name]
      // hex(NULL) is empty, and so is no value of these columns.
      fields[name] = value === null || value === '' ? null : columns[name]?.mapFromDriverValue(value)
    }
    return fields as Row<Table, Name>
  }
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
