import { expect, it } from 'vitest'
import { STANDARD_FIELDS, X_FIELDS } from '#worker/channels/email/header-names.ts'
import { emailRules } from '#worker/channels/email/rules.ts'
import { Problem } from '#worker/domain/problem.ts'
import { MAY_BE_SET, NEVER_SET } from '../../fixtures/mail/header-names.ts'

/** What a mail with this header field is refused for; null if it is taken. */
function refusalOf(name: string): string | null {
  const headers = JSON.parse(`{${JSON.stringify(name)}:"<a@example.com>"}`) as Record<string, string>
  try {
    emailRules.parse({ subject: 'Hello', text: 'Hi', headers })
    return null
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    expect(error.status).toBe(422)
    const [first] = error.options.errors ?? []
    expect(first?.pointer).toBe(`/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    return first?.detail ?? ''
  }
}

it.each(Object.entries(NEVER_SET))('fields that may not be set say “%s”', (says, names) => {
  expect(names.filter((name) => !refusalOf(name)?.includes(says))).toEqual([])
})

it('fields that may be set are taken, in either case', () => {
  expect(MAY_BE_SET.filter((name) => refusalOf(name) !== null)).toEqual([])
  const all = [...STANDARD_FIELDS, ...X_FIELDS]
  expect(all.flatMap((name) => [name.toLowerCase(), name.toUpperCase()]).filter((name) => refusalOf(name))).toEqual([])
})
