import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { docsHeaderLines, writeDocs } from './docs-pages.ts'
import { pagesOf, redirectsFile } from './pages.ts'
import { headersFile } from './policy.ts'

/**
 * Writes what stands beside the bundle of the console in its folder: the pages of the docs, and how Cloudflare answers files.
 * Returns the headers of who serves the folder without TLS.
 */
export async function writeBeside(dist: string): Promise<string> {
  await writeDocs(dist)
  const ofDocs = await docsHeaderLines(dist)
  writeFileSync(join(dist, '_headers'), headersFile() + ofDocs)
  writeFileSync(join(dist, '_redirects'), redirectsFile(pagesOf()))
  // What the bundler notes for itself is uploaded and served to nobody.
  writeFileSync(join(dist, '.assetsignore'), '.vite\n')
  return headersFile('http') + ofDocs
}
