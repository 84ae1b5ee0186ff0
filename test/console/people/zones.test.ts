import { afterAll, beforeAll, expect, test } from 'vitest'
import { axeFaults } from '../../worlds/console/axe.ts'
import { type ConsoleWorld, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { settled } from '../../worlds/console/visit.ts'
import type { SignedInPerson } from '../../worlds/players/person-world.ts'
import { until } from '../../worlds/world.ts'

let world: ConsoleWorld
let owner: SignedInPerson
beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  await world.known(owner)
})
afterAll(() => world?.dispose())

test.each([
  ['fa', 'منطقهٔ زمانی', 'ایران، ', 'تركيه', 'ترکیه، ', 'Europe/Istanbul'],
  ['fa', 'منطقهٔ زمانی', 'ایران، ', 'asia/tok', 'ژاپن، ', 'Asia/Tokyo'],
  ['en', 'Time zone', 'Tehran · ', 'new york', 'New York · ', 'America/New_York'],
  ['en', 'Time zone', 'Tehran · ', 'america/los_a', 'Los Angeles · ', 'America/Los_Angeles'],
] as const)(
  'in %s (%s) the time zone is %s until another is found by its name or its id: %s',
  async (language, label, before, typed, name, id) => {
    const page = await world.open('/account/preferences', { as: owner, language })
    const field = page.locator('.field', { hasText: label }).locator('.select-button')
    expect(await field.innerText()).toContain(before)
    await field.click()
    await page.keyboard.type(typed)
    const options = page.getByRole('option')
    await until('one is left', async () => (await options.count()) === 1)
    const found = await options.innerText()
    expect([found, found.includes(name), found.includes(id)]).toEqual([found, true, true])
    expect(await axeFaults(page)).toEqual([])
    await page.keyboard.press('Enter')
    await field.filter({ hasText: name }).waitFor()
    await settled(page)
    expect(await page.evaluate("localStorage.getItem('chapar.zone')")).toBe(id)
    await page.context().close()
  },
)

test('from the search an arrow leads into the list, and what is chosen there is taken by the page of accounts', async () => {
  const operator = await world.staff('operator')
  const page = await world.open('/operator/tenants', { as: operator })
  const field = page.locator('.field', { hasText: 'Time zone' }).locator('.select-button')
  await field.click()
  await page.keyboard.type('asia/')
  await page.keyboard.press('ArrowDown')
  await page.locator('[role=option]:focus', { hasText: 'Asia/Tehran' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.locator('[role=option]:focus').filter({ hasNotText: 'Asia/Tehran' }).waitFor()
  const [id = ''] = /Asia\/\w+/.exec(await page.locator('[role=option]:focus').innerText()) ?? []
  await page.keyboard.press('Enter')
  await page.getByRole('listbox').waitFor({ state: 'detached' })
  await page.getByLabel('Name of the business', { exact: true }).fill('A shop elsewhere')
  const made = page.waitForResponse((one) => one.request().method() === 'POST' && one.url().endsWith('/tenants'))
  await page.getByRole('button', { name: 'Make an account' }).click()
  expect(await (await made).json()).toMatchObject({ timeZone: id })
  await page.context().close()
})

test('no page of these had a fault', () => {
  expect(world.faults).toEqual([])
})
