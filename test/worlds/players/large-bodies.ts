/** One of 90,000 recipients, to all of which the sandbox carrier delivers. */
const recipientOf = (n: number): string => `+989${10_000 + (n % 90_000)}1234`

/** Own text of the `n`th message: 200 letters, no two alike. */
export const ownText = (n: number): string => `مشتری گرامی، سفارش شماره ${n} شما ثبت شد. `.padEnd(200, 'سلام و درود ')

export interface Item {
  readonly to: string
  readonly content: { readonly text: string }
  readonly [name: string]: unknown
}

/** Items with a text each; the sandbox carrier delivers all. */
export const ownItems = (count: number, more: (n: number) => object = () => ({})): readonly Item[] =>
  Array.from({ length: count }, (_, n) => ({ to: recipientOf(n), content: { text: ownText(n) }, ...more(n) }))

/** JSON as Python's default writes it: every letter that is not ASCII as `\\uXXXX`. */
export const escaped = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const batchOf = (messages: readonly Item[]) => ({ channel: 'sms', messages })

/** The same batch as lines of JSON. */
export const linesOf = (messages: readonly Item[], write: (value: unknown) => string = JSON.stringify): string =>
  [{ channel: 'sms' }, ...messages].map((line) => `${write(line)}\n`).join('')

/** The text with blanks behind it, so that it takes this many bytes. */
export const padded = (text: string, bytes: number): string => text + ' '.repeat(bytes - Buffer.byteLength(text))
