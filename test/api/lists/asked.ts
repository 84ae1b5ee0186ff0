import type { Body } from '../../worlds/surface.ts'

/** A value of a parameter, and the rows that it leaves. */
export interface Asked {
  readonly value: string
  fits(row: Body): boolean
}
/** A list with rows that each of its parameters tells apart. `cursor` and `limit` are asked of every list. */
export interface List {
  /** The path by which the list is called. */
  readonly path: string
  /** Queries that together show every row. */
  readonly whole: readonly string[]
  /** Rows that the list shows unless the parameter is given. */
  readonly unless?: Readonly<Record<string, (row: Body) => boolean>>
  readonly asked: Readonly<Record<string, readonly Asked[]>>
  /** Name of the parameter that keeps out what the test itself adds to a log, and its value: given unless it is asked for. */
  readonly ends?: readonly [name: string, value: string]
}

export const asked = (value: string, fits: (row: Body) => boolean): readonly Asked[] => [{ value, fits }]
/** Value that leaves the rows with this text under a name. */
export const of = (name: string, value: string): readonly Asked[] => asked(value, (row) => row[name] === value)
