import { describe, expect, test } from 'vitest'
import { PARTS_WAIT } from '#worker/domain/messages/text-parts.ts'
import {
  type Carrier,
  fakeKavenegar,
  fakeTwilio,
  KAVENEGAR,
  kavenegarReport,
  TWILIO,
  twilioReport,
} from '../worlds/faults/carriers.ts'
import { numbers } from '../worlds/faults/drill.ts'
import { assertInvariant, countsOf, heldOf } from '../worlds/faults/invariant.ts'
import { type Mortal, startMortal } from '../worlds/faults/mortal.ts'
import { seeded } from '../worlds/random.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { LINE, until } from '../worlds/world.ts'

const BATCH = 100
/** 400 messages in all; twilio takes one a call. */
const KAVENEGAR_BATCHES = 3
const TWILIO_BATCHES = 1
const OTHER_LINE = '10005000'
/** Permits of killed slices are kept for two minutes: there must be room beside them. */
const ROOM = { concurrency: 24 }
/** Milliseconds until a carrier reports. */
const REPORTS_AFTER = 700
const MINUTE = 60_000

interface Lanes {
  readonly mortal: Mortal
  readonly kavenegar: ReturnType<typeof fakeKavenegar>
  readonly twilio: ReturnType<typeof fakeTwilio>
  /** Where kavenegar reports to. */
  readonly callbackUrl: string
}

async function startLanes(): Promise<Lanes> {
  const kavenegar = fakeKavenegar()
  const twilio = fakeTwilio()
  const carriers = { 'kavenegar.example.com': kavenegar.outbound, 'twilio.example.com': twilio.outbound }
  const settings = { ...KAVENEGAR.settings, url: 'https://kavenegar.example.com' }
  const mortal = await startMortal(carriers, { ...KAVENEGAR, settings })
  const { operator, tenantId, connectionId, callbackUrl } = mortal.world()
  const other = (await operator.post('/admin/v1/connections', {
    channel: 'sms',
    name: 'Other',
    ...ROOM,
    ...TWILIO,
    settings: { ...TWILIO.settings, url: 'https://twilio.example.com' },
  })) as { id: string }
  const sender = { channel: 'sms', address: OTHER_LINE, lineClass: 'service', connectionId: other.id }
  await operator.post(`/admin/v1/tenants/${tenantId}/senders`, sender)
  const connections = [connectionId, other.id]
  await operator.put('/admin/v1/routes', { tenantId, channel: 'sms', mode: 'live', connections })
  return { mortal, kavenegar, twilio, callbackUrl }
}

/** A batch; null if nobody answered it with a 2xx. */
async function sendBatch({ mortal }: Lanes, from: string, recipients: readonly string[]): Promise<string[] | null> {
  const body = { channel: 'sms', from, content: { text: 'سلام' }, messages: recipients.map((to) => ({ to })) }
  try {
    const answer = await mortal.world().call('/v1/messages/batch', { body })
    if (answer.status !== 202) return null
    return ((await answer.json()) as { accepted: { id: string }[] }).accepted.map(({ id }) => id)
  } catch {
    return null
  }
}

/** Reports on all that the carriers took and have not reported, again and again until each is answered with a 2xx. */
function startReports({ mortal, kavenegar, twilio, callbackUrl }: Lanes) {
  const told = new Set<string>()
  const firstSeenAt = new Map<string, number>()
  /** Not before the gateway has written its own record: an early report would come again after 15 s. */
  const isDue = (id: string) => {
    const at = firstSeenAt.get(id) ?? Date.now()
    firstSeenAt.set(id, at)
    return !told.has(id) && Date.now() - at > REPORTS_AFTER
  }
  let isOver = false
  const tell = async (ids: readonly string[], post: () => Promise<Response>) => {
    const answer = await post().catch(() => null)
    if (answer?.ok) for (const id of ids) told.add(id)
  }
  const round = async () => {
    const open = [...kavenegar.ids.values()].filter(isDue).slice(0, 100)
    if (open.length > 0) await tell(open, () => kavenegarReport(mortal.world().chapar, callbackUrl, open, 10))
    const calls = [...twilio.callbacks].filter(([sid]) => isDue(sid)).slice(0, 20)
    await Promise.all(
      calls.map(([sid, url]) => tell([sid], () => twilioReport(mortal.world().chapar, sid, url, 'delivered'))),
    )
  }
  const running = (async () => {
    while (!isOver) {
      await round()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return {
    told,
    end: () => {
      isOver = true
      return running
    },
  }
}

/** The nth call of a carrier, answered only when the gateway is dead: it was taken, and nobody heard so. */
const deadlyCall = (carrier: Carrier, nth: number, die: () => void) => {
  carrier.after = (call) => {
    if (call !== nth) return null
    die()
    return new Promise<Response>(() => {})
  }
}

type Moment = (lanes: Lanes, chance: () => number, die: () => void, accepted: () => number) => void

const between = (chance: () => number, least: number, most: number) => Math.floor(least + chance() * (most - least))

/** Polls for a moment that no fake sees itself. */
function when(isNow: () => boolean, die: () => void): void {
  const timer = setInterval(() => {
    if (!isNow()) return
    clearInterval(timer)
    die()
  }, 2)
}

const MOMENTS: readonly (readonly [string, number, Moment])[] = [
  [
    'while it accepts',
    11,
    (_, chance, die, accepted) => {
      const most = between(chance, 1, 4)
      when(() => accepted() >= most, die)
    },
  ],
  ['while it dispatches to twilio', 12, ({ twilio }, chance, die) => deadlyCall(twilio, between(chance, 15, 75), die)],
  [
    'while it dispatches to kavenegar',
    13,
    ({ kavenegar }, chance, die) => deadlyCall(kavenegar, between(chance, 1, 3), die),
  ],
  [
    'while it hears reports and tells of them',
    14,
    ({ mortal }, chance, die) => {
      const most = between(chance, 200, 400)
      when(() => mortal.receiver.heard.length >= most, die)
    },
  ],
]

/** Sends the campaign while death comes at its moment; the ids of what got a 2xx. */
async function campaign(lanes: Lanes, moment: Moment, chance: () => number): Promise<string[]> {
  const ids: string[] = []
  let accepted = 0
  let isDead: () => void = () => undefined
  const dead = new Promise<void>((resolve) => {
    isDead = resolve
  })
  moment(
    lanes,
    chance,
    () => void lanes.mortal.kill().then(isDead),
    () => accepted,
  )
  const lane = async (from: string, batches: number) => {
    const recipients = numbers(BATCH * batches)
    for (let i = 0; i < batches; i++) {
      const answer = await sendBatch(lanes, from, recipients.slice(i * BATCH, (i + 1) * BATCH))
      if (!answer) continue
      ids.push(...answer)
      accepted++
    }
  }
  await Promise.all([lane(LINE, KAVENEGAR_BATCHES), lane(OTHER_LINE, TWILIO_BATCHES)])
  await dead
  return ids
}

const sweep = ({ mortal }: Lanes, aheadMs: number) => mortal.world().chapar.scheduled('* * * * *', Date.now() + aheadMs)

/** Messages that a carrier took and the gateway does not call delivered, and the other way round. */
async function disagreeing({ mortal, kavenegar, twilio }: Lanes, ids: readonly string[]) {
  const took = new Set([...kavenegar.took, ...twilio.took].map(({ to }) => to))
  const held = await heldOf(mortal.world(), ids)
  return held
    .map(({ id, party, status }) => ({ id, status, taken: took.has(party) }))
    .filter(({ taken, status }) => status !== (taken ? 'delivered' : 'unknown'))
}

/** Looks four times a second: each look reads the whole campaign. */
const patiently = (what: string, check: () => Promise<boolean>) =>
  until(what, async () => {
    await new Promise((resolve) => setTimeout(resolve, 250))
    return check()
  })

/** After the kill: what was queued comes again, and the clock goes past all that a dead gateway owed. */
async function recover(lanes: Lanes, ids: readonly string[], told: ReadonlySet<string>): Promise<void> {
  const { mortal, kavenegar, twilio } = lanes
  await mortal.restart()
  await mortal.replay()
  const world = mortal.world()
  await patiently('what was not claimed is claimed', async () => !(await countsOf(world, ids))['absent'])
  const review = async () => {
    await sweep(lanes, 16 * MINUTE)
    return !(await countsOf(world, ids))['accepted']
  }
  await patiently('what was claimed and not written down is asked for', review)
  const haveAllReported = async () => told.size === kavenegar.ids.size + twilio.callbacks.size
  await patiently('the carriers have reported', haveAllReported)
  const agree = async () => (await disagreeing(lanes, ids)).length === 0
  await patiently('what was taken is delivered, and the rest is unknown', agree)
  await sweep(lanes, 73 * 60 * MINUTE)
}

describe('killed while parts of texts wait', () => {
  const PEOPLE = 24
  const TEXT = ['one ', 'two ', 'three']

  test('each text is told once: whole where its rest comes, as it is where it never does', async () => {
    const mortal = await startMortal({}, { provider: 'sandbox', name: 'Sandbox', settings: {} }, 'test')
    const { pathname } = new URL(mortal.world().callbackUrl)
    const people = numbers(PEOPLE)
    /** Posts a part; false if nobody has answered it with a 200, so that its carrier will tell it again. */
    const hear = async (from: string, n: number): Promise<boolean> => {
      const part = { ref: '7', number: n + 1, total: TEXT.length }
      const inbound = [{ id: `${from}-${n}`, from, to: LINE, text: TEXT[n], part }]
      const sent = { method: 'POST', body: JSON.stringify({ at: Date.now(), inbound }) }
      const answer = await mortal
        .world()
        .chapar.fetch(pathname, sent)
        .catch(() => null)
      return answer?.status === 200
    }
    const textsOf = async (person: string): Promise<unknown[]> => {
      const rows = await rowsWhere(mortal.world().ledger, 'kind & 1 = 1')
      return rows.filter(({ party }) => party === person).map(({ content }) => JSON.parse(content ?? ''))
    }
    const told = (person: string) =>
      new Set(mortal.receiver.heard.filter(({ type, data }) => type === 'message.received' && data.includes(person)))
    try {
      const chance = seeded(15)
      const parts = people.flatMap((from) => [0, 2].map((n) => [from, n] as const)).toSorted(() => chance() - 0.5)
      const dies = between(chance, PEOPLE / 2, PEOPLE)
      const open: (readonly [string, number])[] = []
      let death: Promise<void> | null = null
      for (const [i, [from, n]] of parts.entries()) {
        if (i === dies) death = mortal.kill()
        if (!(await hear(from, n))) open.push([from, n])
      }
      await death
      expect(open.length).toBeGreaterThan(0)
      await mortal.restart()
      await mortal.replay()
      // The carrier tells again what nobody answered, and some of what was answered.
      for (const [from, n] of [...open, ...parts.filter(() => chance() < 0.3)]) expect(await hear(from, n)).toBe(true)
      const [whole, cut] = [people.filter((_, i) => i % 2 === 0), people.filter((_, i) => i % 2 === 1)]
      for (const from of whole) expect(await hear(from, 1)).toBe(true)
      await patiently('those whose parts are all there are told', async () => whole.every((one) => told(one).size > 0))
      await patiently('the rest is kept', async () => {
        const sql = 'SELECT count(*) AS n FROM inbound_parts'
        return (await mortal.world().ledger.prepare(sql).first<number>('n')) === 2 * cut.length
      })
      expect(await Promise.all(cut.map(textsOf))).toEqual(cut.map(() => []))
      for (const ahead of [PARTS_WAIT + MINUTE, 2 * PARTS_WAIT])
        await mortal.world().chapar.scheduled('* * * * *', Date.now() + ahead)
      await patiently('what is cut is told', async () => cut.every((one) => told(one).size > 0))
      await mortal.replay()
      for (const from of people) await hear(from, 2)
      await mortal.world().chapar.scheduled('* * * * *', Date.now() + 4 * PARTS_WAIT)
      expect(await Promise.all(whole.map(textsOf))).toEqual(whole.map(() => [{ text: 'one two three' }]))
      expect(await Promise.all(cut.map(textsOf))).toEqual(cut.map(() => [{ text: 'one three', incomplete: true }]))
      const ids = people.map((one) => new Set([...told(one)].map(({ id }) => id)).size)
      expect(ids).toEqual(people.map(() => 1))
    } finally {
      await mortal.dispose()
    }
  })
})

test.each(MOMENTS)('killed %s, it ends every message once and loses no event', async (_, seed, moment) => {
  const lanes = await startLanes()
  const { mortal, kavenegar, twilio } = lanes
  const reports = startReports(lanes)
  try {
    const ids = await campaign(lanes, moment, seeded(seed))
    expect(ids.length).toBeGreaterThan(0)
    await recover(lanes, ids, reports.told)
    await assertInvariant({ world: mortal.world(), ids, carriers: [kavenegar, twilio], heard: mortal.receiver.heard })
    expect(await disagreeing(lanes, ids)).toEqual([])
    expect(mortal.forged()).toBe(0)
  } finally {
    await reports.end()
    await mortal.dispose()
  }
})
