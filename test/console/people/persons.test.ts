import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConsoleWorld, SITE, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { type SignedInPerson, signedInPerson } from '../../worlds/players/person-world.ts'

let world: ConsoleWorld
let leaver: SignedInPerson
let first: SignedInPerson
beforeAll(async () => {
  world = await startConsoleWorld()
  leaver = await world.member('owner')
  first = await world.member('owner')
  await world.known(leaver)
  await world.known(first)
})
afterAll(() => world?.dispose())

/** Text that a tab keeps by itself. */
const keptIn = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify({ ...sessionStorage }))

/** Leaves a draft as a form of the tenant does. */
const typeDraft = (page: Page): Promise<void> =>
  page.evaluate(() => sessionStorage.setItem('chapar.reply.x', '{"to":"+989121234567","text":"draft"}'))

describe('a browser that several people use', () => {
  test('keeps no draft of who signed out, and his other tabs are nobody’s', async () => {
    const page = await world.open(world.at('messages'), { as: leaver })
    const other = await page.context().newPage()
    await other.goto(SITE + world.at('messages'))
    await other.getByRole('heading', { level: 1 }).waitFor()
    await typeDraft(other)
    await page.getByRole('button', { name: /^Your account/ }).click()
    await typeDraft(page)
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).first().waitFor()
    await other.waitForURL(/\/sign-in/)
    expect(await keptIn(page)).not.toContain('+98')
    expect(await keptIn(other)).not.toContain('+98')
    await page.context().close()
  })

  test('shows nothing of a person to who signed in after him in another tab', async () => {
    const page = await world.open(world.at('messages'), { as: first })
    await page.getByRole('heading', { level: 1 }).waitFor()
    await typeDraft(page)
    // He has a name of his own, and no place in the account that the tab shows.
    const stranger = await signedInPerson(world.chapar, { name: 'نادر', level: 2 })
    await page.context().clearCookies()
    const [name = '', value = ''] = stranger.cookie.split('=')
    await page.context().addCookies([{ name, value, url: SITE, httpOnly: true, sameSite: 'Lax' }])
    // The token of the other mode is asked for with the cookie that is there now.
    await page.getByRole('navigation', { name: 'Mode of this tab' }).getByRole('link', { name: 'Live mode' }).click()
    await page.waitForFunction(() => !JSON.stringify({ ...sessionStorage }).includes('+98'))
    await page.getByRole('alert').waitFor()
    expect(await page.textContent('body')).not.toContain('سارا')
    await page.context().close()
  })
})
