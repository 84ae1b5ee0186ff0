import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { PROBLEMS } from '#worker/domain/problem.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import { VERSION } from '#worker/domain/version.ts'
import { FIGURES } from '../bench/figures.ts'
import { readWrangler } from '../local/build/wrangler-config.ts'
import { WORKER_FIRST, withWorkerFirst } from '../local/console/site.ts'
import { madePages } from '../local/docs/made-pages.ts'

const read = (file: string): string => readFileSync(file, 'utf8')
const pages = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
const PAGES = ['README.md', ...pages('docs')]
const { scripts, version } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>
  readonly version: string
}
/** What npm runs without `run`, and what is npm's own. */
const NPM_OWN = ['ci', 'install', 'audit']

/** The anchors that GitHub makes of a page's headings. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )

describe('pages made from the code', () => {
  test.each(madePages().map(([file]) => file))('%s is what `npm run docs` writes', (file) => {
    expect(read(file)).toBe(new Map(madePages()).get(file))
  })

  test('docs/errors.md names every problem, and docs/events.md every event', () => {
    for (const code of Object.keys(PROBLEMS)) expect(read('docs/errors.md')).toContain(`\`${code}\``)
    for (const type of EVENT_TYPES) expect(read('docs/events.md')).toContain(`## ${type}\n`)
  })

  test('docs/channels.md names every channel and provider, in Persian too', () => {
    for (const channel of CHANNELS) {
      expect(read('docs/channels.md')).toContain(`\n## ${channel}\n`)
      expect(read('docs/fa/channels.md')).toMatch(new RegExp(`\n## (?:.*\\()?\`${channel}\`\\)?\n`))
    }
  })

  test.each([
    ['docs/limits.md', 'en-US', 'none'],
    ['docs/fa/limits.md', 'fa', 'بی‌سقف'],
  ])('%s names every limit and quota', (file, locale, none) => {
    const text = read(file)
    const { limits, calls, quotas } = DEFAULT_SETTINGS
    for (const [group, parts] of Object.entries({ limits, calls, quotas }))
      for (const [name, value] of Object.entries(parts)) {
        const row = text
          .split('\n')
          .find((line) => line.startsWith(`| \`${group === 'quotas' ? '' : `${group}.`}${name}\` |`))
        expect(row, `${group}.${name}`).toContain(`| ${value === null ? none : value.toLocaleString(locale)} |`)
      }
  })

  test('wrangler.toml sends to the Worker first what `npm run docs` writes there', () => {
    expect(read('wrangler.toml')).toBe(withWorkerFirst(read('wrangler.toml')))
    expect(readWrangler().assets?.run_worker_first).toEqual(WORKER_FIRST)
  })

  test('the version that the gateway tells is the package’s', () => {
    expect(VERSION).toBe(version)
  })
})

/** Numbers of a text in the digits that programs write. */
const inLatin = (text: string): string =>
  text.replaceAll(/[۰-۹٫٬]/g, (sign) => '0123456789.,'['۰۱۲۳۴۵۶۷۸۹٫٬'.indexOf(sign)] ?? sign)

test('a figure of the bench is the same in every page and language', () => {
  const fields = new Set(FIGURES.map(({ field }) => field))
  const told = new Map<string, Set<string>>()
  for (const page of PAGES)
    for (const [, field = '', value = ''] of read(page).matchAll(/^\|[^|]*\| `([\w.]+)` \| ([^|]*) \|$/gm))
      if (fields.has(field)) told.set(field, (told.get(field) ?? new Set()).add(inLatin(value)))
  expect(told.size).toBeGreaterThan(10)
  expect([...told].filter(([, values]) => values.size > 1)).toEqual([])
})

describe.each(PAGES)('%s', (file) => {
  const text = read(file)

  test('links within the repository lead somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? file : join(dirname(file), path)
      if (!existsSync(target)) return true
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  test('files that it names exist', () => {
    const named = [
      ...text.matchAll(/`((?:worker|durable-objects|local|console|test|bench|docs|migrations|examples)\/[^`\s]*)`/g),
    ]
      .map(([, path = '']) => path)
      .filter((path) => !/[<*…{]/.test(path))
    expect(named.filter((path) => !existsSync(path))).toEqual([])
  })

  test('npm commands that it names are scripts of the package', () => {
    const named = [...text.matchAll(/\bnpm (?:run (?:-s )?)?([a-z][a-z:-]*)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts) && !NPM_OWN.includes(name))).toEqual([])
  })
})

describe('what the pages say of the configuration', () => {
  const config = readWrangler()

  test('docs/deploy.md creates every database and bucket that the default deployment binds', () => {
    const text = read('docs/deploy.md')
    for (const { database_name: name } of config.d1_databases ?? []) expect(text).toContain(`d1 create ${name}\n`)
    for (const { bucket_name: name } of config.r2_buckets ?? []) expect(text).toContain(`r2 bucket create ${name}\n`)
  })

  test('docs/deploy.md backs up every table of settings, `keys` by itself, and rows without their tables', () => {
    const exports = read('docs/deploy.md')
      .replaceAll('\\\n', '')
      .match(/^npx wrangler d1 export .*$/gm)
    const tablesOf = (line: string): string[] => [...line.matchAll(/--table (\w+)/g)].map(([, name = '']) => name)
    const madeBy = (folder: string): string[] =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.sql'))
        .flatMap((name) => [...read(join(folder, name)).matchAll(/CREATE TABLE `(\w+)`/g)].map(([, made = '']) => made))
    for (const line of exports ?? []) expect(line).toContain(' --no-schema ')
    const control = (exports ?? []).filter((line) => line.includes(' chapar-control ')).map(tablesOf)
    expect(control).toContainEqual(['keys'])
    // The pace of posts that nobody asked for means nothing a minute later, a step that is under way nothing an hour later.
    const passing = ['challenge_pace', 'ceremonies']
    expect(control.flat().sort()).toEqual(
      madeBy('migrations/control')
        .filter((name) => !passing.includes(name))
        .sort(),
    )
    const ledger = (exports ?? []).filter((line) => line.includes(' chapar-ledger-0 ')).flatMap(tablesOf)
    expect(madeBy('migrations/ledger')).toEqual(expect.arrayContaining(ledger))
    expect(ledger).toContain('suppressions')
  })

  test('docs/deploy.md lists every Worker of its own file', () => {
    const rows = [...read('docs/deploy.md').matchAll(/^\| (`.*`.*) \| `worker\/split\/([^`]*)` \|/gm)]
    const files = readdirSync('worker/split').filter((name) => name.endsWith('.toml'))
    expect(rows.map(([, , file]) => file).sort()).toEqual(files.sort())
    for (const [, called, file = ''] of rows) {
      const name = /^name = "(.*)"$/m.exec(read(`worker/split/${file}`))?.[1]
      expect(called, file).toContain(`\`${name?.replace('<channel>', 'sms')}\``)
    }
  })

  test('docs/deploy.md and docs/operations.md name every secret', () => {
    for (const secret of ['ID_KEYS', 'TOKEN_KEYS', 'SEAL_KEYS', 'INDEX_KEY', 'OPERATOR_KEYS']) {
      expect(read('docs/deploy.md')).toContain(secret)
      expect(read('docs/operations.md')).toContain(`\`${secret}\``)
    }
  })

  test('there is a send queue for each channel, as docs/adding-a-channel.md asks', () => {
    const bound = (config.queues?.producers ?? []).map(({ binding }) => binding)
    for (const channel of CHANNELS) expect(bound).toContain(`SEND_${channel.toUpperCase()}`)
  })

  test('docs/decisions/README.md lists every decision once, in order, by its title', () => {
    const records = readdirSync('docs/decisions').filter((name) => /^\d{4}-/.test(name))
    const titleOf = (name: string): string => read(`docs/decisions/${name}`).split('\n', 1)[0]?.slice(2) ?? ''
    const listed = read('docs/decisions/README.md').match(/^- \[.*?\]\(.*?\)/gm)
    expect(listed).toEqual(records.sort().map((name) => `- [${titleOf(name)}](${name})`))
    expect(records.filter((name) => !titleOf(name).startsWith(`${name.slice(0, 4)}: `))).toEqual([])
  })
})
