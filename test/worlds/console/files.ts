import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { guideHeaders, writeGuides } from '../../../local/console/guides.ts'
import { pagesOf, redirectsFile } from '../../../local/console/pages.ts'
import { headersFile } from '../../../local/console/policy.ts'

/** What the one document of the stand-in holds, by which its answers are known. */
export const DOCUMENT = '<!doctype html><title>stand-in of the console</title>'

/** File of the stand-in whose name changes with what it holds. */
export const HASHED = '/assets/app-B7x1.js'

/** Files like the built console's, but small, with its own headers and pages, and the guides; the folder that they are in. */
export async function consoleFiles(): Promise<string> {
  const folder = `dist/test/console-${process.pid}`
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), DOCUMENT)
  writeFileSync(join(folder, HASHED), 'export {}\n')
  writeFileSync(join(folder, 'manifest.webmanifest'), '{}')
  writeFileSync(join(folder, '_headers'), headersFile() + (await guideHeaders()))
  writeFileSync(join(folder, '_redirects'), redirectsFile(pagesOf()))
  await writeGuides(folder)
  return folder
}
