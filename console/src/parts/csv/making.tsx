import { useEffect, useRef, useState } from 'react'
import { isPassing } from '../../api/problem.ts'
import { t } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import { words } from '../../words/language.ts'
import { Button } from '../button.tsx'
import { Dialog } from '../dialog.tsx'
import { Trouble } from '../feedback.tsx'
import { Time } from '../text.tsx'
import { type CsvFile, type CsvProgress, csvOf } from './csv.ts'
import type { ErasedDownload } from './download.tsx'
import { columnsOf, timeOf } from './fields.ts'

const w = words(
  {
    title: 'Download as CSV',
    what: (most: string) =>
      `All rows of the list as it is filtered now, at most ${most}. Made in this browser, page by page.`,
    start: 'Make the file',
    stop: 'Stop, and keep what is there',
    rows: (count: string) => `${count} rows so far`,
    looked: 'Searched back to',
    done: (count: string) => `The file has ${count} rows.`,
    stopped: (count: string) => `Stopped: the file has the first ${count} rows of the list.`,
    most: (count: string) =>
      `The file is full: it has the first ${count} rows of the list. Narrow the list for the others.`,
    failed: (count: string) => `A page could not be read: the file has the first ${count} rows of the list.`,
    downTo: 'Its last row is of',
    save: 'Save the file',
    safe: 'Texts that a spreadsheet would run as formulas, and numbers that begin with +, stand behind an apostrophe.',
  },
  {
    title: 'دریافت به‌صورت فایل جدولی',
    what: (most: string) =>
      `همهٔ ردیف‌های فهرست با همین صافی‌ها، حداکثر ${most} ردیف. فایل در همین مرورگر، صفحه‌به‌صفحه ساخته می‌شود.`,
    start: 'ساختن فایل',
    stop: 'بس است؛ همین‌ها بماند',
    rows: (count: string) => `${count} ردیف تا اینجا`,
    looked: 'همه‌چیز دیده شد از',
    done: (count: string) => `فایل ${count} ردیف دارد.`,
    stopped: (count: string) => `متوقف شد: فایل ${count} ردیف نخست فهرست را دارد.`,
    most: (count: string) => `فایل پر شد: ${count} ردیف نخست فهرست را دارد. برای بقیه، فهرست را تنگ‌تر کنید.`,
    failed: (count: string) => `یک صفحه خوانده نشد: فایل ${count} ردیف نخست فهرست را دارد.`,
    downTo: 'زمان ردیف پایانی آن',
    save: 'ذخیرهٔ فایل',
    safe: 'متن‌هایی که صفحهٔ گسترده آن‌ها را فرمول می‌پندارد، و شماره‌هایی که با + آغاز می‌شوند، پس از یک آپاستروف می‌آیند.',
  },
)

/** Most rows of a file: what a spreadsheet still opens with ease, in a thousand calls. */
const MOST = 100_000

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Reads; what passes (too many calls, no network for a moment) is tried again, so that a long download survives it. */
async function patiently<Result>(read: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let tried = 0; ; tried++) {
    try {
      return await read()
    } catch (error) {
      if (!isPassing(error) || tried === 5 || signal.aborted) throw error
      const wait = (error as { readonly retryAfter?: number | null }).retryAfter ?? 1000 * 2 ** tried
      await pause(Math.min(wait, 30_000))
    }
  }
}

/** Link that saves a blob; its address is given back when the link goes. */
function SaveLink({ file, name }: { file: CsvFile; name: string }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(file.blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  const day = new Date().toISOString().slice(0, 10)
  return url ? (
    <a className="button" data-weight="primary" href={url} download={`${name}-${day}.csv`}>
      {w.save}
    </a>
  ) : null
}

/** Makes the file, with its progress and a way to stop. */
function Making({ name, fields, read }: ErasedDownload) {
  const [progress, setProgress] = useState<CsvProgress | null>(null)
  const [file, setFile] = useState<CsvFile | null>(null)
  const [error, setError] = useState<unknown>(null)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const start = async (): Promise<void> => {
    const control = new AbortController()
    stop.current = control
    setError(null)
    setProgress({ rows: 0, lookedUntil: undefined })
    try {
      const readPage = (cursor?: string) => patiently(() => read(cursor), control.signal)
      const columns = columnsOf(fields)
      setFile(await csvOf({ columns, read: readPage, most: MOST, onProgress: setProgress, signal: control.signal }))
    } catch (failure) {
      setError(failure)
    }
    setProgress(null)
  }
  if (file) {
    const said = { all: w.done, stopped: w.stopped, most: w.most, failed: w.failed }[file.end](num(file.rows))
    const until = file.end === 'all' || file.rows === 0 ? null : timeOf(file.last, fields)
    return (
      <div className="stack">
        <p role="status">
          {said}{' '}
          {until ? (
            <>
              {w.downTo} <Time at={until} exact />
            </>
          ) : null}
        </p>
        <Trouble error={file.error ?? null} />
        <p className="faint">{w.safe}</p>
        <div className="actions">
          <SaveLink file={file} name={name} />
        </div>
      </div>
    )
  }
  return (
    <div className="stack">
      <p className="faint">{w.what(num(MOST))}</p>
      <Trouble error={error} />
      {progress ? (
        <>
          <p role="status">{w.rows(num(progress.rows))}</p>
          {progress.lookedUntil ? (
            <p className="faint">
              {w.looked} <Time at={progress.lookedUntil} exact />
            </p>
          ) : null}
        </>
      ) : null}
      <div className="actions">
        {progress ? (
          <Button onPress={() => stop.current?.abort()}>{w.stop}</Button>
        ) : (
          <Button weight="primary" onPress={() => void start()}>
            {error ? t.retry : w.start}
          </Button>
        )}
      </div>
    </div>
  )
}

/** Window in which a file is made. */
export default function MakingDialog({ onClose, ...props }: ErasedDownload & { readonly onClose: () => void }) {
  return (
    <Dialog title={w.title} isOpen onClose={onClose}>
      <Making {...props} />
    </Dialog>
  )
}
