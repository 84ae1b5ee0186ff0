import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { queryCause } from '#worker/lib/query-error.ts'

/**
 * Control database behind drizzle's query builder. Building a query takes about 0.25 ms, so what may be asked once a message is
 * SQL by hand (policy.ts, sendersByAddress, notifyPlanOf). The builder leaves this file only inside `Build`, because drizzle's
 * error holds every bound parameter: the functions here fail with the database's own.
 */
export type Control = Pick<DrizzleD1Database, 'select' | 'insert' | 'update' | 'delete' | '$count'>

/** Query that is built and not run yet. */
export type Query = BatchItem<'sqlite'>
export type Build<Built> = (control: Control) => Built

/** Runs one query. */
export async function ask<Result>(db: D1Database, build: Build<PromiseLike<Result>>): Promise<Result> {
  try {
    return await build(drizzle(db))
  } catch (error) {
    throw error instanceof Error ? (queryCause(error) ?? new Error('query failed')) : error
  }
}

/** Runs queries in one transaction, which in D1 is a batch. The answers have the order of the queries. */
export async function askTogether<const Queries extends readonly Query[]>(
  db: D1Database,
  build: Build<Queries>,
): Promise<BatchResponse<Queries>> {
  const control = drizzle(db)
  const queries = build(control) as readonly Query[] as readonly [Query, ...Query[]]
  return (await control.batch(queries)) as unknown as BatchResponse<Queries>
}

/** Values of a row in the order of its table's columns, for an INSERT that selects them under a condition. */
export const rowValues = <Table extends SQLiteTable>(table: Table, row: Table['$inferSelect']): SQL =>
  sql.join(
    Object.entries(getTableColumns(table)).map(([name, column]) => sql.param(row[name] ?? null, column)),
    sql`, `,
  )
