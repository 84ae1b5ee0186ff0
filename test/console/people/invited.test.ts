import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { codeAt } from '../../worlds/console/telephone.ts'
import type { SignedInPerson } from '../../worlds/players/person-world.ts'

const INVITED = '+989123450077'

let world: ConsoleWorld
let owner: SignedInPerson
let operator: SignedInPerson
beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  operator = await world.staff('operator')
  await world.known(owner)
})
afterAll(() => world?.dispose())

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click()

// One way through the pages of a newcomer: some seconds, most of them the browser's.
test('a colleague who is not known yet follows his invitation through sign-up, makes no account, and gives himself a name', async () => {
  const call = await owner.calling(world.tenantId)
  const invited = await call('/v1/invitations', { body: { to: INVITED, role: 'developer' } })
  const { link } = (await invited.json()) as { readonly link: string }
  const before = await world.chapar.control.prepare('SELECT count(*) AS n FROM tenants').first('n')

  const page = await world.open(link.slice(link.indexOf('/#')))
  await page.getByRole('link', { name: 'Sign up' }).last().click()
  await page.getByLabel('Your name').fill('مینا')
  expect(await page.getByLabel('Name of your business').count()).toBe(0)
  expect(await page.getByLabel('E-mail address').count()).toBe(0)
  await page.getByLabel('Mobile number').fill('0912 345 0077')
  await press(page, 'Continue')
  await page.getByLabel('Code', { exact: true }).fill(await codeAt(world, INVITED))
  await press(page, 'Sign up')
  await press(page, 'Later')
  await page.waitForURL(/\/invitation$/)
  await press(page, 'Accept the invitation')
  await page.waitForURL(new RegExp(`/t/${world.tenantId}/test`))
  expect(await world.chapar.control.prepare('SELECT count(*) AS n FROM tenants').first('n')).toBe(before)

  await page.goto('http://localhost/account')
  await press(page, 'Change')
  await page.getByLabel('Name', { exact: true }).fill('مینا راد')
  await press(page, 'Save')
  await page.locator('dd').getByText('مینا راد', { exact: true }).waitFor()
  await page.context().close()
  expect(world.faults).toEqual([])
})

test('an operator finds an account by its name and suspends it: its people read what is said, and not why', async () => {
  const page = await world.open('/operator/tenants', { as: operator })
  await page.getByLabel('Part of the name').fill('فروشگاه')
  await press(page, 'Find')
  await page.waitForURL(/name=/)
  await page.getByRole('link', { name: 'فروشگاه' }).click()
  await press(page, 'Suspend')
  await page.getByLabel('Reason').fill('three complaints at night')
  await page.getByLabel('What its people read').fill('Call us before you go on.')
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
  await page.getByText('Suspended: nothing goes out.').waitFor()
  await page.getByText('three complaints at night').waitFor()

  const told = await world.open(world.at('messages'), { as: owner })
  await told.getByText('Call us before you go on.').waitFor()
  expect(await told.locator('body').innerText()).not.toContain('complaints')
  await told.context().close()
  await press(page, 'Resume')
  await page.getByText('Resumed: it sends again.').waitFor()
  await page.context().close()
  expect(world.faults).toEqual([])
})

test('opt-outs come from a file of Windows, and a bad row is named with why', async () => {
  const page = await world.open(world.at('suppressions/import'), { as: owner })
  // «نام;شماره» and three rows in windows-1256.
  const head = [0xe4, 0xc7, 0xe3, 0x3b, 0xd4, 0xe3, 0xc7, 0xd1, 0xe5]
  const rows = '\r\nA;09127654001\r\nB;0912\r\nC;09127654002\r\n'
  const buffer = Buffer.concat([Buffer.from(head), Buffer.from(rows)])
  await page.locator('input[type=file]').setInputFiles({ name: 'out.csv', mimeType: 'text/csv', buffer })
  await page.getByText('WINDOWS-1256').first().waitFor()
  await press(page, 'Import 3 rows')
  await page.getByText('The import is finished.').waitFor()
  const bad = page.getByRole('table', { name: 'Rows that were not accepted' }).getByRole('row').nth(1)
  expect(await bad.innerText()).toMatch(/3[\s\S]*0912[\s\S]*This is not an address of the channel/)
  await page.context().close()
  expect(world.faults).toEqual([])
})
