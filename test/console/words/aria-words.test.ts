import { globSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import * as persian from '../../../console/src/words/aria.ts'

type Room = Readonly<Record<string, unknown>>

/** React Aria's English words, by the names that the console's Persian ones have. */
async function english(): Promise<ReadonlyMap<string, Room>> {
  const rooms = new Map<string, Room>()
  for (const file of globSync('node_modules/react-{aria,aria-components,stately}/dist/private/intl/**/en-US.mjs')) {
    const folder = basename(dirname(file))
    const stately = file.includes('react-stately') ? 'stately_' : ''
    const { default: words } = (await import(pathToFileURL(resolve(file)).href)) as { default: Room }
    rooms.set(`${stately}${folder === 'intl' ? 'components' : folder}`, words)
  }
  return rooms
}

test('React Aria says in Persian what it says in English, key by key, and nothing with a Latin letter', async () => {
  const rooms = await english()
  for (const [name, words] of Object.entries(persian as Readonly<Record<string, Room>>)) {
    const own = rooms.get(name)
    expect(own, `React Aria has no room ${name}`).toBeDefined()
    expect(Object.keys(words).sort(), name).toEqual(Object.keys(own ?? {}).sort())
    for (const [key, word] of Object.entries(words)) {
      const args = new Proxy({}, { get: () => '۱' })
      const said = typeof word === 'function' ? String(word(args, { number: () => '۱' })) : String(word)
      expect(said, `${name}.${key}`).not.toMatch(/[A-Za-z]/)
    }
  }
})
