import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OPERATOR_ROLES, ROLES } from '#worker/domain/people/roles.ts'
import { type ConsoleWorld, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { goTo, refusals, settled } from '../../worlds/console/visit.ts'
import type { SignedInPerson } from '../../worlds/players/person-world.ts'

let world: ConsoleWorld
const people = new Map<string, SignedInPerson>()
beforeAll(async () => {
  world = await startConsoleWorld()
  for (const role of ROLES) people.set(`tenant ${role}`, await world.member(role))
  for (const role of OPERATOR_ROLES) people.set(`staff ${role}`, await world.staff(role))
  for (const role of ROLES) await world.known(people.get(`tenant ${role}`) as SignedInPerson)
})
afterAll(() => world?.dispose())

const pagesOf = (page: Page): Promise<readonly string[]> =>
  page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))

test.each([
  ...ROLES.map((role) => [`tenant ${role}`, () => world.at('')] as const),
  ...OPERATOR_ROLES.map((role) => [`staff ${role}`, () => '/operator'] as const),
])('%s is offered pages of which no call is refused', async (who, first) => {
  const page = await world.open('/legal/terms', { as: people.get(who) as SignedInPerson })
  const refused = refusals(page)
  await goTo(page, first())
  const pages = await pagesOf(page)
  expect(pages.length).toBeGreaterThan(0)
  // The first page of all is one of those that are offered.
  expect(pages).toContain(new URL(page.url()).pathname)
  for (const path of pages) await goTo(page, path)
  await settled(page)
  expect(refused).toEqual([])
  await page.context().close()
})

test('no page had an exception, broke its policy, or called what no document names', () => {
  expect(world.faults).toEqual([])
})
