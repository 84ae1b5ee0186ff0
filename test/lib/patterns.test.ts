import { globSync, readFileSync } from 'node:fs'
import { parse } from 'acorn'
import { transformSync } from 'esbuild'
import { analyse } from 'scslre'
import { expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'

interface Pattern {
  readonly where: string
  readonly source: string
  readonly flags: string
}

/** Finds the regular expressions that a file holds as literals, comments and strings left out. */
function literalsOf(where: string, text: string): Pattern[] {
  const found: Pattern[] = []
  parse(transformSync(text, { loader: 'ts', target: 'esnext' }).code, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    onToken: (token) => {
      if (token.type.label !== 'regexp') return
      const { pattern, flags } = (token as unknown as { value: { pattern: string; flags: string } }).value
      found.push({ where, source: pattern, flags })
    },
  })
  return found
}

const FILES = globSync('{worker,durable-objects}/**/*.ts').sort()
const LITERALS = FILES.flatMap((file) => literalsOf(file, readFileSync(file, 'utf8')))

/**
 * True if a text exists, of one letter repeated between two others, at which the work of the pattern grows faster than its
 * length.
 */
const isSuperLinear = ({ source, flags }: Pick<Pattern, 'source' | 'flags'>): boolean =>
  analyse({ source, flags }, { maxReports: 1, reportTypes: { Move: true, Self: true, Trade: true } }).reports.length > 0
const shown = (patterns: readonly Pattern[]): string[] =>
  patterns.map(({ where, source, flags }) => `${where}: /${source}/${flags}`)

test('the checker knows patterns whose work grows faster than the text, and lets others be', () => {
  const superLinear = [
    '(a+)+$',
    '(a|a)*b',
    '(\\w+\\s?)*$',
    '=+$',
    '\\s+$',
    '[^@]+@[^@]+',
    '^\\s*:\\s*.*@.*$',
    '^(\\w+)*$',
    '\\d+\\d+x',
    '.*,.*,x',
    '<[^>]*>',
    '(?:x+)*y',
  ]
  const linear = [
    '^a+$',
    '^\\s+',
    '[ \\t]+',
    '<[^<>]*>',
    '={1,2}$',
    '^[^@]*@',
    '^(?:a|b)*$',
    '\\n{3,}',
    '^\\w+$',
    '.{0,300}',
  ]
  expect(superLinear.filter((source) => !isSuperLinear({ source, flags: '' }))).toEqual([])
  expect(linear.filter((source) => isSuperLinear({ source, flags: '' }))).toEqual([])
})

test('no regular expression of the Worker does more work than in proportion to the text', () => {
  expect(LITERALS.length).toBeGreaterThan(300)
  expect(shown(LITERALS.filter(isSuperLinear))).toEqual([])
})

test('nor does one that a provider gives for a setting', () => {
  const settings = Object.values(channels).flatMap((channel) =>
    Object.values(channel.providers).flatMap((provider) =>
      Object.entries(provider.settings).flatMap(([name, { pattern }]) =>
        pattern === undefined
          ? []
          : [{ where: `${provider.name} ${name}`, source: `^(?:${pattern})$`, flags: 'u' } satisfies Pattern],
      ),
    ),
  )
  expect(settings.length).toBeGreaterThan(3)
  expect(shown(settings.filter(isSuperLinear))).toEqual([])
})

/** Files that put patterns together while they are loaded. */
const AT_LOAD = [
  'worker/channels/email/content.ts',
  'worker/channels/email/header-names.ts',
  'worker/domain/addresses/email-address.ts',
  'worker/lib/mail/bounce-words.ts',
]
/** Files that do it later: of a provider's settings, which the test above reads, of a member's name, and of paths of ours. */
const LATER = ['worker/domain/carriers/settings.ts', 'worker/lib/json/items.ts', 'worker/routes/people/approvals.ts']

/** Loads a file anew, and gives the patterns that it puts together meanwhile. */
async function madeBy(where: string): Promise<Pattern[]> {
  const made: Pattern[] = []
  const real = globalThis.RegExp
  globalThis.RegExp = new Proxy(real, {
    construct(target, args: [string | RegExp, string?]) {
      const pattern = new target(...args)
      made.push({ where, source: pattern.source, flags: pattern.flags })
      return pattern
    },
  })
  try {
    await import(`../../${where}?anew`)
  } finally {
    globalThis.RegExp = real
  }
  return made
}

test('where a pattern is put together at run time is known, and none does more work either', async () => {
  const making = FILES.filter((file) => /\bRegExp\(/.test(readFileSync(file, 'utf8')))
  expect(making).toEqual([...AT_LOAD, ...LATER].sort())
  for (const file of AT_LOAD) {
    const made = await madeBy(file)
    expect(made.length).toBeGreaterThan(0)
    expect(shown(made.filter(isSuperLinear))).toEqual([])
  }
  expect(isSuperLinear({ source: '^/messages/(\\d+)(/.*)?$', flags: 's' })).toBe(false)
})
