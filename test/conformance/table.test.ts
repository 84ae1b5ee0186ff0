import { expect, it } from 'vitest'
import { COLUMNS, conformanceTable, type TableRow } from './table.ts'

it('the table counts what was kept, what failed and what was not asked, and says why', () => {
  const kept = (count: number) => ({ kept: count, failed: 0 })
  const skips = [{ promise: 'a receipt', reason: 'it has none' }]
  const rows: TableRow[] = [
    { provider: 'sms/a', cells: { accepts: kept(1), unclear: kept(9) }, skips },
    { provider: 'chat/b', cells: { accepts: { kept: 1, failed: 2 } }, skips },
  ]
  const table = conformanceTable(rows)
  const [head, first, second] = table.split('\n')
  expect(head?.split(/\s+/)).toEqual(['provider', ...COLUMNS])
  expect(first).toMatch(/^sms\/a +✓ +– +– +– +✓ 9 /)
  expect(second).toMatch(/^chat\/b +✗ 2 /)
  expect(table).toContain('– 2 × it has none (sms/a, chat/b): a receipt')
  expect(table.split('\n').at(-1)).toBe('2 providers: 11 promises kept, 2 failed, 2 not asked')
})
