import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A commit as files of its own. */
export interface Checkout {
  /** Absolute path. */
  readonly root: string
  readonly commit: string
  readonly subject: string
  remove(): void
}

const FOLDER = '.chapar/against'
const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8' }).trim()

/** Gives the checkout its packages: those that are here where both lock files are equal, else its own. */
function addPackages(root: string): void {
  const lock = 'package-lock.json'
  if (readFileSync(lock, 'utf8') === readFileSync(join(root, lock), 'utf8')) {
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'dir')
    return
  }
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: root, stdio: 'ignore' })
}

/** Checks a commit out beside this one, in a worktree under .chapar/. Throws if git does not know it. */
export function checkOut(name: string): Checkout {
  const commit = git('rev-parse', '--verify', '--short=12', `${name}^{commit}`)
  const root = resolve(FOLDER, commit)
  rmSync(root, { recursive: true, force: true })
  git('worktree', 'prune')
  git('worktree', 'add', '--detach', '--force', root, commit)
  addPackages(root)
  const remove = (): void => {
    rmSync(root, { recursive: true, force: true })
    git('worktree', 'prune')
  }
  return { root, commit, subject: git('log', '-1', '--format=%s', commit), remove }
}
