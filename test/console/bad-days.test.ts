import type { BrowserContext, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConsoleWorld, type OpenOptions, SITE, startConsoleWorld } from '../worlds/console/console-world.ts'
import { encoded } from '../worlds/console/encoded.ts'
import { signInOver } from '../worlds/console/sign-in-over.ts'
import { type SignedInPerson, secondBrowser } from '../worlds/players/person-world.ts'
import { until } from '../worlds/world.ts'

let world: ConsoleWorld
let owner: SignedInPerson
/** Whose sign-in ends while he fills forms. */
let typist: SignedInPerson
beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  typist = await world.member('owner')
  await world.known(owner)
  await world.known(typist)
})
afterAll(() => world?.dispose())

const text = (page: Page) => page.getByLabel('Text', { exact: true })
const says = (page: Page, words: string | RegExp): Promise<void> => page.getByText(words).first().waitFor()
const open = (path: string, options: OpenOptions = {}): Promise<Page> =>
  world.open(world.at(path), { as: owner, ...options })
const send = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Send to/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: /^Send/ }).click()
}

/** Answers calls of a path with a problem, as the API would on a bad day. */
const answer = (
  context: BrowserContext,
  path: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
) =>
  context.route(`**${path}`, (route: Route) => {
    const code = status === 429 ? 'too-many-calls' : status === 503 ? 'unavailable' : 'internal'
    return route.fulfill({
      status,
      contentType: 'application/problem+json',
      headers: { 'request-id': 'req_00badday00000000', ...headers },
      body: JSON.stringify({ type: `/docs#${code}`, title: code, status, code }),
    })
  })

/** The texts that were sent to a number. A message that was handed over is listed once dispatch has taken it up. */
const sentTo = (number: string): Promise<readonly string[]> =>
  until(`a message to ${number} is listed`, async () => {
    const { data } = await world.json<{ readonly data: readonly { readonly content: { readonly text: string } }[] }>(
      `/v1/messages?to=${encodeURIComponent(number)}`,
    )
    return data.length > 0 && data.map(({ content }) => content.text)
  })

describe('where the server is away', () => {
  test('what is typed stays, is sent from where it stopped, and once', async () => {
    const page = await open('compose')
    await text(page).waitFor()
    await page.context().setOffline(true)
    await text(page).fill('در روز بد')
    await page.getByLabel('Recipients').fill('09121110001')
    await says(page, /cannot be reached/)
    await send(page)
    await says(page, 'Stopped on the way')
    await says(page, /cannot be reached/)
    await page.context().setOffline(false)
    await page.getByRole('button', { name: 'Go on with the rest' }).click()
    await says(page, 'Handed over')
    expect(await sentTo('+989121110001')).toEqual(['در روز بد'])
    await page.context().close()
  })

  test('a page that was opened says so, and comes by itself when the server does', async () => {
    const page = await open('messages')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.context().route('**/*', (route) => route.abort())
    await page.getByRole('link', { name: 'Opt-outs' }).click()
    await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
    // The frame stands: one is not thrown out to the browser's own page.
    expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(true)
    await page.context().unroute('**/*')
    await page.getByRole('heading', { name: 'Opt-outs' }).waitFor()
    await page.context().close()
  })

  test('a list that was not answered comes by itself too', async () => {
    const page = await open('suppressions')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.context().route('**/v1/senders*', (route) => route.abort())
    await page.getByRole('link', { name: 'Senders' }).click()
    await says(page, /cannot be reached/)
    await page.context().unroute('**/v1/senders*')
    await page.getByText(/cannot be reached/).waitFor({ state: 'hidden' })
    await page.context().close()
  })

  test.each([
    ['a list', '**/v1/senders*'],
    ['the token of the tab', '**/v1/auth/token'],
  ])('%s that is never answered is given up, and comes by itself', async (_what, path) => {
    const page = await open('suppressions')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.clock.install()
    await page.context().route(path, () => {})
    // A token that is too old by now is asked for anew.
    await page.clock.fastForward('06:00')
    await page.getByRole('link', { name: 'Senders' }).click()
    await page.getByText('Loading').first().waitFor()
    await page.clock.fastForward('00:31')
    await says(page, /cannot be reached/)
    await page.context().unroute(path)
    await page.clock.fastForward('00:11')
    await page.getByText(/cannot be reached/).waitFor({ state: 'hidden' })
    await page.getByRole('heading', { name: 'Senders' }).waitFor()
    await page.context().close()
  })

  test('the first page of all says so too, and tries again when asked', async () => {
    const page = await open('messages')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.context().route('**/v1/auth/me', (route) => route.abort())
    await page.reload()
    await says(page, /cannot be reached/)
    await page.context().unroute('**/v1/auth/me')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.context().close()
  })
})

describe('where the server is in trouble', () => {
  test.each([
    [500, {}, /went wrong on our side/],
    [503, { 'retry-after': '90' }, /not available just now.*Try again in /],
    [429, { 'retry-after': '90' }, /Too many calls.*Try again in /],
  ] as const)('a list that is answered with %i says what and when, by its request', async (status, headers, words) => {
    const page = await open('suppressions')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await answer(page.context(), '/v1/messages?*', status, headers)
    await page.getByRole('link', { name: 'Messages' }).click()
    await says(page, words)
    await says(page, 'req_00badday00000000')
    await page.context().unroute('**/v1/messages?*')
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await page.getByText('req_00badday00000000').waitFor({ state: 'hidden' })
    await page.context().close()
  })

  test.each([500, 503, 429])('a send that is answered with %i keeps what was written, and goes on', async (status) => {
    const number = `+98912111${1000 + status}`
    const page = await open('compose')
    await text(page).fill(`پیام ${status}`)
    await page.getByLabel('Recipients').fill(number)
    await answer(page.context(), '/v1/messages', status, { 'retry-after': '3' })
    await send(page)
    await says(page, 'Stopped on the way')
    await page.context().unroute('**/v1/messages')
    await page.getByRole('button', { name: 'Go on with the rest' }).click()
    await says(page, 'Handed over')
    expect(await sentTo(number)).toEqual([`پیام ${status}`])
    await page.context().close()
  })
})

test('a sign-in that is over leaves forms that keep no draft as they were', async () => {
  const page = await world.open('/account', { as: typist })
  const field = page.getByLabel('Name of the business')
  await field.fill('فروشگاه دوم')
  const webhook = await page.context().newPage()
  await webhook.goto(SITE + world.at('developers/webhooks/new'))
  const url = webhook.getByLabel('Address', { exact: true })
  await url.fill('https://hooks.example.com/bad-day')
  const { browse } = await secondBrowser(world.chapar, typist, 'code')
  expect((await browse(`/v1/auth/sign-ins/${typist.signInId}`, { method: 'DELETE' })).status).toBe(204)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor()
  await signInOver(world, page, typist)
  await page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor({ state: 'hidden' })
  expect(await field.inputValue()).toBe('فروشگاه دوم')
  expect(await url.inputValue()).toBe('https://hooks.example.com/bad-day')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('rowheader', { name: 'فروشگاه دوم' }).waitFor()
  await page.context().close()
})

test('a tab that was open over a deploy offers to load the console anew, and its draft is there then', async () => {
  const page = await open('compose')
  await text(page).fill('پیش از نسخهٔ تازه')
  await page.context().route('**/assets/**', (route) => route.fulfill({ status: 404, body: '{}' }))
  await page.getByRole('link', { name: 'Opt-outs' }).click()
  await page.getByRole('heading', { name: 'There is a new version of the console.' }).waitFor()
  await page.context().unroute('**/assets/**')
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.getByRole('heading', { name: 'Opt-outs' }).waitFor()
  await page.getByRole('link', { name: 'Compose' }).click()
  expect(await text(page).inputValue()).toBe('پیش از نسخهٔ تازه')
  await page.context().close()
})

/** Chooses a file of names and numbers, as Excel saves it, on a page that greets each by his name. */
async function chooseFile(page: Page, rows: readonly string[]): Promise<void> {
  await text(page).fill('سلام {{name}}')
  await page.getByText('From a file', { exact: true }).click()
  await page.locator('input[type=file]').setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(encoded(`name,mobile\r\n${rows.join('\r\n')}\r\n`, 'windows-1256')),
  })
}

test('10,000 rows of a file in windows-1256 are read and shown in its letters', async () => {
  const page = await open('compose')
  await chooseFile(
    page,
    Array.from({ length: 10_000 }, (_, n) => `پژمان گچ${n},0913${String(2_000_000 + n)}`),
  )
  await says(page, 'پژمان گچ0')
  await page.getByRole('button', { name: 'Send to 10,000' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /^Send/ }).waitFor()
  await page.context().close()
})

// That thousands of a file are sent is shown in journeys.test.ts.
test('what is sent of a file in windows-1256 has its letters', async () => {
  const page = await open('compose')
  await chooseFile(page, ['پژمان گچ۱,09132009998', 'ژاله پگاه,09132009999'])
  await send(page)
  await says(page, 'Handed over')
  expect(await sentTo('+989132009999')).toEqual(['سلام ژاله پگاه'])
  await page.context().close()
})

/** A text with what breaks pages: scripts of both directions, joined emoji, marks on marks, overrides without an end, markup. */
const EVERYTHING = [
  'فارسی: گچ‌پژ ک ی ۱۲۳',
  'العربية: ة ك ى ٤٥٦',
  'עברית: שלום',
  '中文：你好，世界',
  'हिन्दी ไทย ქართული',
  '👨‍👩‍👧‍👦 🇮🇷 🏳️‍🌈 👍🏽',
  'e\u0301 a\u0308\u0323 Z\u0351\u0352\u0353\u0354\u0355\u0356',
  '\u202Edesrever\u202C \u2067isolated \u202Eopen',
  '<b>&amp;"\'</b> {name}',
].join('\n')

test('a text in every script is shown in its letters, sent as it was typed, and turns nothing around it', async () => {
  const page = await open('compose')
  await text(page).fill(EVERYTHING)
  await page.getByLabel('Recipients').fill('09121110009')
  await send(page)
  await says(page, 'Handed over')
  expect(await sentTo('+989121110009')).toEqual([EVERYTHING])
  await page.getByRole('link', { name: 'Open the message' }).click()
  const shown = page.getByRole('main').getByText('עברית: שלום').first()
  await shown.waitFor()
  expect(await shown.textContent()).toContain(EVERYTHING)
  // Its overrides end with it, and nothing of it is wider than the page.
  const bidi = await shown.evaluate((element) => {
    const styled = element as unknown as { computedStyleMap(): { get(name: string): object } }
    return String(styled.computedStyleMap().get('unicode-bidi'))
  })
  expect(bidi).toMatch(/isolate|plaintext/)
  const width = () => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  expect(await width()).toBeLessThanOrEqual(0)
  await page.goto(SITE + world.at('messages'))
  const row = page.getByRole('row').filter({ hasText: 'فارسی: گچ‌پژ' }).first()
  await row.waitFor()
  expect(await row.innerText()).toContain('+989121110009')
  expect(await width()).toBeLessThanOrEqual(0)
  await page.context().close()
})

test('sign-in leads nowhere else', async () => {
  const page = await world.open('/', { as: owner })
  for (const to of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    'https://evil.example',
    '/\u202E/x',
    '/\u0000',
    ' //evil.example',
  ]) {
    await page.goto(`${SITE}/sign-in?to=${encodeURIComponent(to)}`)
    await page.waitForURL(/\/t\/ten_[^/]+\/test$/)
    expect(page.url(), JSON.stringify(to)).toBe(SITE + world.at(''))
  }
  await page.context().close()
})

test('no page had an exception, broke its policy, or called what no document names', () => {
  // React notes what it caught: the parts that were taken away above.
  expect(world.faults.filter((fault) => !fault.includes('A part of the console is missing'))).toEqual([])
})
