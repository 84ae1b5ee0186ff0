import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take long though they are short, the longest first: vitest begins with the largest, and the last of a run would be
 * these, one process at work and the others idle.
 */
const LONG = [
  'test/console/pages.test.ts',
  'test/routes/docs/curls.test.ts',
  'test/console/newcomer.test.ts',
  'test/console/operator.test.ts',
  'test/console/people/persons.test.ts',
]
for (const file of LONG) if (!existsSync(file)) throw new Error(`${file} is not there: test/longest-first.ts names it`)

/** Order of the files of a run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const at = LONG.indexOf(relative(this.ctx.config.root, moduleId))
      return at < 0 ? LONG.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}
