import { readFileSync } from 'node:fs'

export const CAMPAIGN = 'examples/campaign.csv'
const COLUMNS = ['ref', 'to', 'purpose', 'text', 'expected'] as const

/** Ends of a campaign's message: `refused` by the API itself, else its last status. */
const OUTCOMES = ['delivered', 'undelivered', 'rejected', 'unknown', 'expired', 'failed', 'refused'] as const
export type Outcome = (typeof OUTCOMES)[number]

export interface CampaignRow {
  readonly ref: string
  readonly to: string
  readonly purpose: string
  readonly text: string
  readonly expected: Outcome
}

const quoted = (field: string): string => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)

export function formatCampaign(rows: readonly CampaignRow[]): string {
  const lines = [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => quoted(row[column])).join(','))]
  return `${lines.join('\n')}\n`
}

/** Records of a CSV text (RFC 4180), each the list of its fields. */
function records(text: string): string[][] {
  const found: string[][] = []
  let record: string[] = []
  for (const [, plain, quotedField, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (end === '' && record.length === 0) break
    record.push(plain?.replaceAll('""', '"') ?? quotedField ?? '')
    if (end === ',') continue
    found.push(record)
    record = []
  }
  return found
}

/** Reads a campaign's CSV; throws with the line number of the first row that does not fit. */
export function parseCampaign(text: string): CampaignRow[] {
  const [header = [], ...rest] = records(text.replaceAll('\r\n', '\n'))
  if (header.join() !== COLUMNS.join()) throw new Error(`the first line must be ${COLUMNS.join(',')}`)
  return rest.map(([ref = '', to = '', purpose = '', body = '', expected = ''], i) => {
    if (!OUTCOMES.some((outcome) => outcome === expected))
      throw new Error(`row ${i + 1}: "${expected}" is no outcome (${OUTCOMES.join(', ')})`)
    return { ref, to, purpose, text: body, expected: expected as Outcome }
  })
}

export const readCampaign = (path = CAMPAIGN): CampaignRow[] => parseCampaign(readFileSync(path, 'utf8'))
