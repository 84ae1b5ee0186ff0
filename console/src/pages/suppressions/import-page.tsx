import '../../styles/rooms.css'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Api } from '../../api/auth.ts'
import { Failure, isPassing } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Allowed } from '../../app/tenant/allowed.tsx'
import { useRegion } from '../../app/tenant/region.ts'
import { Button } from '../../parts/button.tsx'
import { decode, ENCODINGS } from '../../parts/csv/decode.ts'
import { type FileTrouble, fileTrouble, type ReadFile, readFile } from '../../parts/csv/read-file.ts'
import { Note, Trouble } from '../../parts/feedback.tsx'
import { TextField } from '../../parts/field.tsx'
import { Meter } from '../../parts/figures/meter.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Ltr } from '../../parts/text.tsx'
import { channelName, channelNames } from '../../words/common.ts'
import { codeText } from '../../words/failures.ts'
import { num } from '../../words/format.ts'
import { type ImportRow, importRows } from './rows.ts'
import { t } from './words.ts'

type Channel = keyof typeof channelNames
const CHANNELS = Object.keys(channelNames) as readonly Channel[]

/** Most rows of an import. */
const MOST = 20_000
/** Most bytes of a file: far more than so many rows need. */
const MOST_BYTES = 10_000_000
/** Rows of a call, the most that the API takes. */
const CHUNK = 100
/** Times that a call is made which may pass: no network, too many calls. */
const TRIES = 6

/** How far an import is. `error`: why it stopped before its end. */
interface Progress {
  readonly done: number
  readonly all: number
  readonly added: number
  readonly already: number
  readonly failed: readonly (ImportRow & { readonly why: string })[]
  readonly state: 'running' | 'done' | 'stopped'
  readonly error: unknown
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Adds some rows by one call; what may pass is tried again, after the time that the answer says. */
async function add(api: Api, rows: readonly ImportRow[], channel: Channel, signal: AbortSignal) {
  const suppressions = rows.map((row) => ({
    // A name that is none is for the API to refuse, by its row.
    channel: (row.channel ?? channel) as Channel,
    recipient: row.recipient,
    ...(row.sender ? { sender: row.sender } : {}),
  }))
  // One key, so that a call whose answer was lost counts once.
  const header = { 'Idempotency-Key': `"${crypto.randomUUID()}"` }
  for (let tried = 1; ; tried++) {
    try {
      return await unwrap(api.POST('/v1/suppressions/import', { params: { header }, body: { suppressions } }))
    } catch (error) {
      if (!isPassing(error) || tried === TRIES || signal.aborted) throw error
      const wait = error instanceof Failure ? error.retryAfter : null
      await pause(Math.min(wait ?? 500 * 2 ** tried, 30_000))
    }
  }
}

/** Says of a row why it was not taken: by its field, else by the code. */
function whyNot(code: string, errors: readonly { readonly pointer: string }[]): string {
  if (code !== 'invalid-fields') return codeText(code)
  const fields = new Set(errors.map(({ pointer }) => pointer.split('/')[3] ?? ''))
  const named = Object.entries(t.bad).flatMap(([field, why]) => (fields.has(field) ? [why] : []))
  return named.join(' ') || codeText(code)
}

/** Runs an import call by call, and tells how far it is. */
async function run(
  { api, rows, channel, signal }: { api: Api; rows: readonly ImportRow[]; channel: Channel; signal: AbortSignal },
  tell: (progress: Progress) => void,
): Promise<void> {
  const all = rows.length
  let progress: Progress = { done: 0, all, added: 0, already: 0, failed: [], state: 'running', error: null }
  tell(progress)
  try {
    for (let from = 0; from < all && !signal.aborted; from += CHUNK) {
      const chunk = rows.slice(from, from + CHUNK)
      const { added, present, rejected } = await add(api, chunk, channel, signal)
      const failed = rejected.flatMap(({ index, code, errors }) => {
        const row = chunk[index]
        return row ? [{ ...row, why: whyNot(code, errors) }] : []
      })
      progress = {
        ...progress,
        done: progress.done + chunk.length,
        added: progress.added + added,
        already: progress.already + present,
        failed: [...progress.failed, ...failed],
      }
      tell(progress)
    }
    tell({ ...progress, state: progress.done < all ? 'stopped' : 'done' })
  } catch (error) {
    tell({ ...progress, state: 'stopped', error })
  }
}

const FAILED: readonly Column<Progress['failed'][number]>[] = [
  { name: t.row, align: 'end', of: ({ line }) => num(line) },
  { name: t.recipient, kind: 'head', of: ({ recipient }) => <Ltr>{recipient.slice(0, 80)}</Ltr> },
  { name: t.why, of: ({ why }) => why },
]

function Report({ progress, onStop }: { progress: Progress; onStop: () => void }) {
  const { done, all, added, already, failed, state, error } = progress
  return (
    <Card>
      <Meter label={t.import} value={done} most={all} text={t.progress(num(done), num(all))} />
      <div role="status">
        {state === 'done' ? <Note tone={failed.length > 0 ? 'warn' : 'good'}>{t.done}</Note> : null}
        {state === 'stopped' ? <Note tone="warn">{t.stopped}</Note> : null}
      </div>
      <Trouble error={error} />
      <Facts
        of={[
          [t.added, num(added)],
          [t.already, num(already)],
          [t.failed, num(failed.length)],
        ]}
      />
      {state === 'running' ? (
        <div>
          <Button onPress={onStop}>{t.stop}</Button>
        </div>
      ) : null}
      {failed.length > 0 ? (
        <Table label={t.failedList} columns={FAILED} rows={failed.slice(0, 200)} keyOf={({ line }) => String(line)} />
      ) : null}
    </Card>
  )
}

/** A file that was chosen, and how it is read. */
interface Chosen extends ReadFile {
  readonly name: string
}

function Import() {
  const { api, key } = useTenantTab()
  const region = useRegion()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [channel, setChannel] = useState<Channel>('sms')
  const [progress, setProgress] = useState<Progress | null>(null)
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [trouble, setTrouble] = useState<FileTrouble | null>(null)
  const control = useRef<AbortController | null>(null)
  useEffect(() => () => control.current?.abort(), [])
  const { rows, openQuote } = useMemo(() => importRows(text, { channel, region }), [text, channel, region])
  const isRunning = progress?.state === 'running'
  const start = async (): Promise<void> => {
    control.current = new AbortController()
    await run({ api, rows, channel, signal: control.current.signal }, setProgress)
    await queries.invalidateQueries({ queryKey: [key, 'suppressions'] })
  }
  const read = (next: Chosen): void => {
    setChosen(next)
    setText(decode(next.bytes, next.encoding))
  }
  const choose = async (file: File | undefined): Promise<void> => {
    if (!file) return
    const found = await readFile(file, MOST_BYTES)
    const isRead = typeof found === 'object'
    setTrouble(isRead ? null : found)
    if (isRead) read({ name: file.name, ...found })
  }
  return (
    <Page title={t.importTitle} about={t.importAbout}>
      <div className="stack form-width">
        <SelectField
          label={t.importChannel}
          options={CHANNELS.map((id) => ({ id, name: channelName(id) }))}
          value={channel}
          onChange={setChannel}
          isDisabled={isRunning}
        />
        <TextField
          label={t.paste}
          value={text}
          onChange={setText}
          lines={8}
          ltr
          isDisabled={isRunning}
          placeholder="+989121234567"
          help={rows.length > 0 ? t.read(num(rows.length)) : undefined}
          error={rows.length > MOST ? t.tooMany(num(MOST)) : undefined}
        />
        <label className="button file-button">
          {t.file}
          <input
            type="file"
            className="visually-hidden"
            accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
            disabled={isRunning}
            onChange={(event) => {
              void choose(event.target.files?.[0])
              // The same file is chosen again once it is mended.
              event.target.value = ''
            }}
          />
        </label>
        <div role="alert">{trouble ? <Note tone="bad">{fileTrouble(trouble, MOST_BYTES)}</Note> : null}</div>
        {openQuote === null ? null : <Note tone="warn">{t.openQuote(num(openQuote))}</Note>}
        {chosen ? (
          <SelectField
            label={t.encoding(chosen.name)}
            help={t.encodingHelp}
            options={ENCODINGS.map((id) => ({ id, name: id.toUpperCase() }))}
            value={chosen.encoding}
            onChange={(encoding) => read({ ...chosen, encoding })}
            isDisabled={isRunning}
          />
        ) : null}
        <div className="actions">
          <Button
            weight="primary"
            isDisabled={rows.length === 0 || rows.length > MOST || isRunning}
            onPress={() => void start()}
          >
            {t.start(rows.length)}
          </Button>
        </div>
      </div>
      {progress ? <Report progress={progress} onStop={() => control.current?.abort()} /> : null}
    </Page>
  )
}

/** Adds many opt-outs at once, and says of each row that was not taken why. */
export default function ImportPage() {
  return (
    <Allowed scope="suppressions:write" title={t.importTitle}>
      <Import />
    </Allowed>
  )
}
