import { GUIDES_AT } from '#worker/routes/docs/guides.ts'
import { HOMES } from '#worker/routes/docs/layout.ts'
import { operations } from '#worker/routes/resources.ts'

/** Paths that people, their devices and carriers call, which the API's document does not list. */
const BESIDE_API = ['/callbacks/:channel', '/files/:file', '/p/:what']

const headOf = (path: string): string => {
  const [, first = '', ...rest] = path.split('/')
  return rest.length > 0 ? `/${first}/*` : `/${first}`
}

/** Paths below those of the API that are files: the guides, and the docs in Persian (docs-pages.ts). */
const FILES = [HOMES.en + GUIDES_AT, HOMES.fa].flatMap((path) => [path, `${path}/*`])

const WORKERS = [...new Set([...operations.map(({ path }) => path), ...BESIDE_API].map(headOf))].sort()

/**
 * Paths that only a Worker answers, as `run_worker_first` of wrangler.toml lists them: no file is looked for there. Those with a
 * `!` are files alone.
 */
export const WORKER_FIRST: readonly string[] = [...WORKERS, ...FILES.map((path) => `!${path}`)]

const matches = (rules: readonly string[], pathname: string): boolean =>
  rules.some((rule) => (rule.endsWith('*') ? pathname.startsWith(rule.slice(0, -1)) : pathname === rule))

/** True of a path that only a Worker answers. */
export const isWorkerPath = (pathname: string): boolean => matches(WORKERS, pathname) && !matches(FILES, pathname)

/** The text of wrangler.toml with WORKER_FIRST in it. */
export const withWorkerFirst = (toml: string): string =>
  toml.replace(
    /^run_worker_first = \[[^\]]*\]$/m,
    () => `run_worker_first = [\n${WORKER_FIRST.map((path) => `  "${path}",\n`).join('')}]`,
  )
