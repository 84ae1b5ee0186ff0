/** Marks of an English text within Persian: GitHub knows them, and `local/console/markdown.ts` reads them. */
export const FOREIGN_MARKS = ['<span lang="en" dir="ltr">', '</span>'] as const

/** Marks a text that has no Persian yet as what it is. */
export const foreign = (text: string): string => FOREIGN_MARKS.join(text)
