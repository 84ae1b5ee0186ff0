import * as z from 'zod'
import { CallbackRefused } from '#worker/domain/carriers/provider.ts'
import { keepLongNumbers } from '#worker/lib/long-numbers.ts'

/** Most fields of a form that are read: no carrier sends a tenth of that. */
const MOST_FIELDS = 200

/** Several times the longest message that any network documents; even with each character escaped (six bytes) it fits a queue message. */
export const LONGEST_TEXT = 15_000

/** A text of which what is too long is cut off, not in the middle of a character: a message is not lost for its length. */
export const cutText = (most: number) =>
  z.string().transform((whole) => whole.slice(0, most).replace(/[\ud800-\udbff]$/, ''))

/** The body as text; a `CallbackRefused` if it is not UTF-8. */
export async function callbackText(request: Request): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await request.arrayBuffer())
  } catch {
    throw new CallbackRefused(400, 'the body is not UTF-8')
  }
}

type Reviver = Parameters<typeof JSON.parse>[1]

/** A body's text as JSON, integers that a double would round as texts; a `CallbackRefused` if it is none. */
export function callbackJson(text: string, reviver: Reviver = keepLongNumbers): unknown {
  try {
    return JSON.parse(text, reviver)
  } catch {
    throw new CallbackRefused(400, 'the body is not JSON')
  }
}

/** The fields of a form body in their order, doubles included. */
export function parseForm(text: string): URLSearchParams {
  const params = new URLSearchParams(text)
  if (params.size > MOST_FIELDS) throw new CallbackRefused(400, 'the form has too many fields')
  return params
}

/** The fields of a form body, the last of each name; empty for a request without one. */
export async function callbackFields(request: Request): Promise<Record<string, string>> {
  if (request.method === 'GET') return {}
  return Object.fromEntries(parseForm(await callbackText(request)))
}

/** The body as JSON if the content type says so, else null and the body unread. */
export async function parseCallbackJson(request: Request, contentType: string): Promise<{ value: unknown } | null> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType)) return null
  return { value: callbackJson(await callbackText(request)) }
}
