import { randomUUID } from 'node:crypto'
import { cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { runFolder } from '../build.ts'

/*
 * Databases with the migrations applied, made by the first gateway of a run that has so many: to apply them to each gateway's own
 * takes longer than to copy the files, and leaves a log of changes of some megabytes that is searched at its end.
 */

/** Folder of the emulator with the databases of a gateway. */
const databasesIn = (persist: string): string => join(persist, 'd1')
/** Folder of this run with the migrated databases of a gateway with so many ledgers; null: the run keeps none. */
function keptOf(shards: number): string | null {
  const folder = runFolder()
  return folder === null ? null : `${folder}/migrated-${shards}`
}

/** Gives a gateway that has not started yet its databases, migrated; false if there are none to copy. */
export function takeMigrated(persist: string, shards: number): boolean {
  const kept = keptOf(shards)
  if (kept === null || !existsSync(kept)) return false
  cpSync(kept, databasesIn(persist), { recursive: true })
  return true
}

/** Writes what a log of changes holds into its database. */
function settle(file: string): void {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}

/** Keeps a copy of the databases of a gateway that were just migrated and into which nothing else was written. */
export function keepMigrated(persist: string, shards: number): void {
  const kept = keptOf(shards)
  if (kept === null || existsSync(kept)) return
  const own = `${kept}-${randomUUID()}`
  cpSync(databasesIn(persist), own, { recursive: true })
  for (const file of readdirSync(own, { recursive: true, encoding: 'utf8' }))
    if (file.endsWith('.sqlite')) settle(join(own, file))
  try {
    renameSync(own, kept)
  } catch {
    // Another process of the run kept its own meanwhile.
    rmSync(own, { recursive: true })
  }
}
