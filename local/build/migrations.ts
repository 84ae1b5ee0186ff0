import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Miniflare } from 'miniflare'
import { Refusal } from '../state.ts'

/** A D1 binding as node sees it. */
export type LocalD1 = D1Database

/** Table of applied migrations, the same as wrangler's, so that either may go on where the other stopped. */
const APPLIED = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`

/** What the migrations made, as they wrote it. */
const MADE = `SELECT name, sql FROM sqlite_master
WHERE substr(name, 1, 7) <> 'sqlite_' AND substr(name, 1, 4) <> '_cf_' AND name <> 'd1_migrations' ORDER BY name`

/** Statements of a migration. */
const statementsOf = (folder: string, name: string): readonly string[] =>
  readFileSync(join(folder, name), 'utf8')
    .split('--> statement-breakpoint')
    .map((statement) => statement.trim())
    .filter(Boolean)

/** True if a database has the tables and indexes that these migrations make today: one that had not landed may have changed. */
async function isOf(db: LocalD1, folder: string, applied: readonly string[]): Promise<boolean> {
  const today = new DatabaseSync(':memory:')
  for (const name of applied) for (const statement of statementsOf(folder, name)) today.exec(statement)
  const { results } = await db.prepare(MADE).all()
  const isSame = JSON.stringify(results) === JSON.stringify(today.prepare(MADE).all())
  today.close()
  return isSame
}

/**
 * Applies the migrations of a folder that this database does not have yet; returns how many. Refuses a database with a
 * migration that the folder lacks, or that was another when it was applied: another build made it, with other tables, and nothing
 * is carried over before the first release.
 */
export async function migrate(db: LocalD1, folder: string): Promise<number> {
  await db.prepare(APPLIED).run()
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map((row) => row.name))
  const known = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const isKnown = [...applied].every((name) => known.includes(name))
  if (!isKnown || (applied.size > 0 && !(await isOf(db, folder, [...applied].sort()))))
    throw new Refusal('The local state was made by another build of Chapar: `npm run reset` wipes it.')
  const pending = known.filter((name) => !applied.has(name)).sort()
  for (const name of pending) {
    await db.batch([
      ...statementsOf(folder, name).map((statement) => db.prepare(statement)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?1)').bind(name),
    ])
  }
  return pending.length
}

/** Gives a database binding of a running Miniflare, with the types that the Workers see. */
export async function database(mf: Miniflare, binding: string, worker?: string): Promise<LocalD1> {
  return (await mf.getD1Database(binding, worker)) as unknown as LocalD1
}

/** Brings CONTROL and the ledger shards, as `databaseOf` gives them by the names of their bindings, up to date. */
export async function migrateAll(
  databaseOf: (binding: string) => LocalD1 | Promise<LocalD1>,
  shards: number,
): Promise<void> {
  await migrate(await databaseOf('CONTROL'), 'migrations/control')
  for (let shard = 0; shard < shards; shard++) await migrate(await databaseOf(`LEDGER_${shard}`), 'migrations/ledger')
}
