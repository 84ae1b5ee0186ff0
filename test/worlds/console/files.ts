import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { docsHeaderLines, writeDocs } from '../../../local/console/docs-pages.ts'
import { pagesOf, redirectsFile } from '../../../local/console/pages.ts'
import { headersFile } from '../../../local/console/policy.ts'

/** What the one document of the stand-in holds, by which its answers are known. */
export const DOCUMENT = '<!doctype html><title>stand-in of the console</title>'

/** File of the stand-in whose name changes with what it holds. */
export const HASHED = '/assets/app-B7x1.js'

const FONT = 'node_modules/vazirmatn/misc/Non-Latin/fonts/webfonts/Vazirmatn-NL[wght].woff2'

/** Files like the built console's, but small, with its own headers and pages, and the files of the docs; the folder of them. */
export async function consoleFiles(): Promise<string> {
  const folder = `dist/test/console-${process.pid}`
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'index.html'), DOCUMENT)
  writeFileSync(join(folder, HASHED), 'export {}\n')
  writeFileSync(join(folder, 'manifest.webmanifest'), '{}')
  copyFileSync(FONT, join(folder, 'assets/Vazirmatn-B7x1.woff2'))
  writeFileSync(join(folder, '_headers'), headersFile() + (await docsHeaderLines(folder)))
  writeFileSync(join(folder, '_redirects'), redirectsFile(pagesOf()))
  await writeDocs(folder)
  return folder
}
