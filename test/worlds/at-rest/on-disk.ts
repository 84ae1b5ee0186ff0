import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A folder name for one test's persisted state, below the git-ignored dist/. */
export const stateFolder = (): string => `dist/test/state/${randomBytes(6).toString('hex')}`

/** Some bytes of a gateway's state. */
export interface Kept {
  /** Table and column, object of the bucket, queue or log, as docs/at-rest.md names it; null: the bytes of a file as they are. */
  readonly where: string | null
  /** File that it was read from, of the bucket all alike; of what is in none its own place. */
  readonly file: string
  readonly bytes: Uint8Array
}

const BUCKET = /^r2\//
export const FILE_OBJECT = '<realm>/<media id>'
const OBJECTS = /(Tenant|Throttle|Session|Idempotency|Phone|Verification)Object/

/** Says what a file of the emulator is: a database by its tables, an object by its class. */
function nameOf(path: string, tables: readonly string[]): string {
  const [, object] = OBJECTS.exec(path) ?? []
  if (object) return object.toLowerCase()
  if (tables.includes('credentials')) return 'control'
  if (tables.includes('messages')) return 'ledger'
  return BUCKET.test(path) ? 'bucket' : basename(path)
}

/** File of a path below the folder: a database is one with its log of changes, and so is the bucket with its blobs. */
const fileOf = (path: string): string => (BUCKET.test(path) ? 'bucket' : path.replace(/-(?:wal|shm)$/, ''))

/** Names a cell as docs/at-rest.md names what lies there. */
function placeOf(name: string, table: string, column: string, row: Readonly<Record<string, unknown>>): string {
  if (name === 'bucket') return FILE_OBJECT
  if (table === '_cf_KV' && column === 'value') return `${name}.${String(row['key'])}`
  if (table === '_cf_ALARM') return `${name} (name)`
  return name === 'idempotency' || name === 'phone' ? `${name}.${table}` : `${name}.${table}.${column}`
}

export const bytesOf = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? value : Buffer.from(value === null ? '' : String(value))

/** Rows of one database of the emulator, a cell each. Of a store of keys and values the key is the column. */
function cellsOf(path: string, file: string): Kept[] {
  const db = new DatabaseSync(path)
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
    const name = nameOf(
      file,
      tables.map((table) => table.name),
    )
    return tables.flatMap(({ name: table }) => {
      const read = db.prepare(`SELECT * FROM "${table}"`)
      read.setReadBigInts(true)
      return read.all().flatMap((row) =>
        Object.entries(row).map(([column, value]) => ({
          where: placeOf(name, table, column, row),
          file: fileOf(file),
          bytes: bytesOf(value),
        })),
      )
    })
  } finally {
    db.close()
  }
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())

/** Files, with their logs of changes, of the databases in the folder of a gateway that have such a table. */
export function databaseFiles(persist: string, table: string): readonly string[] {
  const found = filesUnder(join(persist, 'd1')).filter((path) => path.endsWith('.sqlite') && hasTable(path, table))
  return found.flatMap((path) => filesUnder(dirname(path)).filter((file) => file.startsWith(path)))
}

function hasTable(path: string, table: string): boolean {
  // Read by a copy: to open a database writes beside it.
  const copy = stateFolder()
  mkdirSync(copy, { recursive: true })
  for (const file of filesUnder(dirname(path)).filter((one) => one.startsWith(path)))
    cpSync(file, join(copy, basename(file)))
  const db = new DatabaseSync(join(copy, basename(path)))
  try {
    return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined
  } finally {
    db.close()
    rmSync(copy, { recursive: true })
  }
}

/** Bytes of all files in the folder of a gateway that is at rest, with pages that were freed. */
export const wholeFiles = (persist: string): Kept[] =>
  filesUnder(persist).map((path) => ({
    where: null,
    file: fileOf(relative(persist, path)),
    bytes: readFileSync(path),
  }))

/** Rows of all databases there, a cell each. They are read by a copy: to open a database rewrites its log of changes. */
export function cellsOnDisk(persist: string): Kept[] {
  const copy = stateFolder()
  mkdirSync(copy, { recursive: true })
  cpSync(persist, copy, { recursive: true })
  try {
    return filesUnder(copy)
      .filter((path) => path.endsWith('.sqlite'))
      .flatMap((path) => cellsOf(path, relative(copy, path)))
  } finally {
    rmSync(copy, { recursive: true })
  }
}
