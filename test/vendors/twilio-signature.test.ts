import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signedFields } from '#worker/vendors/twilio-signature.ts'

/** The vector that the vendor publishes with its helper libraries. */
const TOKEN = '12345'
const URL_CALLED = 'https://mycompany.com/myapp.php?foo=1&bar=2'
const FIELDS = {
  CallSid: 'CA1234567890ABCDE',
  Caller: '+14158675309',
  Digits: '1234',
  From: '+14158675309',
  To: '+18005551212',
}
const SIGNATURE = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='

/** Is a callback with this signature believed? */
function isBelieved(url: string, body: string, signature: string, type: string, token = TOKEN): Promise<boolean> {
  const headers = { 'content-type': type, 'x-twilio-signature': signature }
  return signedFields(new Request(url, { method: 'POST', headers, body }), token).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ name: 'CallbackRefused', status: 403 })
      return false
    },
  )
}
const check = (
  signature: string,
  url = URL_CALLED,
  fields: Record<string, string> | string[][] = FIELDS,
  token = TOKEN,
) => {
  const body = new URLSearchParams(fields as Record<string, string>).toString()
  return isBelieved(url, body, signature, 'application/x-www-form-urlencoded', token)
}

describe('the signature of a webhook', () => {
  it('is the published one for the published request', async () => {
    expect(await check(SIGNATURE)).toBe(true)
  })

  it('does not depend on the order of the fields', async () => {
    expect(await check(SIGNATURE, URL_CALLED, Object.fromEntries(Object.entries(FIELDS).reverse()))).toBe(true)
  })

  it('is taken whether or not it was made with the standard port', async () => {
    expect(await check(SIGNATURE, 'https://mycompany.com:443/myapp.php?foo=1&bar=2')).toBe(true)
    // Signed over https://mycompany.com:443/… by node's crypto.
    expect(await check('kvajT1Ptam85bY51eRf/AJRuM3w=')).toBe(true)
  })

  it.each([
    ['another value', { ...FIELDS, Digits: '1235' }],
    ['a field more', { ...FIELDS, Extra: '1' }],
    ['no fields', {}],
  ])('is refused with %s', async (_, fields) => {
    expect(await check(SIGNATURE, URL_CALLED, fields)).toBe(false)
  })

  it('is refused for another URL, another token, and for nothing', async () => {
    expect(await check(SIGNATURE, 'https://mycompany.com/myapp.php?foo=1&bar=3')).toBe(false)
    expect(await check(SIGNATURE, URL_CALLED, FIELDS, '12346')).toBe(false)
    expect(await check('')).toBe(false)
    expect(await check(SIGNATURE.slice(0, -1))).toBe(false)
  })

  it('counts doubles of a field once, sorted', async () => {
    const twice = [...Object.entries(FIELDS), ['Digits', '1234']]
    expect(await check(SIGNATURE, URL_CALLED, twice)).toBe(true)
  })

  it('of JSON covers the body by the hash in the URL', async () => {
    const raw = '{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}'
    const hash = createHash('sha256').update(raw).digest('hex')
    const url = `https://example.com/myapp?bodySHA256=${hash}`
    // The vendor's sample body and hash; the signature over its URL by node's crypto.
    const signature = 'hPXmLwIy3Fgqv1i9KPmH/HhQ6zo='
    expect(hash).toBe('5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9')
    const good = await isBelieved(url, raw, signature, 'application/json')
    const changed = await isBelieved(url, raw.replace('3030', '3031'), signature, 'application/json')
    expect([good, changed]).toEqual([true, false])
  })
})
