import { num } from '../../words/format.ts'
import { words } from '../../words/language.ts'
import { decode, type Encoding } from './decode.ts'
import { guessDelimiter, guessEncoding } from './guess.ts'
import type { Delimiter } from './lines.ts'

/** Why a file can be no table of text. */
export type FileTrouble = 'large' | 'unread' | 'empty' | 'workbook' | 'other'

const t = words(
  {
    large: (most: string) => `That file is larger than ${most} MB. Split it.`,
    unread: 'The file could not be read. Choose it again.',
    empty: 'There is nothing in that file. Choose another one.',
    workbook:
      'That is a workbook, not a CSV. Open it in its spreadsheet program, save it as CSV, and choose that file.',
    other: 'That is no table of text. Choose a file that was saved as CSV.',
  },
  {
    large: (most: string) => `این فایل از ${most} مگابایت بزرگ‌تر است. آن را بخش کنید.`,
    unread: 'فایل خوانده نشد. دوباره انتخاب کنید.',
    empty: 'این فایل خالی است. فایل دیگری انتخاب کنید.',
    workbook:
      'این فایلِ صفحهٔ گسترده است، نه جدول متنی. در برنامهٔ خودش بازش کنید، با قالب «جداشده با ویرگول» ذخیره کنید و آن فایل را انتخاب کنید.',
    other: 'این فایل جدول متنی نیست. فایلی انتخاب کنید که با قالب «جداشده با ویرگول» ذخیره شده باشد.',
  },
)

/** Says why, and what to do. `most`: bytes that are read at most. */
export const fileTrouble = (trouble: FileTrouble, most: number): string =>
  trouble === 'large' ? t.large(num(most / 1_000_000)) : t[trouble]

/** Bytes at the head of workbooks: of today's programs, which are a ZIP, and of those before 2007. */
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
] as const
/** What begins a page or a document of XML, as which many programs write what they call an Excel file. */
const MARKUP = /^\s*<(?:!doctype|!--|\?xml|html|head|meta|style|table|workbook)\b/i
/** Characters at the head that are looked at. */
const HEAD = 4_096

/** Finds why bytes that read so can be no table of text; null: they may be one. */
function troubleOf(bytes: Uint8Array, text: string): FileTrouble | null {
  if (WORKBOOKS.some((mark) => mark.every((byte, at) => bytes[at] === byte))) return 'workbook'
  const head = text.slice(0, HEAD)
  if (MARKUP.test(head)) return 'workbook'
  const foreign = head.match(/(?!\s)\p{Cc}/gu)?.length ?? 0
  if (/^%PDF-|^\{\\rtf/.test(head) || foreign * 20 > head.length) return 'other'
  return /[\p{L}\p{N}]/u.test(text) ? null : 'empty'
}

/** A file's bytes, how its letters are written, and what stands between its cells. */
export interface ReadFile {
  readonly bytes: Uint8Array
  readonly encoding: Encoding
  readonly delimiter: Delimiter
}

/** Reads a file that somebody chose, or answers why it can be no table of text. `most`: bytes that are read at most. */
export async function readFile(file: File, most: number): Promise<ReadFile | FileTrouble> {
  if (file.size > most) return 'large'
  try {
    const bytes = new Uint8Array(await file.arrayBuffer())
    const encoding = guessEncoding(bytes)
    const text = decode(bytes, encoding)
    return troubleOf(bytes, text) ?? { bytes, encoding, delimiter: guessDelimiter(text) }
  } catch {
    return 'unread'
  }
}
