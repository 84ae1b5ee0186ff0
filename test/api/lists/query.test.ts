import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { type Body, type Surface, startSurface } from '../../worlds/surface.ts'

const list = operations.find(({ method, path }) => method === 'GET' && path === '/v1/messages')
const PERSON = '+989129990000'
const OTHER = '+989129990001'
const LINE = '10004346'
const q = encodeURIComponent

let it: Surface
beforeAll(async () => {
  it = await startSurface({ shards: 2, tenant: { shards: [0, 1] } })
})
afterAll(() => it.dispose())

const get = (query: string) => it.call(`/v1/messages?${query}`, { token: it.token })
const named = ({ json }: { json: Body }) => (json.errors ?? []).map(({ pointer }) => pointer)

describe('a parameter that cannot be heard is a 400 that names it', () => {
  const BAD: readonly (readonly [query: string, ...names: string[]])[] = [
    ['status=failed&status=rejected', 'status'],
    ['status=failed&status=failed', 'status'],
    ['channel=sms&channel=voice', 'channel'],
    ['limit=5&limit=6', 'limit'],
    [`to=${q(PERSON)}&to=${q(OTHER)}`, 'to'],
    ['limit=5&limit=5&limit=5', 'limit', 'limit'],
    ['Status=failed', 'Status'],
    ['stat%75s[]=failed', 'status[]'],
    ['status[]=failed', 'status[]'],
    ['states=failed', 'states'],
    ['page=2', 'page'],
    ['offset=50', 'offset'],
    ['recipient=x', 'recipient'],
    ['__proto__=1', '__proto__'],
    ['constructor=1', 'constructor'],
    ['toString=1', 'toString'],
    ['hasOwnProperty', 'hasOwnProperty'],
    ['=1', ''],
    ['limit=5&page=2&offset=3', 'page', 'offset'],
    ['status=', 'status'],
    ['limit=0&page=2&channel=fax', 'page', 'channel', 'limit'],
    ['status=failed,', 'status'],
    ['status=failed;rejected', 'status'],
    ['status=failed,gone', 'status'],
    ['status=FAILED', 'status'],
    ['channel=', 'channel'],
    ['channel=fax', 'channel'],
    ['channel=sms,voice', 'channel'],
    ['direction=both', 'direction'],
    ['limit=', 'limit'],
    ['limit=0', 'limit'],
    ['limit=1.5', 'limit'],
    ['clientRef=', 'clientRef'],
    ['to=', 'to'],
    ['person=', 'person'],
    ['person=nobody', 'person'],
    ['person=a@example.com', 'person'],
    ['from=', 'from'],
    ['sender=%00', 'sender'],
    ['after=2026-01-01', 'after'],
    ['after=2026-01-02T00:00:00Z&before=2026-01-01T00:00:00Z', 'after', 'before'],
    [`to=${q(PERSON)}&person=${q(PERSON)}`, 'person', 'to'],
    [`from=${LINE}&sender=${LINE}`, 'sender', 'from'],
    [`from=${q(PERSON)}&direction=inbound`, 'direction', 'from'],
    [`to=${q(PERSON)}&direction=inbound`, 'direction', 'to'],
    ['clientRef=r1&direction=inbound', 'direction', 'clientRef'],
    ['direction=inbound&status=failed', 'status', 'direction'],
    ['direction=inbound&status=failed,delivered', 'status', 'direction'],
    ['direction=outbound&status=received', 'status', 'direction'],
    [`to=${q(PERSON)}&status=received`, 'status', 'to'],
    [`from=${LINE}&status=received`, 'status', 'from'],
  ]
  test.each(BAD.map(([query, ...names]) => [query, names] as const))('?%s', async (query, names) => {
    const seen = await get(query)
    expect([seen.status, named(seen)]).toEqual([400, names.map((name) => `query:${name}`)])
  })

  test('a batch finds outbound messages only', async () => {
    const { id } = await it.good(
      '/v1/messages/batch',
      { body: { channel: 'sms', content: { text: 'x' }, messages: [{ to: OTHER }] } },
      202,
    )
    expect(named(await get(`batch=${id}&direction=inbound`))).toEqual(['query:direction', 'query:batch'])
    expect(named(await get(`batch=${id}&status=received`))).toEqual(['query:status', 'query:batch'])
  })

  test('an address that is none in SMS says that it was read so', async () => {
    const { json } = await get('person=a@example.com')
    expect(json.errors?.[0]?.detail).toMatch(/without `channel` it is read as in SMS$/)
    const email = await get('channel=email&person=nobody')
    expect(email.json.errors?.[0]?.detail).not.toMatch(/SMS/)
  })

  const GOOD: readonly string[] = [
    '',
    'status=failed,rejected',
    'status=failed,failed',
    'status=received,failed&direction=inbound',
    'direction=inbound&status=received',
    `person=${q(PERSON)}&direction=inbound`,
    `person=${q(PERSON)}&status=received`,
    `sender=${LINE}&direction=inbound`,
    `channel=voice&to=${q(PERSON)}`,
    'channel=email&to=a@example.com',
    `channel=email&person=${'a'.repeat(60)}@example.com`,
    'channel=voice',
    'after=2026-01-01T00:00:00Z&before=2026-01-01T00:00:00Z',
    'limit=100&',
    '&&limit=1',
  ]
  test.each(GOOD)('and these are heard: ?%s', async (query) => {
    const { data } = await it.good(`/v1/messages?${query}`, list ? { operation: list } : {})
    expect(Array.isArray(data)).toBe(true)
  })
})
