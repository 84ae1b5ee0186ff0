import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** Module by which a room of React Aria has its words in some forty languages. */
const WORDS = /[\\/]react-(?:aria|aria-components|stately)[\\/]dist[\\/]private[\\/](?:[\w-]+[\\/])?intlStrings\.mjs$/

/**
 * Gives React Aria its Persian words, which it does not have, and leaves out the languages that the console does not speak.
 * `file` has an export a room; a room without one fails the build, because its English would be read out in a Persian page.
 */
export function ariaWords(file: string): Plugin {
  return {
    name: 'chapar:aria-words',
    enforce: 'pre',
    load(id) {
      const [path = ''] = id.split('?')
      if (!WORDS.test(path)) return null
      const [, english] = /"([^"]*\/en-US\.mjs)"/.exec(readFileSync(path, 'utf8')) ?? []
      if (!english) this.error(`${path} names no English words any more`)
      const from = join(dirname(path), english)
      const folder = basename(dirname(from))
      const room = `${path.includes('react-stately') ? 'stately_' : ''}${folder === 'intl' ? 'components' : folder}`
      return `import en from ${JSON.stringify(from)}
import { ${room} as fa } from ${JSON.stringify(file)}
export default { 'en-US': en, 'fa-IR': fa }`
    },
  }
}
