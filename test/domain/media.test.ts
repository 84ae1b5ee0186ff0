import { describe, expect, test } from 'vitest'
import { besideRequest, newRequestId, timeOfId } from '#worker/domain/ids.ts'
import { FILE_TYPES, fileName, fileType, PLAIN_BYTES, receivedType } from '#worker/domain/media.ts'

describe('types', () => {
  test('none that a browser would run or render as a page is allowed', () => {
    expect(FILE_TYPES.filter((type) => /html|svg|xml$|script|xhtml|shockwave|^multipart|\*/.test(type))).toEqual([])
    expect(
      FILE_TYPES.filter((type) => !/^(audio|image|video|text|application|message)\/[a-z0-9.+-]+$/.test(type)),
    ).toEqual([])
    expect(new Set(FILE_TYPES).size).toBe(FILE_TYPES.length)
  })

  test('are read without case and parameters', () => {
    expect(fileType('Audio/OGG; codecs="opus"')).toBe('audio/ogg')
    for (const none of [null, '', 'audio', 'audio/', '*/*', 'toString', 'audio/ogg,text/html', ' ;audio/ogg'])
      expect(fileType(none), String(none)).toBeNull()
    expect([receivedType('text/html'), receivedType(null), receivedType('image/png')]).toEqual([
      PLAIN_BYTES,
      PLAIN_BYTES,
      'image/png',
    ])
  })
})

describe('names', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['پیام صوتی.ogg', 'پیام صوتی.ogg'],
    ['می\u200cروم.txt', 'می\u200cروم.txt'],
    ['C:\\Users\\x\\a.doc', 'C: Users x a.doc'],
    ['../../etc/passwd', '.. .. etc passwd'],
    ['a\0b\r\nc\td', 'a b c d'],
    ['invoice\u202egpj.exe', 'invoice gpj.exe'],
    ['half \ud83d pair', 'half pair'],
    ['😀'.repeat(300), '😀'.repeat(200)],
    ['', null],
    ['..', null],
    [' . ', null],
    ['///', null],
    [null, null],
  ])('%j is kept as %j', (name, kept) => {
    expect(fileName(name)).toBe(kept)
  })
})

test('ids beside a request’s are of the same time, and all different', () => {
  const request = newRequestId(1_790_000_000_123)
  const ids = Array.from({ length: 10_000 }, (_, n) => besideRequest(request, n))
  expect(ids[0]).toBe(request)
  expect(new Set(ids).size).toBe(10_000)
  expect(ids.every((id) => timeOfId(id) === 1_790_000_000_123 && id.length === request.length)).toBe(true)
  const last = `${request.slice(0, 14)}zzzzzz` as typeof request
  expect(besideRequest(last, 1)).toBe(`${request.slice(0, 14)}000000`)
})
