import { useCallback, useEffect, useMemo, useState } from 'react'
import { decode, type Encoding } from '../../parts/csv/decode.ts'
import type { Delimiter, Lines } from '../../parts/csv/lines.ts'
import type { ReadFile } from '../../parts/csv/read-file.ts'
import {
  type Checked,
  checkSheet,
  columnOf,
  guessSheet,
  isPastedTable,
  namesOf,
  type Sheet,
  typedLines,
  type Written,
} from '../../parts/recipients/check.ts'
import { t } from './words.ts'

/** Most bytes of a file that a browser reads at once. */
const MOST_BYTES = 50_000_000

/** A file that was chosen: its bytes, and how they are read. */
interface Chosen extends ReadFile {
  readonly name: string
}

/** Reads a table. What does it comes with the first one: most messages are written without. */
const linesOf = async (text: string, delimiter: Delimiter): Promise<Lines> =>
  (await import('../../parts/csv/table.ts')).readLines(text, delimiter)

/** Hands what failed outside of drawing to who says it in the place of the page, and tries again; the draft is kept. */
function useFail(): (error: unknown) => void {
  const [, set] = useState()
  return useCallback((error) => {
    set(() => {
      throw error
    })
  }, [])
}

/** What somebody chose of a table, where the guess was wrong. */
type How = Partial<Pick<Sheet, 'column' | 'hasHead'>>

/** A file of recipients: what was chosen, what it holds, and ways to read it otherwise. */
export function useFile() {
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [read, setRead] = useState<Lines | null>(null)
  const [how, setHow] = useState<How>({})
  const [trouble, setTrouble] = useState<string | null>(null)
  const fail = useFail()
  useEffect(() => {
    if (!chosen) return setRead(null)
    let isOver = false
    const { bytes, encoding, delimiter } = chosen
    void linesOf(decode(bytes, encoding), delimiter).then((lines) => !isOver && setRead(lines), fail)
    return () => {
      isOver = true
    }
  }, [chosen, fail])
  const choose = async (file: File): Promise<void> => {
    // It comes when a file does: most messages are written without one.
    const reader = await import('../../parts/csv/read-file.ts').catch(() => null)
    const found = await reader?.readFile(file, MOST_BYTES)
    if (typeof found !== 'object')
      return setTrouble(found ? (reader?.fileTrouble(found, MOST_BYTES) ?? null) : t.fileUnread)
    setTrouble(null)
    setRead(null)
    setChosen({ name: file.name, ...found })
  }
  return {
    chosen,
    read,
    trouble,
    choose,
    /** Reads it otherwise: the columns are others then, so that what was chosen of them is guessed anew. */
    readAs: (as: { readonly encoding?: Encoding; readonly delimiter?: Delimiter }) => {
      setHow({})
      setChosen(chosen && { ...chosen, ...as })
    },
    drop: () => {
      setChosen(null)
      setTrouble(null)
      setHow({})
    },
    how,
    setHow: (next: How) => setHow({ ...how, ...next }),
  }
}

/** A file as `useFile` answers it. */
export type ChosenFile = ReturnType<typeof useFile>

/** Lines of what was pasted: a table, where it has columns. */
function usePasted(text: string): Lines | null {
  const [table, setTable] = useState<Lines | null>(null)
  const isTable = isPastedTable(text)
  const fail = useFail()
  useEffect(() => {
    if (!isTable) return
    let isOver = false
    void linesOf(text, '\t').then((lines) => !isOver && setTable(lines), fail)
    return () => {
      isOver = true
    }
  }, [text, isTable, fail])
  const typed = useMemo(() => ({ lines: isTable ? [] : typedLines(text), openQuote: null }), [text, isTable])
  return isTable ? table : typed
}

interface Asked extends Written {
  readonly list: string
  readonly isOnce: boolean
  /** Names that the text asks for. */
  readonly names: readonly string[]
}

const NOBODY: Checked = { recipients: [], bad: [], doubles: 0 }

/** Everybody to send to: of a file, or of what was typed. */
export function useRecipients(file: ChosenFile, { channel, region, list, isOnce, names }: Asked) {
  const { how } = file
  const pasted = usePasted(list)
  const lines = file.chosen ? file.read : pasted
  const isTable = file.chosen !== null || isPastedTable(list)
  // A list without columns has no head: its first line is somebody, or to be told by its row.
  const sheet = useMemo(() => {
    if (!lines) return null
    return isTable
      ? { ...guessSheet({ channel, region }, lines.lines), ...how }
      : { lines: lines.lines, hasHead: false, column: 0 }
  }, [lines, isTable, how, channel, region])
  const asked = names.join('\n')
  const checked = useMemo(
    () =>
      sheet ? checkSheet(sheet, { channel, region, names: asked === '' ? [] : asked.split('\n'), isOnce }) : NOBODY,
    [sheet, channel, region, asked, isOnce],
  )
  const columns = useMemo(() => (sheet ? namesOf(sheet) : []), [sheet])
  return {
    sheet,
    columns,
    checked,
    /** Names that no column has. */
    unknown: names.filter((name) => columnOf(columns, name) < 0),
    hasColumns: columns.length > 1 || file.chosen !== null,
    openQuote: lines?.openQuote ?? null,
    isReading: file.chosen !== null && file.read === null,
  }
}

/** Recipients as `useRecipients` answers them. */
export type Everybody = ReturnType<typeof useRecipients>
