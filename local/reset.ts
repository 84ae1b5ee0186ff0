import { rmSync } from 'node:fs'
import { endLeftover } from './build/runtime-process.ts'
import { KEPT, program, readRunning, refuseIfRunning } from './state.ts'

await program(() => {
  refuseIfRunning('its state is wiped')
  endLeftover(readRunning()?.running.runtime ?? null)
  for (const path of KEPT) rmSync(path, { recursive: true, force: true })
  console.log('Local databases, secrets and the demo tenant are gone. `npm start` makes new ones.')
})
