import { afterAll, beforeAll, expect, test } from 'vitest'
import * as all from '#worker/channels/all.ts'
import { loadConfig } from '#worker/config.ts'
import { type ConnectionId, newRequestId } from '#worker/domain/ids.ts'
import { PARTS_WAIT } from '#worker/domain/messages/text-parts.ts'
import type { Env } from '#worker/env.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { applyInbound, applyPartial } from '#worker/flows/inbound/inbound.ts'
import type { InboundJob } from '#worker/jobs.ts'
import { askedRefs, resolveRefs } from '#worker/store/messages/refs.ts'
import type { MessageRow } from '#worker/store/messages/rows.ts'
import { hexOf, rowsWhere } from '../../worlds/tenant-rows.ts'
import { LINE, message, optOutsLeft, reaches, startWorld, type World } from '../../worlds/world.ts'

let world: World
let platform: Platform
let statements = 0
/**
 * Stands still unless a test moves it: a connection that a call remembers is remembered by the next, however slow the machine.
 */
const clock = Date.now()

/** A database that counts the statements that are prepared: each is run once. */
const counted = (db: D1Database): D1Database =>
  new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') statements++
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })

beforeAll(async () => {
  world = await startWorld({ tenant: { pack: 'ir' } })
  const env = await world.chapar.mf.getBindings<Env>()
  platform = {
    env: { ...env, CONTROL: counted(env.CONTROL), LEDGER_0: counted(world.ledger) },
    config: await loadConfig(env),
    keys: world.chapar.keys,
    channels: all,
    now: () => clock,
    log: () => {},
  } as unknown as Platform
})
afterAll(() => world.dispose())

const from = (n: number): string => `+98912777${String(1_000 + n)}`
/** Refs of the messages that were heard. */
const told = new Set<string>()
/** A callback with one message from a person. */
function heard(n: number, ref = `batch-${n}`, more: object = {}): InboundJob {
  told.add(ref)
  return {
    kind: 'inbound',
    id: newRequestId(Date.now()),
    connectionId: world.connectionId as ConnectionId,
    receivedAt: Date.now(),
    messages: [{ providerRef: ref, from: from(n), to: LINE, content: { text: `متن ${n}` }, at: Date.now(), ...more }],
  }
}

/** Messages that refs name, in the order of who wrote them; one of two refs comes twice. */
const taken = async (refs: string): Promise<readonly MessageRow[]> => {
  const wanted = new RegExp(`^${refs.replace('%', '.*')}`)
  const asked = await askedRefs(
    world.chapar.keys,
    world.connectionId as ConnectionId,
    [...told].filter((ref) => wanted.test(ref)).map((ref) => `in:${ref}`),
  )
  const named = await resolveRefs(world.ledger, world.connectionId as ConnectionId, asked)
  const rows = await Promise.all(
    named.map(({ messageId }) => rowsWhere(world.ledger, 'm.id = unhex(?1)', hexOf(messageId))),
  )
  return rows.flat().toSorted((a, b) => (a.party < b.party ? -1 : 1))
}

test('forty callbacks cost the statements of one', async () => {
  await applyInbound(platform, [heard(0)])
  statements = 0
  await applyInbound(platform, [heard(1)])
  const ofOne = statements
  expect(ofOne).toBeGreaterThan(3)
  statements = 0
  await applyInbound(
    platform,
    Array.from({ length: 40 }, (_, n) => heard(n + 2)),
  )
  expect(statements).toBe(ofOne)
  const rows = await taken('batch-')
  expect(rows.map(({ party }) => party)).toEqual(Array.from({ length: 42 }, (_, n) => from(n)))
})

test('each is threaded to what it answers, and to nothing else', async () => {
  const sent: string[] = []
  for (const n of [0, 1]) {
    const { id } = await world.json<{ id: string }>('/v1/messages', {
      body: message(from(n + 100), 'سلام'),
      status: 202,
    })
    await reaches(world, id, 'delivered')
    sent.push(id)
  }
  const [first = '', second = ''] = sent
  const named = { inReplyTo: { providerRef: 'nobody knows it' } }
  await applyInbound(platform, [heard(100, 'reply-0'), heard(101, 'reply-1', named), heard(102, 'reply-2')])
  expect((await taken('reply-')).map((row) => row.refersTo)).toEqual([first, second, null])
})

test('a message that comes in two of the callbacks is taken once', async () => {
  await applyInbound(platform, [heard(200, 'twice-0'), heard(200, 'twice-0'), heard(201, 'twice-1')])
  await applyInbound(platform, [heard(200, 'twice-0')])
  expect((await taken('twice-')).map(({ party }) => party)).toEqual([from(200), from(201)])
})

test('parts that come in different callbacks are one message', async () => {
  const part = (number: number) => ({ part: { ref: '7', number, total: 2 }, content: { text: `${number}` } })
  await applyInbound(platform, [
    heard(300, 'part-2', part(2)),
    heard(300, 'part-1', part(1)),
    heard(300, 'part-2', part(2)),
  ])
  expect(await taken('part-1')).toMatchObject([{ party: from(300), content: '{"text":"12"}' }])
  const rows = await rowsWhere(world.ledger, 'true')
  expect(rows.filter(({ party }) => party === from(300))).toHaveLength(1)
})

test('more than a statement may hold is written by several', async () => {
  const long = { content: { text: 'چ'.repeat(30_000) } }
  await applyInbound(
    platform,
    Array.from({ length: 40 }, (_, n) => heard(400 + n, `long-${n}`, long)),
  )
  expect(await taken('long-')).toHaveLength(40)
})

const stop = { content: { text: 'لغو۱۱' } }
const start = { content: { text: '۱۲' } }
const many = (first: number, ref: string, more: object = {}): InboundJob[] =>
  Array.from({ length: 40 }, (_, n) => heard(first + n, `${ref}-${n}`, more))

/** What taking these costs, in statements. */
async function costOf(jobs: readonly InboundJob[]): Promise<number> {
  statements = 0
  await applyInbound(platform, jobs)
  return statements
}

/** Which of the people numbered from `first` on, so many, have opted out. */
const suppressed = async (first: number, count: number): Promise<readonly string[]> => {
  const own = new Set(Array.from({ length: count }, (_, n) => from(first + n)))
  const parties = (await optOutsLeft(world)).map(({ party }) => party)
  return parties.filter((party) => own.has(party)).toSorted()
}

test('forty opt-outs cost the statements of one, and so do forty that come back', async () => {
  await costOf([heard(599, 'stop-warm', stop)])
  const ofOne = await costOf([heard(500, 'stop-first', stop)])
  expect(await costOf(many(501, 'stop', stop))).toBe(ofOne)
  expect(await suppressed(500, 41)).toEqual(Array.from({ length: 41 }, (_, n) => from(500 + n)))
  // The person has a message in the ledger by then, which is looked at as one that may be answered.
  const backOfOne = await costOf([heard(500, 'start-first', start)])
  expect(backOfOne).toBe(ofOne + 1)
  expect(await costOf(many(501, 'start', start))).toBe(backOfOne)
  expect(await suppressed(500, 41)).toEqual([])
})

test('of several words of a person in one batch the last holds', async () => {
  await applyInbound(platform, [
    heard(600, 'words-0', stop),
    heard(601, 'words-1', stop),
    heard(600, 'words-2', start),
    heard(601, 'words-3', start),
    heard(600, 'words-4', stop),
  ])
  expect(await suppressed(600, 2)).toEqual([from(600)])
})

const partsKept = () => world.ledger.prepare('SELECT count(*) AS n FROM inbound_parts').first('n')

const partOf = (number: number, total = 2) => ({ part: { ref: '9', number, total }, content: { text: `${number}` } })

test('forty messages in parts cost the statements of one', async () => {
  const both = (n: number, ref: string) => [heard(n, `${ref}-a`, partOf(1)), heard(n, `${ref}-b`, partOf(2))]
  const ofOne = await costOf(both(700, 'split-first'))
  expect(await costOf(Array.from({ length: 40 }, (_, n) => both(701 + n, `split-${n}`)).flat())).toBe(ofOne)
  expect((await taken('split-%-a')).map(({ content }) => content)).toEqual(Array(41).fill('{"text":"12"}'))
  expect(await partsKept()).toBe(0)
})

test('parts that a repeat left behind are deleted when their time is over', async () => {
  await applyInbound(platform, [heard(800, 'left-a', partOf(1))])
  const row = await world.ledger.prepare('SELECT * FROM inbound_parts').first<Record<string, string | number>>()
  await applyInbound(platform, [heard(800, 'left-b', partOf(2))])
  expect(await partsKept()).toBe(0)
  // As a twin leaves it that looked for repeats before the message was taken.
  const [names, values] = [Object.keys(row ?? {}), Object.values(row ?? {})]
  const places = names.map((_, n) => `?${n + 1}`)
  await world.ledger
    .prepare(`INSERT INTO inbound_parts (${names}) VALUES (${places})`)
    .bind(...values)
    .run()
  const then = Date.now() + PARTS_WAIT
  await applyPartial(
    { ...platform, now: () => then },
    { connectionId: world.connectionId as ConnectionId, groupKey: String(row?.['group_key']) },
  )
  expect(await partsKept()).toBe(0)
  expect(await taken('left-')).toHaveLength(2)
})

test('a first part is never kept without the work that ends its wait', async () => {
  const waits = async () =>
    (await world.ledger.prepare(`SELECT count(*) AS n FROM work WHERE kind = 'inbound-parts'`).first<number>('n')) ?? 0
  const before = await waits()
  const refuses = (db: D1Database): D1Database =>
    new Proxy(db, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (name === 'prepare')
          return (sql: string) => {
            if (sql.startsWith('INSERT INTO work')) throw new Error('the ledger went away')
            return target.prepare(sql)
          }
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  const broken = { ...platform, env: { ...platform.env, LEDGER_0: refuses(world.ledger) } }
  await expect(applyInbound(broken, [heard(810, 'alone-1', partOf(1, 3))])).rejects.toThrow('went away')
  await applyInbound(platform, [heard(810, 'alone-2', partOf(2, 3))])
  expect(await waits()).toBe(before + 1)
})
