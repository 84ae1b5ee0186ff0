import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import { CONNECTING } from './connecting.ts'
import { HEARING } from './hearing.ts'
import type { ConformanceKit } from './kit.ts'
import type { Promised } from './promise.ts'
import { SUBMITTING } from './submitting.ts'
import { conformanceTable, TABLE_FOLDER, type TableRow } from './table.ts'

const PROMISES: readonly Promised[] = [...SUBMITTING, ...CONNECTING, ...HEARING]

/** Why a promise is not asked of a provider; null: it is. The kit's words go before the suite's. */
function skipOf({ name, concerns, waivable }: Promised, kit: ConformanceKit): string | null {
  const own = kit.skips?.[name]
  const concerned = concerns(kit)
  if (concerned !== true) return own ?? concerned
  return waivable && own !== undefined ? own : null
}

type Marks = Map<string, { kept: number; failed: number }>

function rowOf(channel: ChannelName, kit: ConformanceKit, marks: Marks): TableRow {
  const skips = PROMISES.flatMap((promised) => {
    const reason = skipOf(promised, kit)
    return reason === null ? [] : [{ promise: promised.name, reason }]
  })
  return { provider: `${channel}/${kit.provider.name}`, cells: Object.fromEntries(marks), skips }
}

/** Asks one provider for every promise that concerns it. */
export function conformOne(channel: ChannelName, kit: ConformanceKit, marks: Marks = new Map()): void {
  for (const promised of PROMISES.filter((one) => skipOf(one, kit) === null)) {
    const { name, column, check } = promised
    it(name, async () => {
      const mark = marks.get(column) ?? { kept: 0, failed: 0 }
      marks.set(column, mark)
      mark.failed++
      await check(kit, channel)
      mark.failed--
      mark.kept++
    })
  }
  it('leaves out what cannot be asked of it, each with a reason, and nothing else', () => {
    const absent = PROMISES.filter((promised) => skipOf(promised, kit) !== null).map(({ name }) => name)
    for (const [name, reason] of Object.entries(kit.skips ?? {})) {
      expect(absent, 'a promise that concerns it is not the kit’s to leave out').toContain(name)
      expect(reason.length).toBeGreaterThan(10)
    }
  })
}

/**
 * Runs every promise against every kit of a channel, and leaves the rows of the conformance table, which `npm test` prints
 * at its end; alone, a file prints its own. Several kits may be of one provider.
 */
export function conform(channel: ChannelName, kits: readonly ConformanceKit[]): void {
  const rows = kits.map((kit) => ({ kit, marks: new Map() as Marks }))
  it(`every provider of ${channel} has a kit`, () => {
    const named = new Set(kits.map(({ provider }) => provider.name))
    expect([...named].sort()).toEqual(Object.keys(channels[channel].providers).sort())
  })
  for (const { kit, marks } of rows) describe(`${channel}/${kit.provider.name}`, () => conformOne(channel, kit, marks))
  afterAll(() => {
    const table = rows.map(({ kit, marks }) => rowOf(channel, kit, marks))
    mkdirSync(TABLE_FOLDER, { recursive: true })
    writeFileSync(`${TABLE_FOLDER}/${channel}.json`, JSON.stringify(table))
    if (!process.env['CHAPAR_TABLE']) process.stdout.write(`\n${conformanceTable(table)}\n`)
  })
}
