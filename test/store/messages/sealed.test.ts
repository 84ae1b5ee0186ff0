import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { baseOf, batchIdOf, type MessageId, messageId, newRequestId, newTenantId } from '#worker/domain/ids.ts'
import type { TenantId } from '#worker/domain/realm.ts'
import { type Realm, realmOf } from '#worker/domain/realm.ts'
import { type Keyring, keyringOf } from '#worker/store/keys/keyring.ts'
import { monthOf } from '#worker/store/keys/month.ts'
import { claimStatement } from '#worker/store/messages/attempts.ts'
import { batchStatement, contentStatement } from '#worker/store/messages/batch-writes.ts'
import { batchById, listBatches } from '#worker/store/messages/batches.ts'
import { openScanned, scanMessages } from '#worker/store/messages/list.ts'
import { messageById, statesOf } from '#worker/store/messages/reads.ts'
import type { NewMessage } from '#worker/store/messages/rows.ts'
import { clientKeysOf, openFields, sealMessages } from '#worker/store/messages/sealed.ts'
import { sealBatches } from '#worker/store/messages/sealed-batches.ts'
import { fieldsBytes, fieldsOfBytes } from '#worker/store/messages/sealed-fields.ts'
import { cancelStatement } from '#worker/store/messages/writes.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { seeded } from '../../worlds/random.ts'
import { hexOf, NO_FILTER, newMessage, sealed, shared } from '../../worlds/tenant-rows.ts'

const NOVEMBER = Date.UTC(2026, 10, 20)
const DECEMBER = Date.UTC(2026, 11, 2)
const TENANT: TenantId = newTenantId('0123456789ab')
const OTHER: TenantId = newTenantId('cdefghjkmnpq')
const LIVE = realmOf(TENANT, 'live')
const TEXT = JSON.stringify({ text: 'رمز شما ۱۲۳۴' })
const WORDS = { code: 'provider-refused', carrierCode: '+989121112233', detail: 'no way to +989121112233' } as const

let chapar: Harness
let db: D1Database
/** A keyring of an isolate that has read nothing yet. */
const fresh = async (): Promise<Keyring> => keyringOf(chapar.control, await importSealKeys(chapar.secrets.worker))
beforeAll(async () => {
  chapar = await startChapar({ entry: 'test/worlds/entries/nothing.ts' })
  db = chapar.ledger()
})
afterAll(() => chapar.dispose())

let bases = 0
const idAt = (at: number): MessageId =>
  messageId(`${newRequestId(at).slice(4, 14)}${String(bases++).padStart(6, '0')}000020000000000`, 0)

/** A message as a claim writes it, with all that is sealed. */
const whole = (realm: Realm, id: MessageId, more: Partial<NewMessage> = {}): NewMessage =>
  newMessage(realm, id, 7, {
    clientRef: 'order-7',
    metadata: { campaign: 'نوروز' },
    content: TEXT,
    timeline: [{ at: NOVEMBER, status: 'failed', ...WORDS, by: 'gateway' }],
    ...more,
  })
const claim = async (row: NewMessage): Promise<D1Result> => claimStatement(db, await sealed(db, [row]), NOVEMBER).run()
const read = async (id: MessageId, realm = LIVE, keys: Keyring = chapar.keys) => messageById(db, keys, [realm, id])
const stored = async (id: MessageId) =>
  db
    .prepare(
      'SELECT hex(sealed) AS sealed, hex(content) AS content, hex(timeline) AS timeline, hex(client_key) AS clientKey FROM messages WHERE id = unhex(?1)',
    )
    .bind(hexOf(id))
    .first<Record<'sealed' | 'content' | 'timeline' | 'clientKey', string>>()

/** Puts a column of one row into a column of another. */
const move = (from: MessageId, column: string, to: MessageId, into = column) =>
  db
    .prepare(`UPDATE messages SET ${into} = (SELECT ${column} FROM messages WHERE id = unhex(?1)) WHERE id = unhex(?2)`)
    .bind(hexOf(from), hexOf(to))
    .run()

/** True if what was read says that it was altered. */
const isAltered = async (work: Promise<object | null>): Promise<boolean> =>
  (await work) !== null && 'isAltered' in ((await work) ?? {})

describe('fields of a message that this isolate sealed', () => {
  const closedAs = async (row: NewMessage) => {
    const [{ sealed: hex } = { sealed: null }] = await sealMessages(chapar.keys, [row])
    return { realm: row.realm, id: row.id, sealed: hex?.toUpperCase() ?? null }
  }
  const row = (): NewMessage => whole(LIVE, idAt(NOVEMBER), { metadata: null, timeline: [] })
  const FIELDS = { party: '+989120000007', clientRef: 'order-7', metadata: null }

  test('are told without opening them, and opened where the ciphertext is another', async () => {
    const own = row()
    const [before, last] = [await closedAs(own), await closedAs(own)]
    const opened = vi.spyOn(crypto.subtle, 'decrypt')
    try {
      expect(await openFields(chapar.keys, [last])).toEqual([{ ...last, ...FIELDS }])
      expect(opened).toHaveBeenCalledTimes(0)
      expect(await openFields(chapar.keys, [before, last])).toEqual([
        { ...before, ...FIELDS },
        { ...last, ...FIELDS },
      ])
      expect(opened).toHaveBeenCalledTimes(1)
    } finally {
      opened.mockRestore()
    }
  })

  test('are gone once their keys are, and told of no other row', async () => {
    const [own, other] = [await closedAs(row()), row()]
    const none = { opener: () => Promise.resolve(null), altered: async () => undefined }
    expect(await openFields(none, [own])).toEqual([{ ...own, party: '', clientRef: null, metadata: null }])
    await closedAs(other)
    const [moved] = await openFields(chapar.keys, [{ ...own, id: other.id }])
    expect(moved).toMatchObject({ party: '', isAltered: true })
  })
})

describe('what a row of a message seals', () => {
  test('is read as it was written, and nothing of it stands in the row', async () => {
    const id = idAt(NOVEMBER)
    await claim(whole(LIVE, id))
    expect(await read(id)).toMatchObject({
      party: '+989120000007',
      clientRef: 'order-7',
      metadata: { campaign: 'نوروز' },
      content: TEXT,
      timeline: [{ status: 'failed', ...WORDS }],
    })
    expect(Object.keys((await read(id))?.timeline[0] ?? {})).toEqual([
      'at',
      'status',
      'code',
      'carrierCode',
      'detail',
      'by',
    ])
    const bytes = Buffer.from(Object.values((await stored(id)) ?? {}).join(''), 'hex').toString('latin1')
    for (const word of ['9120000007', '9121112233', 'order', 'text', 'campaign']) expect(bytes).not.toContain(word)
  })

  test('takes 28 bytes more than what it says, and an address of twelve digits says it in seven', async () => {
    const id = idAt(NOVEMBER)
    await claim(whole(LIVE, id, { clientRef: null, metadata: null }))
    const row = await stored(id)
    expect([(row?.sealed.length ?? 0) / 2, (row?.content.length ?? 0) / 2]).toEqual([
      7 + 28,
      Buffer.byteLength(TEXT) + 28,
    ])
  })

  test('opens in no other row, column, month, mode or tenant: the row says that it was altered', async () => {
    const places: readonly (readonly [Realm, number])[] = [
      [LIVE, NOVEMBER],
      [LIVE, DECEMBER],
      [realmOf(TENANT, 'test'), NOVEMBER],
      [realmOf(OTHER, 'live'), NOVEMBER],
    ]
    for (const column of ['sealed', 'content', 'timeline'])
      for (const [realm, at] of places) {
        const [from, to] = [idAt(NOVEMBER), idAt(at)]
        await claim(whole(LIVE, from))
        await claim(whole(realm, to))
        await move(from, column, to)
        expect(await isAltered(read(to, realm)), `${column} ${realm} ${at}`).toBe(true)
      }
    const id = idAt(NOVEMBER)
    await claim(whole(LIVE, id))
    await move(id, 'content', id, 'sealed')
    expect(await isAltered(read(id))).toBe(true)
  })

  test('opens after no change of a bit', async () => {
    const id = idAt(NOVEMBER)
    await claim(whole(LIVE, id))
    for (const column of ['sealed', 'content'] as const) {
      const hex = (await stored(id))?.[column] ?? ''
      for (const at of [0, 11, 12, hex.length / 2 - 1]) {
        const bytes = Buffer.from(hex, 'hex')
        bytes[at] = (bytes[at] ?? 0) ^ 1
        const set = db.prepare(`UPDATE messages SET ${column} = unhex(?2) WHERE id = unhex(?1)`)
        await set.bind(hexOf(id), bytes.toString('hex')).run()
        expect(await isAltered(read(id)), `${column} ${at}`).toBe(true)
        await set.bind(hexOf(id), hex).run()
      }
    }
    expect(await read(id)).toMatchObject({ clientRef: 'order-7' })
    expect(await isAltered(read(id))).toBe(false)
  })

  test('has a nonce of its own each time that it is written, also by a claim that is delivered again', async () => {
    const id = idAt(NOVEMBER)
    const [one, two] = [await sealed(db, [whole(LIVE, id)]), await sealed(db, [whole(LIVE, id)])]
    expect(one[0]?.sealed?.slice(0, 24)).not.toBe(two[0]?.sealed?.slice(0, 24))
    await claim(whole(LIVE, id))
    const before = await stored(id)
    await claim(whole(LIVE, id, { party: '+989999999999' }))
    expect(await stored(id)).toEqual(before)
  })

  test('is gone with the keys of its month: the message is read and listed without recipient, content and words', async () => {
    const realm = realmOf(newTenantId('222222222222'), 'live')
    const [old, young] = [idAt(NOVEMBER), idAt(DECEMBER)]
    await contentStatement(db, await shared(db, realm, baseOf(old), TEXT)).run()
    await claim(whole(realm, old, { content: null }))
    await claim(whole(realm, young))
    await chapar.keys.forget(newTenantId('222222222222'), monthOf(NOVEMBER))
    const keys = await fresh()
    const gone = { party: '', clientRef: null, metadata: null, content: null }
    expect(await read(old, realm, keys)).toMatchObject({ id: old, ...gone, status: 10 })
    expect((await read(old, realm, keys))?.timeline).toEqual([
      { at: NOVEMBER, status: 'failed', code: 'provider-refused', by: 'gateway' },
    ])
    const page = await scanMessages(db, realm, {
      source: { by: 'id' },
      range: { from: 'msg_', before: 'msg_~' },
      filter: NO_FILTER,
      rows: 10,
    })
    expect(await openScanned(keys, page.rows)).toMatchObject([
      { id: young, clientRef: 'order-7' },
      { id: old, ...gone },
    ])
    expect(await statesOf(db, keys, [[realm, old]])).toHaveLength(1)
  })
})

describe('a message that is canceled before its claim', () => {
  test('has a row without address and content, which the claim fills', async () => {
    const id = idAt(NOVEMBER)
    const blank = {
      party: '',
      clientRef: null,
      metadata: null,
      content: 'null',
      attempt: 0,
      status: 'canceled',
    } as const
    const canceled = { at: NOVEMBER, status: 'canceled', by: 'tenant' } as const
    const [tombstone] = await sealed(db, [whole(LIVE, id, { ...blank, timeline: [canceled] })])
    if (tombstone) await cancelStatement(db, tombstone, NOVEMBER).run()
    expect(await stored(id)).toMatchObject({ sealed: '', content: '00', clientKey: '' })
    expect(await read(id)).toMatchObject({ party: '', content: null, clientRef: null })
    await claim(whole(LIVE, id))
    expect(await read(id)).toMatchObject({ party: '+989120000007', content: TEXT, clientRef: 'order-7', status: 52 })
  })
})

describe('a client ref', () => {
  const findMessages = async (realm: Realm, clientRef: string) => {
    const keys = await clientKeysOf(chapar.keys, 'messages', { realm, clientRef, since: 0 })
    const page = await scanMessages(db, realm, {
      source: { by: 'clientRef', keys },
      range: { from: 'msg_', before: 'msg_~' },
      filter: NO_FILTER,
      rows: 10,
    })
    return page.rows.map(({ id }) => id)
  }

  test('is found in whichever month it was written, newest first, in its own mode and tenant only', async () => {
    const [live, test_] = [realmOf(OTHER, 'live'), realmOf(OTHER, 'test')]
    const [old, young, tested] = [idAt(NOVEMBER), idAt(DECEMBER), idAt(NOVEMBER)]
    await claim(whole(live, old, { clientRef: 'ref' }))
    await claim(whole(live, young, { clientRef: 'ref' }))
    await claim(whole(test_, tested, { clientRef: 'ref' }))
    expect(await findMessages(live, 'ref')).toEqual([young, old])
    expect(await findMessages(test_, 'ref')).toEqual([tested])
    expect(await findMessages(LIVE, 'ref')).toEqual([])
    expect(new Set([(await stored(old))?.clientKey, (await stored(young))?.clientKey]).size).toBe(2)
  })

  test('of a batch is found so too, and opens in its row alone', async () => {
    const ids = [idAt(NOVEMBER), idAt(DECEMBER)].map((id) => batchIdOf(baseOf(id)))
    const rows = ids.map((id) => ({
      realm: LIVE,
      id,
      total: 1,
      accepted: 1,
      clientRef: 'spring',
      acceptedAt: 0,
      canceledAt: null,
    }))
    await batchStatement(db, await sealBatches(chapar.keys, rows)).run()
    const clientKeys = await clientKeysOf(chapar.keys, 'batches', { realm: LIVE, clientRef: 'spring', since: 0 })
    const found = await listBatches(db, chapar.keys, {
      realm: LIVE,
      from: 'bat_',
      before: 'bat_~',
      clientKeys,
      limit: 5,
    })
    expect(found.map(({ id, clientRef }) => [id, clientRef])).toEqual([...ids].reverse().map((id) => [id, 'spring']))
    await db.prepare('UPDATE batches SET client_ref = (SELECT max(client_ref) FROM batches)').run()
    const altered = await Promise.all(ids.map((id) => isAltered(batchById(db, chapar.keys, LIVE, id))))
    expect(altered.filter(Boolean)).toHaveLength(1)
  })
})

test('the fields of a row as bytes tell all that they were given, and a number takes half a byte a digit', () => {
  const chance = seeded(34)
  const text = (most: number): string =>
    Array.from(
      { length: Math.floor(chance() * most) + 1 },
      () => [...'aA1+ ‌سچ😀"\u0000'][Math.floor(chance() * 11)] ?? '',
    ).join('')
  for (let n = 0; n < 500; n++) {
    const digits = `+${Array.from({ length: Math.floor(chance() * 35) + 1 }, () => Math.floor(chance() * 10)).join('')}`
    const fields = {
      party: chance() < 0.5 ? digits : text(320),
      clientRef: chance() < 0.5 ? null : text(100),
      metadata: chance() < 0.5 ? null : { [text(10)]: text(500) },
    }
    expect(fieldsOfBytes(fieldsBytes(fields))).toEqual(fields)
  }
  expect(fieldsBytes({ party: '+989121234567', clientRef: null, metadata: null })).toHaveLength(7)
})
