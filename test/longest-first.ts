import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files, and a folder, that take long though they are short, the longest first: vitest begins with the largest, and the last of a
 * run would be these, one process at work and the others idle.
 */
const LONG = ['test/console/pages.test.ts', 'test/routes/docs/curls.test.ts', 'test/console/']

/** Order of the files of a run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const file = relative(this.ctx.config.root, moduleId)
      const at = LONG.findIndex((long) => file.startsWith(long))
      return at < 0 ? LONG.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}
