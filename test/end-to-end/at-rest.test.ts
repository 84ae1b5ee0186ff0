import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endAndDump } from '../worlds/at-rest/dump.ts'
import { watchAtRest } from '../worlds/at-rest/every-world.ts'
import type { Kept } from '../worlds/at-rest/on-disk.ts'
import { listedAtRest } from '../worlds/at-rest/page.ts'
import { MARKERS, NUMBERS } from '../worlds/at-rest/said.ts'
import { searchFor, spellingsOf } from '../worlds/at-rest/spellings.ts'
import { type SpokenWorld, shown, speak, startSpokenWorld } from '../worlds/at-rest/talk.ts'

/** Where something still stands in clear, and whose room seals it; or why it stays. It only ever becomes shorter. */
const STILL_CLEAR: Readonly<Record<string, string>> = {
  'control.credentials.name': 'stays: a tenant’s own name of a program',
  'control.tenants.name': 'stays: a customer’s name for operators',
  'tenant.policy': 'stays: what the control database says, for the tenant’s own limits',
}

/** What no answer shows and nobody outside is told: that it was taken is all that is seen of it. */
const NOT_SHOWN = [
  'partFrom',
  'partText',
  'parkedRef',
  'deadLetter',
  'ussdSession',
  'deviceToken',
  'providerRef',
  'secretSetting',
  'idempotencyKey',
  'inCarrierError',
  'whatsappKnown',
]

const search = searchFor(MARKERS)

/** Where a marker was found. The words themselves are shown nowhere. */
interface Found {
  readonly where: string | null
  readonly file: string
  readonly kind: string
  readonly how: string
}

const foundIn = (kept: readonly Kept[]): Found[] =>
  kept.flatMap(({ where, file, bytes }) => [...search(bytes)].map(([kind, how]) => ({ where, file, kind, how })))
const told = (all: readonly Found[]): string[] =>
  [...new Set(all.map(({ where, file, kind, how }) => `${where ?? `bytes of ${file}`}: ${kind}, ${how}`))].sort()

let world: SpokenWorld
let seen: string
let kept: readonly Kept[]
let found: readonly Found[]
beforeAll(async () => {
  world = await startSpokenWorld()
  await speak(world)
  seen = await shown(world)
  kept = await endAndDump(world.it.chapar, world.persist, world.log)
  found = foundIn(kept)
})
afterAll(async () => {
  await world?.it.dispose()
  rmSync(world?.persist ?? '', { recursive: true, force: true })
})

describe('all that a gateway keeps and logs', () => {
  test('everything was said: the gateway shows or tells it, but for what it never shows', () => {
    const missing = MARKERS.filter(({ value }) => !seen.includes(value.replace(/^\+/, ''))).map(({ kind }) => kind)
    expect(missing.sort()).toEqual([...NOT_SHOWN].sort())
  })

  test('all of it was searched: every database, object, queue, the bucket and the log', () => {
    const places = new Set(kept.map(({ where }) => where?.split(/[. ]/)[0]))
    for (const place of [
      'ledger',
      'control',
      'tenant',
      'throttle',
      'session',
      'verification',
      'idempotency',
      'phone',
      '<realm>/<media',
      'log',
    ])
      expect(places, place).toContain(place)
    const queues = new Set(kept.flatMap(({ where }) => (where?.startsWith('queue ') ? [where.slice(6)] : [])))
    const channels = ['SMS', 'VOICE', 'PUSH', 'EMAIL', 'USSD', 'CHAT'].map((channel) => `SEND_${channel}`)
    expect([...queues].sort()).toEqual(['AUDIT', 'NOTIFY', 'NOTIFY_RETRY', 'REPORT', 'SANDBOX', ...channels].sort())
  })

  test('no row, object, body or line holds a number, an address or a word in clear, but where STILL_CLEAR says', () => {
    expect(told(found.filter(({ where }) => where !== null && STILL_CLEAR[where] === undefined))).toEqual([])
  })

  test('no code is anywhere, in clear or sealed in a row that its tenant can read: only its carrier heard it', () => {
    expect(world.codes).toHaveLength(1)
    const codes = searchFor(world.codes.map((value) => ({ kind: 'code', value, is: 'text' as const })))
    expect(kept.flatMap(({ where, file, bytes }) => [...codes(bytes)].map(() => where ?? file))).toEqual([])
    const texts = seen.split('\n').filter((text) => text.includes(world.codes[0] ?? ''))
    expect(texts.map((text) => new URLSearchParams(text).get('receptor'))).toEqual([`["${NUMBERS.codeTo}"]`])
  })

  test('no file of it does, freed pages included, but for what such a row of it holds now', () => {
    const explained = new Set(
      found.flatMap(({ where, file, kind }) => (where !== null && STILL_CLEAR[where] ? [`${file} ${kind}`] : [])),
    )
    const left = found.filter(({ where, file, kind }) => where === null && !explained.has(`${file} ${kind}`))
    expect(told(left)).toEqual([])
  })

  test('what is sealed by now leaves the list, and docs/at-rest.md calls the rest clear', () => {
    const sealed = Object.keys(STILL_CLEAR).filter((place) => !found.some(({ where }) => where === place))
    expect(sealed, 'take these off STILL_CLEAR').toEqual([])
    const { ledger, control, files, objects } = listedAtRest(readFileSync('docs/at-rest.md', 'utf8'))
    const clear = [
      ...[...ledger.map((one) => ({ ...one, name: `ledger.${one.name}` })), ...files, ...objects],
      ...control.map((one) => ({ ...one, name: `control.${one.name}` })),
    ].filter(({ how }) => how === 'clear')
    // What stays has a reason there; what is only waiting is called so, and no longer when it is sealed.
    const said = Object.fromEntries(
      clear.map(({ name, why }) => [name, /not sealed yet/.test(why) ? 'waits' : 'stays']),
    )
    const listed = Object.entries(STILL_CLEAR).map(([name, whose]) => [
      name,
      whose.startsWith('stays: ') ? 'stays' : 'waits',
    ])
    expect(said).toMatchObject(Object.fromEntries(listed))
  })
})

describe('the search', () => {
  test('finds each marker in each of its spellings, wherever it begins', () => {
    for (const marker of MARKERS)
      for (const { how, bytes } of spellingsOf(marker)) {
        const [before, after] = [Buffer.from([0, 255, 7]), Buffer.from([9])]
        expect(search(Buffer.concat([before, bytes, after])).has(marker.kind), `${marker.kind}, ${how}`).toBe(true)
      }
  })

  test.each([
    ['international', '{"to":"+989137350461"}'],
    ['national', '09137350461'],
    ['Persian digits', '۰۹۱۳۷۳۵۰۴۶۱'],
    ['base64 of JSON', btoa('{"a":1,"to":"+989137350461"}')],
    ['base64url of base64’s neighbours', Buffer.from('??>09137350461??>').toString('base64url')],
    ['hex', Buffer.from('x09137350461').toString('hex')],
    ['escapes', '\\u0030\\u0039\\u0031\\u0033\\u0037\\u0033\\u0035\\u0030\\u0034\\u0036\\u0031'],
    ['UTF-16', Buffer.from('to 09137350461', 'utf16le')],
    ['packed', Buffer.from('0b918919735340160a', 'hex').toString('latin1')],
  ])('knows a number in %s', (_, text) => {
    const bytes = typeof text === 'string' ? Buffer.from(text, text.includes('\x91') ? 'latin1' : 'utf8') : text
    expect([...search(bytes).keys()]).toEqual(['smsTo'])
  })
})

describe('the search of what every gateway of the tests keeps', () => {
  const url = (path: string) => new URL(path, 'https://chapar.test')
  const kept = (bytes: string | Uint8Array, log = '', file = 'a.blob') => {
    const world = watchAtRest(null)
    mkdirSync(dirname(`${world.folder}/${file}`), { recursive: true })
    writeFileSync(`${world.folder}/${file}`, bytes)
    const body = { to: '+989137350461', clientRef: 'order 1234', content: { text: 'words of a person' } }
    const headers = { 'cf-connecting-ip': '203.0.113.177' }
    world.told.request(url('/v1/messages'), { headers, body: JSON.stringify(body) })
    world.told.request(url('/v1/messages?to=ali%40person.example'), {})
    world.told.request(url('/v1/auth/identity/papers'), { body: '{"name":"A Company","nationalId":"۰۰۷-۶۲۲۹۶۴-۵"}' })
    world.told.request(url('/admin/v1/tenants/t/senders'), { body: '{"address":"+982191001234"}' })
    world.told.request(url('/v1/messages'), { body: '{"from":"+982191001234"}' })
    world.log(log)
    return world.end()
  }

  test.each([
    ['a number in national digits', 'to 09137350461', 'a number of /v1/messages'],
    ['a text', 'the words of a person', 'the text of /v1/messages'],
    ['a text in base64', Buffer.from('{"words of a person"}').toString('base64'), 'the text of /v1/messages'],
    ['a client ref in UTF-16', Buffer.from('order 1234', 'utf16le'), 'the clientRef of /v1/messages'],
    ['an address of a query', 'ali%40person.example', 'an address of the address of /v1/messages'],
    ['an IP', '203.0.113.177', 'the IP of a caller'],
    ['a national id', 'id=0076229645', 'a national id of /v1/auth/identity/papers'],
    ['a national id in Persian digits', 'id=۰۰۷۶۲۲۹۶۴۵', 'a national id of /v1/auth/identity/papers'],
    ['a company’s name', 'of A Company.', 'the name of /v1/auth/identity/papers'],
  ])('says of %s what it is and where it stands', (_, bytes, kind) => {
    const found = kept(bytes)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`bytes of a.blob: ${kind}, `)
    if (typeof bytes === 'string') expect(kept('', bytes)).toEqual([expect.stringContaining(`log: ${kind}, `)])
  })

  test('leaves out a number of which a sender holds all digits but those that chance may write beside it', () => {
    const line = '3000000007'
    const told = (to: string, bytes: string) => {
      const world = watchAtRest(null)
      mkdirSync(world.folder, { recursive: true })
      writeFileSync(`${world.folder}/a.blob`, bytes)
      world.told.request(url('/admin/v1/tenants/t/senders'), { body: JSON.stringify({ address: line }) })
      world.told.request(url('/v1/messages'), { body: JSON.stringify({ to }) })
      return world.end()
    }
    // A sealed column that happens to end with the letters 91, and the line behind it.
    expect(told('+989130000000', `sealed91${line}`)).toEqual([])
    expect(told('+989130000007', `${line}9130000007`)).toHaveLength(1)
    expect(told('+989133300000', `sealed91333000000070`)).toHaveLength(1)
  })

  test('finds nothing where nothing stands, in a sender of the tenant’s own, or in what is not ours', () => {
    expect(kept('to 09137350462, from +982191001234')).toEqual([])
    expect(kept('to 09137350461', '', 'ratelimit/a.blob')).toEqual([])
  })
})
