import { expect, test } from 'vitest'
import { giveApproval, isSameCall, noteRefused, refusedCall, takeApproval } from '../../../console/src/api/approvals.ts'
import { callName } from '../../../console/src/words/calls.ts'

const PATH = '/admin/v1/tenants/ten_01kb2k4w9a6t/close'
const call = {
  method: 'PATCH',
  path: '/admin/v1/licensee',
  body: { signUp: { open: true, mode: 'live' }, origins: ['b', 'a'] },
}

test.each([
  ['members in another order', { ...call, body: { origins: ['b', 'a'], signUp: { mode: 'live', open: true } } }, true],
  ['a list in another order', { ...call, body: { ...call.body, origins: ['a', 'b'] } }, false],
  ['another value', { ...call, body: { ...call.body, signUp: { open: false, mode: 'live' } } }, false],
  ['a member more', { ...call, body: { ...call.body, rpId: null } }, false],
  ['no body', { ...call, body: null }, false],
  ['another method', { ...call, method: 'PUT' }, false],
  ['another path', { ...call, path: PATH }, false],
])('an approval is of the very call: %s', (_, other, isSame) => {
  expect(isSameCall(call, other)).toBe(isSame)
  expect(isSameCall(other, call)).toBe(isSame)
})

test('a refused call is known with its body, and what was no operator’s is not', async () => {
  const refusal = new Response(null, { status: 403 })
  noteRefused(
    refusal,
    new Request(`https://x.example${call.path}`, { method: 'PATCH', body: JSON.stringify(call.body) }),
  )
  expect(await refusedCall(refusal)).toEqual(call)
  expect(await refusedCall(new Response(null, { status: 403 }))).toBeNull()
})

test('an approval goes with the next call of its kind, once, and with no other', () => {
  giveApproval({ method: 'POST', path: PATH, body: null }, 'apr_1')
  const request = (path: string, method = 'POST'): Request => new Request(`https://x.example${path}`, { method })
  expect(takeApproval(request(call.path))).toBeUndefined()
  expect(takeApproval(request(PATH, 'DELETE'))).toBeUndefined()
  expect(takeApproval(request(PATH))).toBe('apr_1')
  expect(takeApproval(request(PATH))).toBeUndefined()
})

test('a call has the same name by its path and by the pattern of its path', () => {
  expect(callName(`POST ${PATH}`)).toBe('Close an account for good')
  expect(callName('POST /admin/v1/tenants/:tenantId/close')).toBe('Close an account for good')
  expect(callName('POST /admin/v1/papers/pap_1/files/2/disclose')).toBe('Read a file of papers')
  expect(callName('POST /admin/v1/something/new')).toBe('Another call')
})
