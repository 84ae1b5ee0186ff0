import * as z from 'zod'
import { CallbackRefused } from '#worker/domain/carriers/provider.ts'
import { keepLongNumbers } from '#worker/lib/json/long-numbers.ts'

/** Most fields of a form; no carrier sends a tenth of that. */
const MOST_FIELDS = 200

/**
 * Longest text that is kept, in characters: several times the longest message that any network documents. Even with each
 * character escaped (six bytes) it fits a queue message.
 */
export const LONGEST_TEXT = 15_000

/** A text that is cut where it is too long, not in the middle of a character, so that no message is lost for its length. */
export const cutText = (most: number) =>
  z.string().transform((whole) => whole.slice(0, most).replace(/[\ud800-\udbff]$/, ''))

/** Reads the body as text; throws a `CallbackRefused` if it is not UTF-8. */
export async function callbackText(request: Request): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await request.arrayBuffer())
  } catch {
    throw new CallbackRefused(400, 'the body is not UTF-8')
  }
}

type Reviver = Parameters<typeof JSON.parse>[1]

/** Parses JSON; integers that a double would round become texts. Throws a `CallbackRefused` if it is none. */
export function callbackJson(text: string, reviver: Reviver = keepLongNumbers): unknown {
  try {
    return JSON.parse(text, reviver)
  } catch {
    throw new CallbackRefused(400, 'the body is not JSON')
  }
}

/** Parses a form, its fields in their order and doubles included. */
export function parseForm(text: string): URLSearchParams {
  const params = new URLSearchParams(text)
  if (params.size > MOST_FIELDS) throw new CallbackRefused(400, 'the form has too many fields')
  return params
}

/** Reads the fields of a form body, the last of each name; none for a GET. */
export async function callbackFields(request: Request): Promise<Record<string, string>> {
  if (request.method === 'GET') return {}
  return Object.fromEntries(parseForm(await callbackText(request)))
}

/** Reads the body as JSON if the content type says so; else null, and the body stays unread. */
export async function parseCallbackJson(request: Request, contentType: string): Promise<{ value: unknown } | null> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType)) return null
  return { value: callbackJson(await callbackText(request)) }
}
