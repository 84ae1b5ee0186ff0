import { MESSAGES } from './messages.ts'

/** The Persian by part of the document. What is said in several parts stands in the first. */
export const PARTS: readonly Readonly<Record<string, string>>[] = [MESSAGES]

/**
 * Persian of what the document of the API says of calls, fields and answers, by its English: where the English changes, the
 * page shows the new English until it has a Persian of its own.
 */
export const DESCRIPTIONS: ReadonlyMap<string, string> = new Map(PARTS.flatMap(Object.entries))
