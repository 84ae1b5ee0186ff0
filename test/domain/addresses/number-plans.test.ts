import { describe, expect, it, test } from 'vitest'
import { REGIONS, type Region } from '#worker/domain/addresses/number-plans.ts'
import { personNumber, phoneNumber } from '#worker/domain/addresses/phone.ts'
import { Problem } from '#worker/domain/problem.ts'
import { seeded } from '../../worlds/random.ts'

const refusalOf = (input: string, region: Region | null): string => {
  try {
    phoneNumber(input, region)
  } catch (error) {
    if (error instanceof Problem) return error.options.errors?.[0]?.detail ?? error.code
    throw error
  }
  return 'taken'
}

describe('what is written', () => {
  it.each<[Region | null, string, string, string?]>([
    // Iran
    ['IR', '09121234567', '+989121234567'],
    ['IR', '9121234567', '+989121234567'],
    ['IR', '989121234567', '+989121234567'],
    ['IR', '98 (0)912 1234567', '+989121234567'],
    ['IR', '۰۹۱۲ ۱۲۳ ۴۵۶۷', '+989121234567'],
    ['IR', '(021) 8877 6655', '+982188776655'],
    [null, '+98 (0)912 1234567', '+989121234567'],
    [null, '+۹۸ (۰)۹۱۲ ۱۲۳ ۴۵۶۷', '+989121234567'],
    ['GB', '+98 (021) 8877 6655', '+982188776655'],
    // United Kingdom
    ['GB', '07700 900123', '+447700900123'],
    ['GB', '07700900123', '+447700900123'],
    ['GB', '(020) 7946 0018', '+442079460018'],
    ['GB', '(0)7700 900123', '+447700900123'],
    ['IR', '+44 (0)7700 900123', '+447700900123'],
    [null, '0044 (0)7700 900123', '+447700900123'],
    [null, '(+44) (0) 7700 900123', '+447700900123'],
    [null, '+(44)(0)20 7946 0018', '+442079460018'],
    ['US', '011 44 (0)7700 900123', '+447700900123'],
    [null, '+44 (020) 7946 0018', '+442079460018'],
    [null, '\u202a+44 (\u200e0\u200e) 7700-900123\u202c', '+447700900123'],
    // Germany
    ['DE', '0151 23456789', '+4915123456789'],
    ['DE', '(0170) 123 45 67', '+491701234567'],
    ['DE', '030 23125000', '+493023125000'],
    [null, '+49 (0)151 23456789', '+4915123456789'],
    [null, '+49 (0)(30) 23125000', '+493023125000'],
    // France
    ['FR', '06 39 98 12 34', '+33639981234'],
    ['FR', '01.99.00.12.34', '+33199001234'],
    [null, '+33 (0)6 39 98 12 34', '+33639981234'],
    [null, '+33 700 123 456 7890', '+337001234567890'],
    // Türkiye
    ['TR', '0532 123 45 67', '+905321234567'],
    ['TR', '(0212) 555 01 23', '+902125550123'],
    [null, '+90 444 0 123', '+904440123'],
    // United Arab Emirates
    ['AE', '050 123 4567', '+971501234567'],
    ['AE', '٠٥٠ ١٢٣ ٤٥٦٧', '+971501234567'],
    ['AE', '04 123 4567', '+97141234567'],
    // North America
    ['US', '(415) 555-0171', '+14155550171'],
    ['US', '1 415 555 0171', '+14155550171'],
    ['US', '1-415-555-0171', '+14155550171'],
    ['US', '00 98 912 123 4567', '+989121234567'],
    ['GB', '+1 (415) 555-0171', '+14155550171'],
    [null, '+1 (1) 415 555 0171', '+14155550171'],
    // Mexico, and its 1 that was abolished
    [null, '+52 55 5012 3456', '+525550123456', '+525550123456'],
    [null, '+52 1 55 5012 3456', '+5215550123456', '+525550123456'],
    [null, '+52 (1) 55 5012 3456', '+5215550123456', '+525550123456'],
    [null, '+52 (01) 55 5012 3456', '+525550123456', '+525550123456'],
    // Argentina, and its 9 for mobiles
    [null, '+54 9 11 5012-3456', '+5491150123456', '+541150123456'],
    [null, '+54 11 5012-3456', '+541150123456', '+541150123456'],
    [null, '+54 (0)223 501 2345', '+542235012345', '+542235012345'],
    [null, '+54 9 2966 50 1234', '+5492966501234', '+542966501234'],
    // Brazil, and the ninth digit
    [null, '+55 11 91234-5678', '+5511912345678', '+5511912345678'],
    [null, '+55 11 98765-4321', '+5511987654321', '+5511987654321'],
    [null, '+55 11 8765-4321', '+551187654321', '+5511987654321'],
    [null, '+55 (0)21 6123-4567', '+552161234567', '+5521961234567'],
    [null, '+55 (021) 9123-4567', '+552191234567', '+5521991234567'],
    [null, '+55 11 2345-6789', '+551123456789', '+551123456789'],
    [null, '+55 61 5555-0123', '+556155550123', '+556155550123'],
    [null, '+55 800 712 3456', '+558007123456', '+558007123456'],
    // Italy, whose zero is part of the number
    [null, '+39 06 698 12345', '+390669812345'],
    [null, '+39 (0)6 698 12345', '+390669812345'],
    [null, '+39 (06) 698 12345', '+390669812345'],
    [null, '0039 347 123 4567', '+393471234567'],
    // Russia and Kazakhstan
    [null, '+7 912 345-67-89', '+79123456789'],
    [null, '+7 (8) 912 345-67-89', '+79123456789'],
    [null, '+7 (812) 123-45-67', '+78121234567'],
    [null, '+7 701 234 5678', '+77012345678'],
    // Countries of which only the trunk prefix is known, or nothing
    [null, '+31 (0)6 12345678', '+31612345678'],
    [null, '+81 (0)90-1234-5678', '+819012345678'],
    [null, '+36 (06) 20 123 4567', '+36201234567'],
    [null, '+36 (0620) 123 4567', '+36201234567'],
    [null, '+34 (0) 612 34 56 78', '+34612345678'],
    [null, '+34 (06) 123 45 67 89', '+3406123456789'],
    [null, '+34 0612 34 56 78', '+340612345678'],
    [null, '+378 (0549) 123456', '+3780549123456'],
    [null, '+225 (0)7 12 34 56 78', '+2250712345678'],
    [null, '+229 01 97 12 34 56', '+2290197123456'],
    [null, '+683 4002', '+6834002'],
  ])('with %s, %s is sent to %s', (region, input, value, key = value) => {
    expect(phoneNumber(input, region)).toEqual({ kind: 'e164', value })
    expect(personNumber(value)).toBe(key)
  })
})

const TRUNK_STAYED = /the 0 of national dialling is left out, or stands in brackets/

describe('what is refused, and why', () => {
  it.each<[Region | null, string, RegExp]>([
    [null, '07700 900123', /: write it with \+ and country code/],
    [null, '09350001122', /: write it with \+ and country code/],
    [null, '9350001122', /: write it with \+ and country code/],
    [null, '989350001122', /: write it with \+ and country code/],
    [null, '(415) 555-0171', /: write it with \+ and country code/],
    [null, '011 44 7700 900123', /: write it with \+ and country code/],
    ['GB', '447700900123', /, or one as it is dialled within GB$/],
    ['GB', '9350001122', /, or one as it is dialled within GB$/],
    ['GB', '7700900123', /, or one as it is dialled within GB$/],
    ['GB', 'someone', /, or one as it is dialled within GB$/],
    ['US', '0415 555 0171', /, or one as it is dialled within US$/],
    ['GB', '0912 123 45678', /within GB: \+44 is followed by 10 digits$/],
    ['GB', '04700 900123', /within GB: after \+44 comes 1, 2, 3, 5, 7, 8 or 9$/],
    ['GB', '07700 90012', /within GB: \+44 is followed by 10 digits$/],
    ['GB', '011 44 7700 900123', /within GB: at most 15 digits$/],
    ['IR', '0912 123 456', /within IR: \+98 is followed by 10 digits$/],
    ['IR', '01200 123456', /within IR: after \+98 comes 9 or an area code/],
    ['DE', '0151 2345678', /within DE: \+49 is followed by 11 digits$/],
    ['FR', '06 39 98 12 3', /within FR: \+33 is followed by 9 digits$/],
    ['TR', '0532 123 45 6', /within TR: \+90 is followed by 10 digits$/],
    ['TR', '0132 123 45 67', /within TR: after \+90 comes 2 to 9$/],
    ['AE', '050 123 456', /within AE: \+971 is followed by 9 digits$/],
    ['AE', '012 345 678', /within AE: after \+971 comes 2 to 9$/],
    ['US', '415 555 017', /within US: \+1 is followed by 10 digits$/],
    ['US', '115 555 0171', /within US: \+1 is followed by 10 digits$/],
    ['US', '(415) 155-0171', /within US: after \+1 comes an area code/],
    ['US', '1 (115) 555-0171', /within US: after \+1 comes an area code/],
    [null, '+44 07700 900123', TRUNK_STAYED],
    [null, '+4407700900123', TRUNK_STAYED],
    ['GB', '0044 07700 900123', TRUNK_STAYED],
    ['IR', '+98 0912 123 4567', TRUNK_STAYED],
    ['IR', '980 912 123 4567', TRUNK_STAYED],
    [null, '+49 0151 23456789', TRUNK_STAYED],
    [null, '+31 06 12345678', TRUNK_STAYED],
    [null, '+81 090-1234-5678', TRUNK_STAYED],
    [null, '+49 30 12', /: it has too few digits$/],
    ['GB', `${' '.repeat(60)}07700 900123`, /, or one as it is dialled within GB$/],
    [null, '+44 (0 7700 900123', TRUNK_STAYED],
    [null, '+44 (00)7700 900123', TRUNK_STAYED],
    [null, '+36 06 20 123 4567', /the 06 of national dialling/],
    [null, '+52 01 55 5012 3456', /the 01 of national dialling/],
    [null, '+44 7700 (0) 900123', /\+44 is followed by 10 digits$/],
    [null, '+52 1 155 501 2345', /after \+52 comes 2 to 9|\+52 is followed/],
    [null, '+52 55 5012 345', /\+52 is followed by 10 digits$/],
    [null, '+54 11 15 5012-3456', /\+54 is followed by 10 digits$/],
    [null, '+54 9 11 15 5012-3456', /\+54 is followed by 11 digits$/],
    [null, '+55 11 8765-432', /\+55 is followed by 10 digits$/],
    [null, '+55 11 1234-5678', /after \+55 comes an area code and 2 to 9$/],
    [null, '+39 6 698 12345', /after \+39 comes 0, 1, 3/],
    [null, '+7 8 912 345-67-89', /\+7 is followed by 10 digits$/],
    [null, '+7 012 345-67-89', /after \+7 comes 1 to 9$/],
  ])('with %s, %s', (region, input, detail) => {
    const refusal = refusalOf(input, region)
    expect(refusal).toMatch(/^must be a phone number in E\.164/)
    expect(refusal).toMatch(detail)
    const digits = input.replace(/\D/g, '').replace(/^0+/, '')
    for (const part of [digits, digits.slice(-6)]) if (part) expect(refusal).not.toContain(part)
  })

  test('Iran has 9 and the area codes of its provinces, and nothing else', () => {
    const taken = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0')).filter(
      (lead) => refusalOf(`+98${lead}12345678`, null) === 'taken',
    )
    expect(taken.join(' ')).toBe(
      '11 13 17 21 23 24 25 26 28 31 34 35 38 41 44 45 51 54 56 58 61 66 71 74 76 77 81 83 84 86 87 ' +
        '90 91 92 93 94 95 96 97 98 99',
    )
  })

  test('seven regions are read, and each is among the plans below', () => {
    expect([...REGIONS].sort()).toEqual(['AE', 'DE', 'FR', 'GB', 'IR', 'TR', 'US'])
    expect(KNOWN.flatMap(({ region }) => region ?? []).sort()).toEqual([...REGIONS].sort())
  })
})

type Chance = () => number

/** A plan as a person in the country knows it, told here a second time and without the code's own rules. */
interface Known {
  readonly code: string
  readonly region: Region | null
  readonly trunk: string | null
  /** A number in the plan's form, without the country code. */
  readonly one: (chance: Chance) => string
  /** Other national numbers of the same person. */
  readonly others?: (national: string) => readonly string[]
}

const digit = (chance: Chance, from = 0, to = 9): string => String(from + Math.floor(chance() * (to - from + 1)))
const some = (chance: Chance, count: number): string => Array.from({ length: count }, () => digit(chance)).join('')
const pick = (chance: Chance, words: string): string => {
  const all = words.split(' ')
  return all[Math.floor(chance() * all.length)] ?? ''
}

/** A number of so many digits that begins with one of the words. */
const begun = (chance: Chance, words: string, length: number): string => {
  const start = pick(chance, words)
  return start + some(chance, length - start.length)
}

const BRAZIL_AREAS = '11 19 21 28 31 41 51 55 61 71 81 91 99'
const KNOWN: readonly Known[] = [
  { code: '98', region: 'IR', trunk: '0', one: (c) => begun(c, '9 9 9 21 31 51', 10) },
  { code: '44', region: 'GB', trunk: '0', one: (c) => begun(c, '7 7 20 11', 10) },
  { code: '49', region: 'DE', trunk: '0', one: (c) => begun(c, '15 17 30 89', 11) },
  { code: '33', region: 'FR', trunk: '0', one: (c) => begun(c, '1 2 3 4 5 6 73 74', 9) },
  { code: '90', region: 'TR', trunk: '0', one: (c) => begun(c, '5 5 212 312', 10) },
  { code: '971', region: 'AE', trunk: '0', one: (c) => begun(c, '50 52 55', 9) },
  { code: '1', region: 'US', trunk: '1', one: (c) => digit(c, 2) + some(c, 2) + digit(c, 2) + some(c, 6) },
  { code: '39', region: null, trunk: null, one: (c) => begun(c, '06 02 3 3', 10) },
  { code: '7', region: null, trunk: '8', one: (c) => begun(c, '9 8 4 7', 10) },
  { code: '52', region: null, trunk: '01', one: (c) => begun(c, '2 3 4 55 6 7 8 9', 10), others: (n) => [`1${n}`] },
  { code: '54', region: null, trunk: '0', one: (c) => begun(c, '11 2 3 29 35', 10), others: (n) => [`9${n}`] },
  {
    code: '55',
    region: null,
    trunk: '0',
    one: (c) => pick(c, BRAZIL_AREAS) + (c() < 0.4 ? digit(c, 2, 5) + some(c, 7) : `9${digit(c, 1)}${some(c, 7)}`),
    others: (n) => (n.length === 11 && /[6-9]/.test(n[3] ?? '') ? [n.slice(0, 2) + n.slice(3)] : []),
  },
  { code: '31', region: null, trunk: '0', one: (c) => begun(c, '6', 9) },
  { code: '225', region: null, trunk: null, one: (c) => begun(c, '01 05 07 27', 10) },
]

const persian = (text: string): string => text.replace(/\d/g, (one) => String.fromCharCode(0x6f0 + Number(one)))
const FILL = [' ', '-', '.', '\u00a0', '\u200c', '\u200f', ' - ', '\u2011', '\u202a']
const filled = (text: string, chance: Chance): string =>
  [...text].map((one) => (chance() < 0.25 ? FILL[Math.floor(chance() * FILL.length)] + one : one)).join('')

/** All that people and carriers write for one person, each with the region that reads it. */
function spellings(plan: Known, national: string, chance: Chance): (readonly [string, Region | null])[] {
  const { code, region, trunk, others } = plan
  const regions = [null, ...REGIONS]
  const anywhere = regions[Math.floor(chance() * regions.length)] ?? null
  const found: (readonly [string, Region | null])[] = []
  for (const one of [national, ...(others?.(national) ?? [])]) {
    const zero = trunk === null ? `+${code} (0)${one.slice(1)}` : `+${code} (0)${one}`
    found.push([`+${code}${one}`, anywhere], [`00${code}${one}`, anywhere], [`+(${code})${one}`, anywhere])
    if (trunk !== null || one.startsWith('0')) found.push([zero, anywhere], [zero.replace('+', '00'), anywhere])
    if (trunk === '0') found.push([`+${code} (0${one.slice(0, 2)}) ${one.slice(2)}`, anywhere])
    found.push([`011${code}${one}`, 'US'], [`011 ${code} ${one}`, 'US'])
  }
  if (region && trunk) found.push([trunk + national, region], [`(${trunk})${national}`, region])
  if (region === 'US') found.push([national, region])
  if (region === 'IR') found.push([`98${national}`, region], [`98(0)${national}`, region])
  if (region === 'IR' && national.startsWith('9')) found.push([national, region])
  return found.flatMap(([text, read]) => [text, persian(filled(text, chance))].map((form) => [form, read] as const))
}

const ROUNDS = 2_000

describe.each(KNOWN.map((plan) => [plan.code, plan] as const))('+%s', (code, plan) => {
  test('every spelling of one number is one person, and no two numbers are', () => {
    const chance = seeded(Number(code))
    const persons = new Set<string>()
    const keys = new Set<string>()
    for (let round = 0; round < ROUNDS; round++) {
      const national = plan.one(chance)
      persons.add(national)
      const own = new Set<string>()
      for (const [text, region] of spellings(plan, national, chance))
        own.add(personNumber(phoneNumber(text, region).value))
      expect([...own]).toEqual([`+${code}${national}`])
      for (const key of own) keys.add(key)
    }
    expect(persons.size).toBeGreaterThan(ROUNDS * 0.99)
    expect(keys.size).toBe(persons.size)
  })
})

/** All numbers that may be one person's, the key among them: the inverse of `personNumber`, told a second time. */
function sharersOf(key: string): readonly string[] {
  if (/^\+52\d{10}$/.test(key)) return [key, `+521${key.slice(3)}`]
  if (/^\+54\d{10}$/.test(key)) return [key, `+549${key.slice(3)}`]
  if (/^\+55[1-9][1-9]9[6-9]\d{7}$/.test(key)) return [key, key.slice(0, 5) + key.slice(6)]
  return [key]
}

test('of all numbers that are taken, only the pairs of Mexico, Argentina and Brazil are one person', () => {
  const chance = seeded(164)
  const codes = KNOWN.map(({ code }) => code).concat('52 54 55 52 54 55 521 549 5511 5599 34 254'.split(' '))
  const taken = new Set<string>()
  for (let round = 0; round < 60_000; round++) {
    const code = codes[Math.floor(chance() * codes.length)] ?? ''
    const input = `+${code}${some(chance, 7 + Math.floor(chance() * 5))}`
    if (refusalOf(input, null) === 'taken') taken.add(input)
  }
  expect(taken.size).toBeGreaterThan(20_000)
  let pairs = 0
  for (const number of taken) {
    const key = personNumber(number)
    expect(sharersOf(key)).toContain(number)
    expect(personNumber(key)).toBe(key)
    expect(phoneNumber(key, null).value).toBe(key)
    if (key !== number) pairs++
  }
  expect(pairs).toBeGreaterThan(1_000)
})

test('a fixed line of Brazil is not the mobile number that has its eight digits', () => {
  const chance = seeded(55)
  for (let round = 0; round < 5_000; round++) {
    const area = pick(chance, BRAZIL_AREAS)
    const line = digit(chance, 2, 5) + some(chance, 7)
    expect(personNumber(`+55${area}${line}`)).toBe(`+55${area}${line}`)
    expect(personNumber(`+55${area}9${line}`)).toBe(`+55${area}9${line}`)
  }
})

test('what is no number of a plan stays as it is', () => {
  for (const text of ['', '+', '+5', '+521', '+549', '+5511', '10004346', '+99912345', '+5411501234567890'])
    expect(personNumber(text)).toBe(text)
})
