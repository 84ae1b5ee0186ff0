import * as z from 'zod'
import { changedMeanwhile } from '#worker/domain/problem.ts'
import { type SipKey, sipHash } from '#worker/store/keys/sip-hash.ts'

/** Key of no secret: the hash tells states apart, and hides none. */
const KEY: SipKey = new Int32Array(4)

/** Version of a record by what may be changed of it: the same for the same state, whoever made it, so that it needs no column. */
export const versionOf = (changeable: unknown): string => sipHash(KEY, JSON.stringify(changeable))

/** Version of a record, as an answer shows it. */
export const version = z.string().describe('Tells what may be changed of it, as that is now.')

const given = z.string().max(40)
/** Version that a change of a record names. */
export const changedVersion = given
  .optional()
  .describe('The `version` that the change was made for: of another one it is a 409. Left out: whatever it is.')
/** The same of a call that also makes the record. */
export const putVersion = given
  .nullable()
  .optional()
  .describe(
    'The `version` that it was made for, null where there was none: otherwise it is a 409. Left out: whatever it is.',
  )

/** Throws a 409 if a change names another version, at `pointer`, than a record has; null: there is no record. */
export function demandVersion(named: unknown, now: string | number | null, pointer?: string): void {
  if (named !== undefined && named !== now) throw changedMeanwhile(pointer)
}
