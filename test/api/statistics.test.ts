import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { timeOfId } from '#worker/domain/ids.ts'
import { statusOf } from '#worker/domain/messages/status.ts'
import { sendJob } from '../worlds/players/send-job.ts'
import { rowsWhere } from '../worlds/tenant-rows.ts'
import { newTenant, startWorld, tokenOf, until, type World } from '../worlds/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SWEEP = '* * * * *'
/** Ages of the requests that are queued: hours, which are counted for good, and some moments. */
const AGES = [20 * HOUR, 2 * HOUR, 40 * MINUTE, 0] as const
/** Fates: delivered, undelivered, refused at once, read, never reported. */
const FATES = ['1234', '9901', '9902', '9918', '9927'] as const
const ENDS = ['delivered', 'undelivered', 'rejected', 'read', 'submitted'] as const

interface Statistic {
  readonly at?: string
  readonly channel?: string
  readonly direction?: string
  readonly messages: number
  readonly units: number
  readonly succeeded: number
  readonly unsuccessful: number
  readonly open: number
  readonly statuses: Readonly<Record<string, number>>
  readonly timeToDeliver: { readonly messages: number; readonly p50Ms: number; readonly p95Ms: number } | null
}
interface Statistics {
  readonly from: string
  readonly to: string
  readonly countedUntil: string
  readonly firmUntil: string
  readonly periods?: readonly string[]
  readonly data: readonly Statistic[]
}

let world: World
let start: number
beforeAll(async () => {
  world = await startWorld({ tenant: { region: 'IR' } })
  start = Date.now()
  const queue = await world.chapar.queue('SEND_SMS')
  for (const [n, age] of AGES.entries()) {
    const { job } = await sendJob(
      world,
      FATES.map((fate) => `+98912000${fate}`.replace('000', `00${n}`)),
      start - age,
    )
    await queue.send(job)
  }
  await settled(AGES.length * FATES.length)
  await sweep()
})
afterAll(() => world.dispose())

/** Waits until so many messages stand as their fates end them. */
const settled = (messages: number) =>
  until('all stand as they end', async () => {
    const rows = await rowsWhere(world.ledger, 'kind & 1 = 0')
    const names = rows.map(({ status }) => statusOf(status))
    const done = names.filter((name) => (ENDS as readonly string[]).includes(name)).length
    const never = names.filter((name) => name === 'submitted').length
    return rows.length === messages && done === messages && never === messages / FATES.length
  })

const sweep = (at = Date.now() + MINUTE) => world.chapar.scheduled(SWEEP, at)
const ask = (query: string) => world.json<Statistics>(`/v1/statistics?${query}`)
const span = (before: number) => `from=${encodeURIComponent(new Date(start - before).toISOString())}`

/** Numbers of the ledger's messages by a key of their time. */
async function expected(keyOf: (at: number) => string): Promise<Readonly<Record<string, number>>> {
  const numbers: Record<string, number> = {}
  for (const { id } of await rowsWhere(world.ledger, 'true')) {
    const key = keyOf(timeOfId(id))
    numbers[key] = (numbers[key] ?? 0) + 1
  }
  return numbers
}
const shown = ({ data }: Statistics) => Object.fromEntries(data.map(({ at, messages }) => [at, messages]))

describe('GET /v1/statistics', () => {
  test('every message counts in its hour, as it stands', async () => {
    const answer = await ask(`${span(2 * DAY)}&by=hour`)
    expect(shown(answer)).toEqual(await expected((at) => new Date(Math.floor(at / HOUR) * HOUR).toISOString()))
    expect(answer.periods).toHaveLength(49)
    for (const one of answer.data) expect(one.succeeded + one.unsuccessful + one.open).toBe(one.messages)
    expect(Date.parse(answer.firmUntil)).toBeGreaterThan(start - HOUR)
    expect(Date.parse(answer.countedUntil)).toBeGreaterThan(start - MINUTE)
  })

  test('by nothing it is one sum, by status and with the times of delivery', async () => {
    const { data, periods } = await ask(span(2 * DAY))
    expect(periods).toBeUndefined()
    expect(data).toHaveLength(1)
    const [sum] = data
    const each = AGES.length
    expect(sum).toMatchObject({
      messages: 5 * each,
      units: 5 * each,
      succeeded: 2 * each,
      unsuccessful: 2 * each,
      open: each,
    })
    expect(sum?.statuses).toEqual(Object.fromEntries(ENDS.map((status) => [status, each])))
    // Of requests that waited for hours before they were sent, half took longer than an hour.
    expect(sum?.timeToDeliver?.messages).toBe(2 * each)
    expect(sum?.timeToDeliver?.p50Ms).toBeGreaterThan(30 * MINUTE)
    expect(sum?.timeToDeliver?.p95Ms).toBeGreaterThan(14 * HOUR)
  })

  test('days and months of Tehran and of the Jalali calendar', async () => {
    const tehran = 3.5 * HOUR
    const dayOf = (at: number) => new Date(Math.floor((at + tehran) / DAY) * DAY - tehran).toISOString()
    expect(shown(await ask(`${span(3 * DAY)}&by=day&zone=Asia/Tehran`))).toEqual(await expected(dayOf))
    const months = await ask(`${span(395 * DAY)}&by=month&zone=Asia/Tehran&calendar=persian`)
    expect(months.periods?.length).toBeGreaterThanOrEqual(13)
    const format = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', { timeZone: 'Asia/Tehran', day: 'numeric' })
    const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tehran', timeStyle: 'short' })
    for (const at of months.periods ?? [])
      expect([format.format(Date.parse(at)), time.format(Date.parse(at))]).toEqual(['1', '00:00'])
    expect(months.data.reduce((sum, { messages }) => sum + messages, 0)).toBe(20)
  })

  test('channels and directions apart, or only one', async () => {
    const { data } = await ask(`${span(2 * DAY)}&by=channel,direction`)
    expect(data.map(({ channel, direction, messages }) => [channel, direction, messages])).toEqual([
      ['sms', 'outbound', 20],
    ])
    expect((await ask(`${span(2 * DAY)}&channel=email`)).data).toEqual([])
    expect((await ask(`${span(2 * DAY)}&direction=inbound`)).data).toEqual([])
  })

  test('a report that comes after its message was counted corrects its hour, and no other', async () => {
    const hours = `${span(2 * DAY)}&by=hour`
    const before = (await ask(hours)).data
    const late = (await rowsWhere(world.ledger, 'status = 20')).filter(({ id }) => timeOfId(id) < start - HOUR)
    expect(late).toHaveLength(2)
    const hoursOfLate = late.map(({ id }) => Math.floor(timeOfId(id) / HOUR))
    const { pathname } = new URL(world.callbackUrl)
    for (const { id, realm, attempt } of late) {
      const ref = `${realm.slice('test.ten_'.length)}.${id.slice(4)}.${attempt}`
      const body = JSON.stringify({ at: Date.now(), receipts: [{ id: `sbx_${id}`, ref, status: 'delivered' }] })
      for (let times = 0; times < 2; times++) await world.chapar.fetch(pathname, { method: 'POST', body })
    }
    await until('the reports are written', async () => (await rowsWhere(world.ledger, 'status = 20')).length === 2)
    await sweep()
    const after = (await ask(hours)).data
    for (const [n, one] of before.entries()) {
      const isLate = hoursOfLate.includes(Math.floor(Date.parse(one.at ?? '') / HOUR))
      const { submitted: open = 0, delivered = 0 } = one.statuses
      const { submitted = 0, delivered: came = 0 } = after[n]?.statuses ?? {}
      expect([submitted, came]).toEqual(isLate ? [open - 1, delivered + 1] : [open, delivered])
    }
  })

  test('operators see how each connection does, of all tenants together', async () => {
    const all = (await world.operator.get(`/admin/v1/statistics?${span(2 * DAY)}&by=connection`)) as {
      readonly data: readonly (Statistic & { readonly connectionId: string | null })[]
    }
    const sums = Map.groupBy(await rowsWhere(world.ledger, 'true'), ({ connectionId }) => connectionId)
    const shownOf = all.data.map(({ connectionId, messages }) => [connectionId, messages])
    expect(shownOf).toEqual([...sums].map(([connectionId, rows]) => [connectionId, rows.length]))
    expect(all.data[0]?.connectionId).toBe(world.connectionId)
  })

  test('what was asked for wrongly is a 400 that names the parameter', async () => {
    const wrong = [
      ['', 'from'],
      ['from=9999-12-31T23:59:59Z', 'from'],
      ['from=9998-12-31T00:00:00Z&to=9999-12-31T23:59:59Z', 'to'],
      ['from=0000-01-01T00:00:00Z&to=0000-01-02T00:00:00Z&by=month&zone=Asia/Tehran', 'from'],
      [`${span(32 * DAY)}&by=hour`, 'from'],
      [`${span(401 * DAY)}&by=day`, 'from'],
      [`${span(HOUR)}&by=hour,day`, 'by'],
      [`${span(HOUR)}&by=hour,hour`, 'by'],
      [`${span(HOUR)}&by=connection`, 'by'],
      [`${span(HOUR)}&zone=Mars/Olympus`, 'zone'],
      [`${span(HOUR)}&zone=Asia/Kathmandu`, 'zone'],
      [`${span(HOUR)}&calendar=lunar`, 'calendar'],
    ] as const
    for (const [query, name] of wrong) {
      const answer = await world.json<{ errors: readonly { pointer: string }[] }>(`/v1/statistics?${query}`, {
        status: 400,
      })
      expect(answer.errors.map(({ pointer }) => pointer)).toContain(`query:${name}`)
    }
  })

  test('another tenant, and the other mode, have counts of their own', async () => {
    const other = await newTenant(world.chapar, { line: '10009999' })
    const theirs = await world.chapar.fetch(`/v1/statistics?${span(2 * DAY)}`, {
      headers: { authorization: `Bearer ${other.token}` },
    })
    expect(((await theirs.json()) as Statistics).data).toEqual([])
    const live = await world.operator.post(`/admin/v1/tenants/${world.tenantId}/credentials`, {
      name: 'live',
      mode: 'live',
      scopes: ['statistics:read'],
      kind: 'secret',
    })
    const { clientId, clientSecret } = live as { clientId: string; clientSecret: string }
    const token = await tokenOf(world.chapar, clientId, clientSecret)
    const answer = await world.chapar.fetch(`/v1/statistics?${span(2 * DAY)}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(((await answer.json()) as Statistics).data).toEqual([])
  })
})
