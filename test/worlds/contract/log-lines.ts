/** What no log line may hold, by how it looks. Ids of ours hold letters, and times have thirteen digits. */
const FORBIDDEN: readonly (readonly [kind: string, form: RegExp])[] = [
  ['a phone number', /(?<!\w)(?:(?:\+|00)[1-9]\d{7,14}|(?:98|0)9\d{9})(?!\w)/],
  ['a phone number in Persian or Arabic digits', /[۰-۹٠-٩]{8,}/],
  ['an e-mail address', /[\w.+-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+/],
  ['a key', /\bchk_(?:live|test)_\w|\bchs_(?:live|test)_\w/],
  ['a token', /\beyJ[\w-]{10,}\.|\bBearer\s+\S{20,}/i],
]

/** Says which of it a line of the Workers' log holds, without quoting it. */
export function logFaults(line: string): readonly string[] {
  const fact = /"fact":"([\w.-]+)"/.exec(line)?.[1] ?? 'a line without a fact'
  return FORBIDDEN.filter(([, form]) => form.test(line)).map(([kind]) => `the log (${fact}) holds ${kind}`)
}
