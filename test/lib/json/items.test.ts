import { transformSync } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { utf8 } from '#worker/lib/bytes.ts'
import { parseJson } from '#worker/lib/json/input.ts'
import { parseItems, parseLines } from '#worker/lib/json/items.ts'
import { seeded } from '../../worlds/random.ts'

const MEMBER = { name: 'messages', most: 10_001 }
/** Blank that makes a body large, so that its items are parsed one by one. */
const LARGE = ' '.repeat(1_000_001)

const whole = (text: string) => parseItems(utf8(text), MEMBER)
const inParts = (text: string) => parseItems(utf8(text + LARGE), MEMBER)

describe('by chance', () => {
  const random = seeded(20_261_128)
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value
  // No name is a backslash alone: behind `__proto__`, V8 13.6 takes any escaped name for one that it has seen.
  const NAMES = ['a', 'b', 'to', 'messages', 't\\u006f', '\\u0061', 'سلام', '\\"', '__proto__', 'messages ', '']
  const ATOMS = [
    '1',
    '-0.5e3',
    'true',
    'null',
    '"x"',
    '"\\u0633,]"',
    '"\\\\"',
    '"\\"}"',
    '"[{"',
    '[]',
    '{}',
    ' [ ] ',
    '"\\ud83d"',
  ]

  function value(depth: number): string {
    const kind = random()
    if (depth > 4 || kind < 0.3) return pick(ATOMS)
    const parts = Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1))
    if (kind < 0.6) return `[${parts.join(pick([',', ' , ']))}]`
    return `{${parts.map((part) => `"${pick(NAMES)}":${part}`).join()}}`
  }
  const document = () =>
    `{"channel":"sms",${random() < 0.3 ? '"to":1,' : ''}"messages":[${Array.from({ length: Math.floor(random() * 4) }, () => value(2)).join()}]${random() < 0.3 ? ',"b":[1]' : ''}}`
  /** Cuts, doubles or changes a character. */
  function spoilt(text: string): string {
    const at = Math.floor(random() * text.length)
    const put = pick([...'{}[],:"\\1 ', '', text.slice(at, at + 5)])
    return text.slice(0, at) + put + text.slice(at + pick([0, 1, 2]))
  }
  /** Those of some documents, a line each, in which a name stands twice, by the word of another parser. */
  function withDoubles(texts: readonly string[]): ReadonlySet<string> {
    const all = `[\n${texts.join(',\n')}\n]`
    const { warnings } = transformSync(all, { loader: 'json', logLevel: 'silent', logLimit: 0 })
    const lines = warnings.flatMap(({ id, location }) =>
      id === 'duplicate-object-key' && location ? location.line : [],
    )
    // The first document is on the second line.
    return new Set(lines.map((line) => texts[line - 2] ?? ''))
  }
  const parsed = (text: string): unknown => {
    try {
      return { value: JSON.parse(text) }
    } catch {
      return null
    }
  }

  test('a document is taken if JSON.parse takes it and no name stands twice, and gives what JSON.parse gives', () => {
    let taken = 0
    let doubles = 0
    const texts = Array.from({ length: 3_000 }, (_, n) => (n % 2 ? spoilt(document()) : document()))
    const doubled = withDoubles(texts.filter((text) => parsed(text) !== null))
    for (const [n, text] of texts.entries()) {
      const expected = parsed(text)
      const isGood = expected !== null && !doubled.has(text)
      if (expected !== null && !isGood) doubles++
      for (const read of [parseJson(utf8(text)), whole(text), ...(n % 32 < 2 ? [inParts(text)] : [])]) {
        expect(read.ok, text).toBe(isGood)
        if (read.ok) expect({ value: read.value }, text).toEqual(expected)
      }
      if (isGood) taken++
    }
    expect(taken).toBeGreaterThan(500)
    expect(doubles).toBeGreaterThan(300)
  })

  test('faults are the same whether a document is parsed whole or in parts', () => {
    for (let n = 0; n < 100; n++) {
      const text = document()
      const [one, other] = [whole(text), inParts(text)]
      if (!one.ok || !other.ok) continue
      expect(other.faults, text).toEqual(one.faults)
      expect(sorted(other.itemFaults), text).toEqual(sorted(one.itemFaults))
    }
  })
  const sorted = (faults: ReadonlyMap<number, readonly { pointer: string }[]>) =>
    [...faults].map(([n, list]) => [n, list.map(({ pointer }) => pointer).sort()]).sort()
})

test.each([
  '{"messages":[}',
  '{"messages":[1,]}',
  '{"messages":[,1]}',
  '{"messages":[1 2]}',
  '{"messages":[1}]}',
  '{"messages":[1]]}',
  '{"messages":[1],}',
  '{"messages":[{"a":1]}]}',
  '{"messages":["a]}',
  '{"messages":[\ufeff1]}',
  '{"messages":[1,\ufeff{}]}',
])('%s is no JSON in parts either', (text) => {
  expect(inParts(text)).toMatchObject({ ok: false, reason: 'malformed' })
})

test('a byte that is no UTF-8 in a large document is refused', () => {
  const bytes = utf8(`{"messages":["?"]}${LARGE}`)
  bytes[14] = 0xff
  expect(parseItems(bytes, MEMBER)).toMatchObject({ ok: false, detail: expect.stringContaining('UTF-8') })
})

test('a large document says which item breaks its syntax', () => {
  expect(inParts('{"messages":[{},{"a":tru}]}')).toMatchObject({ detail: expect.stringContaining('item 1') })
})

test('items beyond the most are not parsed, and one more than allowed is left to be refused', () => {
  const few = { name: 'messages', most: 3 }
  const read = parseItems(utf8(`{"messages":[1,2,3,4,5]}${LARGE}`), few)
  expect(read.ok && read.value).toEqual({ messages: [1, 2, 3] })
  const lines = parseLines(utf8('{}\n1\n2\n3\n4\n5'), few)
  expect(lines.ok && lines.value).toEqual({ messages: [1, 2, 3] })
})

describe('lines', () => {
  const lines = (text: string) => parseLines(utf8(text), MEMBER)

  test.each([
    ['{"a":1}\n{"b":2}\n{"b":3}\n', { a: 1, messages: [{ b: 2 }, { b: 3 }] }],
    ['{"a":1}\n{"b":2}', { a: 1, messages: [{ b: 2 }] }],
    ['\ufeff{"a":1}\r\n{"b":2}\r\n', { a: 1, messages: [{ b: 2 }] }],
    ['\n \t\n{"a":1}\n\r\n\n{"b":2}\n\n\n{"b":3}\n  ', { a: 1, messages: [{ b: 2 }, { b: 3 }] }],
    ['{}\n1\nnull\n"x"\n[]', { messages: [1, null, 'x', []] }],
    ['{"a":1}', { a: 1 }],
    ['{}\n{"text":"a\\nb\u2028c\u0085d"}', { messages: [{ text: 'a\nb\u2028c\u0085d' }] }],
    ['[1]\n{"b":2}', [1]],
    ['"x"\n{"b":2}', 'x'],
  ])('%j', (text, value) => {
    expect(lines(text)).toMatchObject({ ok: true, faults: [] })
    const read = lines(text)
    expect(read.ok && read.value).toEqual(value)
  })

  test.each([
    ['{\n"a":1}', 'line:1'],
    ['{}\n{"b":2},\n{}', 'line:2'],
    ['{}\n\n\n{"b":', 'line:4'],
    ['{}\n{"b":2}{"b":3}', 'line:2'],
    ['{}\r\n{"to":1,"to":2}', 'line:2/to'],
    ['{"a":1,"a":1}\n{}', 'line:1/a'],
    ['{}\n[{"x":{"a":1,"a":1}}]', 'line:2/0/x/a'],
    ['{}\n\ufeff{}', 'line:2'],
    [`{}\n${'['.repeat(40)}`, 'line:2'],
  ])('%j is refused by %s', (text, pointer) => {
    const read = lines(text)
    expect(read).toMatchObject({ ok: false, reason: 'malformed', errors: [{ pointer, detail: expect.any(String) }] })
  })

  test.each(['', ' ', '\n\n', '\ufeff'])('%j is empty', (text) => {
    expect(lines(text)).toMatchObject({ ok: false, detail: 'The body is empty.' })
  })

  test('faults of an item stand by its index, whatever blank lines stand before it', () => {
    const read = lines('{"x":"\\u0000"}\n\n{"a":1}\n\n{"metadata":{"__proto__":"x"}}\n{"n":9007199254740993}')
    expect(read.ok && read.faults.map(({ pointer }) => pointer)).toEqual(['/x'])
    expect(read.ok && [...read.itemFaults].map(([n, list]) => [n, list[0]?.pointer])).toEqual([
      [1, '/metadata/__proto__'],
      [2, '/n'],
    ])
  })

  test('the first line does not name the items', () => {
    const read = lines('{"messages":[{"to":"x"}]}\n{"to":"y"}')
    expect(read.ok && read.faults.map(({ pointer }) => pointer)).toEqual(['/messages'])
  })

  test('values count over all lines', () => {
    const line = `[${Array(100_000).fill('0').join()}]\n`
    expect(lines(`{}\n${line.repeat(3)}`).ok).toBe(true)
    expect(lines(`{}\n${line.repeat(4)}`)).toMatchObject({ ok: false, reason: 'too-many' })
  })
})
