import * as z from 'zod'
import type { Answer } from '#worker/domain/sessions/session.ts'
import { plainScreen } from '#worker/domain/sessions/session-form.ts'
import { nestsDeeper } from '#worker/lib/json/input.ts'

/** Reason why an application's answer is no screen. */
type AnswerFault = 'status' | 'unreadable'

const answerJson = z.union([
  z.strictObject({ text: z.string().min(1), ends: z.boolean().optional() }),
  z.strictObject({ back: z.literal(true) }),
  z.strictObject({ resume: z.literal(true) }),
])

const DEEPEST = 4

function parseAnswer(body: string): unknown {
  if (nestsDeeper(body, DEEPEST)) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/**
 * Reads an application's answer: 200 with JSON, or with text that begins with CON or END (also as a JSON string), as applications
 * made for Africa's Talking answer. The content type is not asked: many of those send none or a wrong one.
 */
export function readAnswer(status: number, body: string): Answer | AnswerFault {
  if (status !== 200) return 'status'
  const plain = plainScreen(body)
  if (plain) return { kind: 'screen', ...plain }
  const said = parseAnswer(body)
  if (typeof said === 'string') return readAnswer(status, said)
  const parsed = answerJson.safeParse(said)
  if (!parsed.success) return 'unreadable'
  if ('back' in parsed.data) return { kind: 'back' }
  if ('resume' in parsed.data) return { kind: 'resume' }
  return { kind: 'screen', text: parsed.data.text, ends: parsed.data.ends ?? false }
}
