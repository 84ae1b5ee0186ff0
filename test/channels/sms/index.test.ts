import { describe, expect, it } from 'vitest'
import { sms } from '#worker/channels/sms/index.ts'
import { Problem } from '#worker/domain/problem.ts'

const FOOTER = '\nلغو11'

const errorsOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof Problem) return error.options.errors
    throw error
  }
  throw new Error('was taken')
}

describe('sms.parse', () => {
  it('takes a text as it is, ZWNJ and letter forms included', () => {
    for (const text of ['a', 'مي\u200cروم', '😀', 'x'.repeat(1530), 'س'.repeat(670), '€'.repeat(760), '😀'.repeat(330)])
      expect(sms.parse({ text })).toEqual({ text })
  })

  it.each([
    ['an empty text', { text: '' }, '/text'],
    ['a NUL', { text: 'a\0b' }, '/text'],
    ['half a surrogate pair', { text: 'a\ud83d' }, '/text'],
    ['a number for a text', { text: 5 }, '/text'],
    ['no text', {}, '/text'],
    ['an unknown field', { text: 'a', flash: true }, '/flash'],
    ['a text for an object', 'a', ''],
    ['null', null, ''],
    ['eleven GSM-7 segments', { text: 'x'.repeat(1531) }, '/text'],
    ['eleven UCS-2 segments', { text: 'س'.repeat(671) }, '/text'],
    ['eleven segments of pairs that do not straddle', { text: '😀'.repeat(331) }, '/text'],
    ['eleven segments of escape pairs that do not straddle', { text: '€'.repeat(761) }, '/text'],
    ['a megabyte', { text: 'x'.repeat(1_000_000) }, '/text'],
  ])('refuses %s and names the field', (_name, body, pointer) => {
    const errors = errorsOf(() => sms.parse(body)) ?? []
    expect(errors.length).toBeGreaterThan(0)
    expect(new Set(errors.map((error) => error.pointer))).toEqual(new Set([pointer]))
  })

  it('skips the count only for texts that fit whatever they hold', () => {
    for (const [character, width] of [
      ['€', 1],
      ['😀', 2],
      ['س', 1],
    ] as const) {
      const text = character.repeat(Math.floor(661 / width))
      expect(sms.measure({ text }).units).toBeLessThanOrEqual(10)
    }
    const odd = `س${'😀'.repeat(330)}`
    expect(odd).toHaveLength(661)
    expect(sms.measure({ text: odd }).units).toBeLessThanOrEqual(10)
  })
})

describe('sms.withFooter', () => {
  it('adds the footer before units are counted: they jump exactly where it crosses a part', () => {
    const unitsOf = (length: number) => sms.measure(sms.withFooter({ text: 'س'.repeat(length) }, FOOTER)).units
    expect([unitsOf(64), unitsOf(65), unitsOf(128), unitsOf(129)]).toEqual([1, 2, 2, 3])
  })

  it('turns an English text into UCS-2, and counts it so', () => {
    const content = sms.withFooter({ text: 'x'.repeat(160) }, FOOTER)
    expect(sms.measure(content)).toMatchObject({ encoding: 'ucs-2', units: 3 })
  })

  it('leaves a text that carries it already, in any digits, and does not add a second one', () => {
    for (const text of ['سلام\nلغو11', 'سلام\nلغو ۱۱']) expect(sms.withFooter({ text }, FOOTER)).toEqual({ text })
    const once = sms.withFooter({ text: 'سلام' }, FOOTER)
    expect(once).toEqual({ text: 'سلام\nلغو11' })
    expect(sms.withFooter(once, FOOTER)).toEqual(once)
  })

  it('refuses a text that the footer makes too long', () => {
    const errors = errorsOf(() => sms.withFooter({ text: 'س'.repeat(670) }, FOOTER))
    expect(errors).toEqual([{ pointer: '/text', detail: expect.stringContaining('10 segments') }])
  })
})

describe('sms, inbound', () => {
  it('joins parts in order', () => {
    expect(sms.join([{ text: 'سلام ' }, { text: 'دنیا' }])).toEqual({ text: 'سلام دنیا' })
  })

  it('has words unless the text is blank', () => {
    expect(sms.words({ text: 'لغو' })).toBe('لغو')
    expect(sms.words({ text: ' \n' })).toBeNull()
  })
})

describe('sms addresses', () => {
  it('never takes a line for a recipient', () => {
    expect(sms.sender('10004346')).toEqual({ kind: 'line', value: '10004346' })
    expect(errorsOf(() => sms.address('10004346', 'IR'))?.[0]?.detail).toContain('E.164')
  })
})
