import { readFileSync } from 'node:fs'

/** Kernel clock ticks a second and bytes a page, as Linux has them on every machine that runs this. */
const TICKS = 100
const PAGE_KIB = 4

/** CPU seconds that a process has used, user and system (proc(5), `stat` fields 14 and 15). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** MiB of a process in memory (proc(5), `statm` field 2). */
export const residentMiB = (pid: number): number =>
  (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_KIB) / 1024
