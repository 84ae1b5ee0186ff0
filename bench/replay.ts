import { randomUUID } from 'node:crypto'
import { BASE_DIGITS } from '#worker/domain/ids.ts'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { BASE } from '#worker/store/codes/codes.ts'
import type { RecordedCall } from './spy.ts'

/** The first 16 digits of every id that begins with a request: ten of time, six of chance; and of their bytes. */
const REQUEST_ID = /(?:msg|bat|req|dlv)_([0-9a-z]{16})/g
const BASE_BYTES = /(?<![0-9a-f])([0-9a-f]{40})(?:[0-9a-f]{4})?(?![0-9a-f])/g
const DIGITS = 16
const HEX = 20
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

const bytesOf = (digits: string): string => BASE.encode(digits.padEnd(BASE_DIGITS, '0')).slice(0, HEX)

/** The same text about other messages: every id it names is replaced, everywhere by the same new one that sorts behind it. */
export function withFreshIds(text: string, now: number): string {
  const named = [...text.matchAll(REQUEST_ID)].map(([, digits = '']) => digits)
  const stored = [...text.matchAll(BASE_BYTES)].map(([, hex = '']) => BASE.decode(hex).slice(0, DIGITS))
  const requests = [...new Set([...named, ...stored])].sort()
  const fresh = new Map<string, string>()
  for (const [i, digits] of requests.entries()) {
    const other = encodeNumber(now + i, 10) + randomDigits(6)
    fresh.set(digits, other)
    fresh.set(bytesOf(digits), bytesOf(other))
  }
  return text.replace(new RegExp([UUID, ...fresh.keys()].join('|'), 'g'), (found) => {
    const known = fresh.get(found) ?? randomUUID()
    fresh.set(found, known)
    return known
  })
}

/** The recorded run's own calls on the ledger, as the text that the floor is told. */
export const ledgerScript = (calls: readonly RecordedCall[]): string =>
  JSON.stringify(calls.filter(([binding]) => binding.startsWith('LEDGER_')))

/** Realm and message ids among the values of a statement. */
const REALM = /^[0-9a-f]{16}$/
const MESSAGE_ID = /(?<![0-9a-f])[0-9a-f]{44}(?![0-9a-f])/g
const UPDATE = `UPDATE messages SET status = 60, updated_at = ?2 FROM json_each(?1) j
  WHERE messages.realm = unhex(coalesce(?3, j.key)) AND messages.id = unhex(j.value)`

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
        [binding, [[UPDATE, [ids, Date.now(), parameters.find((one) => REALM.test(String(one)))]]]],
      ]
    }),
  )
  return JSON.stringify(script)
}
