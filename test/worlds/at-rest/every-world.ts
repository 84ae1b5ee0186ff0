import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { cellsOnDisk, type Kept, stateFolder, wholeFiles } from './on-disk.ts'
import { searchFor } from './spellings.ts'
import { newTold, type Told } from './told.ts'

/** Names the file in which the processes of this run write what they searched. */
export const TALLY_VARIABLE = 'CHAPAR_TEST_SEARCHED'
/** Set where all tests run, so that nothing searched is a fault. */
export const WHOLE_VARIABLE = 'CHAPAR_TEST_WHOLE'
/** Least bytes of a spelling: what is sealed is random, and a whole run holds much of it. */
const LEAST_BYTES = 8

/** Folders of the emulator that hold what Cloudflare keeps in no storage of ours, by its reason. */
const NOT_OURS: Readonly<Record<string, string>> = {
  ratelimit: 'keys of the rate-limit binding, addresses of callers: counted in the memory of a machine of Cloudflare’s',
}

/** What one process did for one world. */
interface Entry {
  readonly folder: string
  readonly bytes?: number
  readonly markers?: number
  readonly ms?: number
}

function write(entry: Entry): void {
  const file = process.env[TALLY_VARIABLE]
  if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`)
}

/** A gateway of a test, from its start until all that it kept and logged is searched for what it was told. */
export interface WorldAtRest {
  readonly folder: string
  readonly told: Told
  log(line: string): void
  /** Searches, once the runtime has ended; says what stands in clear and where. The folder goes unless it is a test's own. */
  end(): readonly string[]
}

interface Known {
  readonly told: Told
  readonly log: string[]
}
/** By their folder: a gateway that starts on what another left knows what that one was told. */
const known = new Map<string, Known>()

function search(folder: string, { told, log }: Known): readonly string[] {
  const began = performance.now()
  const markers = told.markers()
  const find = searchFor(markers, LEAST_BYTES)
  const foundIn = (all: readonly Kept[]): string[] =>
    all.flatMap(({ where, file, bytes }) =>
      [...find(bytes)].map(([kind, how]) => `${where ?? `bytes of ${file}`}: ${kind}, ${how}`),
    )
  const isOurs = ({ file }: Kept): boolean => NOT_OURS[file.split('/')[0] ?? ''] === undefined
  const whole = [
    ...wholeFiles(folder).filter(isOurs),
    { where: 'log', file: 'log', bytes: Buffer.from(log.join('\n')) },
  ]
  const found = foundIn(whole)
  // Only to say where: whatever a cell holds, its file does.
  const all = new Set(found.length > 0 ? [...foundIn(cellsOnDisk(folder).filter(isOurs)), ...found] : [])
  const bytes = whole.reduce((sum, one) => sum + one.bytes.length, 0)
  write({ folder, bytes, markers: markers.length, ms: performance.now() - began })
  return [...all]
}

/** Begins to watch a gateway over a folder; null: one of its own, which goes with it. */
export function watchAtRest(persist: string | null): WorldAtRest {
  const folder = persist ?? stateFolder()
  const world = known.get(folder) ?? { told: newTold(), log: [] }
  known.set(folder, world)
  write({ folder })
  let ended = false
  return {
    folder,
    told: world.told,
    log: (line) => {
      world.log.push(line)
    },
    end: () => {
      if (ended || !existsSync(folder)) return []
      ended = true
      const found = search(folder, world)
      if (persist === null) {
        rmSync(folder, { recursive: true })
        known.delete(folder)
      }
      return found
    },
  }
}

/** What was searched in a run, in one line; throws if a gateway that was started was not, or, of all tests, nothing was. */
export function tallied(file: string): string {
  const entries = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry)
  const searched = entries.filter(({ bytes }) => bytes !== undefined)
  const folders = new Set(searched.map(({ folder }) => folder))
  const left = entries.filter(({ folder }) => !folders.has(folder)).length
  if (left > 0) throw new Error(`${left} gateways of tests were never disposed of, so what they kept was not searched`)
  const sum = (of: 'bytes' | 'markers' | 'ms'): number => searched.reduce((all, one) => all + (one[of] ?? 0), 0)
  const [bytes, markers, ms] = [sum('bytes'), sum('markers'), sum('ms')]
  if (process.env[WHOLE_VARIABLE] && (bytes === 0 || markers === 0))
    throw new Error('nothing was searched for what it was told')
  const [megabytes, seconds] = [Math.round(bytes / 1e6), (ms / 1e3).toFixed(1)]
  return `At rest: ${searched.length} gateways, ${megabytes} MB searched for ${markers} values that they were told, in ${seconds} s`
}
