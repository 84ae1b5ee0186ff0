import { mkdirSync, writeFileSync } from 'node:fs'
import { guardPlot } from './plot.ts'
import { CEILING_ABROAD, SCENARIOS } from './scenarios.ts'

const OUTPUT = 'dist/guard.svg'

/** Plays the simulations of the guard, prints what came of each, and draws them. */
export function showGuard(): void {
  const panels = Object.entries(SCENARIOS).map(([name, { title, play }]) => {
    const startedAt = performance.now()
    const { fates, asks } = play()
    const us =
      ((performance.now() - startedAt) * 1_000) / [...fates.values()].reduce((sum, { asked }) => sum + asked, 0)
    console.log(`${title}: the object was asked ${asks} times, ${us.toFixed(0)} µs a start`)
    for (const [group, { asked, sent, refused }] of fates)
      console.log(`  ${group}: ${sent} of ${asked} got a code ${JSON.stringify(refused)}`)
    return { title, fates, ...(name === 'pumping' ? { ceiling: CEILING_ABROAD } : {}) }
  })
  mkdirSync('dist', { recursive: true })
  writeFileSync(OUTPUT, guardPlot(panels))
  console.log(OUTPUT)
}
