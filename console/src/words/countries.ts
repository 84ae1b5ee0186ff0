import { locale } from './language.ts'

const names = new Intl.DisplayNames(locale, { type: 'region' })

/** Name of a country; what is no code of one goes by itself. */
export function countryName(code: string): string {
  try {
    return names.of(code) ?? code
  } catch {
    return code
  }
}
