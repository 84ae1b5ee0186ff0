/** What makes a range dear: no person has a number there whom only this number reaches. */
type Cost = 'satellite' | 'global' | 'premium' | 'shared cost' | 'personal'

/** Numbers that begin so only cost, with the source. */
interface CostlyRange {
  readonly cost: Cost
  /** Beginnings behind the plus, separated by blanks. */
  readonly beginnings: string
  readonly source: string
}

/**
 * Ranges that cost much and prove nothing, which no code goes to: worldwide ones, and those of the number plans that
 * addresses/number-plans.ts holds in detail, after the published plans (from memory). A country without a line is held by its
 * ceiling.
 */
const RANGES: readonly CostlyRange[] = [
  {
    cost: 'satellite',
    beginnings: '870 881',
    source: 'ITU-T E.164 list: Inmarsat SNAC, global mobile satellite systems',
  },
  {
    cost: 'global',
    beginnings: '882 883',
    source: 'ITU-T E.164 list: international networks (Thuraya, Emsat, machines)',
  },
  { cost: 'global', beginnings: '888', source: 'ITU-T E.164 list: disaster relief, withdrawn' },
  { cost: 'personal', beginnings: '878', source: 'ITU-T E.168.1: universal personal telecommunication' },
  { cost: 'premium', beginnings: '979', source: 'ITU-T E.169.2: international premium rate' },
  { cost: 'shared cost', beginnings: '808', source: 'ITU-T E.169.3: international shared cost' },
  { cost: 'premium', beginnings: '1900', source: 'NANPA: service code 900' },
  {
    cost: 'personal',
    beginnings: '1500 1521 1522 1523 1524 1525 1526 1527 1528 1529 1533 1544 1566 1577 1588 1600 1700 1710',
    source: 'NANPA: 5XX personal communications and machines, 600 and 700 of carriers, 710 of the government',
  },
  { cost: 'premium', beginnings: '7803 7809', source: 'Russia, system and plan of numbering: 803 and 809' },
  { cost: 'shared cost', beginnings: '7801 7802 7805 7806', source: 'Russia, system and plan of numbering' },
  { cost: 'premium', beginnings: '3389', source: 'Arcep, decision 2018-0881: 089' },
  { cost: 'shared cost', beginnings: '3381 3382', source: 'Arcep, decision 2018-0881: 081 and 082' },
  { cost: 'premium', beginnings: '39144 39166 39199 3989', source: 'AGCOM, decision 8/15/CIR' },
  { cost: 'shared cost', beginnings: '3984', source: 'AGCOM, decision 8/15/CIR: 84' },
  { cost: 'personal', beginnings: '39178', source: 'AGCOM, decision 8/15/CIR: 178' },
  { cost: 'premium', beginnings: '449', source: 'Ofcom, National Telephone Numbering Plan: 09' },
  { cost: 'shared cost', beginnings: '4484 4487', source: 'Ofcom, National Telephone Numbering Plan: 084 and 087' },
  { cost: 'personal', beginnings: '4470', source: 'Ofcom, National Telephone Numbering Plan: 070' },
  { cost: 'premium', beginnings: '49900 49137', source: 'Bundesnetzagentur, Nummernplan: 0900, 0137' },
  { cost: 'shared cost', beginnings: '49180', source: 'Bundesnetzagentur, Nummernplan: 0180' },
  { cost: 'personal', beginnings: '49700', source: 'Bundesnetzagentur, Nummernplan: 0700' },
  { cost: 'premium', beginnings: '52900', source: 'IFT, Plan Técnico Fundamental de Numeración: 900' },
  { cost: 'premium', beginnings: '54600 54609', source: 'ENACOM, Plan Fundamental de Numeración Nacional: 600, 609' },
  { cost: 'premium', beginnings: '55900 55500', source: 'Anatel, resolution 749: 0900, and 0500 of donations' },
  { cost: 'shared cost', beginnings: '55300', source: 'Anatel, resolution 749: 0300' },
  { cost: 'premium', beginnings: '90900 90898', source: 'BTK, Ulusal Numaralandırma Planı: 900, 898' },
  { cost: 'premium', beginnings: '98909', source: 'CRA, national plan of 1394: 909, services at a price of their own' },
  { cost: 'premium', beginnings: '971900', source: 'TDRA, National Numbering Plan: 900' },
  { cost: 'shared cost', beginnings: '971600', source: 'TDRA, National Numbering Plan: 600' },
]

const BY_BEGINNING: ReadonlyMap<string, Cost> = new Map(
  RANGES.flatMap(({ cost, beginnings }) => beginnings.split(' ').map((beginning) => [beginning, cost] as const)),
)
const LONGEST = Math.max(...[...BY_BEGINNING.keys()].map(({ length }) => length))

/** What makes a number in E.164 dear; null: it is in no range that only costs. */
export function costOf(e164: string): Cost | null {
  for (let length = 2; length <= LONGEST; length++) {
    const cost = BY_BEGINNING.get(e164.slice(1, 1 + length))
    if (cost !== undefined) return cost
  }
  return null
}
