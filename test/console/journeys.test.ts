import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConsoleWorld, startConsoleWorld } from '../worlds/console/console-world.ts'
import { signInOver } from '../worlds/console/sign-in-over.ts'
import { codeAt } from '../worlds/console/telephone.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'
import { until } from '../worlds/world.ts'

let world: ConsoleWorld
let owner: SignedInPerson
let viewer: SignedInPerson
/** Whose sign-ins end while he types. */
let typist: SignedInPerson
/** What the receiver of webhooks answers, and the POSTs of events that it took. */
const receiver = { status: 500, taken: [] as string[] }

beforeAll(async () => {
  world = await startConsoleWorld(async (request) => {
    const text = await request.text()
    const { type, data } = JSON.parse(text) as { readonly type: string; readonly data: { readonly challenge: string } }
    if (type === 'webhook.challenge') return new Response(data.challenge)
    if (receiver.status === 204) receiver.taken.push(text)
    return new Response(null, { status: receiver.status })
  })
  owner = await world.member('owner')
  viewer = await world.member('viewer')
  typist = await world.member('owner')
  await world.known(owner)
  await world.known(typist)
  await world.known(viewer)
})
afterAll(() => world?.dispose())

const press = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('button', { name }).first().click()
const says = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor()

describe('a newcomer', () => {
  test('signs up by his mobile, leaves the passkey for later, and stands before an account that works in test', async () => {
    const page = await world.open('/sign-up')
    await page.getByLabel('Your name').fill('سارا')
    await page.getByLabel('Mobile number').fill('0912 345 0001')
    await page.getByLabel('Name of your business').fill('فروشگاه سارا')
    await page.getByLabel('E-mail address').fill('sara')
    await press(page, 'Continue')
    await says(page, 'not in the expected form')
    // What was mended is taken by the next press, though the sentence that goes moves the button.
    await page.getByLabel('E-mail address').fill('sara@shop.example')
    await press(page, 'Continue')
    await page.getByLabel('Code', { exact: true }).fill(await codeAt(world, '+989123450001'))
    await press(page, 'Make the account')
    await press(page, 'Later')
    await page.waitForURL(/\/t\/ten_[^/]+\/test/)
    await says(page, /waits for the operator/)
    await page.context().close()
  })

  test('who types a wrong code is told, and loses nothing', async () => {
    const page = await world.open('/sign-up')
    await page.getByLabel('Your name').fill('رضا\u202e')
    await page.getByLabel('Mobile number').fill('09123450002')
    await page.getByLabel('E-mail address').fill('reza@shop.example')
    await page.getByLabel('Name of your business').fill('فروشگاه رضا')
    await press(page, 'Continue')
    await says(page, /turn the direction of text/)
    await page.getByLabel('Your name').fill('رضا')
    await press(page, 'Continue')
    const right = await codeAt(world, '+989123450002')
    await page.getByLabel('Code', { exact: true }).fill(right === '000000' ? '111111' : '000000')
    await press(page, 'Make the account')
    await page.locator('.field[data-invalid]').waitFor()
    await page.getByLabel('Code', { exact: true }).fill(right)
    await press(page, 'Make the account')
    await press(page, 'Later')
    await page.waitForURL(/\/t\/ten_/)
    await page.context().close()
  })
})

describe('who sends', () => {
  test('writes a first message and sees it arrive on the telephone and in the log', async () => {
    const page = await world.open(world.at('compose'), { as: owner })
    await page.getByLabel('Text', { exact: true }).fill('سفارش شما آماده است')
    await page.getByLabel('Recipients').fill('0912 765 4321')
    await press(page, /^Send/)
    await page.getByRole('dialog').getByRole('button', { name: /^Send/ }).click()
    const { data } = await until('the message is accepted', async () => {
      const found = await world.json<{ readonly data: readonly { readonly id: string }[] }>(
        '/v1/messages?to=%2B989127654321',
      )
      return found.data.length > 0 ? found : null
    })
    expect(data).toHaveLength(1)
    await says(page, 'Open the message')
    // What went out is no draft, however one leaves the page.
    await page.goto(`http://localhost${world.at('compose')}`)
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('')
    await world.json('/v1/sandbox/phone', { body: { number: '+989127654321', reply: 'پیش از همه' }, status: 200 })
    await page.goto(`http://localhost${world.at(`messages/${data[0]?.id}`)}`)
    await says(page, 'سفارش شما آماده است')
    await says(page, 'Delivered')
    await page.context().close()
  })

  test('what the preview refuses is sent to nobody, not to oneself either, until it is mended', async () => {
    const page = await world.open(world.at('compose'), { as: owner })
    const send = page.getByRole('button', { name: 'Send to 1 recipient' })
    const sendTest = page.getByRole('button', { name: 'Send a test' })
    const text = page.getByLabel('Text', { exact: true })
    await text.fill('x'.repeat(3_000))
    await page.getByLabel('Recipients').fill('0912 765 4321')
    await page.getByLabel('Your own address').fill('0912 765 4320')
    await says(page, /must take at most 10 segments/)
    expect([await send.isDisabled(), await sendTest.isDisabled()]).toEqual([true, true])
    await text.fill('x')
    await page.getByText(/must take at most 10 segments/).waitFor({ state: 'hidden' })
    expect([await send.isEnabled(), await sendTest.isEnabled()]).toEqual([true, true])
    // Without a text there is nothing to try, and no field for it; what was typed there waits for the next text.
    await text.fill('')
    await sendTest.waitFor({ state: 'hidden' })
    await text.fill('y')
    await sendTest.waitFor()
    expect(await page.getByLabel('Your own address').inputValue()).toBe('0912 765 4320')
    await text.fill('')
    await page.context().close()
  })

  test('sends to 5,000 of a file, three rows of which are bad and named', async () => {
    const rows = Array.from({ length: 5_000 }, (_, n) => `نام ${n};0912${String(3_000_000 + n)}`)
    rows[10] = 'کوتاه;0912'
    rows[2_500] = 'گرد;9.12E+09'
    rows[4_998] = ';09123999999'
    const page = await world.open(world.at('compose'), { as: owner })
    await page.getByLabel('Text', { exact: true }).fill('سلام {{name}}')
    await page.getByText('From a file', { exact: true }).click()
    await page.locator('input[type=file]').setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`name;mobile\r\n${rows.join('\r\n')}\r\n`),
    })
    await says(page, '3 rows are left out')
    const send = async (): Promise<void> => {
      await press(page, /^Send to 4,997/)
      await page.getByRole('dialog').getByRole('button', { name: /^Send/ }).click()
    }
    // A send that was refused leaves the file where it was chosen.
    await page.route('**/v1/messages/batch', (route) => route.abort(), { times: 1 })
    await send()
    await press(page, 'Leave the rest')
    await says(page, 'people.csv')
    await send()
    const batches = await until('all are accepted', async () => {
      const { data } = await world.json<{
        readonly data: readonly { readonly accepted?: number; readonly total: number }[]
      }>('/v1/batches?limit=5')
      return data[0] ? data : null
    })
    expect(batches[0]).toMatchObject({ total: 4_997 })
    await page.context().close()
  })

  test('an answer from before a campaign stands in the inbox', async () => {
    const page = await world.open(world.at('inbox'), { as: owner })
    await says(page, 'پیش از همه')
    await page.context().close()
  })

  test('a reply stands in the inbox beside what was answered', async () => {
    await world.json('/v1/sandbox/phone', {
      body: { number: '+989127654321', reply: 'بله، متشکرم' },
      status: 200,
    })
    const page = await world.open(world.at('inbox'), { as: owner })
    await says(page, 'بله، متشکرم')
    await page.context().close()
  })
})

test('a webhook that failed is sent again from its page, and arrives', async () => {
  const { id } = await world.json<{ readonly id: string }>('/v1/webhooks', {
    body: { url: 'https://hooks.example.com/chapar' },
    status: 201,
  })
  await world.json('/v1/messages', {
    body: { channel: 'sms', to: '+989127654322', content: { text: 'hook' } },
    status: 202,
  })
  await until('a POST fails', async () => {
    const { data } = await world.json<{ readonly data: readonly unknown[] }>(`/v1/webhooks/${id}/deliveries`)
    return data.length || null
  })
  const page = await world.open(world.at(`developers/webhooks/${id}`), { as: owner })
  // By the clock of who looks: a POST waits until its next try is due, and no longer.
  const post = await until('a POST failed', async () => {
    const { data } = await world.json<{
      readonly data: readonly { readonly attempt: number; readonly at: string; readonly nextAt: string | null }[]
    }>(`/v1/webhooks/${id}/deliveries`)
    return data.find(({ attempt, nextAt }) => attempt === 1 && nextAt !== null)
  })
  const outcomesAt = async (at: string | null): Promise<readonly string[]> => {
    await page.clock.setFixedTime(Date.parse(at ?? ''))
    await page.reload()
    const rows = page.getByRole('row').filter({ hasText: '500' })
    await rows.first().waitFor()
    return (await rows.allInnerTexts()).map((row) => /Failed, will retry|Failed, retried/.exec(row)?.[0] ?? row)
  }
  expect(await outcomesAt(post.at)).not.toContain('Failed, retried')
  expect(await outcomesAt(post.nextAt)).toContain('Failed, retried')
  await page.getByRole('row').filter({ hasText: '500' }).getByRole('button').first().click()
  receiver.status = 204
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
  await until('the event arrives', async () => receiver.taken.length || null)
  await page.context().close()
})

test('who may only read is offered nothing else, also by the address', async () => {
  const page = await world.open(world.at('messages'), { as: viewer })
  await page.getByRole('heading', { level: 1 }).waitFor()
  const pages = page.getByRole('navigation', { name: 'Pages' })
  await pages.getByRole('link', { name: 'Messages' }).waitFor()
  expect(await pages.getByRole('link', { name: 'Compose' }).count()).toBe(0)
  expect(await pages.getByRole('link', { name: 'Team' }).count()).toBe(0)
  await page.goto(`http://localhost${world.at('compose')}`)
  await says(page, /role/)
  await page.context().close()
})

test('an account of which one is no member is said to be none, whatever its address', async () => {
  const page = await world.open('/t/ten_0000000000zz/live/messages', { as: viewer })
  await says(page, 'You do not act for this account')
  expect(await page.getByText('Look at what is marked').count()).toBe(0)
  await page.context().close()
})

test('two tabs show two modes, each with its own messages', async () => {
  const page = await world.open(world.at('messages'), { as: owner })
  const live = await page.context().newPage()
  await live.goto(`http://localhost${world.at('messages', 'live')}`)
  await says(page, '+989127654321')
  await live.locator('[data-mode=live] [aria-current][data-mode=live]').waitFor()
  await page.locator('[data-mode=test] [aria-current][data-mode=test]').waitFor()
  await says(live, 'Nothing has been sent or received here yet.')
  expect(await live.getByText('+989127654321').count()).toBe(0)
  await page.context().close()
})

const LONG = `${'متنی که نباید گم شود. '.repeat(8)}پایان`

test('a sign-in that ended elsewhere is renewed over the page: what was typed stands, and is sent', async () => {
  const page = await world.open(world.at('compose'), { as: typist })
  await page.getByLabel('Text', { exact: true }).fill(LONG)
  await page.getByLabel('Recipients').fill('0912 765 4399')
  expect((await typist.browse('/v1/auth/sign-out', { method: 'POST', body: {} })).status).toBe(204)
  // Each letter asks for the preview again: the end of a sign-in ends its tabs' tokens within five seconds.
  await until('the page hears of it', async () => {
    if ((await page.getByRole('heading', { name: 'Your sign-in has ended' }).count()) > 0) return true
    await page.getByLabel('Text', { exact: true }).press('End')
    await page.getByLabel('Text', { exact: true }).press('.')
    return null
  })
  expect(await page.locator('body').innerText()).not.toContain('نباید گم شود')
  await signInOver(world, page, typist)
  await page.getByRole('heading', { name: 'Your sign-in has ended' }).waitFor({ state: 'hidden' })
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toContain(LONG)
  await press(page, /^Send to 1/)
  await page.getByRole('dialog').getByRole('button', { name: /^Send/ }).click()
  const sent = await until('the message is accepted', async () => {
    const { data } = await world.json<{ readonly data: readonly { readonly content: { readonly text: string } }[] }>(
      '/v1/messages?to=%2B989127654399',
    )
    return data[0] ?? null
  })
  expect(sent.content.text).toContain(LONG)
  await page.context().close()
})

test('no page had an exception, broke its policy, or called what no document names', () => {
  expect(world.faults).toEqual([])
})
