import { describe, expect, it } from 'vitest'
import { refusalFor, refusalTable } from '#worker/vendors/refusal-table.ts'

const TABLE = refusalTable([
  { code: 'connection-misconfigured', detail: 'Not allowed.', of: [401] },
  { code: 'connection-misconfigured', detail: 'Not in this country.', of: ['country'] },
  { code: 'provider-throttled', detail: 'Slowly.', of: ['today'], retryAfter: 60 },
  { code: 'recipient-invalid', detail: 'Nobody there.', of: [404], said: /no such chat/i },
  { code: 'provider-unavailable', detail: 'It broke.', of: ['broken'], outcome: 'unknown' },
  { code: 'provider-refused', detail: 'No.', said: /chat/i },
])

describe('a table of refusals', () => {
  it('finds the meaning of a code, written as a number or a text, and none for a code that it lacks', () => {
    const failure = { code: 'recipient-invalid', carrierCode: '404', detail: 'Nobody there.' }
    expect(TABLE.find(404)).toEqual({ outcome: 'rejected', failure })
    expect(TABLE.find('404')).toEqual({ outcome: 'rejected', failure })
    for (const code of [405, '', 'toString', '__proto__']) expect(TABLE.find(code)).toBeNull()
  })

  it('defers what is the account’s fault, and never a message’s', () => {
    expect(TABLE.find(401)?.outcome).toBe('deferred')
    expect(TABLE.find(404, 7)).not.toHaveProperty('retryAfter')
    expect(TABLE.find('broken')?.outcome).toBe('unknown')
  })

  it('waits as long as the carrier asks, else as the row says, and an hour at most', () => {
    expect(TABLE.find('today')).toMatchObject({ retryAfter: 60 })
    expect(TABLE.find('today', 7)).toMatchObject({ retryAfter: 7 })
    expect(TABLE.find('today', 86_400)).toMatchObject({ retryAfter: 3_600 })
    expect(TABLE.find(401)).not.toHaveProperty('retryAfter')
  })

  it('reads sentences by the first row that knows them', () => {
    expect(TABLE.read('Bad Request: no such CHAT')).toBe('recipient-invalid')
    expect(TABLE.read('this chat is over')).toBe('provider-refused')
    expect(TABLE.read('hello')).toBeUndefined()
  })

  it('makes one of our codes with its first sentence, and without a carrier’s code where there is none', () => {
    const failure = { code: 'connection-misconfigured', detail: 'Not allowed.' }
    expect(TABLE.make('connection-misconfigured')).toEqual({ outcome: 'deferred', failure })
    expect(TABLE.has('recipient-invalid')).toBe(true)
    expect(TABLE.has('no-route')).toBe(false)
  })

  it('says unknown where no answer can be believed', () => {
    expect(refusalFor({ code: 'provider-timeout', detail: '' }).outcome).toBe('unknown')
    expect(refusalFor({ code: 'provider-invalid-answer', detail: '' }, 7)).not.toHaveProperty('retryAfter')
  })
})
