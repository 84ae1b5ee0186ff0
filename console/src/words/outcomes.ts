import { words } from './language.ts'
import { statusName, type Tone, toneOf } from './statuses.ts'

/** What attempts come to that is no state of a message: it goes on by another attempt, or by the same once more. */
const ON_THE_WAY: Readonly<Record<string, string>> = words(
  { deferred: 'Postponed', repeat: 'No answer, repeated', again: 'Tried again' },
  { deferred: 'به بعد افتاده', repeat: 'بی‌پاسخ و تکرارشده', again: 'تلاش دوباره' },
)

/** Name of what came of an attempt. */
export const outcomeName = (outcome: string): string => ON_THE_WAY[outcome] ?? statusName(outcome)

/** Tone of what came of an attempt. */
export const outcomeTone = (outcome: string): Tone => (outcome in ON_THE_WAY ? 'warn' : toneOf(outcome))
