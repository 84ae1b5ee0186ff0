/** Forms in which an application is asked for a screen: this gateway's JSON, or the form that Africa's Talking posts. */
export const WEBHOOK_FORMATS = ['json', 'africas-talking'] as const
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number]

/** A turn as Africa's Talking tells it: https://developers.africastalking.com/docs/ussd/handle_sessions */
interface FormTurn {
  readonly sessionId: string
  /** Code that was dialled. */
  readonly code: string
  readonly person: string
  /** All inputs so far. */
  readonly inputs: readonly string[]
  /** The carrier's code of the person's network; empty where it told none. */
  readonly network: string
}

export const SESSION_FORM_TYPE = 'application/x-www-form-urlencoded; charset=utf-8'

/** Writes a turn as a form. */
export const sessionForm = ({ sessionId, code, person, inputs, network }: FormTurn): string =>
  new URLSearchParams({
    sessionId,
    serviceCode: code,
    phoneNumber: person,
    text: inputs.join('*'),
    networkCode: network,
  }).toString()

/**
 * Beginning of a text that Africa's Talking would show: CON or END, with or without a blank or a line behind them. They are in
 * capitals, and not the beginning of a word (CONTINUE, Conditions). White space before them, a byte order mark included, is
 * passed over.
 */
const PLAIN = /^\s*(CON|END)(?![a-z]|[A-Z]{2})([\s\S]*)$/

/** Reads a screen that such an application answers with; null: it is none. */
export function plainScreen(body: string): { readonly text: string; readonly ends: boolean } | null {
  const [, word, text] = PLAIN.exec(body) ?? []
  return word === undefined ? null : { text: text ?? '', ends: word === 'END' }
}
