/** Numbers of a plan that begin alike. Of a plan's series, the first whose beginning fits decides. */
interface Series {
  readonly begins: RegExp
  /** Lengths of the national (significant) number; null where the plan is open or its lengths are not certain. */
  readonly lengths: readonly number[] | null
}

/** Another way to write a person's national number, and its replacement in the plan's own form. */
interface Respelling {
  readonly written: RegExp
  readonly meant: string
}

/** National numbers of a country, as its regulator notified them to ITU-T (E.129). */
interface NumberPlan {
  readonly code: string
  /** Prefix dialled before the number within the country and no part of it; null where numbers begin with a zero of their own. */
  readonly trunk: string | null
  /** Absent: only the country code and the length of E.164 are checked. */
  readonly series?: readonly Series[]
  /** Beginnings of the series in words, for refusals. */
  readonly beginnings?: string
  readonly spellings?: readonly Respelling[]
}

const DETAILED: readonly NumberPlan[] = [
  {
    // North America: NANPA, NXX-NXX-XXXX. The 1 before it is optional within the plan.
    code: '1',
    trunk: '1',
    series: [{ begins: /^[2-9]\d\d[2-9]/, lengths: [10] }],
    beginnings: 'an area code of three digits and an exchange, both from 2 to 9 on',
  },
  {
    // Russia (Ministry of Digital Development, system and plan of numbering) and Kazakhstan, which share the code.
    code: '7',
    trunk: '8',
    series: [{ begins: /^[1-9]/, lengths: [10] }],
    beginnings: '1 to 9',
  },
  {
    // France: Arcep, decision 2018-0881 as amended 2022. Machines have 13 digits, in 7 00 and in 9.
    code: '33',
    trunk: '0',
    series: [
      { begins: /^(?:700|9)/, lengths: [9, 13] },
      { begins: /^[1-8]/, lengths: [9] },
    ],
    beginnings: '1 to 9',
  },
  {
    // Italy and Vatican City: AGCOM, decision 8/15/CIR. The zero of fixed lines is part of the number; 2, 6 and 9 are
    // reserved.
    code: '39',
    trunk: null,
    series: [
      { begins: /^3/, lengths: [9, 10, 11, 12] },
      { begins: /^[014578]/, lengths: null },
    ],
    beginnings: '0, 1, 3, 4, 5, 7 or 8 (the 0 of a fixed line stays)',
  },
  {
    // United Kingdom, Jersey, Guernsey and Isle of Man: Ofcom, National Telephone Numbering Plan. 4 and 6 are not in use.
    code: '44',
    trunk: '0',
    series: [
      { begins: /^[23579]/, lengths: [10] },
      { begins: /^1/, lengths: [9, 10] },
      { begins: /^8/, lengths: [7, 9, 10] },
    ],
    beginnings: '1, 2, 3, 5, 7, 8 or 9',
  },
  {
    // Germany: Bundesnetzagentur, Nummernplan. Fixed lines are of many lengths; mobile numbers in 15 have eleven digits, the
    // older ones ten or eleven.
    code: '49',
    trunk: '0',
    series: [
      { begins: /^15/, lengths: [11] },
      { begins: /^1(?:6[023]|7)/, lengths: [10, 11] },
      { begins: /^[1-9]/, lengths: null },
    ],
    beginnings: '1 to 9',
  },
  {
    // Mexico: IFT, Plan Técnico Fundamental de Numeración of 2018. In August 2019 the prefix 01 and the 1 of mobile numbers
    // behind +52 were abolished.
    code: '52',
    trunk: '01',
    series: [
      { begins: /^[2-9]/, lengths: [10] },
      { begins: /^1[2-9]/, lengths: [11] },
    ],
    beginnings: '2 to 9, or the 1 that mobile numbers had',
    spellings: [{ written: /^1(?<number>[2-9]\d{9})$/, meant: '$<number>' }],
  },
  {
    // Argentina: ENACOM, Plan Fundamental de Numeración Nacional. Abroad a mobile number is called with 9 before it. Its
    // block is not given to fixed lines, so ten digits are one person.
    code: '54',
    trunk: '0',
    series: [
      { begins: /^9(?:11|[23])/, lengths: [11] },
      { begins: /^(?:11|[23])/, lengths: [10] },
      { begins: /^[68]/, lengths: null },
    ],
    beginnings: '11, 2, 3, 6 or 8, or 9 and a mobile number',
    spellings: [{ written: /^9(?<number>(?:11|[23])\d+)$/, meant: '$<number>' }],
  },
  {
    // Brazil: Anatel, resolution 749 of 2022; resolution 553 of 2010 put a 9 before the eight digits of mobile numbers, which
    // began with 6 to 9. Fixed lines begin with 2 to 5 and have eight. A second digit of 0 is no area (800, 4004).
    code: '55',
    trunk: '0',
    series: [
      { begins: /^[1-9][1-9]9/, lengths: [10, 11] },
      { begins: /^[1-9][1-9][2-8]/, lengths: [10] },
      { begins: /^[1-9]0/, lengths: null },
    ],
    beginnings: 'an area code and 2 to 9',
    spellings: [{ written: /^(?<area>[1-9][1-9])(?<number>[6-9]\d{7})$/, meant: '$<area>9$<number>' }],
  },
  {
    // Türkiye: BTK, Ulusal Numaralandırma Planı. 444 and four digits are the same in all areas.
    code: '90',
    trunk: '0',
    series: [
      { begins: /^[2359]/, lengths: [10] },
      { begins: /^4/, lengths: [7, 10] },
      { begins: /^[678]/, lengths: null },
    ],
    beginnings: '2 to 9',
  },
  {
    // Iran: CRA, national plan of 1394. 9 is mobile, the others are the area codes of the provinces; lines such as 1000… and
    // 3000… are neither and send only.
    code: '98',
    trunk: '0',
    series: [
      {
        begins: /^(?:9|1[137]|2[134568]|3[1458]|4[145]|5[1468]|6[16]|7[1467]|8[13467])/,
        lengths: [10],
      },
    ],
    beginnings: '9 or an area code (a line cannot receive)',
  },
  {
    // United Arab Emirates: TDRA, National Numbering Plan. 5 is mobile, 800 has five to twelve digits.
    code: '971',
    trunk: '0',
    series: [
      { begins: /^5/, lengths: [9] },
      { begins: /^[234679]/, lengths: [8, 9] },
      { begins: /^8/, lengths: null },
    ],
    beginnings: '2 to 9',
  },
]

/**
 * Trunk prefixes of the other countries: ITU-T, Dialling Procedures (annex to Operational Bulletin 994) and the regulators'
 * later notices. A country is in the first line only if no number of a person begins with 0 there; a country that is in no
 * line is not checked.
 */
const TRUNKS: readonly (readonly [trunk: string | null, codes: string])[] = [
  [
    '0',
    '20 211 212 213 218 231 232 233 234 243 249 251 252 254 255 256 260 261 262 263 264 265 27 291 ' +
      '31 32 353 355 358 359 370 373 374 377 380 381 382 383 385 386 387 389 40 41 421 423 43 46 508 51 53 57 58 590 591 593 ' +
      '594 595 596 598 60 61 62 63 64 66 686 81 82 84 850 855 856 86 880 886 91 92 93 94 95 961 962 963 964 966 967 970 972 ' +
      '976 977 994 995 996',
  ],
  ['06', '36'],
  [null, '225 226 227 229 241 242 378'],
]

const PLANS: ReadonlyMap<string, NumberPlan> = new Map(
  TRUNKS.flatMap(([trunk, codes]) => codes.split(' ').map((code): NumberPlan => ({ code, trunk })))
    .concat(DETAILED)
    .map((plan) => [plan.code, plan]),
)

/** The number plan of a country code; undefined where none is known. */
export const planOf = (code: string): NumberPlan | undefined => PLANS.get(code)

const hasLength = ({ lengths }: Series, length: number): boolean => lengths === null || lengths.includes(length)

/** Reason why the digits behind the country code are no number of the plan, without quoting them; null if they may be one. */
export function nationalFault(plan: NumberPlan, national: string): string | null {
  const { code, trunk, series, beginnings } = plan
  if (trunk?.startsWith('0') && national.startsWith(trunk))
    return `after +${code} the ${trunk} of national dialling is left out, or stands in brackets`
  if (!series) return null
  const own = series.find(({ begins }) => begins.test(national))
  if (own && hasLength(own, national.length)) return null
  if (!own && series.some((other) => hasLength(other, national.length))) return `after +${code} comes ${beginnings}`
  const lengths = new Set((own ? [own] : series).flatMap((one) => one.lengths ?? []))
  return `+${code} is followed by ${[...lengths].sort((a, b) => a - b).join(' or ')} digits`
}

interface RegionData {
  readonly code: string
  /** Prefix dialled there for another country, beside 00. */
  readonly abroad?: string
  /** National numbers that people also write without the trunk prefix. */
  readonly withoutTrunk?: RegExp
  /** Numbers that people write with the country code and no plus. */
  readonly withoutPlus?: RegExp
}

const DATA = {
  IR: { code: '98', withoutTrunk: /^9\d{9}$/, withoutPlus: /^980?\d{10}$/ },
  GB: { code: '44' },
  DE: { code: '49' },
  FR: { code: '33' },
  TR: { code: '90' },
  AE: { code: '971' },
  US: { code: '1', abroad: '011', withoutTrunk: /^[2-9]/ },
} satisfies Record<string, RegionData>

/** A country (ISO 3166-1 alpha-2) whose national forms are read. A line of `DATA` adds one; its plan must be detailed. */
export type Region = keyof typeof DATA
export const REGIONS = Object.keys(DATA) as readonly Region[]

/** A number as it was understood, before its plan is checked: digits that begin with the country code. */
export interface Reading {
  readonly digits: string
  /** Characters of the text before the country code; null if the text was in national form. */
  readonly codeAt: number | null
}

/** The national (significant) number of a number as dialled within its country; null if the trunk prefix is missing. */
function significantNumber(dialled: string, trunk: string | null, withoutTrunk?: RegExp): string | null {
  if (trunk === null || withoutTrunk?.test(dialled)) return dialled
  return dialled.startsWith(trunk) ? dialled.slice(trunk.length) : null
}

/** Reads digits without `+` and `00` as people of the region do; null if they dial nothing there. */
export function readIn(region: Region, text: string): Reading | null {
  const { code, abroad, withoutTrunk, withoutPlus }: RegionData = DATA[region]
  if (abroad && text.startsWith(abroad)) return { digits: text.slice(abroad.length), codeAt: abroad.length }
  if (withoutPlus?.test(text)) return { digits: text, codeAt: 0 }
  const national = significantNumber(text, planOf(code)?.trunk ?? null, withoutTrunk)
  return national === null ? null : { digits: code + national, codeAt: null }
}
