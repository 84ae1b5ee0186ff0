import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { providers } from '#worker/channels/sms/providers.ts'
import { SANDBOX_NUMBERS, SANDBOX_ORIGIN } from '#worker/vendors/sandbox.ts'

const page = readFileSync('docs/sandbox.md', 'utf8')

it('docs/sandbox.md lists every magic number and what it does, in the words of the code', () => {
  const rows = [...page.matchAll(/^\| (\d{4}) \| (.*?) \|/gm)].map(([, digits, title]) => [digits, title])
  expect(rows).toEqual(Object.entries(SANDBOX_NUMBERS).map(([digits, { title }]) => [digits, title]))
})

it('docs/sandbox.md lists every setting with its default', () => {
  for (const [name, { default: value }] of Object.entries(providers['sandbox']?.settings ?? {}))
    expect(page).toContain(
      `| \`${name}\` | ${value === SANDBOX_ORIGIN ? `\`${value}\`` : value === true ? 'on' : value} |`,
    )
})
