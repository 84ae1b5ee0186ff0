import { describe, expect, it } from 'vitest'
import { PURPOSES, type Purpose } from '#worker/domain/messages/message.ts'
import {
  footerFor,
  isSuppressed,
  needsWayOut,
  purposeAllowed,
  purposeOfBulk,
} from '#worker/domain/tenants/bulk-rules.ts'
import type { PolicyPack } from '#worker/domain/tenants/policy-pack.ts'
import { PACK_NAMES, policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import { LINE_CLASSES, type LineClass } from '#worker/domain/tenants/tenant.ts'

const ir = policyPack('ir')
const generic = policyPack('generic')

const matrixOf = (pack: PolicyPack) =>
  Object.fromEntries(
    LINE_CLASSES.map((lineClass) => [
      lineClass,
      PURPOSES.filter((purpose) => purposeAllowed(pack, purpose, lineClass, 10_000)),
    ]),
  )

describe('policyPack', () => {
  it('knows generic and ir, and throws for any other name', () => {
    expect(PACK_NAMES).toEqual(['generic', 'ir'])
    for (const name of ['', 'IR', 'constructor', '__proto__']) expect(() => policyPack(name)).toThrow('no policy pack')
  })

  it('names a source for every rule it has', () => {
    for (const name of PACK_NAMES) {
      const pack = policyPack(name)
      const about = pack.sources.map((source) => source.about)
      expect(about).toEqual(expect.arrayContaining(['purposes', 'keywords', 'suppression', 'defaultRegion']))
      if (pack.informationalFrom !== null) expect(about).toContain('informationalFrom')
      if (pack.footers.length > 0) expect(about).toContain('footers')
      if (pack.sendingHours.length > 0) expect(about).toContain('sendingHours')
    }
  })
})

describe('purposeAllowed', () => {
  const all: readonly Purpose[] = PURPOSES
  const noAdvertising: readonly Purpose[] = ['informational', 'transactional', 'otp']

  it('keeps advertising off service, shared and foreign lines in Iran, and all but codes off lines for codes', () => {
    expect(matrixOf(ir)).toEqual({
      advertising: all,
      service: noAdvertising,
      'shared-template': noAdvertising,
      otp: ['otp'],
      international: noAdvertising,
    })
  })

  it('lets foreign lines advertise in the generic pack', () => {
    expect(matrixOf(generic)).toEqual({ ...matrixOf(ir), international: all })
  })

  it('refuses more recipients in a call than the pack says', () => {
    const capped: PolicyPack = { ...ir, purposes: { ...ir.purposes, otp: { otp: 1 } } }
    expect(purposeAllowed(capped, 'otp', 'otp', 1)).toBe(true)
    expect(purposeAllowed(capped, 'otp', 'otp', 2)).toBe(false)
  })

  it('refuses a class that no rule speaks of', () => {
    expect(purposeAllowed(ir, 'otp', 'gold' as LineClass, 1)).toBe(false)
  })
})

describe('purposeOfBulk', () => {
  it('takes two who get one text in Iran for bulk, and nobody in the generic pack', () => {
    expect([0, 1, 2, 10_000].map((n) => purposeOfBulk(ir, 'transactional', n))).toEqual([
      'transactional',
      'transactional',
      'informational',
      'informational',
    ])
    expect([2, 10_000].map((n) => purposeOfBulk(generic, 'transactional', n))).toEqual([
      'transactional',
      'transactional',
    ])
  })

  it('leaves advertising, whose rules are stricter, and takes codes for none', () => {
    expect(PURPOSES.map((purpose) => purposeOfBulk(ir, purpose, 2))).toEqual(
      PURPOSES.map((purpose) => (purpose === 'advertising' ? purpose : 'informational')),
    )
  })
})

describe('needsWayOut', () => {
  it('asks for one on all advertising, and on what informs several', () => {
    const asked = (recipients: number) => PURPOSES.filter((purpose) => needsWayOut(purpose, recipients))
    expect([asked(1), asked(2)]).toEqual([['advertising'], ['advertising', 'informational']])
  })
})

describe('footerFor', () => {
  it('asks for لغو11 on informational messages of service lines, and nowhere else', () => {
    for (const purpose of PURPOSES)
      for (const lineClass of LINE_CLASSES) {
        const asked = purpose === 'informational' && lineClass === 'service'
        expect(footerFor(ir, purpose, lineClass, 1)).toBe(asked ? '\nلغو11' : null)
        expect(footerFor(generic, purpose, lineClass, 1000)).toBeNull()
      }
  })

  it('leaves a footer for bulk alone below its number of recipients', () => {
    const rule = { text: '\nلغو11', purposes: PURPOSES, lineClasses: LINE_CLASSES, fromRecipients: 2 }
    const pack: PolicyPack = { ...ir, footers: [rule] }
    expect(footerFor(pack, 'advertising', 'advertising', 1)).toBeNull()
    expect(footerFor(pack, 'advertising', 'advertising', 2)).toBe('\nلغو11')
  })
})

describe('isSuppressed', () => {
  type OptOut = Parameters<typeof isSuppressed>[2][number]
  const line: OptOut = { line: '10004346', source: 'keyword' }
  const tenant: OptOut = { line: '', source: 'api' }
  const hard: OptOut = { line: '', source: 'carrier' }
  const hardOnLine: OptOut = { line: '10004346', source: 'carrier' }

  it.each<[Purpose, boolean, boolean, boolean]>([
    ['advertising', true, true, true],
    ['informational', true, true, true],
    ['transactional', false, false, true],
    ['otp', false, false, true],
  ])('holds %s back: line %s, tenant %s, carrier %s', (purpose, byLine, byTenant, byCarrier) => {
    for (const pack of [ir, generic]) {
      expect(isSuppressed(pack, purpose, [line])).toBe(byLine)
      expect(isSuppressed(pack, purpose, [tenant])).toBe(byTenant)
      expect(isSuppressed(pack, purpose, [hard])).toBe(byCarrier)
      expect(isSuppressed(pack, purpose, [hardOnLine])).toBe(byCarrier)
      expect(isSuppressed(pack, purpose, [])).toBe(false)
    }
  })

  it('takes the strictest of several opt-outs', () => {
    expect(isSuppressed(ir, 'otp', [line, tenant])).toBe(false)
    expect(isSuppressed(ir, 'otp', [line, tenant, hard])).toBe(true)
  })
})
