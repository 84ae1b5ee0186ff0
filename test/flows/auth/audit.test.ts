import { expect, test } from 'vitest'
import { usesToWrite } from '#worker/flows/auth/audit.ts'
import type { RequestRow } from '#worker/jobs.ts'

const row = (actor: string | null, at: number, status = 200) => ({ actor, at, status }) as RequestRow
const never = () => undefined

test('a credential is written at most once a minute, with its latest use', () => {
  const rows = [row('cli_a', 100_000), row('cli_a', 130_000), row('cli_b', 100_000)]
  expect([...usesToWrite(rows, never)]).toEqual([
    ['cli_a', 130_000],
    ['cli_b', 100_000],
  ])
  expect(usesToWrite(rows, () => 71_000).size).toBe(0)
  expect([...usesToWrite(rows, () => 70_000).keys()]).toEqual(['cli_a'])
})

test('operators, nobody and refused calls are no use of a credential', () => {
  const rows = [
    row('operator', 1e6),
    row('access:x', 1e6),
    row(null, 1e6),
    row('cli_a', 1e6, 401),
    row('cli_a', 1e6, 403),
  ]
  expect(usesToWrite(rows, never).size).toBe(0)
})
