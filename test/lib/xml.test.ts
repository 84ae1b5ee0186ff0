import { describe, expect, test } from 'vitest'
import { type XmlElement, xmlDocument } from '#worker/lib/xml.ts'

/** One element as a document writes it. */
const xmlOf = (root: XmlElement): string => xmlDocument(root).replace('<?xml version="1.0" encoding="UTF-8"?>', '')

describe('XML', () => {
  test('a text cannot leave its element, nor a value its attribute', () => {
    expect(xmlOf({ name: 'Say', attributes: { a: `"><Dial b='` }, children: '</Say><Dial>&' })).toBe(
      '<Say a="&quot;&gt;&lt;Dial b=&apos;">&lt;/Say&gt;&lt;Dial&gt;&amp;</Say>',
    )
  })
  test('what no document may hold is left out, and the rest kept', () => {
    expect(xmlOf({ name: 'Say', children: 'a\0b\u0008\u001b\ud800c\ufffe\uffff سلام 👋\n' })).toBe(
      '<Say>abc سلام 👋\n</Say>',
    )
  })
  test('elements nest, and an empty one is closed', () => {
    const root = { name: 'Response', children: [{ name: 'Say', children: 'x' }, { name: 'Hangup' }] }
    expect(xmlDocument(root)).toBe('<?xml version="1.0" encoding="UTF-8"?><Response><Say>x</Say><Hangup/></Response>')
    expect(xmlOf({ name: 'A', attributes: { b: undefined, c: 0, d: false } })).toBe('<A c="0" d="false"/>')
  })
})
