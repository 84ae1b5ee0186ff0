import { Session } from 'node:inspector/promises'

/** Natives whose work is the length of the text that they are called on. */
const NATIVES = [
  ...['lastIndexOf', 'includes', 'search', 'trim', 'trimStart', 'trimEnd', 'normalize', 'toLowerCase'],
  ...['toUpperCase', 'isWellFormed', 'toWellFormed'],
] as const

type Method = (this: unknown, ...args: unknown[]) => unknown

/** Characters that a match looked at: to its end, or all of the rest where there is none. */
function looked(pattern: RegExp, text: string, before: number, found: RegExpExecArray | null): number {
  if (found) return found.index + found[0].length - before + 1
  return pattern.sticky ? 1 : text.length - before + 1
}

/** Counts into `add` what natives do; answers the function that ends it. */
function countNatives(add: (work: number) => void): () => void {
  const restores: (() => void)[] = []
  const patch = (owner: object, name: string, make: (real: Method) => Method): void => {
    const real = Object.getOwnPropertyDescriptor(owner, name)
    if (!real) throw new Error(name)
    Object.defineProperty(owner, name, { ...real, value: make(real.value as Method) })
    restores.push(() => Object.defineProperty(owner, name, real))
  }
  for (const name of NATIVES)
    patch(
      String.prototype,
      name,
      (real) =>
        function (this: unknown, ...args) {
          add(String(this).length)
          return real.apply(this, args)
        },
    )
  patch(
    String.prototype,
    'indexOf',
    (real) =>
      function (this: unknown, ...args) {
        const at = real.apply(this, args) as number
        add((at < 0 ? String(this).length : at) - Number(args[1] ?? 0) + 1)
        return at
      },
  )
  // What `test`, `match`, `matchAll`, `replace` and `split` do with a pattern, they do by `exec`.
  patch(
    RegExp.prototype,
    'exec',
    (real) =>
      function (this: unknown, ...args) {
        const pattern = this as RegExp
        const text = String(args[0])
        const before = pattern.global || pattern.sticky ? pattern.lastIndex : 0
        const found = real.apply(this, args) as RegExpExecArray | null
        add(looked(pattern, text, before, found))
        return found
      },
  )
  return () => {
    for (const restore of restores.reverse()) restore()
  }
}

export interface Counter {
  /** Runs a work and counts what it does: calls of our functions, and characters that natives and patterns look at. */
  count(work: () => unknown): Promise<number>
  close(): Promise<void>
}

/**
 * Counts work instead of measuring time: the same on every machine, however busy. Wants a thread in which nothing else of ours
 * runs.
 */
export async function newCounter(): Promise<Counter> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  // Each taking sets all counts to 0, and nothing of ours runs between two.
  await session.post('Profiler.takePreciseCoverage')
  return {
    async count(work) {
      let natives = 0
      const end = countNatives((more) => {
        natives += more
      })
      try {
        await work()
      } finally {
        end()
      }
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const ours = result.filter(({ url }) => /\/worker\//.test(url) && !/node_modules/.test(url))
      const calls = ours.flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
      return natives + calls.reduce((sum, count) => sum + count, 0)
    },
    async close() {
      await session.post('Profiler.stopPreciseCoverage')
      await session.post('Profiler.disable')
      session.disconnect()
    },
  }
}
