import { baseOf, type MessageId, messageId, ordinalOf } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import type { Transition } from './events.ts'
import type { MessageStatus } from './status.ts'

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

/** Transitions as a work row keeps them: message ids by status, enough to rebuild their events. */
export type TransitionSet = { readonly [status in MessageStatus]?: IdSet }

export function packTransitions(transitions: readonly Pick<Transition, 'id' | 'status'>[]): TransitionSet {
  const byStatus = Map.groupBy(transitions, ({ status }) => status)
  return Object.fromEntries([...byStatus].map(([status, list]) => [status, packIds(list.map(({ id }) => id))]))
}

export const unpackTransitions = (realm: Realm, set: TransitionSet): Transition[] =>
  Object.entries(set).flatMap(([status, ids]) =>
    unpackIds(ids).map((id) => ({ realm, id, status: status as MessageStatus })),
  )
