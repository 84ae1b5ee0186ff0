import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { type Body, type Seen, type Surface, startSurface } from '../../worlds/surface.ts'
import type { Asked, List } from './asked.ts'
import { fillLists } from './fill.ts'

/** But what stands on a telephone, which is asked for one alone (test/sandbox/phone.test.ts), and counts, which are no rows. */
const NO_LISTS = [
  '/v1/sandbox/phone',
  '/v1/statistics',
  '/v1/statistics/verifications',
  '/admin/v1/statistics',
  '/admin/v1/tenants/:tenantId/guard',
]
const lists = operations.filter(({ method, path, query }) => method === 'GET' && query && !NO_LISTS.includes(path))
let it: Surface
let filled: Readonly<Record<string, List>>
/** Rows of each list, in its order. */
const rows: Record<string, readonly Body[]> = {}
beforeAll(async () => {
  it = await startSurface()
  filled = await fillLists(it)
  for (const [name, { path, whole }] of Object.entries(filled)) {
    const found: Body[] = []
    for (const query of whole) found.push(...(await ask(path, ended(filled[name], query))).json.data)
    rows[name] = found
  }
})
afterAll(() => it.dispose())

const ask = (path: string, query: string): Promise<Seen> =>
  it.call(`${path}?${query}`, { token: path.startsWith('/admin/') ? it.operatorToken : it.token })

const ended = (list: List | undefined, query: string): string =>
  list?.ends && !new URLSearchParams(query).has(list.ends[0]) ? `${query}&${list.ends.join('=')}` : query

/** A row's own name: lists without ids have one a channel, recipient and sender. */
const nameOf = ({ id, ...row }: Body): string =>
  id ?? JSON.stringify([row['channel'], row['recipient'], row['sender'], row['address'], row['tenantId'], row['mode']])
const namesOf = (some: readonly Body[]): string[] => some.map(nameOf)
const pointersOf = ({ json }: Seen): string[] => (json.errors ?? []).map(({ pointer }) => pointer)

/** A parameter with a value. */
type Given = Asked & { readonly name: string }
const queryOf = (given: readonly Given[]): string =>
  given.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('&')

/** What stands in the answer must be all that fits every parameter; if not, a 400 that names one of them. */
async function isHeard(name: string, given: readonly Given[]): Promise<'heard' | 'refused'> {
  const { path, unless = {} } = filled[name] as List
  const query = ended(filled[name], queryOf(given))
  const seen = await ask(path, query)
  if (seen.status === 400) {
    const named = pointersOf(seen)
    expect(named.length, query).toBeGreaterThan(0)
    return 'refused'
  }
  expect(seen.status, `${query} ${seen.text}`).toBe(200)
  const names = new Set(given.map((one) => one.name))
  const hidden = Object.entries(unless).flatMap(([one, fits]) => (names.has(one) ? [] : [fits]))
  const fits = (row: Body): boolean => [...given.map((one) => one.fits), ...hidden].every((one) => one(row))
  const wanted = namesOf((rows[name] ?? []).filter(fits))
  const known = new Set(namesOf(rows[name] ?? []))
  const found = namesOf(seen.json.data)
  const limit = given.find((one) => one.name === 'limit')
  if (limit) {
    expect(found.length, query).toBe(Math.min(Number(limit.value), Math.max(wanted.length, found.length)))
    expect(seen.json.data.filter((row) => known.has(nameOf(row))).every(fits), query).toBe(true)
    if (wanted.length > Number(limit.value)) expect(seen.json.nextCursor, query).not.toBeNull()
  } else {
    // The log of calls grows with each of these.
    expect(found.filter((one) => known.has(one)).toSorted(), query).toEqual(wanted.toSorted())
  }
  return 'heard'
}

/** Values of all parameters of a list; a cursor is that of a page of one row. */
async function valuesOf(name: string, parameters: readonly string[]): Promise<Given[]> {
  const { path, whole, asked } = filled[name] as List
  const values: Given[] = Object.entries(asked).flatMap(([one, some]) => some.map((value) => ({ name: one, ...value })))
  if (!parameters.includes('cursor')) return values
  const first = await ask(path, ended(filled[name], `${whole[0]?.replace(/&?limit=\d+/, '')}&limit=1`))
  const own = rows[name] ?? []
  const place = own.findIndex((row) => nameOf(row) === nameOf(first.json.data[0] as Body))
  const behind = new Set(place < 0 ? namesOf(own) : namesOf(own).slice(place + 1))
  const cursor = first.json.nextCursor ?? ''
  return [
    ...values,
    { name: 'limit', value: '1', fits: () => true },
    { name: 'cursor', value: cursor, fits: (row) => behind.has(nameOf(row)) },
  ]
}

describe.each(lists.map((one) => [one.path, Object.keys(one.query?.shape ?? {})] as const))(
  '%s',
  (name, parameters) => {
    test('has a value for each parameter here, and each tells rows apart', async () => {
      const values = await valuesOf(name, parameters)
      expect(new Set(values.map((one) => one.name))).toEqual(new Set(parameters))
      expect(rows[name]?.length).toBeGreaterThan(1)
    })

    test('hears each parameter alone, or says that it cannot', async () => {
      for (const one of await valuesOf(name, parameters)) await isHeard(name, [one])
    })

    test('hears each two together, or says that it cannot', async () => {
      const values = await valuesOf(name, parameters)
      for (const [n, one] of values.entries())
        for (const other of values.slice(n + 1)) if (one.name !== other.name) await isHeard(name, [one, other])
    })
  },
)
