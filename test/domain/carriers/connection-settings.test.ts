import { describe, expect, it } from 'vitest'
import { maskSettings, mergeSettings, splitSettings } from '#worker/domain/carriers/connection-settings.ts'

const SPECS = {
  apiKey: { title: 'Key', help: '', kind: 'secret', required: true },
  account: { title: 'Account', help: '', kind: 'text', required: true, pattern: 'AC[0-9a-f]{4}' },
  url: { title: 'URL', help: '', kind: 'url', required: false, default: 'https://api.example' },
  batch: { title: 'Batch', help: '', kind: 'boolean', required: false },
} as const

const GOOD = { apiKey: 'a-key-of-more-than-16', account: 'ACbeef' }

describe('settings of a connection', () => {
  it('are taken as the provider’s table says', () => {
    expect(mergeSettings(SPECS, GOOD)).toEqual({ settings: GOOD, errors: [] })
  })

  it('are refused field by field: unknown, missing, of another form', () => {
    const { errors } = mergeSettings(SPECS, { account: 'nope', batch: 'yes', 'a/b': 1 })
    expect(errors).toEqual([{ pointer: '/a~1b', detail: expect.any(String) }])
    const known = mergeSettings(SPECS, { account: 'nope', batch: 'yes' }).errors
    expect(known.map(({ pointer }) => pointer).sort()).toEqual(['/account', '/apiKey', '/batch'])
  })

  it('keep a secret that a change leaves out, and lose an optional one that it sets to null', () => {
    const before = { ...GOOD, batch: true }
    expect(mergeSettings(SPECS, { account: 'AC1234', batch: null }, before).settings).toEqual({
      apiKey: GOOD.apiKey,
      account: 'AC1234',
    })
    expect(mergeSettings(SPECS, { apiKey: null }, before).errors[0]?.pointer).toBe('/apiKey')
  })

  it('refuse a masked secret that was read and sent back', () => {
    const masked = maskSettings(SPECS, GOOD)
    expect(mergeSettings(SPECS, masked, GOOD).errors.map(({ pointer }) => pointer)).toEqual(['/apiKey'])
  })

  it('never let names of the language’s own objects pass for settings', () => {
    const { errors } = mergeSettings(SPECS, JSON.parse('{"__proto__": "x", "constructor": "y"}'), GOOD)
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/__proto__', '/constructor'])
  })

  it('lie sealed if they are secrets, or if no table knows them any more', () => {
    expect(splitSettings(SPECS, { ...GOOD, old: 'x' })).toEqual({
      open: { account: 'ACbeef' },
      secret: { apiKey: GOOD.apiKey, old: 'x' },
    })
  })

  it('show at most the last four characters of a long secret, and nothing of a short one', () => {
    expect(maskSettings(SPECS, { apiKey: '0123456789abcdef' })).toEqual({ apiKey: '••••cdef' })
    expect(maskSettings(SPECS, { apiKey: '0123456789' })).toEqual({ apiKey: '••••' })
    expect(maskSettings(SPECS, GOOD)).toEqual({ apiKey: '••••n-16', account: 'ACbeef' })
  })
})
