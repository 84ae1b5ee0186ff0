import { chmodSync, existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const OTHERS = 0o077

/** Takes a file or a folder, and all in it, from everybody but its owner. Links are left: they may point anywhere. */
function makePrivate(path: string): void {
  const found = lstatSync(path)
  if (found.isSymbolicLink()) return
  if ((found.mode & OTHERS) !== 0) chmodSync(path, found.mode & 0o700)
  if (found.isDirectory()) for (const name of readdirSync(path)) makePrivate(join(path, name))
}

/**
 * Makes what these paths hold their owner's alone, whatever an earlier version or a wider umask has left. The first path that
 * cannot be changed is answered; null: none.
 */
export function keepPrivate(paths: readonly string[]): string | null {
  for (const path of paths) {
    if (!existsSync(path)) continue
    try {
      makePrivate(path)
    } catch {
      return path
    }
  }
  return null
}
