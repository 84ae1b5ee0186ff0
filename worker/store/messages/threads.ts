import type { MessageId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { findByParty, type PartyFound } from '#worker/store/parties/find.ts'
import type { PartyKey } from '#worker/store/parties/key.ts'
import { newestFrom } from './reads.ts'

/** What an inbound message may answer: the newest message to this person from this line. */
interface Thread {
  readonly realm: Realm
  /** Keys of all of the person's addresses. */
  readonly keys: readonly PartyKey[]
  readonly line: string
}

/** Messages of a person, the newest, among which the one from the line is looked for. */
const NEWEST = 50
/** Searches for them: one ends early where a row holds many of the person's and they are older than what it says. */
const SEARCHES = 4

/** The newest messages of each person of a realm. */
async function newestOf(db: D1Database, realm: Realm, threads: readonly Thread[]): Promise<readonly MessageId[][]> {
  const ids: MessageId[][] = threads.map(() => [])
  const bounds = threads.map(() => 'msg_~')
  for (let n = 0, open = threads.map((_, at) => at); open.length > 0 && n < SEARCHES; n++) {
    const groups = Map.groupBy(open, (at) => bounds[at] ?? '')
    const found = new Map<number, PartyFound>()
    for (const [before, places] of groups) {
      const people = places.map((at) => threads[at]?.keys ?? [])
      const pages = await findByParty(db, { realm, people, from: 'msg_', before, limit: NEWEST })
      for (const [i, at] of places.entries()) if (pages[i]) found.set(at, pages[i])
    }
    open = open.filter((at) => {
      const page = found.get(at)
      ids[at]?.push(...(page?.ids ?? []))
      if (page?.until) bounds[at] = page.until
      return page?.until != null && (ids[at]?.length ?? 0) < NEWEST
    })
  }
  return ids
}

/** The latest outbound message from a line to a person, for each thread; null: none is among the person's newest. */
export async function latestTo(db: D1Database, threads: readonly Thread[]): Promise<readonly (MessageId | null)[]> {
  const ids = new Map<Thread, readonly MessageId[]>()
  for (const [realm, own] of Map.groupBy(threads, (thread) => thread.realm)) {
    const newest = await newestOf(db, realm, own)
    for (const [i, thread] of own.entries()) ids.set(thread, newest[i]?.slice(0, NEWEST) ?? [])
  }
  if ([...ids.values()].every((some) => some.length === 0)) return threads.map(() => null)
  return newestFrom(
    db,
    threads.map((thread) => ({ realm: thread.realm, line: thread.line, ids: ids.get(thread) ?? [] })),
  )
}
