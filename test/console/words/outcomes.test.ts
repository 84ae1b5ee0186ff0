import { expect, test } from 'vitest'
import { OUTCOMES } from '#worker/store/codes/codes.ts'
import { outcomeName } from '../../../console/src/words/outcomes.ts'

test.each(Object.keys(OUTCOMES))('what came of an attempt has a name for people: %s', (outcome) => {
  expect(outcomeName(outcome)).not.toBe(outcome)
})
