import { readFileSync } from 'node:fs'

/** Kernel clock ticks a second, as Linux has them on every machine that runs this. */
const TICKS = 100

/** CPU seconds that a process has used, user and system (proc(5), `stat` fields 14 and 15). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}
