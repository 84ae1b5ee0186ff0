import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'

/** What is used here of a D1 binding seen from node. */
export type LocalD1 = D1Database

/** The same table as wrangler's, so that either may go on where the other stopped. */
const APPLIED = `CREATE TABLE IF NOT EXISTS "d1_migrations"(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`

/** Applies the migrations of a folder that this database does not have yet; returns how many. */
export async function migrate(db: LocalD1, folder: string): Promise<number> {
  await db.prepare(APPLIED).run()
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map((row) => row.name))
  const pending = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .sort()
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

/** A database binding of a running Miniflare, with the types that the Workers see. */
export async function database(mf: Miniflare, binding: string, worker?: string): Promise<LocalD1> {
  return (await mf.getD1Database(binding, worker)) as unknown as LocalD1
}

/** Brings CONTROL and the ledger shards of a running Miniflare up to date. */
export async function migrateAll(mf: Miniflare, shards: number, worker?: string): Promise<void> {
  await migrate(await database(mf, 'CONTROL', worker), 'migrations/control')
  for (let shard = 0; shard < shards; shard++)
    await migrate(await database(mf, `LEDGER_${shard}`, worker), 'migrations/ledger')
}
