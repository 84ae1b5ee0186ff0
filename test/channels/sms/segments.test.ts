import { describe, expect, it } from 'vitest'
import { measureText } from '#worker/channels/sms/segments.ts'
import { countSeptets, septetsOf } from '#worker/domain/addresses/gsm7.ts'

const ZWNJ = '\u200c'

/** 3GPP TS 23.038 and 23.040: three independent counters agree on every line. */
const VECTORS: readonly (readonly [name: string, text: string, encoding: string, units: number])[] = [
  ['a×160', 'a'.repeat(160), 'gsm-7', 1],
  ['a×161', 'a'.repeat(161), 'gsm-7', 2],
  ['a×306', 'a'.repeat(306), 'gsm-7', 2],
  ['a×307', 'a'.repeat(307), 'gsm-7', 3],
  ['€×80', '€'.repeat(80), 'gsm-7', 1],
  ['€×81', '€'.repeat(81), 'gsm-7', 2],
  ['a×152 € a×152: the escape pair cannot straddle', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm-7', 3],
  ['ç×71: not in GSM-7', 'ç'.repeat(71), 'ucs-2', 2],
  ['Ç×71: in GSM-7', 'Ç'.repeat(71), 'gsm-7', 1],
  ['س×70', 'س'.repeat(70), 'ucs-2', 1],
  ['س×71', 'س'.repeat(71), 'ucs-2', 2],
  ['س×134', 'س'.repeat(134), 'ucs-2', 2],
  ['س×135', 'س'.repeat(135), 'ucs-2', 3],
  ['😀×35', '😀'.repeat(35), 'ucs-2', 1],
  ['😀×36', '😀'.repeat(36), 'ucs-2', 2],
  ['س×66 😀×3: the surrogate pair cannot straddle', `${'س'.repeat(66)}${'😀'.repeat(3)}`, 'ucs-2', 2],
  ['می‌روم×15: a ZWNJ costs a unit', `می${ZWNJ}روم`.repeat(15), 'ucs-2', 2],
  ['س×64 and the footer', `${'س'.repeat(64)}\nلغو11`, 'ucs-2', 1],
  ['س×65 and the footer', `${'س'.repeat(65)}\nلغو11`, 'ucs-2', 2],
  ['a tab', 'a\tb', 'ucs-2', 1],
  ['a backtick', '`', 'ucs-2', 1],
  ['a no-break space', 'a\u00a0b', 'ucs-2', 1],
]

describe('measureText', () => {
  it.each(VECTORS)('counts %s', (_name, text, encoding, units) => {
    expect(measureText(text)).toMatchObject({ encoding, units })
  })

  it('tells the length of every part in the units of the encoding', () => {
    expect(measureText('a'.repeat(307)).parts).toEqual([153, 153, 1])
    expect(measureText(`${'a'.repeat(152)}€${'a'.repeat(152)}`).parts).toEqual([152, 153, 1])
    expect(measureText(`${'س'.repeat(66)}😀😀😀`).parts).toEqual([66, 6])
    expect(measureText('سلام').parts).toEqual([4])
    expect(measureText('').parts).toEqual([0])
  })

  it('knows the 127 characters and ten extensions of the alphabet, and no other of the basic plane', () => {
    const costs = new Map<number, number>()
    for (let unit = 0; unit <= 0xffff; unit++) costs.set(septetsOf(unit), (costs.get(septetsOf(unit)) ?? 0) + 1)
    expect(costs.get(1)).toBe(127)
    expect(costs.get(2)).toBe(10)
    const beyondAscii = 'ΔΦΓΛΩΠΨΣΘΞÆæßÉÄÖÑÜ§¿äöñüà£¥èéùìòÇØøÅå¤¡'
    expect(countSeptets(beyondAscii)).toBe(beyondAscii.length)
    expect(countSeptets('\f^{}\\[~]|€')).toBe(20)
    expect(countSeptets('\u001b')).toBe(-1)
  })
})

/** Small, seeded and good enough to mix characters (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const GSM = ['a', 'Z', '€', '{', 'é', '\n', ' ', 'Δ']
const ANY = [...GSM, 'س', 'ç', '😀', ZWNJ, '👩', 'ی']

/** The rule as it is written: take characters one by one, begin a new part when one does not fit. */
function bruteForce(text: string, gsm: boolean, single: number, capacity: number): string[] {
  const cost = (character: string) => (gsm ? ('\f^{}\\[~]|€'.includes(character) ? 2 : 1) : character.length)
  const sum = (characters: string) => [...characters].reduce((total, character) => total + cost(character), 0)
  if (sum(text) <= single) return [text]
  const parts = ['']
  for (const character of text) {
    const last = parts.length - 1
    if (sum(parts[last] ?? '') + cost(character) > capacity) parts.push(character)
    else parts[last] += character
  }
  return parts
}

describe('a text of several parts', () => {
  it('agrees with the rule taken character by character, on 600 mixed texts', () => {
    const random = chance(20_261_123)
    for (let round = 0; round < 600; round++) {
      const alphabet = round % 2 === 0 ? GSM : ANY
      const length = Math.floor(random() * 420)
      let text = ''
      for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * alphabet.length)] ?? ''
      const { encoding, units, parts } = measureText(text)
      const gsm = encoding === 'gsm-7'
      const expected = bruteForce(text, gsm, gsm ? 160 : 70, gsm ? 153 : 67)
      expect(units).toBe(expected.length)
      expect(parts).toEqual(expected.map((part) => (gsm ? countSeptets(part) : part.length)))
    }
  })
})
