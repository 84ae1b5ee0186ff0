import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Folders of what is made or installed, which are no sources. */
const NO_SOURCES = ['dist', 'generated', 'node_modules']

const filesIn = (path: string): readonly string[] =>
  statSync(path).isFile()
    ? [path]
    : globSync('**/*', { cwd: path, exclude: (file) => NO_SOURCES.includes(basename(file)) })
        .map((file) => join(path, file))
        .filter((file) => statSync(file).isFile())

/** Hash over the names and bytes of these files and of all in these folders, and over what is made of them (`how`). */
export function hashOfSources(paths: readonly string[], how: string): string {
  const hash = createHash('sha256').update(how)
  for (const file of paths.flatMap(filesIn).sort()) hash.update(JSON.stringify(file)).update(readFileSync(file))
  return hash.digest('hex')
}
