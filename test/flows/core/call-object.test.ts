import { expect, test } from 'vitest'
import { Problem } from '#worker/domain/problem.ts'
import { callObject } from '#worker/flows/core/call-object.ts'

const failing = (flags: object) => Object.assign(new Error('broken'), flags)

/** Fails with each of `errors` in turn, then answers; how many stubs were taken. */
async function outcomeOf(...errors: Error[]) {
  let stubs = 0
  const result = await callObject(
    () => {},
    'tenant',
    () => ++stubs,
    async (stub) => {
      const error = errors.shift()
      if (error) throw error
      return `answer of stub ${stub}`
    },
  ).catch((error: unknown) => error)
  return { stubs, result }
}

test('an object that moved is asked once more, over a new stub', async () => {
  expect(await outcomeOf(failing({ retryable: true }))).toEqual({ stubs: 2, result: 'answer of stub 2' })
})

test('but not twice more', async () => {
  const { stubs, result } = await outcomeOf(failing({ retryable: true }), failing({ retryable: true }))
  expect(stubs).toBe(2)
  expect(result).toMatchObject({ code: 'unavailable', options: { headers: { 'Retry-After': '1' } } })
})

test('an overloaded object is left alone, and the caller told to stay away longer', async () => {
  const { stubs, result } = await outcomeOf(failing({ retryable: true, overloaded: true }))
  expect(stubs).toBe(1)
  expect(result).toMatchObject({ code: 'unavailable', options: { headers: { 'Retry-After': '5' } } })
})

test('what the object itself threw is not repeated', async () => {
  const { stubs, result } = await outcomeOf(failing({}))
  expect(stubs).toBe(1)
  expect(result).toBeInstanceOf(Problem)
})
