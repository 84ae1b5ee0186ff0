import { words } from './language.ts'
import type { Tone } from './statuses.ts'

const t = words(
  {
    closed: 'Works',
    closedWhy: 'The carrier answers.',
    halfOpen: 'Tries again',
    halfOpenWhy: 'It is being found out whether the carrier is up again.',
    open: 'Held back',
    openWhy: 'Two unclear answers in a row: messages go to the next connection or wait. It is tried again by itself.',
    working: 'Read',
    failing: 'Failing',
    stalled: 'Stands still',
    untold: 'Not told',
  },
  {
    closed: 'کار می‌کند',
    closedWhy: 'اپراتور پاسخ می‌دهد.',
    halfOpen: 'در حال آزمودن',
    halfOpenWhy: 'آزموده می‌شود که آیا اپراتور برگشته است.',
    open: 'در استراحت',
    openWhy: 'دو پاسخ نامعلوم پیاپی: پیام‌ها از اتصال بعدی می‌روند یا منتظر می‌مانند. خودبه‌خود دوباره آزموده می‌شود.',
    working: 'خوانده می‌شود',
    failing: 'ناموفق',
    stalled: 'ایستاده',
    untold: 'گفته نشد',
  },
)

/** Said of what no Durable Object told in time. */
export const { untold } = t

/** What is said of a state; `why` is empty where there is no more to say. */
export interface StateWords {
  readonly tone: Tone
  readonly word: string
  readonly why: string
}

type States = Readonly<Record<string, StateWords>>

const BREAKERS: States = {
  closed: { tone: 'good', word: t.closed, why: t.closedWhy },
  'half-open': { tone: 'warn', word: t.halfOpen, why: t.halfOpenWhy },
  open: { tone: 'bad', word: t.open, why: t.openWhy },
}

const POLLERS: States = {
  working: { tone: 'good', word: t.working, why: '' },
  failing: { tone: 'warn', word: t.failing, why: '' },
  stalled: { tone: 'bad', word: t.stalled, why: '' },
}

const stateOf = (states: States, state: string | null | undefined): StateWords =>
  states[state ?? ''] ?? { tone: 'quiet', word: untold, why: '' }

/** What the gateway holds of a connection's carrier; null: it was not told. */
export const breakerWords = (state: string | null): StateWords => stateOf(BREAKERS, state)

/** How the inbox of a connection is read; null: the gateway was not told. */
export const pollingWords = (state: string | null | undefined): StateWords => stateOf(POLLERS, state)
