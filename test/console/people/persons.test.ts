import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConsoleWorld, SITE, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { signInOver } from '../../worlds/console/sign-in-over.ts'
import { type SignedInPerson, secondBrowser, signedInPerson } from '../../worlds/players/person-world.ts'

let world: ConsoleWorld
let leaver: SignedInPerson
let first: SignedInPerson
let second: SignedInPerson
/** Two who have a name of their own, and no place in the account that the tabs show. */
let stranger: SignedInPerson
let newcomer: SignedInPerson
/** A further sign-in of the leaver. */
let leaverAgain: Pick<SignedInPerson, 'cookie'>
beforeAll(async () => {
  world = await startConsoleWorld()
  leaver = await world.member('owner')
  first = await world.member('owner')
  await world.known(leaver)
  second = await world.member('owner')
  stranger = await signedInPerson(world.chapar, { name: 'نادر', level: 2 })
  newcomer = await signedInPerson(world.chapar, { name: 'نادر', level: 2 })
  leaverAgain = (await secondBrowser(world.chapar, leaver, 'code')).jar
  await world.known(first)
  await world.known(second)
})
afterAll(() => world?.dispose())

/** Text that a tab keeps by itself. */
const keptIn = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify({ ...sessionStorage }))

/** Leaves a draft as a form of the tenant does. */
const typeDraft = (page: Page): Promise<void> =>
  page.evaluate(() => sessionStorage.setItem('chapar.reply.x', '{"to":"+989121234567","text":"draft"}'))

/** What the browser keeps for all its tabs. */
const keptByBrowser = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify({ ...localStorage }))

/** What is to be seen of a page, its windows included. */
const seen = (page: Page): Promise<string> => page.locator('body').innerText()

const isOver = (page: Page): Promise<void> => page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor()

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Your account/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
}

/** Makes the cookie of a browser another person's, as his sign-in in another tab would. */
async function becomes(page: Page, { cookie }: Pick<SignedInPerson, 'cookie'>): Promise<void> {
  await page.context().clearCookies()
  const [name = '', value = ''] = cookie.split('=')
  await page.context().addCookies([{ name, value, url: SITE, httpOnly: true, sameSite: 'Lax' }])
}

describe('a browser that several people use', () => {
  test('keeps nothing of who signed out, and his other tabs show nothing and wait for him alone', async () => {
    const page = await world.open(world.at('messages'), { as: leaver })
    const other = await page.context().newPage()
    await other.goto(SITE + world.at('compose'))
    await other.getByLabel('Text', { exact: true }).fill('پیش‌نویس')
    await typeDraft(other)
    await page.getByRole('button', { name: /^Your account/ }).click()
    await typeDraft(page)
    expect(await keptByBrowser(page)).toContain('/t/ten_')
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    await isOver(other)
    expect(await keptIn(page)).not.toContain('+98')
    expect(await keptIn(other)).not.toContain('+98')
    expect(await keptIn(other)).not.toContain('پیش‌نویس')
    expect(await keptByBrowser(page)).not.toContain('ten_')
    expect(await seen(other)).not.toContain('سارا')
    expect(await other.getByLabel('Text', { exact: true }).isVisible()).toBe(false)
    // The same person signs in again, in the first tab.
    await becomes(page, leaverAgain)
    await page.evaluate(() => localStorage.setItem('chapar.came', 'now'))
    await other.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor({ state: 'hidden' })
    expect(await other.getByLabel('Text', { exact: true }).inputValue()).toBe('پیش‌نویس')
    expect(await keptIn(other)).toContain('+98')
    await page.context().close()
  })

  test('whoever else signs in over a covered page leaves it, and finds nothing of the first', async () => {
    const page = await world.open(world.at('compose?to=%2B989121234567'), { as: second })
    await page.getByLabel('Text', { exact: true }).fill('تنها برای سارا')
    const other = await page.context().newPage()
    await other.goto(SITE + world.at('messages'))
    await signOut(other)
    await isOver(page)
    await signInOver(world, page, stranger)
    await page.waitForURL(/\/account$/)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.textContent('body')).not.toContain('سارا')
    expect(await keptIn(page)).not.toMatch(/سارا|\+98/)
    await page.context().close()
  })

  test('shows nothing of a person to who signed in after him in another tab', async () => {
    const page = await world.open(world.at('messages'), { as: first })
    await page.getByRole('heading', { level: 1 }).waitFor()
    await typeDraft(page)
    await becomes(page, newcomer)
    // The token of the other mode is asked for with the cookie that is there now.
    await page.getByRole('navigation', { name: 'Mode of this tab' }).getByRole('link', { name: 'Live mode' }).click()
    await page.waitForFunction(() => !JSON.stringify({ ...sessionStorage }).includes('+98'))
    await page.waitForURL(/\/account$/)
    expect(await page.textContent('body')).not.toContain('سارا')
    await page.context().close()
  })

  test('says that a sign-out did not come through, and does not pretend it', async () => {
    const page = await world.open(world.at('messages'), { as: first })
    await page.route('**/v1/auth/sign-out', (route) => route.abort())
    await signOut(page)
    const told = page.getByRole('dialog').filter({ hasText: 'You are still signed in' })
    await told.waitFor()
    expect(new URL(page.url()).pathname).toBe(world.at('messages'))
    await page.unroute('**/v1/auth/sign-out')
    await told.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    await page.context().close()
  })
})
