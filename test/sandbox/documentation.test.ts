import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { providers } from '#worker/channels/sms/providers.ts'
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

it('docs/sandbox.md lists every setting with its default', () => {
  for (const [name, { default: value }] of Object.entries(providers['sandbox']?.settings ?? {}))
    expect(page).toContain(
      `| \`${name}\` | ${value === SANDBOX_ORIGIN ? `\`${value}\`` : value === true ? 'on' : value} |`,
    )
})
