/** Columns of the table, in its order. */
export const COLUMNS = [
  'accepts',
  'throttled',
  'refused',
  'timeout',
  'unclear',
  'settings',
  'reports',
  'inbound',
  'session',
  'forged',
  'double',
  'hostile',
  'silent',
  'query',
  'health',
] as const
export type Column = (typeof COLUMNS)[number]

/** One provider's line of the conformance table, as a test file leaves it in `TABLE_FOLDER`. */
export interface TableRow {
  readonly provider: string
  /** Kept and failed promises by column. */
  readonly cells: Readonly<Record<string, { readonly kept: number; readonly failed: number }>>
  /** What is not asked of it, and why. */
  readonly skips: readonly { readonly promise: string; readonly reason: string }[]
}

/** Where the rows of one run lie, a file a channel. */
export const TABLE_FOLDER = 'dist/test/conformance'

const cellOf = (cell: TableRow['cells'][string] | undefined): string => {
  if (!cell || cell.kept + cell.failed === 0) return '–'
  if (cell.failed > 0) return `✗ ${cell.failed}`
  return cell.kept === 1 ? '✓' : `✓ ${cell.kept}`
}

/** Each reason with what it keeps from being asked, of whom, and how often in all. */
function reasonsOf(rows: readonly TableRow[]): string[] {
  const skips = rows.flatMap(({ provider, skips: own }) => own.map((skip) => ({ ...skip, provider })))
  return [...Map.groupBy(skips, ({ reason }) => reason)].map(([reason, same]) => {
    const promises = [...new Set(same.map(({ promise }) => promise.replace(/: .*/, '')))]
    const providers = [...new Set(same.map(({ provider }) => provider))]
    return `– ${same.length} × ${reason} (${providers.join(', ')}): ${promises.join('; ')}`
  })
}

/**
 * Provider × promise: a tick and how many promises of that kind were kept, a cross and how many failed, a dash for none asked.
 */
export function conformanceTable(rows: readonly TableRow[]): string {
  const wide = Math.max(8, ...rows.map(({ provider }) => provider.length))
  const line = (first: string, cells: readonly string[]): string =>
    `${first.padEnd(wide)}  ${cells.map((cell, n) => cell.padEnd((COLUMNS[n] ?? '').length)).join('  ')}`.trimEnd()
  const count = (what: 'kept' | 'failed'): number =>
    rows.reduce((sum, { cells }) => sum + Object.values(cells).reduce((inner, cell) => inner + cell[what], 0), 0)
  const skipped = rows.reduce((sum, { skips }) => sum + skips.length, 0)
  return [
    line('provider', COLUMNS),
    ...rows.map(({ provider, cells }) =>
      line(
        provider,
        COLUMNS.map((column) => cellOf(cells[column])),
      ),
    ),
    '',
    ...reasonsOf(rows),
    `${rows.length} providers: ${count('kept')} promises kept, ${count('failed')} failed, ${skipped} not asked`,
  ].join('\n')
}
