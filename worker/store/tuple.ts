import type { EpochMs } from '#worker/domain/time.ts'

type Json = string | number | null
type Writer<Row> = (row: Row, now: EpochMs) => Json
/** Fields that are written as they are. */
type Plain<Row> = { readonly [Key in keyof Row]: Row[Key] extends Json ? Key : never }[keyof Row]

/**
 * The rows that a statement reads from one bound JSON text. They are arrays, which are shorter than objects; the positions have
 * their names here, for the text and the SQL alike.
 */
export interface Tuple<Row, Name extends string> {
  readonly names: readonly Name[]
  /** SQL of each position in a row of `json_each(?1) j`. */
  readonly at: { readonly [Key in Name]: string }
  /** SQL of all positions, in their order. */
  readonly values: string
  row(row: Row, now: EpochMs): readonly Json[]
  /** The text to bind. */
  json(rows: readonly Row[], now?: EpochMs): string
}

/** A tuple of the fields `names` of `Row`; `writers` for those that are another text in the database than in the code. */
export const tupleOf =
  <Row>() =>
  <const Name extends string>(
    names: readonly Name[],
    writers: { readonly [Key in Exclude<Name, Plain<Row>>]: Writer<Row> } & {
      readonly [Key in Name]?: Writer<Row>
    },
  ): Tuple<Row, Name> => {
    const write = names.map(
      (name): Writer<Row> => writers[name] ?? ((row) => row[name as unknown as keyof Row] as Json),
    )
    const rowOf = (row: Row, now: EpochMs): readonly Json[] => write.map((writer) => writer(row, now))
    const at = names.map((_, i) => `(j.value->>${i})`)
    return {
      names,
      at: Object.fromEntries(names.map((name, i) => [name, at[i]])) as { [Key in Name]: string },
      values: at.join(', '),
      row: rowOf,
      json: (rows, now = 0) => JSON.stringify(rows.map((row) => rowOf(row, now))),
    }
  }
