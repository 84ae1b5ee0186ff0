import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { ownRuntime } from '../../local/build/runtime-process.ts'

/**
 * Loaded before a program (`node --import`): ends it by a signal right after a step of it. `KILL_AT` is `<signal> <what> <n>`:
 * the nth file that it has put in its place (`file`), the nth answer that it has heard (`answer`), or that from a path (`/v1/…`).
 */
const [signal = 'SIGKILL', what, n] = (process.env['KILL_AT'] ?? '').split(' ')
let left = Number(n)

function step(done: string): void {
  if (done !== what || --left !== 0) return
  // Whoever started it looks whether this process is ended too.
  console.log(`runtime ${ownRuntime()} killed`)
  process.kill(process.pid, signal as NodeJS.Signals)
}

const { renameSync } = fs
fs.renameSync = (...args) => {
  renameSync(...args)
  step('file')
}
syncBuiltinESMExports()

const { fetch } = globalThis
globalThis.fetch = async (...args) => {
  const answer = await fetch(...args)
  step('answer')
  step(new URL(String(args[0])).pathname)
  return answer
}
