/** One thing that docs/at-rest.md lists: `table.column`, an object's storage, a queue, an object of the bucket. */
export interface Listed {
  readonly name: string
  /** `sealed`, `keyed` or `clear`, as the page says it. */
  readonly how: string
  readonly why: string
}

const PARTS = {
  Ledger: 'ledger',
  Control: 'control',
  Files: 'files',
  'Durable Objects': 'objects',
  Queues: 'queues',
  دفتر: 'ledger',
  تنظیمات: 'control',
  فایل‌ها: 'files',
  شیءها: 'objects',
  صف‌ها: 'queues',
} as const
type Part = (typeof PARTS)[keyof typeof PARTS]
const HOWS: Readonly<Record<string, string>> = { مهرشده: 'sealed', کلیددار: 'keyed', باز: 'clear' }

/**
 * Reads the tables of docs/at-rest.md, or of the same page in Persian: a part begins with `## …`, a table of a database with
 * `### …`.
 */
export function listedAtRest(markdown: string): Readonly<Record<Part, readonly Listed[]>> {
  const listed: Record<Part, Listed[]> = { ledger: [], control: [], files: [], objects: [], queues: [] }
  let part: Part | null = null
  let table = ''
  for (const line of markdown.split('\n')) {
    const [, heading, name = ''] = /^(##|###) (.+)$/.exec(line) ?? []
    if (heading === '##') {
      part = PARTS[name as keyof typeof PARTS] ?? null
      table = ''
    }
    if (heading === '###') table = `${name.replaceAll('`', '')}.`
    const [, cell, said = '', why = ''] = /^\| ([^|]+) \| ([^|]*) \|([^|]*)\|$/.exec(line) ?? []
    if (!part || !cell) continue
    const how = HOWS[said.trim()] ?? said.trim()
    for (const [, column = ''] of cell.matchAll(/`([^`]+)`/g))
      listed[part].push({ name: table + column, how, why: why.trim() })
  }
  return listed
}
