import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { utf8 } from '#worker/lib/bytes.ts'
import { fieldErrors, mayHoldBadText, nestsDeeper, parseJson, textFaults } from '#worker/lib/json-input.ts'

const parse = (text: string) => parseJson(utf8(text)).parsed
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('JSON', () => {
  test('is read as JSON.parse reads it, a byte order mark aside', () => {
    expect(parse('\ufeff{"a":[1,"ب",null]}')).toEqual({ ok: true, value: { a: [1, 'ب', null] } })
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
      expect(parseJson(new Uint8Array(bytes)).parsed).toEqual({ ok: false, detail: 'The body is not valid UTF-8.' })
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
  const faults = (text: string) => (mayHoldBadText(text) ? textFaults(JSON.parse(text)) : 'not looked at')

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
    expect(faults('{"a":"\\u0633\\n😀"}')).toBe('not looked at')
  })
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
