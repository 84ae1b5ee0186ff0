import { describe, expect, test } from 'vitest'
import { contentDisposition, fileNameIn } from '#worker/lib/http/content-disposition.ts'

describe('what is read', () => {
  test.each([
    // RFC 6266 5 and RFC 8187 3.2.3.
    ['Attachment; filename=example.html', 'example.html'],
    ['INLINE; FILENAME= "an example.html"', 'an example.html'],
    [`attachment; filename*= UTF-8''%e2%82%ac%20rates`, '€ rates'],
    [`attachment; filename="EURO rates"; filename*=utf-8''%e2%82%ac%20rates`, '€ rates'],
    [`attachment; filename*=UTF-8'en'%C2%A3%20and%20%E2%82%AC%20rates`, '£ and € rates'],
    ['attachment; filename="a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    [`attachment; filename="plain.txt"; filename*=UTF-8''%ff%fe`, 'plain.txt'],
    [`attachment; filename*=iso-8859-1''%A3; filename=pound.txt`, 'pound.txt'],
    ['attachment', null],
    ['', null],
    ['attachment; name="x"', null],
    ['attachment; filename="unfinished', null],
  ])('%s', (header, name) => {
    expect(fileNameIn(header)).toBe(name)
  })
})

describe('what is written', () => {
  const NAMES = ['a.txt', 'پیام صوتی.ogg', 'a "b".txt', `it's 100%.txt`, 'a;b=c.txt', "x*'().txt", '€ rates']
  test.each(NAMES)('%s is one header of ASCII, and is read as the same name', (name) => {
    const header = contentDisposition('attachment', name)
    expect(header).toMatch(/^attachment; filename="[\x20-\x7e]*"/)
    expect(fileNameIn(header)).toBe(name)
  })

  test('no name ends the header early', () => {
    const header = contentDisposition('inline', "a\"; filename*=UTF-8''evil\r\nset-cookie: x")
    expect(header).not.toMatch(/[\r\n]/)
    expect(header.match(/filename="[^"]*"/)?.[0]).toContain('evil')
    expect(contentDisposition('inline', null)).toBe('inline')
  })
})
