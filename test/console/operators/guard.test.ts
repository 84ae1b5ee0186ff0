import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guardAlerts } from '../../api/lists/fill-operator.ts'
import { type ConsoleWorld, SITE, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { caller, until } from '../../worlds/world.ts'

let world: ConsoleWorld
let page: Page

beforeAll(async () => {
  world = await startConsoleWorld()
  await guardAlerts(world)
  page = await world.open('/operator/review', { as: await world.staff('owner') })
})
afterAll(() => world?.dispose())

interface Tenant {
  readonly guard: Readonly<Record<string, unknown>>
}
const guardOf = async () => ((await world.operator.get(`/admin/v1/tenants/${world.tenantId}`)) as Tenant).guard

test('who reviews sees whose codes need a look, and goes to the account', async () => {
  const rows = page.getByRole('table', { name: 'The guard’s alerts' }).getByRole('row')
  await rows.nth(2).waitFor()
  expect(await rows.nth(1).innerText()).toMatch(/Live\s+Home country\s+80%\s+40,000 of 50,000/)
  await rows.nth(1).getByRole('link', { name: 'فروشگاه' }).click()
  await page.getByRole('heading', { name: 'How it stands now' }).waitFor()
  await page.getByText('0 of 50,000').waitFor()
})

test('a bound that does not fit is named, and what was typed stays; then it is saved, in digits of any script', async () => {
  await page.goto(`${SITE}/operator/tenants/${world.tenantId}`)
  const guard = page.locator('.card', { has: page.getByRole('heading', { name: 'The guard of its codes' }) })
  await guard.getByLabel('Units a day at home').fill('۱٬۲۰۰')
  await guard.getByLabel('Countries that codes go to').fill('IR, XX')
  await guard.getByLabel('Ceilings of single countries').fill('tr ۴۰\nAE many')
  await guard.getByRole('button', { name: 'Save' }).click()
  await guard.getByText('This does not fit: Countries that codes go to.').waitFor()
  await guard.getByText('This does not fit: Ceilings of single countries.').waitFor()
  expect(await guard.getByLabel('Ceilings of single countries').inputValue()).toBe('tr ۴۰\nAE many')
  expect(await guardOf()).toMatchObject({ homeCeiling: 50_000, countries: null })
  await guard.getByLabel('Countries that codes go to').fill('IR, TR')
  await guard.getByLabel('Ceilings of single countries').fill('tr ۴۰')
  await guard.getByLabel('Numbers that cost more').fill('+98936 3')
  await guard.getByRole('button', { name: 'Save' }).click()
  await page.getByText('0 of 1,200').waitFor()
  expect(await guardOf()).toMatchObject({
    homeCeiling: 1_200,
    countries: ['IR', 'TR'],
    ceilings: { TR: 40 },
    weights: { '+98936': 3 },
  })

  // What else changes the account meanwhile is not the form's affair; what it shows itself is.
  const changed = { method: 'PATCH', body: { name: 'Renamed meanwhile' } }
  const admin = caller(world.chapar, await world.chapar.operatorToken('another'))
  const path = `/admin/v1/tenants/${world.tenantId}`
  expect((await admin(path, changed)).status).toBe(200)
  await guard.getByLabel('Units a day for each other country').fill('90')
  await guard.getByRole('button', { name: 'Save' }).click()
  await until('it is saved', async () => (await guardOf())['countryCeiling'] === 90)
  expect((await admin(path, { method: 'PATCH', body: { guard: { homeCeiling: 77 } } })).status).toBe(200)
  await guard.getByLabel('Units a day for each other country').fill('95')
  await guard.getByRole('button', { name: 'Save' }).click()
  await guard.getByText('Somebody else changed this meanwhile').waitFor()
  expect(await guard.getByRole('listitem').allInnerTexts()).toEqual([
    'Units a day at home: 77',
    'Units a day for each other country: 90',
  ])
  expect(await guard.getByLabel('Units a day for each other country').inputValue()).toBe('95')
  expect(await guardOf()).toMatchObject({ homeCeiling: 77, countryCeiling: 90 })
  await guard.getByRole('button', { name: 'Save' }).click()
  await until('it is saved', async () => (await guardOf())['countryCeiling'] === 95)
  expect(await guardOf()).toMatchObject({ homeCeiling: 1_200 })

  // He may also begin from what the other one left.
  expect((await admin(path, { method: 'PATCH', body: { guard: { homeCeiling: 88 } } })).status).toBe(200)
  await guard.getByLabel('Units a day for each other country').fill('99')
  await guard.getByRole('button', { name: 'Save' }).click()
  await guard.getByRole('button', { name: 'Drop mine and show the newer' }).click()
  expect(await guard.getByText('Somebody else changed this meanwhile').count()).toBe(0)
  expect(await guard.getByLabel('Units a day for each other country').inputValue()).toBe('95')
  expect(await guard.getByLabel('Units a day at home').inputValue()).toBe('88')
  expect(world.faults).toEqual([])
})
