import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { IDENTITY_LEVELS } from '#worker/domain/identity/level.ts'
import { PACK_NAMES, policyPack } from '#worker/domain/tenants/policy-packs/all.ts'

const PAGE = readFileSync('docs/identity.md', 'utf8')

test.each(PACK_NAMES)('docs/identity.md says what the levels of the pack %s permit', (name) => {
  const rows = IDENTITY_LEVELS.map((level) => {
    const { live, purposes, recipients, daily } = policyPack(name).identity[level]
    const most = recipients === 'any' ? 'any' : recipients.toLocaleString('en')
    const cap = live ? (daily?.toLocaleString('en') ?? 'no cap') : 'none'
    return `| \`${level}\` | ${live ? 'yes' : 'no'} | ${purposes.join(', ') || 'none'} | ${most} | ${cap} |`
  })
  expect(PAGE).toContain(`Pack \`${name}\`:\n`)
  expect(PAGE.slice(PAGE.indexOf(`Pack \`${name}\`:`))).toContain(rows.join('\n'))
})

test('a level above permits all that the one below does', () => {
  const asNumber = (most: number | 'any' | null): number => (typeof most === 'number' ? most : Number.POSITIVE_INFINITY)
  for (const name of PACK_NAMES)
    for (const [n, level] of IDENTITY_LEVELS.entries()) {
      const below = IDENTITY_LEVELS[n - 1]
      if (!below) continue
      const [less, more] = [policyPack(name).identity[below], policyPack(name).identity[level]]
      expect(more.purposes, `${name} ${level}`).toEqual(expect.arrayContaining([...less.purposes]))
      expect(asNumber(more.recipients)).toBeGreaterThanOrEqual(asNumber(less.recipients))
      if (less.live) expect(asNumber(more.daily)).toBeGreaterThanOrEqual(asNumber(less.daily))
    }
})
