import { afterAll, beforeAll, expect, test } from 'vitest'
import { senders, webhooks } from '#worker/store/control/schema.ts'
import { tallies } from '#worker/store/ledger-schema.ts'
import { columnNames, columnsOf, insertFrom, insertOne, parsedRow, type RawRow } from '#worker/store/sql/columns.ts'
import { tupleOf } from '#worker/store/sql/tuple.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

let bindings: Bindings
beforeAll(async () => {
  bindings = await startBindings()
})
afterAll(() => bindings?.dispose())

test('columns are selected under their names in the code, of an alias too', () => {
  expect(columnsOf(senders, ['channel', 'isDefault'])).toBe('channel, is_default AS isDefault')
  expect(columnsOf(senders, ['channel', 'isDefault'], 's')).toBe('s.channel, s.is_default AS isDefault')
  expect(columnsOf(tallies)).toBe('name, hour, count')
})

test('a row written by hand-made SQL is read as the schema says: JSON parsed, booleans true or false, null as null', async () => {
  const row = {
    id: 'whe_1',
    tenantId: 'ten_1',
    mode: 'live',
    url: 'https://example.com/',
    description: '',
    events: '["message.delivered"]',
    batch: 1,
    format: null,
    status: 'active',
    disabledReason: null,
    secrets: 's',
    failingSince: null,
    breaker: null,
    createdAt: 1,
    updatedAt: 2,
  } as const
  const { control } = bindings
  await control
    .prepare(insertOne(webhooks))
    .bind(...columnNames(webhooks).map((name) => row[name]))
    .run()
  const raw = await control.prepare(`SELECT ${columnsOf(webhooks)} FROM webhooks`).first<RawRow<typeof webhooks>>()
  expect(raw).toEqual(row)
  expect(raw && parsedRow(webhooks, raw)).toEqual({ ...row, events: ['message.delivered'], batch: true })
})

test('the positions of a tuple are the same in the text and in the SQL, whatever the order of the row’s fields', async () => {
  const tally = tupleOf<{ at: number; name: string }>()(['name', 'hour'], { hour: ({ at }, now) => at + now })
  expect(tally.at.hour).toBe('(j.value->>1)')
  const db = bindings.ledger()
  const sql = `${insertFrom(tallies, tally, { count: '?2' })} WHERE ${tally.at.hour} > 0 ON CONFLICT DO NOTHING`
  await db
    .prepare(sql)
    .bind(
      tally.json(
        [
          { at: 3, name: 'a' },
          { at: -9, name: 'b' },
        ],
        4,
      ),
      5,
    )
    .run()
  const { results } = await db.prepare(`SELECT ${columnsOf(tallies)} FROM tallies`).all()
  expect(results).toEqual([{ name: 'a', hour: 7, count: 5 }])
})
