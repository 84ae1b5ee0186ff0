import { expect, test } from 'vitest'
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
  readonly texts: readonly string[]
}

async function startLanes(): Promise<Lanes> {
  const inbox = kavenegarInbox()
  const url = 'https://kavenegar.example.com'
  const settings = { ...KAVENEGAR.settings, url, lines: `${LINE},${OTHER_LINE}` }
  const mortal = await startMortal({ 'kavenegar.example.com': inbox.outbound }, { ...KAVENEGAR, settings })
  const sender = { channel: 'sms', address: OTHER_LINE, lineClass: 'service' }
  await mortal.world().operator.post(`/admin/v1/tenants/${mortal.world().tenantId}/senders`, sender)
  return { mortal, inbox, texts: [...inbox.put(LINE, 250), ...inbox.put(OTHER_LINE, 120)] }
}

/** Fires the minute's cron, which a dying gateway does not answer. */
const minute = ({ mortal }: Lanes, ahead: number): Promise<unknown> =>
  mortal
    .world()
    .chapar.scheduled('* * * * *', Date.now() + ahead)
    .catch(() => undefined)

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
  const lanes = await startLanes()
  const { mortal, inbox, texts } = lanes
  try {
    const dead = new Promise<void>((resolve) => {
      death(lanes, () => void mortal.kill().then(resolve))
    })
    await Promise.all([minute(lanes, 0), dead])
    inbox.before = () => null
    inbox.after = () => null
    await mortal.restart()
    await mortal.replay()
    // The dead poller's round lapses; what is owed a second look is looked at in the rounds that follow.
    for (let n = 1; n <= 3; n++) await minute(lanes, n * LAPSED)
    const found = await until('every message has arrived', async () => {
      const all = await counts(lanes)
      return all.size === texts.length && all
    })
    expect([...found.values()].every((count) => count === 1)).toBe(true)
    expect([...found.keys()].sort()).toEqual([...texts].sort())
    const heard = () =>
      new Set(mortal.receiver.heard.filter(({ type }) => type === 'message.received').map(({ id }) => id)).size
    await until('every message was told of', async () => heard() === texts.length)
    expect(mortal.forged()).toBe(0)
  } finally {
    await mortal.dispose()
  }
})
