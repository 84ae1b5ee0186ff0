import { randomUUID } from 'node:crypto'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import type { RecordedCall } from './spy.ts'

/** The first 16 digits of every id that begins with a request: ten of time, six of chance. */
const REQUEST_ID = /(?:msg|bat|req|dlv)_([0-9a-z]{16})/g
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** The same text about other messages: every id it names is replaced, everywhere by the same new one that sorts behind it. */
export function withFreshIds(text: string, now: number): string {
  const requests = new Set([...text.matchAll(REQUEST_ID)].map(([, digits = '']) => digits))
  const fresh = new Map<string, string>(
    [...requests].sort().map((digits, i) => [digits, encodeNumber(now + i, 10) + randomDigits(6)]),
  )
  return text.replace(new RegExp([UUID, ...requests].join('|'), 'g'), (found) => {
    const known = fresh.get(found) ?? randomUUID()
    fresh.set(found, known)
    return known
  })
}

/** The recorded run's own calls on the ledger, as the text that the floor is told. */
export const ledgerScript = (calls: readonly RecordedCall[]): string =>
  JSON.stringify(calls.filter(([binding]) => binding.startsWith('LEDGER_')))

/** Realm and message ids among the values of a statement. */
const REALM = /(?:live|test)\.ten_\w+/
const MESSAGE_ID = /msg_\w+/g
const UPDATE = `UPDATE messages SET status = 60, updated_at = ?2 FROM json_each(?1) j
  WHERE messages.realm = coalesce(?3, j.key) AND messages.id = j.value`

/** No more than an insert of the same rows and one update of each. A slice is of one realm. */
export function insertUpdateScript(calls: readonly RecordedCall[]): string {
  const script = calls.flatMap(([binding, statements]) =>
    statements.flatMap(([sql, parameters]): RecordedCall[] => {
      if (!sql.startsWith('INSERT INTO messages')) return []
      const text = parameters.join(' ')
      const insert = sql.slice(0, sql.indexOf('ON CONFLICT'))
      const ids = JSON.stringify([...new Set(text.match(MESSAGE_ID))])
      return [
        [binding, [[insert, parameters]]],
        [binding, [[UPDATE, [ids, Date.now(), REALM.exec(text)?.[0]]]]],
      ]
    }),
  )
  return JSON.stringify(script)
}
