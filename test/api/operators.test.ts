import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realmOf, type TenantId } from '#worker/domain/realm.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { type DeadLetter, insertDeadLetters } from '#worker/store/dead-letters.ts'
import { nameOf, type Seen, type Surface, startSurface } from '../worlds/surface.ts'
import { message, until } from '../worlds/world.ts'
import { exampleOf, unownedMessage } from './examples.ts'

let it: Surface
beforeAll(async () => {
  it = await startSurface()
})
afterAll(() => it.dispose())

const admin = operations.filter(({ path }) => path.startsWith('/admin/'))
const byName = (list: readonly Operation[]) => list.map((one) => [nameOf(one), one] as const)
/** Calls that show people's words or addresses; each asks for a reason. */
const DISCLOSE: readonly string[] = [
  'POST /admin/v1/unowned/:id/disclose',
  'POST /admin/v1/dead-letters/:id/disclose',
  'POST /admin/v1/papers/:papersId/files/:number/disclose',
  'POST /admin/v1/identities/find',
]
const isDisclosure = (one: Operation): boolean => DISCLOSE.includes(nameOf(one))
const changes = admin.filter((one) => one.method !== 'GET' && !isDisclosure(one))

/** Runs an operation's example as an operator, and answers with the row of the access log. */
async function logged(operation: Operation) {
  const { path, status, ...sent } = await exampleOf(operation, it)
  const seen: Seen = await it.call(path, { token: it.operatorToken, ...sent, method: operation.method })
  expect(seen.status, seen.text).toBe(status)
  const row = await until('its row', () => it.rowOf(seen.requestId))
  return { path, seen, row: row as Readonly<Record<string, string | null>> }
}

describe('an operator’s change', () => {
  test.each(byName(changes))('%s is kept with its object, before and after', async (name, operation) => {
    const { path, seen, row } = await logged(operation)
    const { object, parent, before, after } = row
    expect(object).toMatch(/^[a-z]{3,4}_[0-9a-z]+$|^(?:sender|route|queue|key)\/|^(?:licensee|identity-registry)$/)
    const states = [before, after].map((json) => JSON.parse(json ?? 'undefined') as unknown)
    expect(states.some((state) => state !== null)).toBe(true)
    const isMade = operation.method === 'POST' && seen.status === 201
    const isRemoved = operation.method === 'DELETE' && seen.status === 204
    expect([states[0] === null, states[1] === null]).toEqual([
      isMade || /senders$|routes$/.test(operation.path) ? !isRemoved : false,
      isRemoved,
    ])
    // What finds nothing to do changes nothing.
    if (!/dead-letters\/replay|keys\/rotate|resume|enable/.test(name)) expect(before).not.toBe(after)
    if (path.includes('/tenants/ten_')) expect([object, parent].some((id) => id && path.includes(id))).toBe(true)
    for (const secret of ['callbackSecret', 'clientSecret']) {
      const shown = (seen.json as Readonly<Record<string, unknown>> | null)?.[secret]
      if (typeof shown === 'string') expect(JSON.stringify(row)).not.toContain(shown)
    }
  })

  test('is found by its object, and by what the object belongs to', async () => {
    const { id } = await it.admin('/admin/v1/tenants', { body: { name: 'Before' } })
    const { clientId } = await it.credential(id)
    await it.admin(`/admin/v1/tenants/${id}`, { method: 'PATCH', body: { name: 'After' } })
    await it.admin(`/admin/v1/tenants/${id}/senders`, {
      body: { channel: 'sms', address: '۱۰۰۰۷۷۷۷', lineClass: 'service' },
    })
    const acts = async (object: string) => {
      const { data } = await it.admin(`/admin/v1/requests?object=${encodeURIComponent(object)}`)
      return data.filter(({ route }) => route !== '/admin/v1/requests')
    }
    const of = await until('all are there', async () => {
      const found = await acts(id)
      return found.length === 4 && found
    })
    expect(of.map(({ object }) => object)).toEqual(['sender/sms/10007777', id, clientId, id])
    expect(of[1]).toMatchObject({
      actor: 'surface',
      before: { name: 'Before' },
      after: { name: 'After' },
      method: 'PATCH',
    })
    expect(await acts(clientId)).toMatchObject([{ before: null, after: { clientId, status: 'active' }, parent: id }])
    expect(await acts('sender/sms/10007777')).toMatchObject([{ before: null, after: { address: '10007777' } }])
  })

  test('of a secret shows that it was replaced, and not what it is', async () => {
    const kavenegar = {
      channel: 'sms',
      provider: 'kavenegar',
      name: 'K',
      settings: { apiKey: 'first-secret-key-0001' },
    }
    const { id } = await it.admin('/admin/v1/connections', { body: kavenegar })
    const body = { settings: { apiKey: 'other-secret-key-0001' } }
    const seen = await it.call(`/admin/v1/connections/${id}`, { method: 'PATCH', body, token: it.operatorToken })
    expect(seen.status, seen.text).toBe(200)
    const row = await until('its row', () => it.rowOf(seen.requestId))
    const [before, after] = [row['before'], row['after']].map((json) => JSON.parse(String(json)))
    expect(before.settings).toEqual(after.settings)
    expect(before.sealed).not.toBe(after.sealed)
    expect(JSON.stringify(row)).not.toMatch(/secret-key/)
    const renamed = { method: 'PATCH', body: { name: 'L' }, token: it.operatorToken }
    const again = await it.call(`/admin/v1/connections/${id}`, renamed)
    const other = await until('its row', () => it.rowOf(again.requestId))
    expect(JSON.parse(String(other['after'])).sealed).toBe(after.sealed)
  })

  test('that was made and then not confirmed, or refused, is kept too', async () => {
    const path = `/admin/v1/tenants/${it.tenantId}`
    const body = { shards: [0, 7] }
    const seen = await it.call(path, { method: 'PATCH', body, token: it.operatorToken })
    expect(seen.status).toBe(422)
    const row = await until('its row', () => it.rowOf(seen.requestId))
    expect(row).toMatchObject({ object: it.tenantId, status: 422 })
    expect(row['before']).toBe(row['after'])
  })
})

describe('people’s words and addresses', () => {
  const TEXT = 'a word that only this person wrote'
  const PERSON = '+989127654321'

  test.each(byName(admin.filter((one) => !isDisclosure(one))))('%s shows neither', async (_, operation) => {
    const made = await everything()
    expect(made).toBeTruthy()
    const { seen, row } = await logged(operation)
    for (const text of [seen.text, JSON.stringify(row)]) expect(text).not.toMatch(/9127654321|only this person/)
  })

  let kept: Promise<boolean> | null = null
  /** A message sent, one received, one to nobody's line, an opt-out, and a job that died with them. */
  const everything = (): Promise<boolean> => {
    kept ??= makeAll()
    return kept
  }
  async function makeAll(): Promise<boolean> {
    const { id } = await it.good('/v1/messages', { body: message(PERSON, TEXT) }, 202)
    await until('it is there', async () => (await it.good(`/v1/messages/${id}`))['channel'])
    await unownedMessage(it, PERSON, TEXT)
    await it.good('/v1/suppressions', { body: { channel: 'sms', recipient: PERSON } }, 201)
    const job = JSON.stringify({ kind: 'send', items: [{ n: 0, to: PERSON }], shared: { content: { text: TEXT } } })
    const realm = realmOf(it.tenantId as TenantId, 'test')
    const letter = {
      id: 'dead_words',
      queue: 'send-sms',
      kind: 'send',
      realm,
      items: 1,
      reason: 'test',
      at: Date.now(),
    }
    await insertDeadLetters(it.ledger, it.chapar.keys, [{ ...letter, job: { json: job } } as DeadLetter])
    return true
  }

  test.each(byName(admin.filter(isDisclosure)))('%s asks for a reason, and keeps it', async (_, operation) => {
    const { path, ...sent } = await exampleOf(operation, it)
    for (const body of [{}, { reason: ' ' }]) {
      const refused = await it.call(path, { ...sent, body, token: it.operatorToken })
      expect(refused.status).toBe(422)
    }
    const { row } = await logged(operation)
    expect(row).toMatchObject({
      reason: 'order 12 of a court',
      actor: 'surface',
      object: expect.stringMatching(/^(?:msg|dlt|pap|per)_/),
    })
  })
})

test('every look into the log is in the log, with what was looked for and why', async () => {
  for (const [query, object] of [
    ['ip=203.0.113.0/24', '203.0.113.0/24'],
    ['object=con_nobodys', 'con_nobodys'],
    [`tenantId=${it.tenantId}`, it.tenantId],
  ]) {
    const seen = await it.call(`/admin/v1/requests?${query}&reason=case%2012`, { token: it.operatorToken })
    expect(seen.status, seen.text).toBe(200)
    const row = await until('its row', () => it.rowOf(seen.requestId))
    expect(row).toMatchObject({ object, reason: 'case 12', actor: 'surface', before: null, after: null })
  }
})
