import { language } from '../../words/language.ts'
import { type SettingSaid, settingInPersian } from '../../words/said/settings.ts'

/** Shows code as what it is by its own direction: a help is a text without elements. */
const plain = ({ title, help }: SettingSaid): SettingSaid => ({
  title,
  help: help.replaceAll(/`([^`]+)`/g, '\u2066$1\u2069'),
})

/** What a setting is called and what it is for, in the page's language; `own` is what its driver says, in English. */
export const settingWords = (provider: string, name: string, own: SettingSaid): SettingSaid =>
  plain(language === 'fa' ? (settingInPersian(provider, name) ?? own) : own)

/** True of words that only the driver says, so that they stand as what they are in a Persian sentence: English. */
export const isForeign = (provider: string, name: string): boolean =>
  language === 'fa' && settingInPersian(provider, name) === undefined
