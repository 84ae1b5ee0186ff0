import { createContext, useContext, useId } from 'react'

/** Id of the cell that names the row of a table, for what stands in its other cells; null elsewhere. */
export const RowHead = createContext<string | null>(null)

/** Names a control by its word and its row, as in "Remove +98912…": in a list of buttons the word alone says not of what. */
export function useNameInRow(isNamed: boolean): { readonly id?: string; readonly 'aria-labelledby'?: string } {
  const head = useContext(RowHead)
  const id = useId()
  return isNamed || head === null ? {} : { id, 'aria-labelledby': `${id} ${head}` }
}
