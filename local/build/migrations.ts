import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { Refusal } from '../state.ts'

/** A D1 binding as node sees it. */
export type LocalD1 = D1Database

/** Table of applied migrations, the same as wrangler's, so that either may go on where the other stopped. */
const APPLIED = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`

/**
 * Applies the migrations of a folder that this database does not have yet; returns how many. Refuses a database with a
 * migration that the folder lacks: another build made it, with other tables, and nothing is carried over before the first
 * release.
 */
export async function migrate(db: LocalD1, folder: string): Promise<number> {
  await db.prepare(APPLIED).run()
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map((row) => row.name))
  const known = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  if ([...applied].some((name) => !known.includes(name)))
    throw new Refusal('The local state was made by another build of Chapar: `npm run reset` wipes it.')
  const pending = known.filter((name) => !applied.has(name)).sort()
  for (const name of pending) {
    const statements = readFileSync(join(folder, name), 'utf8')
      .split('--> statement-breakpoint')
      .map((statement) => statement.trim())
      .filter(Boolean)
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
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
