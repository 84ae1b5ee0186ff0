import { readFileSync, rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DAY, HOUR } from '#worker/domain/time.ts'
import { type DeadLetter, insertDeadLetters } from '#worker/store/dead-letters.ts'
import { listedAtRest } from '../worlds/at-rest/page.ts'
import { fillPeople } from '../worlds/at-rest/people-rows.ts'
import { NUMBERS } from '../worlds/at-rest/said.ts'
import { type SpokenWorld, speak, startSpokenWorld } from '../worlds/at-rest/talk.ts'
import { until } from '../worlds/world.ts'

/** Sealed columns whose alteration is told elsewhere, or that no list and no job of this gateway opens. */
const NOT_HERE: Readonly<Record<string, string>> = {
  'keys.wrapped':
    'a pair of keys, without which nothing of its month opens: an error of what needs it, and of /admin/v1/keys',
  'credentials.proof': 'a program’s own token is refused, and no other',
  'verifications.record': 'left out of its list and told, for all of it is sealed: no member of it would be left',
  'push_keys.private_key': 'opened when a browser is sent to',
  'devices.target': 'opened when a device is sent to: see below',
  'deliveries.answer': 'shown with one POST alone, which says so (test/routes/v1/answers.test.ts)',
  'webhooks.secrets': 'opened when an endpoint is posted to',
  'passkeys.name': 'shown to its person alone, by his cookie',
  'sign_ins.sealed': 'shown to its person alone, by his cookie',
  'ceremonies.sealed': 'a step of minutes, which is refused',
  'lost_access.sealed': 'a request without its facts, which is marked and cannot be granted',
  'approvals.sealed': 'an approval without its call, which no digest fits',
  'approvals.answer': 'a reason that is left out',
  'identity_matches.sealed': 'kept as a proof, and found by its hash: opened by nobody',
  'identity_checks.reference': 'kept as a proof: opened by nobody',
  'identity_registry.settings': 'null in its own answer; no registry is asked',
}

/** Columns that hold something sealed among what is clear. */
const PARTLY = ['messages.timeline']

interface Column {
  readonly database: 'ledger' | 'control'
  readonly table: string
  readonly column: string
}

/** Sealed columns of docs/at-rest.md, so that a new one is altered here too. */
const columns: readonly Column[] = (['ledger', 'control'] as const).flatMap((database) =>
  listedAtRest(readFileSync('docs/at-rest.md', 'utf8'))
    [database].filter(({ name, how }) => (how === 'sealed' || PARTLY.includes(name)) && !NOT_HERE[name])
    .map(({ name }) => {
      const [table = '', column = ''] = name.split('.')
      return { database, table, column }
    }),
)

/** Rows of tables that hold others too, in clear or as they came, or on which the work of another altered row waits. */
const WHICH: Readonly<Record<string, string>> = {
  work: "kind = 'parked-report'",
  dead_letters: "queue = 'audit'",
  // What came in parts came by SMS, and an isolate that has forgotten its connection could not work it.
  connections: "channel <> 'sms'",
}

/** Tables whose sealed values are those of another table, whose records are told as altered. */
const TOLD_AS: Readonly<Record<string, string>> = { verification_changes: 'verifications' }

/** Members of answers that are opened, or tell that something did not open. */
const OPENED = [
  'to', 'from', 'content', 'clientRef', 'metadata', 'recipient', 'name', 'sha256', 'user', 'tags', 'url', 'description', 'settings', 'ip',
  'actor', 'object', 'parent', 'reason', 'before', 'after', 'company', 'email', 'suspension',
] as const // biome-ignore format: names read better in rows
type Item = Readonly<Record<string, unknown>> & { readonly id?: string }
type Lists = ReadonlyMap<string, readonly Item[]>

const PAGE = 100
const TENANTS = ['messages?limit=100', 'messages?limit=100&direction=inbound', 'batches', 'suppressions', 'devices', 'sessions', 'media', 'webhooks', 'requests?limit=100', 'members', 'invitations', 'disclosures'] // biome-ignore format: one line
const OPERATORS = [
  'connections',
  'dead-letters',
  'unowned',
  'requests?limit=100&tenantId=',
  'papers?status=refused',
  'tenants?limit=200',
]

let world: SpokenWorld
let began: number
let before: Lists
let altered: readonly { readonly table: string; readonly column: string; readonly key: string }[]

const databaseOf = (database: Column['database']): D1Database =>
  database === 'ledger' ? world.it.ledger : world.it.chapar.control

async function lists(): Promise<Lists> {
  const { it, test: tested } = world
  const found = new Map<string, readonly Item[]>()
  for (const [mode, call] of [
    ['live', it.call],
    ['test', tested],
  ] as const)
    for (const list of TENANTS) {
      const answer = await call(`/v1/${list}`)
      expect(answer.status, list).toBe(200)
      found.set(`${mode} ${list}`, ((await answer.json()) as { data: Item[] }).data)
    }
  for (const list of OPERATORS) found.set(list, ((await it.operator.get(`/admin/v1/${list}`)) as { data: Item[] }).data)
  return found
}

const nameOf = (item: Item): string =>
  item.id ?? JSON.stringify([item['channel'], item['messageId'], item['createdAt']])
const openedOf = (item: Item): string => JSON.stringify(OPENED.map((name) => item[name]))
const saysSo = (item: Item): boolean =>
  item['altered'] === true || Array.isArray(item['unopened']) || item['url'] === '' || item['description'] === ''

/** Changes one bit of a column in the last row that has something in it. Answers the key of the row. */
async function alter({ database, table, column }: Column): Promise<string> {
  const db = databaseOf(database)
  const { results } = await db
    .prepare(`SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY pk`)
    .all<{ name: string }>()
  const key = results.map(({ name }) => name)
  // A timeline has sealed words where a carrier said some: it is the longest.
  const which = PARTLY.includes(`${table}.${column}`)
    ? `length(${column}) DESC`
    : key.map((name) => `${name} DESC`).join()
  const where = `length(${column}) > 28 AND ${WHICH[table] ?? 'true'}`
  const row = await db
    .prepare(
      `SELECT ${key.map((name) => `quote(${name}) AS ${name}`).join()}, hex(${column}) AS hex, typeof(${column}) AS type FROM ${table} WHERE ${where} ORDER BY ${which} LIMIT 1`,
    )
    .first<Record<string, string>>()
  if (!row) throw new Error(`nothing is sealed in ${table}.${column}`)
  const bytes = Buffer.from(row['hex'] ?? '', 'hex')
  // Before the last bytes: base64 may end in bits that mean nothing, and JSON around it in brackets.
  const end = row['type'] === 'blob' ? 0 : (/[^\w+/=]*$/.exec(bytes.toString())?.[0].length ?? 0)
  const at = bytes.length - end - 6
  bytes[at] = row['type'] === 'blob' ? (bytes[at] ?? 0) ^ 1 : bytes[at] === 65 ? 66 : 65
  const set = row['type'] === 'blob' ? 'unhex(?1)' : 'CAST(unhex(?1) AS TEXT)'
  const is = key.map((name) => `${name} = ${row[name]}`).join(' AND ')
  await db.prepare(`UPDATE ${table} SET ${column} = ${set} WHERE ${is}`).bind(bytes.toString('hex')).run()
  return is
}

/** Keeps jobs that ran out of retries, as the gateway does. */
async function lettersOf(count: number): Promise<void> {
  const { ledger, chapar } = world.it
  const job = { json: JSON.stringify({ kind: 'audit', rows: [] }) }
  const letters = Array.from({ length: count }, (_, n) => ({
    ...{
      id: `dead_${'0'.repeat(19)}${n}`,
      queue: 'audit',
      kind: 'audit',
      realm: '',
      items: 0,
      reason: 'retries exhausted',
    },
    ...{ job, at: Date.now() },
  }))
  await insertDeadLetters(ledger, chapar.keys, letters as readonly DeadLetter[])
}

/** Counts of verifications, with the beginnings of their numbers or without. */
const counted = async (by: string): Promise<readonly object[]> =>
  (
    await world.it.json<{ data: object[] }>(
      `/v1/statistics/verifications?from=${new Date(began - DAY).toISOString()}${by}`,
    )
  ).data

/** Lets the sweep count the verification, and changes it once more, so that how it stood waits to be counted. */
async function count(): Promise<void> {
  const { chapar, json, ledger } = world.it
  // Of that time no work is overdue: all of it stays for the tests.
  await chapar.scheduled('* * * * *', began)
  expect(await counted('')).toHaveLength(1)
  const { data } = await json<{ data: { id: string }[] }>('/v1/verifications')
  await json(`/v1/verifications/${data[0]?.id}/feedback`, { body: { outcome: 'approved' } })
  await until(
    'the change of the verification waits to be counted',
    async () => (await ledger.prepare('SELECT 1 FROM verification_changes').first()) !== null,
  )
}

beforeAll(async () => {
  began = Date.now()
  world = await startSpokenWorld()
  await speak(world)
  await count()
  const device = { network: 'sandbox', token: 'another-device', user: 'somebody', tags: ['others'] }
  expect((await world.it.call('/v1/devices', { body: device })).status).toBe(201)
  await until(
    'no job is on its way',
    async () =>
      (await world.it.ledger.prepare("SELECT count(*) AS n FROM work WHERE kind = 'claim'").first<number>('n')) === 0,
  )
  await lettersOf(2)
  await fillPeople(world)
  before = await lists()
  const done: { table: string; column: string; key: string }[] = []
  for (const one of columns) done.push({ ...one, key: await alter(one) })
  altered = done
})
afterAll(async () => {
  await world?.it.dispose()
  rmSync(world?.persist ?? '', { recursive: true, force: true })
})

describe('after one row of each sealed column was altered in its database', () => {
  test('every list is answered, and what is missing of a row is told; the neighbours are as they were', async () => {
    const after = await lists()
    let changed = 0
    for (const [list, items] of before) {
      const now = new Map((after.get(list) ?? []).map((item) => [nameOf(item), item]))
      // The log has these calls too by now, which push its oldest off the page.
      const compared = list.includes('requests') ? items.slice(0, PAGE / 2) : items
      for (const item of compared) {
        const found = now.get(nameOf(item))
        expect(found, `${list}: ${nameOf(item)} is left out`).toBeDefined()
        if (!found || openedOf(found) === openedOf(item)) continue
        changed++
        expect(saysSo(found), `${list}: ${JSON.stringify(found)}`).toBe(true)
      }
    }
    expect(changed).toBeGreaterThan(8)
    expect(changed).toBeLessThanOrEqual(3 * altered.length)
  })

  test('a dead letter that does not open is refused, and those beside it are replayed', async () => {
    const { operator } = world.it
    const { data } = (await operator.get('/admin/v1/dead-letters?queue=audit')) as { data: { id: string }[] }
    const answers = await Promise.all(
      data.map(async ({ id }) => {
        const headers = { authorization: `Bearer ${await world.it.chapar.operatorToken()}` }
        return (await world.it.chapar.fetch(`/admin/v1/dead-letters/${id}/replay`, { method: 'POST', headers })).status
      }),
    )
    expect(answers.sort()).toEqual([200, 409])
  })

  test('counts of a day that do not open are counted as nothing', async () => {
    expect(await counted('')).toEqual([])
    expect(await counted('&by=prefix')).toEqual([])
  })

  test('the sweep does the work of the other rows, and leaves that row', async () => {
    const { chapar, ledger } = world.it
    const rows = async () => {
      const sql = 'SELECT id, kind FROM work WHERE due_at < ?1'
      return (await ledger.prepare(sql).bind(later).all<{ id: string; kind: string }>()).results
    }
    const later = Date.now() + 2 * HOUR
    const due = await rows()
    await chapar.scheduled('* * * * *', later)
    const left = new Set((await rows()).map(({ id }) => id))
    const own = altered.find(({ table }) => table === 'work')?.key ?? ''
    expect(due.some(({ id }) => own.includes(`'${id}'`))).toBe(true)
    expect(due.filter(({ id }) => left.has(id) && !own.includes(`'${id}'`))).toEqual([])
    expect([...left].filter((id) => own.includes(`'${id}'`))).toHaveLength(1)
  })

  test('the operator is told of each record once an hour, by its table and the key of its row, and of nothing that is in it', async () => {
    const { operator } = world.it
    for (const number of [NUMBERS.whatsappTo, NUMBERS.whatsappKnown])
      await world.it.json(`/v1/suppressions?channel=chat&recipient=${encodeURIComponent(`whatsapp:${number}`)}`)
    const health = (await operator.get('/admin/v1/health')) as {
      altered: { count: number; records: { table: string; id: string }[] }
    }
    const told = new Set(health.altered.records.map(({ table }) => table))
    const due = new Set(altered.map(({ table }) => TOLD_AS[table] ?? table))
    expect([...told].sort()).toEqual([...due].sort())
    const lines = world.log.filter((line) => line.includes('"record.altered"')).map((line) => JSON.parse(line))
    expect(lines.map(({ table, id }) => `${table} ${id}`).sort()).toEqual(
      health.altered.records.map(({ table, id }) => `${table} ${id}`).sort(),
    )
    expect(health.altered.count).toBe(lines.length)
    for (const line of lines) expect(Object.keys(line).sort()).toEqual(['fact', 'id', 'table'])
  })
})
