import { describe, expect, it } from 'vitest'
import { Problem } from '#worker/domain/problem.ts'
import { confirmPolicy } from '#worker/flows/core/confirm-policy.ts'
import type { Platform } from '#worker/flows/core/platform.ts'

/** A platform whose tenant object answers reload() with these, in turn. */
function platformOf(answers: readonly (number | Error)[]) {
  const left = [...answers]
  const reload = async (): Promise<number> => {
    const answer = left.shift()
    if (answer instanceof Error || answer === undefined) throw answer ?? new Error('asked too often')
    return answer
  }
  const platform = { env: { TENANT: { getByName: () => ({ reload }) } }, log: () => {} } as unknown as Platform
  return { platform, left }
}
const confirm = (answers: readonly (number | Error)[]) => confirmPolicy(platformOf(answers).platform, 'ten_a', 7)

describe('a change of policy', () => {
  it('is confirmed by its own version or a later one', async () => {
    await expect(confirm([7])).resolves.toBeUndefined()
    await expect(confirm([9])).resolves.toBeUndefined()
  })

  it('is asked for again when the object fails or has read too early', async () => {
    await expect(confirm([new Error('reset'), 7])).resolves.toBeUndefined()
    await expect(confirm([6, 7])).resolves.toBeUndefined()
  })

  it('stands unconfirmed with a 503 that says so and when to retry', async () => {
    const problem = await confirm([6, new Error('reset')]).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({ code: 'unavailable', status: 503, options: { headers: { 'Retry-After': '5' } } })
    expect((problem as Problem).options.detail).toContain('The change is made')
  })
})
