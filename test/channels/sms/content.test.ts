import { expect, test } from 'vitest'
import { plainText, smsContent } from '#worker/channels/sms/content.ts'
import { seeded } from '../../worlds/random.ts'

test('a text that is taken without the schema is what the schema makes of it', () => {
  const random = seeded(20_261_128)
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value
  const text = (): string => {
    const length = pick([0, 1, 2, 70, 661, 662, 700, 1_530, 1_531])
    const filled = pick(['x', 'س', '\u{1f600}', '€', ' ']).repeat(length).slice(0, length)
    const at = Math.floor(random() * length)
    return random() < 0.7
      ? filled
      : filled.slice(0, at) + pick(['\0', '\ud83d', '\udc00', '\u200c', '']) + filled.slice(at)
  }
  const value = (): string => (random() < 0.9 ? JSON.stringify(text()) : pick(['null', '7', '[]', '{}', 'true']))
  const body = (): string => {
    if (random() < 0.05) return pick(['null', '"text"', '[]', '["text"]', '{}', '1'])
    const more = random() < 0.8 ? [] : [`${JSON.stringify(pick(['__proto__', 'constructor', 'Text', '']))}:${value()}`]
    return `{${[`"text":${value()}`, ...more].toSorted(() => random() - 0.5).join()}}`
  }
  let plain = 0
  let short = 0
  for (let n = 0; n < 20_000; n++) {
    const json = body()
    const found = plainText(JSON.parse(json))
    const parsed = smsContent.safeParse(JSON.parse(json))
    if (parsed.success && parsed.data.text.length <= 661) short++
    if (found === null) continue
    plain++
    expect(parsed.error, json).toBeUndefined()
    expect(Object.keys(found)).toEqual(['text'])
    expect(found.text).toBe(parsed.data?.text)
  }
  expect(plain).toBeGreaterThan(4_000)
  expect(plain).toBe(short)
})
