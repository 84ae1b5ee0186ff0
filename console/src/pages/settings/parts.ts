import { language } from '../../words/language.ts'

/** Joins words of a list as the language does. */
export const joined = (words: readonly string[]): string => words.join(language === 'fa' ? '، ' : ', ')
