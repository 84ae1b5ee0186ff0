/** Languages that the console speaks. */
export type Language = 'en' | 'fa'

const KEY = 'chapar.language'

/** Reads what this browser keeps; null where it keeps nothing, or refuses to. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keeps a value for this browser's next visit; where it refuses, the visit goes on without. */
export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {}
}

/** Language of this page: the chosen one, else Persian for who reads it, else English. */
export const language: Language = (() => {
  const chosen = kept(KEY)
  if (chosen === 'en' || chosen === 'fa') return chosen
  const read = typeof navigator === 'undefined' ? ['en'] : navigator.languages
  return read.some((tag) => tag.startsWith('fa')) ? 'fa' : 'en'
})()

/** Locale for React Aria and `Intl`: its calendar is the one that people of the language write dates in. */
export const locale = language === 'fa' ? 'fa-IR' : 'en-US'

/** Direction of the page's text. */
export const direction = language === 'fa' ? 'rtl' : 'ltr'

/** Loads the page anew; where there is none, as in a test, nothing happens. */
export const loadAnew = (): void => (globalThis as { location?: { reload(): void } }).location?.reload()

/** Changes the language. The page is loaded anew, since words are chosen once, when their module is read. */
export function speak(chosen: Language): void {
  keep(KEY, chosen)
  loadAnew()
}

type Word = string | ((...args: never[]) => string)

/** The same words in the other language: no key less, none more, the same parameters. */
type Same<Words> = {
  readonly [Key in keyof Words]: Words[Key] extends (...args: infer Args) => string
    ? (...args: Args) => string
    : Words[Key] extends string
      ? string
      : Same<Words[Key]>
}

interface Dictionary {
  readonly [key: string]: Word | Dictionary
}

/** Answers the words of the page's language. A word that is missing in either fails the type check. */
export function words<const Words extends Dictionary>(en: Words, fa: Same<Words>): Same<Words> {
  return language === 'fa' ? fa : (en as unknown as Same<Words>)
}
