import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { con, echo, end, silent, startUssd, type Ussd } from '../fixtures/ussd-world.ts'
import { until } from './world.ts'

let it: Ussd
beforeAll(async () => {
  it = await startUssd()
})
afterAll(() => it.dispose())

describe('a session', () => {
  test('is walked: each input is asked of the application once, signed, and its screens are shown', async () => {
    const line = await it.line({}, echo)
    expect(await line.step({ session: 's1' })).toEqual({ text: 'at ', ends: false })
  })
})
