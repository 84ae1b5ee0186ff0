/** Stands for a value that does not open though its keys are there: somebody changed it, or moved it here. */
export const ALTERED = Symbol('altered')

/** Text out of a sealed one. Null: there is none, or its keys were forgotten. */
export type OpenedText = string | null | typeof ALTERED

/** Mark of an opened row of which something was altered: what is missing of it is not simply absent. */
export interface MaybeAltered {
  readonly isAltered?: true
}

/** Mark of a row whose values opened as these. */
export const alteredMark = (...opened: readonly unknown[]): MaybeAltered =>
  opened.includes(ALTERED) ? { isAltered: true } : {}

/** Text of an opened value; null also for one that was altered. */
export const textOrNull = (opened: OpenedText | undefined): string | null =>
  typeof opened === 'string' ? opened : null

/** Record of which a sealed value does not open though its keys are there. `id` is the key of its row, and tells of no person. */
export interface AlteredRecord {
  readonly table: string
  readonly id: string
}

/** Tells the operator of records that were altered. Never throws. */
export type TellAltered = (records: readonly AlteredRecord[]) => Promise<void>
