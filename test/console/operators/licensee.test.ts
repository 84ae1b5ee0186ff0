import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, startConsoleWorld } from '../../worlds/console/console-world.ts'
import type { SignedInPerson } from '../../worlds/players/person-world.ts'
import { caller, until } from '../../worlds/world.ts'

let world: ConsoleWorld
let page: Page
let second: SignedInPerson

beforeAll(async () => {
  world = await startConsoleWorld()
  second = await world.staff('owner')
  page = await world.open('/operator/licensee', { as: await world.staff('owner') })
})
afterAll(() => world?.dispose())

const card = (title: string) => page.locator('.card', { has: page.getByRole('heading', { name: title, exact: true }) })

/** Changes the settings as somebody who needs no second person. */
async function change(body: object): Promise<void> {
  const token = await world.chapar.operatorToken('tester', { breakGlass: 'a test of the console' })
  const answer = await caller(world.chapar, token)('/admin/v1/licensee', { method: 'PATCH', body })
  expect(answer.status, await answer.text()).toBe(200)
}

/** Proposes what the page asks two people for; answers what the second one is asked to approve. */
async function proposed(): Promise<unknown> {
  const dialog = page.getByRole('dialog', { name: 'Two people do this' })
  await dialog.getByLabel('Why?').fill('day one')
  await dialog.getByRole('button', { name: 'Propose it' }).click()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await dialog.waitFor({ state: 'detached' })
  const call = await second.calling()
  const { data } = (await (await call('/admin/v1/approvals?status=pending')).json()) as {
    readonly data: readonly { readonly id: string; readonly body: object }[]
  }
  expect(data).toHaveLength(1)
  await call(`/admin/v1/approvals/${data[0]?.id}/refuse`, { body: { reason: 'a test' } })
  return data[0]?.body
}

test('what is missing stands before everything else, by name, and leads to its part', async () => {
  await change({ legal: { licenceNumber: null } })
  await page.reload()
  const missing = card('Still missing')
  await missing.getByText('Without a licence number every page says so').waitFor()
  const heads = await page.getByRole('main').getByRole('heading', { level: 2 }).allInnerTexts()
  expect(heads.slice(0, 2)).toEqual(['Still missing', 'Licence and identity'])
  await missing.getByText('People may sign up').waitFor()
  const link = missing.getByRole('link', { name: 'Contact: Address, Landline, E-mail address' })
  await link.click()
  expect(new URL(page.url()).hash).toBe('#contact')
  await change({ legal: { licenceNumber: '4711', landline: '+982112345678' } })
  await page.reload()
  await missing.getByRole('link', { name: 'Contact: Address, E-mail address' }).waitFor()
  expect(await missing.getByText('Without a licence number').count()).toBe(0)
})

test('a part is saved by itself, with a number as people write it', async () => {
  await card('Licence and identity').getByLabel('Issued by, in English').fill('The union')
  const contact = card('Contact')
  await contact.getByLabel('Landline').fill('۰۰۹۸ ۲۱-۱۲۳۴ ۵۶۷۹')
  await contact.getByRole('button', { name: 'Save' }).click()
  expect(await proposed()).toEqual({
    version: expect.any(String),
    legal: { postalAddress: null, email: null, landline: '+982112345679' },
  })
})

test('what is wrong is said at its field, and what was typed outlives a reload', async () => {
  const contact = card('Contact')
  await contact.getByLabel('Landline').fill('02112345678')
  await contact.getByRole('button', { name: 'Save' }).click()
  await contact.getByText('Write the number with + and the country code').waitFor()

  const licenceNumber = card('Licence and identity').getByLabel('Licence number')
  const texts = card('Texts of the legal pages')
  await texts.getByText('Terms of use').first().click()
  await texts.getByLabel('Terms of use, in Persian').fill('متن شرایط')
  // What somebody else changes in another part takes nothing from this one.
  await change({ legal: { licenceNumber: '4712' } })
  await page.reload()
  await until('the other change is shown', async () => (await licenceNumber.inputValue()) === '4712')
  expect(await contact.getByLabel('Landline').inputValue()).toBe('02112345678')
  await texts.getByText('Terms of use').first().click()
  expect(await texts.getByLabel('Terms of use, in Persian').inputValue()).toBe('متن شرایط')
  // Of a text in one language alone the other field says what it lacks.
  await texts.getByRole('button', { name: 'Save' }).click()
  await texts.getByText('Write it in both languages, or in none.').waitFor()
  expect(await texts.getByLabel('Terms of use, in English').getAttribute('aria-invalid')).toBe('true')
  expect(await texts.getByLabel('Terms of use, in Persian').getAttribute('aria-invalid')).toBeNull()
})

test('the account that sends the codes is chosen by its name', async () => {
  const signUp = card('Sign-up and codes')
  await signUp.getByRole('button', { name: /Account in whose name codes go out/ }).click()
  await page.getByRole('option', { name: 'None', exact: true }).waitFor()
  await page.getByRole('option', { name: /فروشگاه/ }).click()
  await signUp.getByRole('button', { name: 'Save' }).click()
  expect(await proposed()).toMatchObject({ signUp: { tenantId: world.tenantId } })
  expect(world.faults).toEqual([])
})
