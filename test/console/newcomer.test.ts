import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, startConsoleWorld } from '../worlds/console/console-world.ts'
import { settled } from '../worlds/console/visit.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'
import { until } from '../worlds/world.ts'

let world: ConsoleWorld
let owner: SignedInPerson

/** A telephone at which everything arrives ten seconds late, so that one sees what stands there meanwhile. */
const PHONE = '+989121239908'

beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  await world.known(owner)
})
afterAll(() => world?.dispose())

/** Sends an SMS to the test telephone, and waits until it is there. */
async function sent(text: string): Promise<void> {
  const call = await owner.calling(world.tenantId)
  const body = JSON.stringify({ channel: 'sms', to: PHONE, content: { text } })
  await call('/v1/messages', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  await until('it arrives', async () => {
    const { data } = await world.json<{ readonly data: readonly { readonly text: string }[] }>(
      `/v1/sandbox/phone?number=${encodeURIComponent(PHONE)}`,
    )
    return data.some((item) => item.text === text) || null
  })
}

test('who tries a verification sees the code that was sent to him, and nothing that stood on the telephone before', async () => {
  await sent('An earlier message')
  const page = await world.open(world.at('verifications/try'), { as: owner })
  await page.getByLabel('Number', { exact: true }).fill(PHONE)
  await page.getByRole('button', { name: 'Send the code' }).click()
  const telephone = page.locator('.card', { hasText: 'The telephone' })
  await telephone.getByText('Waiting for the code').waitFor()
  const seen: string[] = []
  const code = await until('the code is shown', async () => {
    const text = await telephone.innerText().catch(() => '')
    seen.push(text)
    return /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? null
  })
  expect(seen.filter((text) => text.includes('An earlier message'))).toEqual([])
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Check it' }).click()
  await page.getByText('Right. The number is proven').waitFor()
  await page.context().close()
})

test('a Persian page says in Persian what the API finds wrong with a field, beside the field and above the button', async () => {
  const page = await world.open(world.at('developers/keys/new'), { as: owner, language: 'fa' })
  await page.getByLabel('نام', { exact: true }).fill('برنامه')
  await page.getByRole('button', { name: 'فقط خواندن' }).click()
  await page.getByLabel('نشانی‌های مجاز').fill('nowhere')
  await page.getByRole('button', { name: 'ساختن کلید' }).click()
  const said = 'باید نشانی اینترنتی یا بازه‌ای از نشانی‌ها باشد'
  await page.locator('.field .error', { hasText: said }).waitFor()
  await page.locator('.trouble', { hasText: said }).waitFor()
  expect(await page.locator('.trouble').innerText()).not.toMatch(/must be/)
  await page.context().close()
})

test('what arrives at the telephone covers no way back, and keys of the keyboard dial', async () => {
  // What comes goes a little beyond its place, and back.
  const page = await world.open(world.at('simulator'), { as: owner, still: true })
  await page.locator('.dock').getByRole('button', { name: 'Phone' }).click()
  await page.locator('.bench-side').getByRole('button', { name: 'Send' }).first().click()
  const banner = page.locator('.banner')
  await banner.waitFor()
  const told = await banner.boundingBox()
  const head = await page.locator('.app-head').boundingBox()
  expect((told?.y ?? 0) + (told?.height ?? 0)).toBeLessThanOrEqual(head?.y ?? 0)
  await page.keyboard.type('*384#')
  await page.locator('.dialed').getByText('*384#', { exact: true }).waitFor()
  await page.context().close()
})

test('a key that is asked for by a double click is made once, and shown', async () => {
  const page = await world.open(world.at('developers/keys/new'), { as: owner })
  await page.getByLabel('Name', { exact: true }).fill('A shop')
  await page.getByRole('button', { name: 'Read everything' }).click()
  // What arrives late above the button would move it away under the mouse.
  await settled(page)
  await page.getByRole('button', { name: 'Make a key' }).dblclick()
  const secret = page.getByLabel('The secret')
  await secret.waitFor()
  await settled(page)
  expect(await secret.innerText()).toMatch(/^chk_test_/)
  await page.context().close()
})

test.each(['batches?after=99999999999999', 'batches?after=abc', 'requests?before=2026-13-45'])(
  'an address that asks for no time (%s) is answered by its page, which says so',
  async (address) => {
    const page = await world.open(world.at(address), { as: owner })
    await page.locator('.trouble').waitFor()
    await page.locator('.date-range').waitFor()
    await page.context().close()
  },
)

test('the notice of a missing licence moves the page at the first visit alone', async () => {
  const page = await world.open(world.at('messages'), { as: owner })
  await page.locator('.licence-notice').waitFor()
  await page.evaluate(() => localStorage.removeItem('chapar.licence'))
  /** Loads the page; true where the notice stands before the gateway said whether it has a licence, as it does after. */
  const standsAtOnce = async (): Promise<boolean> => {
    const waiting: (() => Promise<void>)[] = []
    await page.route('**/.well-known/licensee', (route) => void waiting.push(() => route.continue()))
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await until('it is asked', async () => waiting.length)
    const before = await page.locator('.licence-notice').isVisible()
    await Promise.all(waiting.map((go) => go()))
    await page.unroute('**/.well-known/licensee')
    await page.locator('.licence-notice').waitFor()
    return before
  }
  expect(await standsAtOnce()).toBe(false)
  expect(await standsAtOnce()).toBe(true)
  await page.context().close()
})

test('the head of the page is as high before the menu of the person has come as after', async () => {
  const page = await world.open(world.at('messages'), { as: owner, width: 1440 })
  const menu = page.locator('.top > button.button[data-weight="quiet"]')
  await menu.waitFor()
  const waiting: (() => Promise<void>)[] = []
  await page.route(/\/account-menu-[^/]*\.js$/, (route) => void waiting.push(() => route.continue()))
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await until('the menu is asked for', async () => waiting.length)
  await page.locator('.top .account-name').waitFor({ state: 'attached' })
  const heightOf = async (): Promise<number | undefined> => (await page.locator('.top').boundingBox())?.height
  const before = await heightOf()
  expect(await menu.count()).toBe(0)
  await Promise.all(waiting.map((go) => go()))
  await menu.waitFor()
  expect(await heightOf()).toBe(before)
  await page.context().close()
})

test('the docs speak the console’s language, and the console the one that is chosen there', async () => {
  const page = await world.open(world.at('developers'), { as: owner, language: 'fa' })
  const links = page.locator('.link-list a[href^="/docs"]')
  await links.first().waitFor()
  const hrefs = await Promise.all((await links.all()).map((link) => link.getAttribute('href')))
  expect(hrefs).toEqual(['/docs/fa', '/docs/fa/guides', '/docs/fa/errors', '/docs/fa/events'])
  await links.first().click()
  await page.getByRole('heading', { name: 'راهنمای برنامه‌نویسی چاپار' }).waitFor()
  await page.getByLabel('جست‌وجو').fill('وبهوك رمز')
  await page.locator('#search output', { hasText: /^۱ از ۲/ }).waitFor()
  await page.locator('#calls li li:visible').getByText('تعویض رمز امضای وب‌هوک').click()
  await page.getByRole('link', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Chapar API' }).waitFor()
  expect(new URL(page.url()).hash).toBe('#postWebhooksByIdRotateSecret')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Console' }).click()
  await page.getByRole('link', { name: 'Developers' }).first().waitFor()
  await page.context().close()
})

test('no page of these had a fault', () => {
  expect(world.faults).toEqual([])
})
