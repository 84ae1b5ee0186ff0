import { BOM, type Cell, csvLine } from '../../parts/csv/cells.ts'

/** Saves rows as a CSV file; texts that a spreadsheet would run are made harmless. */
export function saveRows(name: string, head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const text = BOM + [head, ...rows].map(csvLine).join('')
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
