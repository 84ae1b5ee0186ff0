import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { newRequestId } from '#worker/domain/ids.ts'
import { headersOf, type Pasted, verdictOn } from '../../console/src/pages/developers/signature.ts'
import { timeOfRequest } from '../../console/src/pages/requests/request-id.ts'

const NOW = Date.UTC(2026, 10, 29, 1)
const SECRET = `whsec_${Buffer.from('a secret of twenty-four.').toString('base64')}`
const BODY = '{"type":"message.delivered","data":{"to":"+989121234567","text":"سلام"}}'

/** What a receiver got, signed as Standard Webhooks says; `wrong` replaces parts after the signing. */
function pasted(wrong: Partial<Pasted> = {}, at = NOW, version = 'v1'): Pasted {
  const [id, seconds] = ['evt_1', String(at / 1000)]
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
  const signed = createHmac('sha256', key).update(`${id}.${seconds}.${BODY}`).digest('base64')
  const headers = `Host: shop.example\nWebhook-Id: ${id}\nwebhook-timestamp: ${seconds}\nwebhook-signature: v1,AAAA ${version},${signed}`
  return { headers, body: BODY, secret: SECRET, ...wrong }
}

const other = `whsec_${Buffer.from('quite another one, indeed').toString('base64')}`

test.each([
  ['as it came', pasted(), { kind: 'right', ageMs: 0 }],
  ['a secret without its prefix', pasted({ secret: SECRET.slice(6) }), { kind: 'right' }],
  ['five minutes old', pasted({}, NOW - 300_000), { kind: 'right' }],
  ['older than that', pasted({}, NOW - 301_000), { kind: 'old', ageMs: 301_000 }],
  ['from the future', pasted({}, NOW + 301_000), { kind: 'early', ageMs: 301_000 }],
  ['another secret', pasted({ secret: other }), { kind: 'wrong' }],
  ['another body', pasted({ body: BODY.replace('سلام', 'درود') }), { kind: 'wrong' }],
  ['a body with a line end', pasted({ body: `${BODY}\n` }), { kind: 'reformatted' }],
  [
    'a body that was parsed and written anew',
    pasted({ body: JSON.stringify(JSON.parse(BODY), null, 2) }),
    { kind: 'reformatted' },
  ],
  ['no secret', pasted({ secret: 'whsec_not base64!' }), { kind: 'bad-secret' }],
  ['another version', pasted({}, NOW, 'v2'), { kind: 'wrong' }],
  ['no header', pasted({ headers: 'webhook-id: evt_1' }), { kind: 'missing', header: 'webhook-timestamp' }],
  [
    'a time in words',
    pasted({ headers: 'webhook-id: 1\nwebhook-timestamp: now\nwebhook-signature: v1,AA' }),
    { kind: 'bad-timestamp' },
  ],
  [
    'no version at all',
    pasted({ headers: 'webhook-id: 1\nwebhook-timestamp: 1795000000\nwebhook-signature: AA' }),
    { kind: 'bad-version' },
  ],
])('the signature checker judges %s', async (_, given, verdict) => {
  expect(await verdictOn(given, NOW)).toMatchObject(verdict)
})

test('headers are read out of what tools print: lines, JSON, and curl’s marks', () => {
  const lines = '> webhook-id: evt_1\n  "webhook-timestamp": "1795000000",\n< Webhook-Signature: v1,AA= v1,BB='
  expect(Object.fromEntries(headersOf(lines))).toEqual({
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1795000000',
    'webhook-signature': 'v1,AA= v1,BB=',
  })
})

test('the console reads the time of a request id as the gateway wrote it', () => {
  expect(timeOfRequest(newRequestId(NOW))).toBe(NOW)
  for (const none of ['req_', 'msg_01m8jcza9ahzpdes', `${newRequestId(NOW)}0`, 'req_il01m8jcza9ahzpd'])
    expect(timeOfRequest(none), none).toBeNull()
})
