import { rmSync } from 'node:fs'
import { endLeftover } from './runtime-process.ts'
import { HOME, program, readRunning, refuseIfRunning } from './state.ts'

await program(() => {
  refuseIfRunning('its state is wiped')
  endLeftover(readRunning()?.running.runtime ?? null)
  rmSync(HOME, { recursive: true, force: true })
  console.log(`${HOME} is gone: local databases, secrets and the demo tenant. \`npm start\` makes new ones.`)
})
