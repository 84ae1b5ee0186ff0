import { afterAll, beforeAll, expect, test } from 'vitest'
import { KAVENEGAR } from '../worlds/faults/carriers.ts'
import { type Mortal, startMortal } from '../worlds/faults/mortal.ts'
import { type InboxCall, type KavenegarInbox, kavenegarInbox } from '../worlds/players/kavenegar-inbox.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { LINE, until } from '../worlds/world.ts'

const OTHER_LINE = '10005000'
const MINUTE = 60_000
/** Longer than a dead poller's round. */
const LAPSED = 2 * MINUTE

interface Lanes {
  readonly mortal: Mortal
  readonly inbox: KavenegarInbox
}

/** One gateway, which is killed again and again, and how far its clock is ahead. */
let lanes: Lanes
let ahead = 0
beforeAll(async () => {
  lanes = await startLanes()
})
afterAll(() => lanes.mortal.dispose())

async function startLanes(): Promise<Lanes> {
  const inbox = kavenegarInbox()
  const url = 'https://kavenegar.example.com'
  const settings = { ...KAVENEGAR.settings, url, lines: `${LINE},${OTHER_LINE}` }
  const mortal = await startMortal({ 'kavenegar.example.com': inbox.outbound }, { ...KAVENEGAR, settings })
  const sender = { channel: 'sms', address: OTHER_LINE, lineClass: 'service' }
  await mortal.world().operator.post(`/admin/v1/tenants/${mortal.world().tenantId}/senders`, sender)
  return { mortal, inbox }
}

/** Fires the minute's cron so much later than before, which a dying gateway does not answer. */
const minute = ({ mortal }: Lanes, more: number): Promise<unknown> => {
  ahead += more
  return mortal
    .world()
    .chapar.scheduled('* * * * *', Date.now() + ahead)
    .catch(() => undefined)
}

const arrived = ({ mortal }: Lanes) =>
  mortal.world().ledger.prepare('SELECT count(*) AS n FROM messages WHERE kind & 1 = 1').first<number>('n')

async function counts({ mortal }: Lanes): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const { content } of await rowsWhere(mortal.world().ledger, 'kind & 1 = 1')) {
    const { text } = JSON.parse(content ?? '') as { text: string }
    found.set(text, (found.get(text) ?? 0) + 1)
  }
  return found
}

const isPage = (nth: number) => {
  let seen = 0
  return ({ method }: Pick<InboxCall, 'method'>) => method === 'receive' && ++seen === nth
}
const never = () => new Promise<Response>(() => {})

type Death = (lanes: Lanes, die: () => void) => void
const DEATHS: readonly (readonly [string, Death])[] = [
  [
    'between two pages, before the carrier is asked for the second',
    ({ inbox }, die) => {
      const isSecond = isPage(2)
      inbox.before = (call) => {
        if (!isSecond(call)) return null
        die()
        return never()
      }
    },
  ],
  ...[1, 2, 3, 5].map((nth): [string, Death] => [
    `when page ${nth} was marked as read and its answer is on the way`,
    ({ inbox }, die) => {
      const isNth = isPage(nth)
      inbox.after = (call) => {
        if (!isNth(call)) return null
        die()
        return never()
      }
    },
  ]),
  [
    'when the second page is queued and its cursor is not stored',
    ({ mortal }, die) => {
      const timer = setInterval(() => {
        if (mortal.journal.filter(({ queue }) => queue === 'REPORT').length < 3) return
        clearInterval(timer)
        die()
      }, 1)
    },
  ],
]

test.each(DEATHS)('killed %s, the poller loses no message and doubles none', async (_, death) => {
  const { mortal, inbox } = lanes
  // What was read and worked before is thrown away: a second look and a replay go through all that is there.
  inbox.messages.length = 0
  mortal.forget()
  const texts = [...inbox.put(LINE, 201), ...inbox.put(OTHER_LINE, 101)]
  const before = (await arrived(lanes)) ?? 0
  const dead = new Promise<void>((resolve) => {
    death(lanes, () => void mortal.kill().then(resolve))
  })
  await Promise.all([minute(lanes, LAPSED), dead])
  inbox.before = () => null
  inbox.after = () => null
  await mortal.restart()
  await mortal.replay()
  // The dead poller's round lapses; what is owed a second look is looked at in the rounds that follow.
  for (let n = 1; n <= 3; n++) await minute(lanes, LAPSED)
  await until('every message has arrived', async () => ((await arrived(lanes)) ?? 0) >= before + texts.length)
  const found = await counts(lanes)
  expect(texts.filter((text) => !found.has(text))).toEqual([])
  expect(found.size).toBe(before + texts.length)
  expect([...found.values()].every((count) => count === 1)).toBe(true)
  const ids = () =>
    new Set(mortal.receiver.heard.filter(({ type }) => type === 'message.received').map(({ id }) => id)).size
  await until('every message was told of', async () => ids() >= before + texts.length)
  expect(ids()).toBe(before + texts.length)
  expect(mortal.forged()).toBe(0)
})
