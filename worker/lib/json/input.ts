import type * as z from 'zod'
import { addFault, type Faults, type FieldError, pointerOf } from './pointer.ts'
import { DEPTH_LIMIT, type JsonScan, scanJson, VALUE_LIMIT } from './scan.ts'

/** Most faults that one answer lists; more would only echo the body. */
export const FAULT_LIMIT = 100

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Index of the quote that ends the string begun at `start`; the text's length if none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slash = end - 1
    while (text.charCodeAt(slash) === 0x5c) slash--
    if ((end - slash) % 2 === 1) return end
  }
  return text.length
}

/** True if arrays and objects nest deeper than `limit`. Reads the raw text, so that no deep value is ever built. */
export function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0x22) i = endOfString(text, i)
    else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > limit) return true
    } else if (unit === 0x5d || unit === 0x7d) depth--
  }
  return false
}

/** The bytes behind a byte order mark, which RFC 8259 8.1 lets a reader ignore, if there is one. */
export const withoutMark = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes

/** A text that was not read. `too-many`: it holds more values than are read. */
export interface Unread {
  readonly ok: false
  readonly reason: 'malformed' | 'too-many'
  readonly detail: string
  readonly errors?: readonly FieldError[]
}
/** A text that was read, with what spoils it: texts, names and numbers that cannot be kept as they are. */
interface Read {
  readonly ok: true
  readonly value: unknown
  readonly faults: Faults
}

const malformed = (detail: string): Unread => ({ ok: false, reason: 'malformed', detail })

/** Reason why a scanned text is not parsed; null: it is. */
export function refusalOf({ stop, stoppedAt, twice }: JsonScan): Unread | null {
  if (stop === 'deep') return malformed(`The body nests deeper than ${DEPTH_LIMIT} levels.`)
  if (stop === 'many')
    return { ok: false, reason: 'too-many', detail: `At most ${VALUE_LIMIT.toLocaleString('en')} values.` }
  if (stop === 'unbalanced') return malformed(`See character ${stoppedAt}.`)
  return twice.list.length > 0
    ? { ...malformed('A name stands twice in one object.'), errors: twice.list.slice(0, FAULT_LIMIT) }
    : null
}

/** Parses scanned UTF-8 JSON, and adds to its faults those of its texts. */
export function parseScanned(bytes: Uint8Array, faults: Faults): Read | Unread {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return malformed('The body is not valid UTF-8.')
  }
  try {
    const value: unknown = JSON.parse(text)
    if (mayHoldBadText(text)) addTextFaults(value, faults)
    return { ok: true, value, faults }
  } catch (error) {
    if (text.trim() === '') return malformed('The body is empty.')
    const at = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    return malformed(at === undefined ? 'It ends too early or breaks the syntax.' : `See character ${at}.`)
  }
}

/**
 * Reads UTF-8 JSON of at most `DEPTH_LIMIT` levels in which no name stands twice in one object. The details quote no part of the
 * body, which may hold addresses and texts.
 */
export function parseJson(body: ArrayBuffer | Uint8Array): Read | Unread {
  const bytes = withoutMark(body instanceof Uint8Array ? body : new Uint8Array(body))
  const scan = scanJson(bytes)
  return refusalOf(scan) ?? parseScanned(bytes, scan.faults)
}

/** True if parsed strings may hold NUL or surrogates. They come by an escape only, because raw ones are no JSON or no UTF-8. */
const mayHoldBadText = (text: string): boolean => /\\u(?:0000|[dD][89a-fA-F])/.test(text)

function textFault(text: string): string | null {
  if (text.includes('\0')) return 'holds a NUL character'
  return text.isWellFormed() ? null : 'holds half a surrogate pair'
}

/**
 * Adds the faults of all strings and names in a parsed value that cannot be stored or sent: those with NUL or lone surrogates.
 */
function addTextFaults(value: unknown, faults: Faults): void {
  const walk = (part: unknown, path: readonly PropertyKey[]): void => {
    if (typeof part === 'string') {
      const detail = textFault(part)
      if (detail) addFault(faults, () => path, detail)
    } else if (Array.isArray(part)) {
      for (const [index, item] of part.entries()) walk(item, [...path, index])
    } else if (part !== null && typeof part === 'object') {
      for (const [name, item] of Object.entries(part)) {
        // The pointer names the object, because a name with such a fault cannot be answered.
        const detail = textFault(name)
        if (detail) addFault(faults, () => path, `a name in it ${detail}`)
        else walk(item, [...path, name])
      }
    }
  }
  walk(value, [])
}

function issueFaults(issue: z.core.$ZodIssue, prefix: string): readonly FieldError[] {
  const pointer = prefix + pointerOf(issue.path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ pointer: pointer + pointerOf([key]), detail: 'is not a field of this object' }))
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.map((inner) => ({ pointer, detail: detailOf(inner) }))
    case 'invalid_union': {
      // Tells the faults of the one form whose type fits, if just one does.
      const fitting = issue.errors.filter(
        (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
      )
      const [only] = fitting
      if (only && fitting.length === 1) return only.flatMap((inner) => issueFaults(inner, pointer))
      return [{ pointer, detail: detailOf(issue) }]
    }
    default:
      return [{ pointer, detail: detailOf(issue) }]
  }
}

/** The sentence about an issue. Zod's own are kept, because they name what was expected and never quote the input. */
function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined && /received undefined$/.test(issue.message)) {
    return 'is required'
  }
  if (issue.code === 'invalid_union') {
    // A name chooses the form (`kind` of a credential): say which it may be.
    const names = 'options' in issue ? issue.options : undefined
    return names ? `must be one of ${names.map(String).join(', ')}` : 'has none of the allowed forms'
  }
  return issue.message
}

/**
 * Turns zod's issues into field errors, unknown fields one by one, and each once: two rules of a field may say the same. `prefix`
 * is the pointer of the value that was parsed.
 */
export function fieldErrors(error: z.core.$ZodError, prefix = ''): readonly FieldError[] {
  const faults = error.issues.flatMap((issue) => issueFaults(issue, prefix))
  const byWords = new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault]))
  return [...byWords.values()].slice(0, FAULT_LIMIT)
}
