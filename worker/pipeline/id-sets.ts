import { type MessageId, baseOf, messageId, ordinalOf } from '../domain/ids.ts'

/** Message ids of few requests, small enough for a work row: ordinals by base. */
export type IdSet = Readonly<Record<string, readonly number[]>>

export function packIds(ids: readonly MessageId[]): IdSet {
  const set: Record<string, number[]> = {}
  for (const id of ids) {
    const base = baseOf(id)
    const ordinals = set[base]
    if (ordinals) ordinals.push(ordinalOf(id))
    else set[base] = [ordinalOf(id)]
  }
  return set
}

export const unpackIds = (set: IdSet): MessageId[] =>
  Object.entries(set).flatMap(([base, ordinals]) => ordinals.map((ordinal) => messageId(base, ordinal)))
