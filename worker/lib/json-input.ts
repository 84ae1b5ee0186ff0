import type * as z from 'zod'

/** One wrong field of the input: where (RFC 6901 JSON Pointer, or `header:Name`, `query:name`) and what about it. */
export interface FieldError {
  readonly pointer: string
  readonly detail: string
}

type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string }

/** Levels of arrays and objects that a body may nest. */
const DEPTH_LIMIT = 32
/** Most faults that one answer lists; more would only echo the body. */
export const FAULT_LIMIT = 100

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** JSON Pointer (RFC 6901) of a path of names and indexes. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

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

/** Reads UTF-8 JSON of at most `DEPTH_LIMIT` levels. The details quote no part of the body, which may hold addresses and texts. */
export function parseJson(bytes: ArrayBuffer | Uint8Array): { readonly text: string; readonly parsed: ParsedJson } {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return { text: '', parsed: { ok: false, detail: 'The body is not valid UTF-8.' } }
  }
  if (text.trim() === '') return { text, parsed: { ok: false, detail: 'The body is empty.' } }
  if (nestsDeeper(text, DEPTH_LIMIT)) {
    return { text, parsed: { ok: false, detail: `The body nests deeper than ${DEPTH_LIMIT} levels.` } }
  }
  try {
    return { text, parsed: { ok: true, value: JSON.parse(text) } }
  } catch (error) {
    const at = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1]
    return {
      text,
      parsed: {
        ok: false,
        detail: at === undefined ? 'It ends too early or breaks the syntax.' : `See character ${at}.`,
      },
    }
  }
}

/** True if parsed strings may hold NUL or surrogates. They come by an escape only, because raw ones are no JSON or no UTF-8. */
export const mayHoldBadText = (text: string): boolean => /\\u(?:0000|[dD][89a-fA-F])/.test(text)

function textFault(text: string): string | null {
  if (text.includes('\0')) return 'holds a NUL character'
  return text.isWellFormed() ? null : 'holds half a surrogate pair'
}

/** Faults of all strings and names in a parsed value that cannot be stored or sent: those with NUL or lone surrogates. */
export function textFaults(value: unknown): readonly FieldError[] {
  const faults: FieldError[] = []
  const walk = (part: unknown, path: readonly PropertyKey[]): void => {
    if (typeof part === 'string') {
      const detail = textFault(part)
      if (detail) faults.push({ pointer: pointerOf(path), detail })
    } else if (Array.isArray(part)) {
      for (const [index, item] of part.entries()) walk(item, [...path, index])
    } else if (part !== null && typeof part === 'object') {
      for (const [name, item] of Object.entries(part)) {
        // The pointer names the object, because a name with such a fault cannot be answered.
        const detail = textFault(name)
        if (detail) faults.push({ pointer: pointerOf(path), detail: `a name in it ${detail}` })
        else walk(item, [...path, name])
      }
    }
  }
  walk(value, [])
  return faults
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
  if (issue.code === 'invalid_union') return 'has none of the allowed forms'
  return issue.message
}

/** Turns zod's issues into field errors, unknown fields one by one. `prefix` is the pointer of the value that was parsed. */
export function fieldErrors(error: z.core.$ZodError, prefix = ''): readonly FieldError[] {
  return error.issues.flatMap((issue) => issueFaults(issue, prefix)).slice(0, FAULT_LIMIT)
}
