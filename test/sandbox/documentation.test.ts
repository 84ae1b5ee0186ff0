import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { providers } from '#worker/channels/sms/providers.ts'
import { standingObjection } from '#worker/domain/guard/verdict.ts'
import { DEFAULT_SETTINGS } from '#worker/domain/tenants/settings.ts'
import type { Policy } from '#worker/domain/tenants/tenant.ts'
import { DEFAULT_OUTCOME, SANDBOX_ORIGIN, sandboxOutcome } from '#worker/vendors/sandbox.ts'

const page = readFileSync('docs/sandbox.md', 'utf8')

it('docs/sandbox.md lists every magic number and what it does, in the words of the code', () => {
  const rows = [...page.matchAll(/^\| (\d{4}) \| (.*?) \|/gm)].map(([, digits, title]) => [digits, title])
  const magic = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0')).flatMap((digits) => {
    const outcome = sandboxOutcome(`+98912000${digits}`)
    return outcome === DEFAULT_OUTCOME ? [] : [[digits, outcome.title]]
  })
  expect(rows).toEqual(magic)
})

it('docs/sandbox.md lists every number of the guard, and none of them is a fate', () => {
  const rows = [...page.matchAll(/^\| …(\d{4}) \| .*? \| `(.*?)` \|/gm)].map(([, ...cells]) => cells)
  const policy = { ...DEFAULT_SETTINGS, region: 'IR' } as Policy
  const magic = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0')).flatMap((digits) => {
    const to = `+98912000${digits}`
    expect(standingObjection(policy, to, 'live')).toBeNull()
    const objection = standingObjection(policy, to, 'test')
    if (objection) expect(sandboxOutcome(to)).toBe(DEFAULT_OUTCOME)
    return objection ? [[digits, objection.reason]] : []
  })
  expect(rows).toEqual(magic)
})

it('docs/sandbox.md lists every setting with its default', () => {
  for (const [name, { default: value }] of Object.entries(providers['sandbox']?.settings ?? {}))
    expect(page).toContain(
      `| \`${name}\` | ${value === SANDBOX_ORIGIN ? `\`${value}\`` : value === true ? 'on' : value} |`,
    )
})
