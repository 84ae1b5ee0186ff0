import { expect, test } from 'vitest'
import { guardPlot } from '../../../bench/guard/plot.ts'
import { CEILING_ABROAD, SCENARIOS } from '../../../bench/guard/scenarios.ts'

test('10,000 sequential numbers abroad from a botnet of 1,000 addresses cost at most the ceiling', () => {
  const attack = SCENARIOS.pumping.play().fates.get('attack')
  expect(attack?.asked).toBe(10_000)
  expect(attack?.sent).toBeLessThanOrEqual(CEILING_ABROAD)
  expect(attack?.refused.prefix).toBeGreaterThan(5_000)
})

test('a campaign of 10,000 sign-ups with 60 % conversion is not touched', () => {
  expect(SCENARIOS.campaign.play().fates.get('people')).toMatchObject({ asked: 10_000, sent: 10_000, refused: {} })
})

test('a poisoned home prefix still serves 95 of 100 real users, and most false starts wait', () => {
  const { fates } = SCENARIOS.poisoned.play()
  const [people, attack] = [fates.get('people'), fates.get('attack')]
  expect([people?.asked, attack?.asked]).toEqual([2_000, 20_000])
  expect(people?.sent).toBeGreaterThanOrEqual(0.95 * 2_000)
  expect(attack?.sent).toBeLessThanOrEqual(0.5 * 20_000)
  expect(attack?.refused.prefix).toBeGreaterThan(0)
})

test('ceilings that are used up abroad leave home open', () => {
  const { fates } = SCENARIOS.abroad.play()
  expect(fates.get('attack')?.sent).toBeLessThanOrEqual(2_000)
  expect(fates.get('attack')?.refused.ceiling).toBeGreaterThan(0)
  expect(fates.get('people')).toMatchObject({ asked: 1_000, sent: 1_000 })
})

test('of 1,000 starts a second the object is asked about one in twenty at most', () => {
  const { fates, asks } = SCENARIOS.load.play()
  expect(fates.get('people')).toMatchObject({ asked: 10_000, sent: 10_000 })
  expect(asks).toBeLessThanOrEqual(500)
})

test('a simulation is the same each time, and can be drawn', () => {
  const { title, play } = SCENARIOS.pumping
  const { fates } = play()
  expect([...play().fates]).toEqual([...fates])
  const plot = guardPlot([{ title, fates, ceiling: CEILING_ABROAD }])
  expect(plot).toMatch(/^<svg [^>]*>.*attack: [\d,]+ of 10,000 got a code.*ceiling 1,000.*<\/svg>\n$/s)
})
