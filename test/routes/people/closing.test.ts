import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePerson, personById } from '#worker/store/people/people.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { startWorld, type World } from '../../worlds/world.ts'

/** A world of its own: the tenant has no owners but those of the test. */
let it: World
beforeAll(async () => {
  it = await startWorld({ entry: 'test/worlds/entries/clock.ts' })
})
afterAll(() => it.dispose())

test('of two owners of a tenant who close their accounts at once, one stays', async () => {
  const roles = { [it.tenantId]: 'owner' as const }
  const [one, two] = [await signedInPerson(it.chapar, { roles }), await signedInPerson(it.chapar, { roles })]
  const answers = await Promise.all([one, two].map(({ browse }) => browse('/v1/auth/close', { method: 'POST' })))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
  // Between the look and the write he may have become the last one: the write itself decides.
  const { control, keys } = it.chapar
  const left = await personById(control, keys, (answers[0]?.status === 409 ? one : two).id)
  expect(left && (await closePerson(control, left, Date.now()))).toBe(false)
})
