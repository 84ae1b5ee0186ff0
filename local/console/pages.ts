import { globSync, readFileSync } from 'node:fs'
import { isWorkerPath } from './site.ts'

/** First word of an address, where a route of the console begins with one. Paths of routes below another have no slash before. */
const HEAD = /\bpath: '\/([\w-]+)/g

/** First words of the addresses of the console's pages, as its routes say them. */
export function pagesOf(sources = 'console/src'): readonly string[] {
  const routes = globSync(`${sources}/**/*.{ts,tsx}`)
    .map((file) => readFileSync(file, 'utf8'))
    .filter((text) => text.includes('createRoute('))
  const pages = [...new Set(routes.flatMap((text) => [...text.matchAll(HEAD)].map(([, word = '']) => word)))].sort()
  const taken = pages.filter((page) => isWorkerPath(`/${page}`) || isWorkerPath(`/${page}/`))
  if (taken.length > 0) throw new Error(`Pages of the console at paths of the API: ${taken.join(', ')}`)
  return pages
}

/**
 * Text of `_redirects`: each page is the console's one document, which then shows it. Whatever else is no file is the Worker's,
 * so that a file of an earlier build is a 404 and never that document.
 */
export const redirectsFile = (pages: readonly string[]): string =>
  [...pages.map((page) => `/${page} / 200\n`), ...pages.map((page) => `/${page}/* / 200\n`)].join('')
