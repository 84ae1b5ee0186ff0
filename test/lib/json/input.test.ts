import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { utf8 } from '#worker/lib/bytes.ts'
import { fieldErrors, nestsDeeper, parseJson } from '#worker/lib/json/input.ts'

const parse = (text: string) => parseJson(utf8(text))
const faults = (text: string) => {
  const read = parse(text)
  return read.ok ? read.faults.list : read
}
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('JSON', () => {
  test('is read as JSON.parse reads it, a byte order mark aside', () => {
    expect(parse('\ufeff{"a":[1,"ب",null]}')).toMatchObject({ ok: true, value: { a: [1, 'ب', null] } })
    expect(parse('\ufeff\ufeff{}').ok).toBe(false)
  })

  test.each(['', '  \n', '{', '{"a":}', "{'a':1}", '{"a":1}x', '[1,]', '"\u0000"', 'NaN', '\u0000'])(
    '%j is refused',
    (text) => {
      expect(parse(text).ok).toBe(false)
    },
  )

  test('that is no UTF-8 is refused, a raw surrogate included', () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xc0, 0x80, 0x22],
      [0x22, 0xd8],
    ]) {
      expect(parseJson(new Uint8Array(bytes))).toMatchObject({ ok: false, detail: 'The body is not valid UTF-8.' })
    }
  })

  test('errors repeat nothing of the body', () => {
    const parsed = parse('{"to":"+989121234567" "text":"رمز 1234"}')
    expect(parsed.ok).toBe(false)
    expect(JSON.stringify(parsed)).not.toMatch(/9891|رمز|to/)
  })

  test('nests up to the limit and not one level more', () => {
    expect(parse(nested(32)).ok).toBe(true)
    expect(parse(nested(33))).toMatchObject({ ok: false, detail: expect.stringContaining('nests') })
    expect(parse(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`).ok).toBe(false)
    expect(parse('['.repeat(900_000)).ok).toBe(false)
  })

  test('brackets in strings are no depth, whatever escapes stand before their quotes', () => {
    expect(nestsDeeper(JSON.stringify(['['.repeat(100), '\\', '"[[[[', '\\"[[[']), 2)).toBe(false)
    expect(nestsDeeper(`["\\\\",${nested(3)}]`, 3)).toBe(true)
    expect(nestsDeeper(`["\\\\\\"${'['.repeat(50)}"]`, 1)).toBe(false)
    expect(nestsDeeper('"[[[[', 1)).toBe(false)
  })

  test('a __proto__ key changes no prototype', () => {
    const parsed = parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}')
    expect(parsed.ok && (parsed.value as { admin?: boolean }).admin).toBe(undefined)
    expect(({} as { admin?: boolean }).admin).toBe(undefined)
  })
})

describe('texts that cannot be stored', () => {
  test('are named by JSON Pointer', () => {
    expect(faults('{"a/b":[{"c~d":"x\\u0000"}],"e":"\\ud83d","f":"\\uDE00x"}')).toEqual([
      { pointer: '/a~1b/0/c~0d', detail: 'holds a NUL character' },
      { pointer: '/e', detail: 'holds half a surrogate pair' },
      { pointer: '/f', detail: 'holds half a surrogate pair' },
    ])
    expect(faults('{"labels":{"\\u0000":1,"\\ud800":2}}')).toEqual([
      { pointer: '/labels', detail: 'a name in it holds a NUL character' },
      { pointer: '/labels', detail: 'a name in it holds half a surrogate pair' },
    ])
    expect(faults('"\\u0000"')).toEqual([{ pointer: '', detail: 'holds a NUL character' }])
  })

  test('are not seen in whole pairs and other escapes', () => {
    expect(faults('{"a":"\\ud83d\\ude00"}')).toEqual([])
    expect(faults('{"a":"\\\\u0000"}')).toEqual([])
    expect(faults('{"a":"\\u0633\\n😀"}')).toEqual([])
  })
})

describe('names and numbers that parsing would change silently', () => {
  const pointers = (text: string) => {
    const found = faults(text)
    return 'ok' in found ? found : found.map(({ pointer }) => pointer)
  }

  test.each([
    ['{"metadata":{"__proto__":"x"}}', ['/metadata/__proto__']],
    ['{"a":[{},{"\\u005f_proto__":{"__proto__":1}}]}', ['/a/1/__proto__', '/a/1/__proto__/__proto__']],
    ['{"_\\u005Fproto_\\u005f":1}', ['/__proto__']],
    ['{"a":"__proto__","b":["__proto__"]}', []],
    ['{"__proto":1,"_proto__":1,"__proto__ ":1,"constructor":{"prototype":1},"toString":1,"hasOwnProperty":1}', []],
    ['{"id":9007199254740993}', ['/id']],
    ['[-9007199254740993,9007199254740991,-9007199254740991]', ['/0']],
    ['[1e999,-1e999,1E400,1e308,1e-999,12345678901234567890.5]', ['/0', '/1', '/2']],
    ['["9007199254740993","1e999",0.1234567890123456789]', []],
    ['1e999', ['']],
  ])('%s', (text, expected) => {
    expect(pointers(text)).toEqual(expected)
  })

  test('beyond what is told apart they fill no memory: a body can be made of faults with long pointers', () => {
    const read = parse(`{"${'n'.repeat(100_000)}":[${Array(100_000).fill('1e999').join()}]}`)
    expect(read.ok && read.faults.list.length).toBeLessThan(30)
  })
})

describe('a name that stands twice', () => {
  const twice = (text: string) => {
    const read = parse(text)
    return read.ok ? [] : read.errors?.map(({ pointer }) => pointer)
  }

  test.each([
    ['{"to":1,"to":2}', ['/to']],
    ['{"to":1,"t\\u006f":2}', ['/to']],
    ['{"t\\u006f":1,"to":2}', ['/to']],
    ['{"":1,"":2}', ['/']],
    ['{"سلام":1,"\\u0633\\u0644\\u0627\\u0645":2}', ['/سلام']],
    ['{"a/b":1,"a~b":2,"a\\/b":3}', ['/a~1b']],
    ['{"a":{"b":[1,{"c":1,"c":1,"c":1}]}}', ['/a/b/1/c', '/a/b/1/c']],
    ['{"a":1,"b":{"a":1},"a":2}', ['/a']],
    ['{"__proto__":1,"__proto__":2}', ['/__proto__']],
    ['[{"a":1},{"a":1},{"a":1,"A":1,"a ":1}]', []],
    ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}', []],
    ['{"a":"\\",\\"a\\":1","b":"a","c":"a"}', []],
    ['{"\\ud800":1,"\\ud801":2,"\\ufffd":3}', []],
    ['{"Aa":1,"BB":2,"C#":3,"AaAa":1,"BBBB":2,"AaBB":3,"BBAa":4}', []],
  ])('%s', (text, expected) => {
    expect(twice(text)).toEqual(expected)
  })

  test('is found in an object of many names, at a cost that does not grow with their square', () => {
    const names = Array.from({ length: 100_000 }, (_, n) => `"n${n}":0`)
    expect(parse(`{${names}}`).ok).toBe(true)
    expect(twice(`{${names},"n99999":1}`)).toEqual(['/n99999'])
    expect(twice(`{${names},"n\\u0033":1}`)).toEqual(['/n3'])
  })

  test('does not hide behind a syntax error, nor a syntax error behind it', () => {
    expect(parse('{"a":1,"a":2').ok).toBe(false)
    expect(parse('{"a":1 "a":2}').ok).toBe(false)
  })
})

test('a body of more values than an isolate can hold is not parsed', () => {
  expect(parse(`[${Array(300_000).fill('{}').join()}]`)).toMatchObject({ ok: false, reason: 'too-many' })
  expect(parse(`[${Array(410_000).fill('0').join()}]`)).toMatchObject({ ok: false, reason: 'too-many' })
  expect(parse(`[${Array(390_000).fill('0').join()}]`).ok).toBe(true)
})

describe('field errors', () => {
  const schema = z.strictObject({
    to: z.string(),
    mode: z.enum(['live', 'test']),
    list: z.array(z.strictObject({ n: z.int().max(5) })).optional(),
    labels: z.record(z.string().max(3), z.string()).optional(),
  })
  const errorsOf = (value: unknown, prefix?: string) => {
    const parsed = schema.safeParse(value)
    return parsed.success ? [] : fieldErrors(parsed.error, prefix)
  }

  test('say which names there are where a name chooses the form', () => {
    const form = (kind: string) => z.strictObject({ kind: z.literal(kind) })
    const { error } = z.discriminatedUnion('kind', [form('secret'), form('hmac')]).safeParse({})
    expect(error && fieldErrors(error)).toEqual([{ pointer: '/kind', detail: 'must be one of secret, hmac' }])
  })

  test('name every wrong field, missing ones and unknown ones one by one', () => {
    const errors = errorsOf({ mode: 'x', list: [{ n: 1 }, { n: 9, 'a/b': 1 }], one: 1, 'two~': 2 })
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      '/to',
      '/mode',
      '/list/1/n',
      '/list/1/a~1b',
      '/one',
      '/two~0',
    ])
    expect(errors[0]?.detail).toBe('is required')
    expect(errors[4]?.detail).toBe('is not a field of this object')
  })

  test('say what was expected and never what came', () => {
    const secret = 'my-secret-value'
    const errors = errorsOf({ to: 5, mode: secret, labels: { [secret]: 'x' }, list: secret })
    expect(JSON.stringify(errors.map(({ detail }) => detail))).not.toContain(secret)
    expect(errors.length).toBe(4)
  })

  test('stand below the pointer they are given, and a wrong whole is the empty pointer', () => {
    expect(errorsOf({ to: 1, mode: 'live' }, '/messages/3')[0]?.pointer).toBe('/messages/3/to')
    expect(errorsOf([])[0]?.pointer).toBe('')
  })

  test('name __proto__ as any other unknown field', () => {
    const errors = errorsOf(JSON.parse('{"to":"x","mode":"live","__proto__":{"a":1}}'))
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/__proto__'])
  })

  test('are at most a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`x${i}`, 1]))
    expect(errorsOf(many).length).toBe(100)
  })
})
