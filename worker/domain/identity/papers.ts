import { DAY } from '#worker/domain/time.ts'

/**
 * State of the papers of a legal person. draft: files are still added, nobody reviews them · submitted: an operator has them ·
 * approved, refused: by an operator.
 */
export const PAPERS_STATUSES = ['draft', 'submitted', 'approved', 'refused'] as const
export type PapersStatus = (typeof PAPERS_STATUSES)[number]

/** Legal person as its papers have it. */
export interface Company {
  readonly name: string
  /** Its national id: eleven digits. */
  readonly nationalId: string
  readonly registrationNumber: string
}

/** Most bytes of one file of papers, and most files. */
export const MOST_PAPER_BYTES = 10_000_000
export const MOST_PAPERS = 10

/** Time for which papers that were refused, and drafts that were never submitted, are kept. */
export const PAPERS_KEPT = 30 * DAY

/** Bytes that a file of each type begins with: what is sent under another type is refused. */
const SIGNATURES: Readonly<Record<string, readonly number[]>> = {
  'application/pdf': [0x25, 0x50, 0x44, 0x46, 0x2d],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
}
export const PAPER_TYPES: readonly string[] = Object.keys(SIGNATURES)

/** True if a file of papers may have this type, and begins as files of it do. */
export const isPaper = (type: string, bytes: Uint8Array): boolean =>
  SIGNATURES[type]?.every((byte, n) => bytes[n] === byte) ?? false
