import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, startConsoleWorld } from '../worlds/console/console-world.ts'
import { faultsOf, walk } from '../worlds/console/focus.ts'
import { settled } from '../worlds/console/visit.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'

let world: ConsoleWorld
let owner: SignedInPerson
let page: Page

const OPTED_OUT = ['+989121110001', '+989121110002', '+989121110003']

beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  await world.known(owner)
  for (const recipient of OPTED_OUT)
    await world.json('/v1/suppressions', { body: { channel: 'sms', recipient }, status: 201 })
  page = await world.open(world.at(''), { as: owner })
  await settled(page)
})
afterAll(() => world?.dispose())

/** Presses a link or button by the keyboard. */
async function press(on: Page, role: 'link' | 'button', name: string): Promise<void> {
  await on.getByRole(role, { name, exact: true }).focus()
  await on.keyboard.press('Enter')
}

/** Waits until the heading of a page has the focus. */
const stands = (on: Page, heading: string): Promise<void> => on.locator('h1:focus', { hasText: heading }).waitFor()

test('who goes to another page stands at its heading, also on the way back and in the other mode', async () => {
  await press(page, 'link', 'Opt-outs')
  await stands(page, 'Opt-outs')
  await press(page, 'link', 'Team')
  await stands(page, 'Team')
  await page.goBack()
  await stands(page, 'Opt-outs')
  expect(await page.title()).toMatch(/^Opt-outs/)
  await press(page, 'link', 'Live mode')
  await page.locator('[data-mode="live"] h1:focus').waitFor()
  await press(page, 'link', 'Test mode')
  await page.locator('[data-mode="test"] h1:focus').waitFor()
})

test('a page that is long in coming has the focus at its heading too, and nothing before it', async () => {
  const shown = await world.open('/operator/tenants', { as: await world.staff('owner') })
  await settled(shown)
  // It stands on every page, before what the page brings.
  await shown.locator('.licence-notice a').waitFor()
  let answer = (): void => {}
  const isAsked = new Promise<void>((resolve) => {
    void shown.route(`**/admin/v1/tenants/${world.tenantId}`, (route) => {
      answer = () => void route.continue()
      resolve()
    })
  })
  await press(shown, 'link', 'فروشگاه')
  await isAsked
  await shown.locator('main .loading').waitFor()
  // As long as it takes to see that what had the focus is gone.
  await shown.evaluate(
    'new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(seen, 50))))',
  )
  expect(await shown.locator('main :focus').count()).toBe(0)
  answer()
  await stands(shown, 'فروشگاه')
  await shown.context().close()
})

test('the first stop of a page leads past what stands on every one', async () => {
  await page.goto(page.url())
  await settled(page)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('main:focus').waitFor()
  await page.keyboard.press('Tab')
  expect(await page.locator('main :focus').count()).toBe(1)
})

test('where a row is deleted, the focus goes to the one that stands in its place; its buttons say whose they are', async () => {
  await page.goto(new URL(world.at('suppressions'), page.url()).href)
  await settled(page)
  const heads = await page.locator('tbody th').allInnerTexts()
  const [, second = '', third = ''] = heads.map((head) => head.trim())
  expect(heads.length).toBe(OPTED_OUT.length)
  await press(page, 'button', `Remove ${second}`)
  await page.getByRole('dialog').getByRole('button').last().press('Enter')
  await page.getByRole('row').filter({ hasText: second }).waitFor({ state: 'detached' })
  await page.locator('tbody tr:has(:focus)', { hasText: third }).waitFor()
})

test('a form that is refused has the focus at the first field that is not right, which says why', async () => {
  await page.goto(new URL(world.at('team/invitations/new'), page.url()).href)
  await page.getByLabel('Mobile number').fill('12')
  await page.locator('main [type=submit]').press('Enter')
  const field = page.locator('input[aria-invalid="true"]:focus')
  await field.waitFor()
  const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? []
  const said = await Promise.all(ids.map((id) => page.locator(`[id="${id}"].error`).allTextContents()))
  expect(said.flat().join('')).not.toBe('')
})

// Short, so that most of a page is scrolled to, and lies behind the head on the way back.
test.each([
  ['light', 'messages'],
  ['dark', 'developers/keys/new'],
  ['light', 'compose'],
])('in %s colours the focus is seen at each stop of %s, there and back', async (colours, path) => {
  const shown = await world.open(world.at(path), { as: owner, dark: colours === 'dark' })
  await shown.setViewportSize({ width: 1440, height: 420 })
  await settled(shown)
  const there = await walk(shown, 'Tab', 200)
  const back = await walk(shown, 'Shift+Tab', there.length)
  expect(there.length).toBeGreaterThan(25)
  expect(faultsOf([...there, ...back])).toEqual([])
  await shown.context().close()
})

test('on a narrow screen Escape closes the navigation, and gives the focus back to what opened it', async () => {
  const narrow = await world.open(world.at(''), { as: owner, width: 320 })
  await settled(narrow)
  await press(narrow, 'button', 'Menu')
  await narrow.getByRole('link', { name: 'Team', exact: true }).focus()
  await narrow.keyboard.press('Escape')
  await narrow.locator('button[aria-expanded="false"]:focus', { hasText: 'Menu' }).waitFor()
  await press(narrow, 'button', 'Menu')
  await press(narrow, 'link', 'Team')
  await stands(narrow, 'Team')
  await narrow.context().close()
})
