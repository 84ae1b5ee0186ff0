import { expect, test } from 'vitest'
import { cycleIn, importsOf, source, sourceFiles } from '../source-tree.ts'

/** Rooms of the console from the ground up: a file imports its own room, or one below it. */
const FLOORS = ['api', 'words', 'parts', 'app', 'pages', '']

const ROOT = 'console/src/'
const FILES = sourceFiles('console/src')
const IMPORTS = FILES.flatMap((file) => importsOf(file, source(file))).filter(({ to }) => !to.endsWith('.css'))

/** Room of a file; what stands directly in src puts the rest together. */
const roomOf = (file: string): string => file.slice(ROOT.length).match(/^([^/]+)\//)?.[1] ?? ''
const pageOf = (file: string): string | undefined => file.match(/^console\/src\/pages\/([^/]+)\//)?.[1]
const shown = (imports: readonly { from: string; to: string }[]): string[] =>
  imports.map(({ from, to }) => `${from} imports ${to}`)

/** What both languages, the browser's own store and times stand on, so that every room may use it. */
const GROUND = [`${ROOT}words/language.ts`, `${ROOT}words/format.ts`]

test('every file has a room, and a room imports only rooms below it', () => {
  expect(FILES.length).toBeGreaterThan(40)
  expect(FILES.filter((file) => !FLOORS.includes(roomOf(file)))).toEqual([])
  const within = IMPORTS.filter(({ to }) => to.startsWith(ROOT) && !GROUND.includes(to))
  const climbing = within.filter(({ from, to }) => FLOORS.indexOf(roomOf(to)) > FLOORS.indexOf(roomOf(from)))
  expect(shown(climbing)).toEqual([])
})

test('pages of different subjects are strangers', () => {
  const across = IMPORTS.filter(({ from, to }) => {
    const [own, other] = [pageOf(from), pageOf(to)]
    return own !== undefined && other !== undefined && own !== other
  })
  expect(shown(across)).toEqual([])
})

test('the console is a client of the API alone: it imports nothing of the Workers but the types that their document makes', () => {
  const outside = IMPORTS.filter(({ to }) => !to.startsWith(ROOT) && !to.startsWith('console/generated/'))
  expect(shown(outside)).toEqual([])
})

test('no imports go in a circle, but those that wait until they are needed', () => {
  // A page, or a window over it, that is loaded lazily leads back to who loads it.
  const lazily = new Set(
    FILES.flatMap((file) =>
      importsOf(file, source(file).replaceAll(/^import .*$/gm, '')).map(({ to }) => `${file}>${to}`),
    ),
  )
  const eager = IMPORTS.filter(({ from, to, typeOnly }) => !typeOnly && !lazily.has(`${from}>${to}`))
  expect(eager.length).toBeGreaterThan(100)
  expect(cycleIn(eager)).toBeNull()
})

test('React Aria is imported by its own modules: the whole of it does not fit into a page', () => {
  const whole = FILES.filter((file) => /from 'react-aria-components'/.test(source(file)))
  expect(whole).toEqual([])
})

/** Lists and tables that give no file, each with its reason. */
const WITHOUT_FILE: Readonly<Record<string, string>> = {
  'account/identity-page.tsx': 'what each level permits',
  'account/profile-page.tsx': 'the accounts of one person',
  'compose/outcome.tsx':
    'rows that were refused have a file of their own form (save-rows.ts), to be mended and given again',
  'compose/recipients.tsx': 'rows of a file that somebody is giving',
  'health/health-page.tsx': 'figures of a moment',
  'home/channels.tsx': 'figures of a chart',
  'routing/matrix.tsx': 'the page above it has the file',
  'seal-keys/seal-keys-page.tsx': 'counts of a moment',
  'settings/pack-card.tsx': 'rules of a market',
  'settings/quotas.tsx': 'figures of a moment',
  'suppressions/import-page.tsx': 'rows of a file that somebody is giving',
  'team/roles-page.tsx': 'what each role may do',
  'traffic/traffic-page.tsx': 'figures of a chart',
  'verifications/verification-page.tsx': 'messages of one verification',
}

test('every list of a page gives a file of all its rows', () => {
  const lists = FILES.filter((file) => pageOf(file) && /\buseList<|<Table\b/.test(source(file)))
  expect(lists.length).toBeGreaterThan(30)
  const named = lists.map((file) => file.slice(`${ROOT}pages/`.length))
  const without = named.filter((file) => !source(`${ROOT}pages/${file}`).includes('<Download'))
  expect(
    without.filter((file) => !(file in WITHOUT_FILE)),
    'give the page a `<Download>` (parts/csv/download.tsx), or its reason here',
  ).toEqual([])
  expect(Object.keys(WITHOUT_FILE).filter((file) => !without.includes(file))).toEqual([])
})
