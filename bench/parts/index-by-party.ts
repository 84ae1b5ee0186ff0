import { BASE_DIGITS, idFloor, type MessageId, messageId, type TenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { encodeNumber, randomDigits } from '#worker/lib/base32.ts'
import { fillParties } from '#worker/store/parties/fill.ts'
import { findByParty } from '#worker/store/parties/find.ts'
import { partyKeyOf, searchKeys } from '#worker/store/parties/key.ts'
import { entriesOf, partyStatements } from '#worker/store/parties/tail.ts'
import type { Results } from '../figures.ts'
import type { Stage } from '../stage.ts'
import { median } from '../statistics.ts'
import { recipient } from '../traffic.ts'

const MESSAGES = 2_000_000
/** Days over which they lie: the retention. */
const DAYS = 186
const DAY = 86_400_000
const PEOPLE = 90_000
/** Messages of one statement, and statements of one fill. */
const SLICE = 1_000
const SLICES = 20
const FILL = SLICE * SLICES
/** Fills at either end of which the time is taken. */
const ENDS = 10
const LOOK_UPS = 40
const PAGE = 50

const since = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Writes entries of two million messages of a realm as claims and fills do, oldest first; µs a message of each fill. */
async function fillIndex(stage: Stage, realm: ReturnType<typeof realmOf>, keys: readonly string[]) {
  const now = Date.now()
  const micros: number[] = []
  for (let done = 0; done < MESSAGES; done += FILL) {
    const at = now - Math.floor((1 - done / MESSAGES) * DAYS * DAY)
    const statements: D1PreparedStatement[] = []
    for (let slice = 0; slice < SLICES; slice++) {
      const base = encodeNumber(at + slice, 10) + randomDigits(BASE_DIGITS - 10)
      const messages = Array.from({ length: SLICE }, (_, n) => ({
        id: messageId(base, n),
        partyKey: keys[(done + slice * SLICE + n * 7) % PEOPLE] ?? '',
        attempt: 1,
      }))
      statements.push(...partyStatements(stage.ledger, realm, await entriesOf(stage.keys, realm, messages)))
    }
    const ms = await since(async () => {
      await stage.ledger.batch(statements)
      await fillParties(stage.ledger, realm)
    })
    micros.push((ms * 1_000) / FILL)
  }
  return micros
}

/** The index by party at two million messages of six months: what an entry costs, and a look-up of a person. */
export async function indexByParty(stage: Stage): Promise<Results> {
  const owner = `ten_${randomDigits(9)}` as TenantId
  const realm = realmOf(owner, 'live')
  const standing = await stage.keys.standing(owner)
  const keys = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => partyKeyOf(standing, realm, recipient(n))))
  const micros = await fillIndex(stage, realm, keys)
  const now = Date.now()
  const months = await stage.keys.indexes(owner, now - DAYS * DAY)
  const usual = async (call: (n: number) => Promise<unknown>): Promise<number> => {
    const times: number[] = []
    for (let n = 0; n < LOOK_UPS; n++) times.push(await since(() => call(n)))
    return median(times)
  }
  const lookUps = (days: number): Promise<number> => {
    const from = idFloor('msg', now - days * DAY) as MessageId
    return usual((n) => {
      const people = [searchKeys(months, keys[(n * 2_203) % PEOPLE] ?? '')]
      return findByParty(stage.ledger, { realm, people, from, before: idFloor('msg', now + DAY), limit: PAGE })
    })
  }
  return {
    'index.firstMicros': { value: median(micros.slice(0, ENDS)) },
    'index.lastMicros': { value: median(micros.slice(-ENDS)) },
    'index.callMs': { value: await usual(() => stage.ledger.prepare('SELECT 1').all()) },
    'index.dayMs': { value: await lookUps(1) },
    'index.halfYearMs': { value: await lookUps(DAYS) },
  }
}
