import { setTimeout as sleep } from 'node:timers/promises'
import type { Miniflare } from 'miniflare'

/** Most of a Worker's V8 heap at once: what was in use, not yet collected, and what V8 held for it. */
interface Peak {
  readonly usedMiB: number
  readonly heldMiB: number
}
interface HeapWatch {
  /** Ends the watch. */
  readonly end: () => Promise<Peak>
}

/** Milliseconds between two looks. */
const PAUSE = 20
const MIB = 2 ** 20

interface HeapUsage {
  readonly usedSize: number
  readonly totalSize: number
}

/** The inspector's socket of a Worker. */
async function inspectorOf(mf: Miniflare, worker: string): Promise<WebSocket> {
  const { host } = await mf.getInspectorURL()
  const targets = (await (await fetch(`http://${host}/json`)).json()) as { readonly webSocketDebuggerUrl: string }[]
  const url = targets.find((target) => target.webSocketDebuggerUrl.endsWith(`/core:user:${worker}`))
  if (!url) throw new Error(`the inspector knows no Worker ${worker}`)
  const socket = new WebSocket(url.webSocketDebuggerUrl)
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error('the inspector cannot be reached')))
  })
  return socket
}

/** Watches the heap of a Worker, whose Miniflare has an inspector, until it is told to end. */
export async function watchHeap(mf: Miniflare, worker: string): Promise<HeapWatch> {
  const socket = await inspectorOf(mf, worker)
  const answers = new Map<number, (usage: HeapUsage) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { readonly id: number; readonly result: HeapUsage }
    answers.get(id)?.(result)
    answers.delete(id)
  })
  let asked = 0
  const usage = (): Promise<HeapUsage> =>
    new Promise((resolve) => {
      answers.set(++asked, resolve)
      socket.send(JSON.stringify({ id: asked, method: 'Runtime.getHeapUsage' }))
    })
  let isOver = false
  const watching = (async (): Promise<Peak> => {
    let [used, held] = [0, 0]
    while (!isOver) {
      const { usedSize, totalSize } = await usage()
      used = Math.max(used, usedSize)
      held = Math.max(held, totalSize)
      await sleep(PAUSE)
    }
    return { usedMiB: used / MIB, heldMiB: held / MIB }
  })()
  return {
    async end() {
      isOver = true
      const peak = await watching
      socket.close()
      return peak
    },
  }
}
