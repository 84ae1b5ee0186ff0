import { type DragEvent, useId, useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/choice-field.tsx'
import { ENCODINGS } from '../../parts/csv/decode.ts'
import { DELIMITERS } from '../../parts/csv/lines.ts'
import { Note } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import type { BadRow } from '../../parts/recipients/check.ts'
import { SelectField } from '../../parts/select-field.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Ltr, Words } from '../../parts/text.tsx'
import { digits, num } from '../../words/format.ts'
import { Once } from './content-fields.tsx'
import type { Draft } from './draft.ts'
import { saveRows } from './save-rows.ts'
import type { ChosenFile, Everybody } from './sheet.ts'
import { t } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly set: (changed: Partial<Draft>) => void
  readonly file: ChosenFile
  readonly everybody: Everybody
}

/** Rows that are shown, of the file and of what is wrong with it. */
const FIRST = 4
const BAD = 20

const DELIMITER_NAMES = {
  ',': t.delimiters.comma,
  ';': t.delimiters.semicolon,
  '\t': t.delimiters.tab,
  '|': t.delimiters.bar,
  '؛': t.delimiters.persian,
}

/** Chooses a file, by a press or by dropping it. */
function Chooser({ file }: { file: ChosenFile }) {
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const [one] = event.dataTransfer.files
    if (one) void file.choose(one)
  }
  return (
    <section
      className="drop"
      aria-label={t.chooseFile}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label className="button file-button">
        {t.chooseFile}
        <input
          type="file"
          className="visually-hidden"
          accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
          onChange={(event) => {
            const [one] = event.target.files ?? []
            if (one) void file.choose(one)
            // The same file is chosen again once it is mended.
            event.target.value = ''
          }}
        />
      </label>
      <span className="help">{t.dropHere}</span>
      <p className="help">{t.fileHelp}</p>
      <div role="alert">{file.trouble ? <Note tone="bad">{file.trouble}</Note> : null}</div>
    </section>
  )
}

/** How a file is read, to be changed where the guess was wrong. */
function Reading({ file, everybody }: Pick<Props, 'file' | 'everybody'>) {
  const { chosen } = file
  const { sheet, columns } = everybody
  if (!chosen) return null
  return (
    <>
      <div className="row">
        <Ltr className="code">{chosen.name}</Ltr>
        <Button weight="quiet" onPress={() => file.drop()}>
          {t.dropFile}
        </Button>
      </div>
      <div className="grid">
        <SelectField
          label={t.encoding}
          value={chosen.encoding}
          onChange={(encoding) => file.readAs({ encoding })}
          options={ENCODINGS.map((id) => ({ id, name: id.toUpperCase() }))}
        />
        <SelectField
          label={t.delimiter}
          value={chosen.delimiter}
          onChange={(delimiter) => file.readAs({ delimiter })}
          options={DELIMITERS.map((id) => ({ id, name: DELIMITER_NAMES[id] }))}
        />
      </div>
      {sheet && columns.length > 0 ? null : everybody.isReading ? <p className="loading">{t.reading}</p> : null}
      {everybody.openQuote === null ? null : <Note tone="warn">{t.openQuote(everybody.openQuote)}</Note>}
      {sheet ? (
        <Checkbox isSelected={sheet.hasHead} onChange={(hasHead) => file.setHow({ hasHead })}>
          {t.hasHead}
        </Checkbox>
      ) : null}
    </>
  )
}

/** The first rows of a table, as they were read. */
function FirstRows({ file, everybody: { sheet, columns } }: Pick<Props, 'file' | 'everybody'>) {
  if (!sheet || columns.length === 0) return null
  const rows = sheet.lines.slice(sheet.hasHead ? 1 : 0, FIRST + (sheet.hasHead ? 1 : 0))
  const shown = columns.slice(0, 8)
  return (
    <>
      {columns.length > 1 ? (
        <SelectField
          label={t.column}
          value={String(sheet.column)}
          onChange={(at) => file.setHow({ column: Number(at) })}
          options={columns.map((name, at) => ({
            id: String(at),
            name: /^\d+$/.test(name) ? t.columnNamed(digits(name)) : name,
          }))}
        />
      ) : null}
      <div className="first-rows table-scroll">
        <table aria-label={t.firstRows}>
          <thead>
            <tr>
              {shown.map((name, at) => (
                <th key={name} scope="col" data-chosen={at === sheet.column || undefined}>
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ row, cells }) => (
              <tr key={row}>
                {shown.map((name, at) => (
                  <td key={name} dir="auto" data-chosen={at === sheet.column || undefined}>
                    {(cells[at] ?? '').slice(0, 60)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

const faultText = ({ fault }: BadRow): string =>
  typeof fault === 'string' ? t.faults[fault] : t.missing(fault.missing)

/** Rows that are left out, each with its number and why; and a file to mend them in. */
function BadRows({ everybody: { checked, sheet, columns } }: Pick<Props, 'everybody'>) {
  const { bad } = checked
  if (bad.length === 0) return null
  const table: readonly Column<BadRow>[] = [
    { name: t.row, kind: 'head', of: ({ row }) => num(row) },
    { name: t.value, of: ({ cells }) => <Words>{(cells[sheet?.column ?? 0] ?? '').slice(0, 60) || '—'}</Words> },
    { name: t.reason, of: (row) => <bdi>{faultText(row)}</bdi> },
  ]
  return (
    <div className="stack">
      <Note tone="warn">
        <strong>{t.badTitle(bad.length)}</strong>
        <Button
          onPress={() =>
            saveRows(
              'bad-rows.csv',
              [t.row, t.reason, ...columns],
              bad.map((row) => [row.row, faultText(row), ...row.cells]),
            )
          }
        >
          {t.badSave}
        </Button>
      </Note>
      <Table
        label={t.badRows}
        columns={table}
        rows={bad.slice(0, BAD)}
        keyOf={({ row, cells }) => `${row}:${cells[0]}`}
      />
      {bad.length > BAD ? <p className="faint">{t.andMore(bad.length - BAD)}</p> : null}
    </div>
  )
}

/** What the list takes, and how a recipient of this channel is written where nobody knows it by heart. */
const listHelp = (channel: Draft['channel']): string =>
  channel === 'chat' || channel === 'push' ? `${t.addressHelp[channel]} ${t.listHelp}` : t.listHelp

/** Whom a message goes to: typed, pasted, or of a file; what is wrong by row, and who stands there twice. */
export function Recipients({ draft, set, file, everybody }: Props) {
  const [isFile, setFile] = useState(file.chosen !== null)
  const why = useId()
  const { checked } = everybody
  return (
    <div className="stack">
      <div className="segments">
        <button
          type="button"
          aria-pressed={!isFile}
          aria-describedby={file.chosen ? why : undefined}
          onClick={() => setFile(false)}
          disabled={file.chosen !== null}
        >
          {t.typed}
        </button>
        <button type="button" aria-pressed={isFile} onClick={() => setFile(true)}>
          {t.file}
        </button>
      </div>
      {file.chosen ? (
        <p className="help" id={why}>
          {t.typedWhy}
        </p>
      ) : null}
      {isFile ? (
        file.chosen ? (
          <Reading file={file} everybody={everybody} />
        ) : (
          <Chooser file={file} />
        )
      ) : (
        <TextField
          label={t.list}
          help={listHelp(draft.channel)}
          value={draft.list}
          lines={4}
          ltr
          onChange={(list) => set({ list })}
        />
      )}
      {everybody.hasColumns ? <FirstRows file={file} everybody={everybody} /> : null}
      {checked.doubles > 0 ? (
        <div className="row">
          <span>
            {t.doubles}: <strong>{num(checked.doubles)}</strong>
          </span>
          <Once draft={draft} set={set} />
        </div>
      ) : null}
      <BadRows everybody={everybody} />
    </div>
  )
}
