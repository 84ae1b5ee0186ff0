import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

function fromProc(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = readFileSync(`/proc/${name}/status`, 'utf8').match(/^PPid:\s+(\d+)$/m)?.[1]
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent: Number(parent), command }]
      } catch {
        return []
      }
    })
}

function fromPs(): Process[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.match(/^\s*(\d+)\s+(\d+)\s+(.*)$/))
    .filter((match) => match !== null)
    .map(([, pid, parent, command = '']) => ({ pid: Number(pid), parent: Number(parent), command }))
}

/** Lists the processes by /proc or `ps`: slim containers have no `ps`, macOS no /proc. */
const processes = (): Process[] => (existsSync('/proc/self/status') ? fromProc() : fromPs())

const isRuntime = ({ command }: Process): boolean => /\bworkerd\b/.test(command)

/** Gives the ids of the workerds that a process started. */
export const runtimesOf = (parent: number): number[] =>
  processes()
    .filter((each) => each.parent === parent && isRuntime(each))
    .map(({ pid }) => pid)

/** Gives the id of the workerd that this process started. */
export const ownRuntime = (): number | null => runtimesOf(process.pid)[0] ?? null

/** Ends a workerd that a killed start program left behind: it holds the port and the files. True if there was one. */
export function endLeftover(runtime: number | null): boolean {
  if (runtime === null || !processes().some((each) => each.pid === runtime && isRuntime(each))) return false
  process.kill(runtime, 'SIGKILL')
  return true
}
