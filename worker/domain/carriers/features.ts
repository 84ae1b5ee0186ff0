/**
 * Features that a provider can have, with their descriptions. `GET /v1/channels`, routing and the 422 for what no connection
 * has are made from this table (requirements S2-2). A channel says what a message needs, a provider what it has.
 */
export const FEATURES = {
  outbound: 'Messages can be sent.',
  inbound: 'Messages of people come in.',
  receipts: 'Delivery is reported.',
  read: 'It is reported when the recipient has read the message.',
  session: 'People open sessions that your application answers screen by screen.',
  say: 'Text is read out.',
  play: 'An audio file is played.',
  digits: 'A one-time code is read out digit by digit.',
  gather: 'Keys that the person presses are collected.',
  record: 'Callers can leave a voice message.',
  html: 'An HTML version of the text.',
  attachments: 'Files go with the message.',
  headers: 'Header fields of your own.',
  media: 'Pictures, audio, video and documents.',
  buttons: 'Buttons below the text.',
  keyboard: 'More than three buttons, or of both kinds, or with long labels; buttons below a sound or a long text.',
  'audio-caption': 'A text below a sound.',
  template: 'Templates that the provider has approved.',
  otp: 'One-time codes by a way of their own.',
  topic: 'A later message replaces an earlier one of the same topic.',
} as const
export type Feature = keyof typeof FEATURES

/** A language in which texts are read out, as BCP 47 names it. */
type Spoken = `speaks:${string}`
/**
 * A feature, reach of a network that recipients are on (`to:telegram`, `to:webpush`), or a language. A provider that has one
 * without a region (`speaks:en`) reads those of all regions, and `speaks:*` stands for every language.
 */
export type Need = Feature | `to:${string}` | Spoken

const WAY = 'to:'
const SPEAKS = 'speaks:'

export const speaks = (language: string): Spoken => `${SPEAKS}${language}`
/** Gives the networks among some features. */
export const waysIn = (has: readonly Need[]): readonly string[] =>
  has.flatMap((need) => (need.startsWith(WAY) ? [need.slice(WAY.length)] : []))
/** Gives the languages among some features. */
export const languagesIn = (has: readonly Need[]): readonly string[] =>
  has.flatMap((need) => (need.startsWith(SPEAKS) ? [need.slice(SPEAKS.length)] : []))

/** Says in words what it is that nobody has. */
export function lackOf(need: Need): string {
  const [network] = waysIn([need])
  if (network !== undefined) return `reaches recipients on \`${network}\``
  const [language] = languagesIn([need])
  return language === undefined ? `has \`${need}\`` : `reads \`${language}\``
}

const isSpoken = (has: readonly Need[], need: Need): boolean =>
  need.startsWith(SPEAKS) && (has.includes(need.split('-')[0] as Need) || has.includes(speaks('*')))

/** True if all needs are among what somebody has. */
export const covers = (has: readonly Need[], needs: readonly Need[]): boolean =>
  needs.every((need) => has.includes(need) || isSpoken(has, need))
