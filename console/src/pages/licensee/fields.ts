import type { Settings } from './licensee-page.tsx'

type Legal = Settings['legal']

/** Fields of the legal settings that are one line, as it is, in every language. */
const LINES = ['licenceNumber', 'registrationId', 'landline', 'email'] as const
export type Line = (typeof LINES)[number]

/** Fields that are written in both languages. */
export type Both = Exclude<keyof Legal, Line>

/** Texts for the pages that anybody reads, of some paragraphs. */
export const TEXTS = ['terms', 'privacy', 'tariffs', 'complaints', 'notice195'] as const satisfies readonly Both[]

/** Parts of the legal settings, each a form of its own: of one that is saved nothing waits for the others. */
export const SECTIONS = {
  licence: ['licenceNumber', 'authority', 'legalName', 'registrationId'],
  contact: ['postalAddress', 'landline', 'email'],
  texts: TEXTS,
} as const satisfies Readonly<Record<string, readonly (keyof Legal)[]>>

export type Section = keyof typeof SECTIONS

export const isLine = (field: keyof Legal): field is Line => (LINES as readonly string[]).includes(field)

/** Fields of a part that say nothing yet. */
export const missingOf = (legal: Legal, section: Section): readonly (keyof Legal)[] =>
  SECTIONS[section].filter((field) => legal[field] === null)
