import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guardAlerts } from '../../api/lists/fill-operator.ts'
import { type ConsoleWorld, SITE } from '../../worlds/console/console-world.ts'
import {
  FORMS,
  type Form,
  invitations,
  invite,
  type Listed,
  type Records,
  startRecords,
} from '../../worlds/console/record-forms.ts'
import { caller, until } from '../../worlds/world.ts'

let it: Records
let world: ConsoleWorld
let page: Page
/** A page in Persian. */
let persian: Page

beforeAll(async () => {
  it = await startRecords()
  world = it.world
  await guardAlerts(world)
  page = await world.open('/operator/review', { as: it.owner })
  persian = await world.open('/operator/review', { as: it.owner, language: 'fa' })
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
  await guard.getByLabel('Units per day at home').fill('۱٬۲۰۰')
  await guard.getByLabel('Countries that codes go to').fill('IR, XX')
  await guard.getByLabel('Ceilings by country').fill('tr ۴۰\nAE many')
  await guard.getByRole('button', { name: 'Save' }).click()
  await guard.getByText('This does not fit: Countries that codes go to.').waitFor()
  await guard.getByText('This does not fit: Ceilings by country.').waitFor()
  expect(await guard.getByLabel('Ceilings by country').inputValue()).toBe('tr ۴۰\nAE many')
  expect(await guardOf()).toMatchObject({ homeCeiling: 50_000, countries: null })
  await guard.getByLabel('Countries that codes go to').fill('IR, TR')
  await guard.getByLabel('Ceilings by country').fill('tr ۴۰')
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
  await guard.getByLabel('Units per day, each other country').fill('90')
  await guard.getByRole('button', { name: 'Save' }).click()
  await until('it is saved', async () => (await guardOf())['countryCeiling'] === 90)
  expect((await admin(path, { method: 'PATCH', body: { guard: { homeCeiling: 77 } } })).status).toBe(200)
  await guard.getByLabel('Units per day, each other country').fill('95')
  await guard.getByRole('button', { name: 'Save' }).click()
  await guard.getByText('Somebody else changed this meanwhile').waitFor()
  expect(await guard.getByRole('listitem').allInnerTexts()).toEqual([
    'Units per day at home: 77',
    'Units per day, each other country: 90',
  ])
  expect(await guard.getByLabel('Units per day, each other country').inputValue()).toBe('95')
  expect(await guardOf()).toMatchObject({ homeCeiling: 77, countryCeiling: 90 })
  await guard.getByRole('button', { name: 'Save' }).click()
  await until('it is saved', async () => (await guardOf())['countryCeiling'] === 95)
  expect(await guardOf()).toMatchObject({ homeCeiling: 1_200 })

  // He may also begin from what the other one left.
  expect((await admin(path, { method: 'PATCH', body: { guard: { homeCeiling: 88 } } })).status).toBe(200)
  await guard.getByLabel('Units per day, each other country').fill('99')
  await guard.getByRole('button', { name: 'Save' }).click()
  await guard.getByRole('button', { name: 'Drop mine and show the newer' }).click()
  expect(await guard.getByText('Somebody else changed this meanwhile').count()).toBe(0)
  expect(await guard.getByLabel('Units per day, each other country').inputValue()).toBe('95')
  expect(await guard.getByLabel('Units per day at home').inputValue()).toBe('88')
})

const WORDS = {
  en: {
    changed: 'Somebody else changed this meanwhile',
    load: 'Drop mine and show the newer',
    two: 'Two people do this',
    why: 'Why?',
    propose: 'Propose it',
    close: 'Close',
    now: 'Do it now',
  },
  fa: {
    changed: 'در این میان کس دیگری این را تغییر داده است',
    load: 'کنار گذاشتن نوشتهٔ من و نمایش وضعیت تازه',
    two: 'این کار دونفره است',
    why: 'چرا؟',
    propose: 'پیشنهاد',
    close: 'بستن',
    now: 'انجام همین حالا',
  },
} as const satisfies Record<Form['language'], object>

/** Where a page shows a form. */
function shownOn(on: Page, { dialog, card }: Form): Locator {
  if (dialog) return on.getByRole('dialog', { name: dialog })
  if (card) return on.locator('.card', { has: on.getByRole('heading', { name: card, exact: true }) })
  return on.getByRole('main')
}

/** What two people do: it is proposed, the other one approves it, and it is done by `again`, the same button. */
async function byTwo(on: Page, language: Form['language'], again: () => Promise<void>): Promise<void> {
  const words = WORDS[language]
  const window = on.getByRole('dialog', { name: words.two })
  await window.getByLabel(words.why).fill('because of the ticket')
  await window.getByRole('button', { name: words.propose }).click()
  await window.getByRole('button', { name: words.close }).click()
  const call = await it.second.calling()
  const { data } = (await (await call('/admin/v1/approvals?status=pending')).json()) as Listed
  expect(data).toHaveLength(1)
  const decided = await call(`/admin/v1/approvals/${data[0]?.['id']}/approve`, { body: { reason: 'as agreed' } })
  expect(decided.status).toBe(200)
  await again()
  await window.getByRole('button', { name: words.now }).click()
}

test.each(Object.entries(FORMS))(
  'of two people at %s the second is told, loses nothing, and may begin anew',
  async (name, formOf) => {
    const form = formOf(it)
    const on = form.language === 'fa' ? persian : page
    const words = WORDS[form.language]
    await on.goto(SITE + form.path())
    await form.open?.(on)
    const shown = shownOn(on, form)
    const save = () => shown.getByRole('button', { name: form.save, exact: true }).click()
    const [mine, theirs] = form.kept
    await form.type(shown)
    const answer = await form.theirs()
    expect(answer.status, await answer.text()).toBe(200)
    await save()
    await shown.getByText(words.changed).waitFor()
    expect(await shown.locator('.note li').allInnerTexts()).toEqual(form.told)
    expect(await form.held(shown)).toEqual(form.holds[0])
    expect(await form.read()).toEqual(theirs)
    await shown.getByRole('button', { name: words.load }).click()
    await shown.getByText(words.changed).waitFor({ state: 'hidden' })
    expect(await form.held(shown)).toEqual(form.holds[1])
    await form.type(shown)
    await save()
    if (form.byTwo) await byTwo(on, form.language, save)
    await until(`${name} is saved`, async () => JSON.stringify(await form.read()) === JSON.stringify(mine))
  },
)

/** Words of the window in which a route is removed. */
const REMOVAL = {
  en: {
    open: 'Change the route of SMS, test',
    title: 'Route of SMS, test',
    remove: 'Remove the route',
    asked: 'The account takes the default route from then on.',
    changed: 'Somebody else changed this route meanwhile',
    now: (names: string) => `Tried in this order: ${names}`,
    keep: 'Keep it and show the newer',
  },
  fa: {
    open: 'تغییر مسیر پیامک، آزمایشی',
    title: 'مسیر پیامک، آزمایشی',
    remove: 'حذف مسیر',
    asked: 'این حساب از آن پس از مسیر پیش‌فرض می‌رود.',
    changed: 'در این میان کس دیگری این مسیر را تغییر داده است',
    now: (names: string) => `به این ترتیب آزموده می‌شود: ${names}`,
    keep: 'حذف نکردن و نمایش وضعیت تازه',
  },
} as const

test.each(['en', 'fa'] as const)(
  'a route that somebody changed meanwhile is not removed unseen, but kept, or removed as it is now (%s)',
  async (language) => {
    const on = language === 'fa' ? persian : page
    const words = REMOVAL[language]
    const admin = caller(world.chapar, await world.chapar.operatorToken('another'))
    const place = { tenantId: world.tenantId, channel: 'sms', mode: 'test' }
    const put = async (...connections: readonly string[]): Promise<void> => {
      const answer = await admin('/admin/v1/routes', { method: 'PUT', body: { ...place, connections } })
      expect(answer.status, await answer.text()).toBe(200)
    }
    const read = async (): Promise<unknown> => {
      const { data } = (await (await admin(`/admin/v1/routes?tenantId=${world.tenantId}`)).json()) as Listed
      return data.find(({ channel, mode }) => channel === place.channel && mode === place.mode)?.['connections']
    }
    const nameOf = async (id: string): Promise<string> =>
      ((await (await admin(`/admin/v1/connections/${id}`)).json()) as { readonly name: string }).name
    const [first, second] = [it.made.connection, world.connectionId]
    const names = [await nameOf(second), await nameOf(first)]
    const shown = on.getByRole('dialog', { name: words.title })
    const remove = () => shown.getByRole('button', { name: words.remove }).click()
    const ask = async () => {
      await remove()
      await shown.getByText(words.asked).waitFor()
    }

    await put(first)
    await on.goto(`${SITE}/operator/routes?tenant=${world.tenantId}`)
    await on.getByRole('button', { name: words.open }).click()
    await ask()
    await put(second, first)
    await remove()
    await shown.getByText(words.changed).waitFor()
    expect(await shown.locator('.note li').allInnerTexts()).toEqual([words.now(names.join(' · '))])
    expect(await read()).toEqual([second, first])
    await shown.getByRole('button', { name: words.keep }).click()
    await shown.getByText(words.changed).waitFor({ state: 'hidden' })
    expect(await shown.locator('.route-order [dir]').allInnerTexts()).toEqual(names)

    await ask()
    await put(second)
    await remove()
    await shown.getByText(words.changed).waitFor()
    await remove()
    await shown.waitFor({ state: 'detached' })
    expect(await read()).toBeUndefined()
  },
)

/** Lists of invitations, and their words. */
const INVITATIONS = {
  'the staff': {
    language: 'en',
    path: () => '/operator/staff',
    invite: (to: string) => invite(it, '/admin/v1/invitations', { to, role: 'support' }),
    read: () => invitations(it, '/admin/v1/invitations'),
    withdraw: 'Withdraw',
    title: 'Withdraw this invitation?',
    why: 'Its link leads nowhere from then on.',
    action: 'Withdraw the invitation',
    back: 'Back',
    withdrawn: 'Withdrawn',
    isByTwo: true,
  },
  'an account': {
    language: 'fa',
    path: () => world.at('team/invitations'),
    invite: (to: string) => invite(it, '/v1/invitations', { to, role: 'viewer' }),
    read: () => invitations(it, '/v1/invitations'),
    withdraw: 'لغو',
    title: 'این دعوت لغو شود؟',
    why: 'پیوند آن دیگر به جایی نمی‌رسد.',
    action: 'لغو دعوت',
    back: 'بازگشت',
    withdrawn: 'لغوشده',
    isByTwo: false,
  },
} as const

test.each(Object.entries(INVITATIONS))(
  'an invitation to %s is withdrawn by who was asked whether he means it, and by nobody else',
  async (_, { language, path, invite, read, withdraw, title, why, action, back, withdrawn, isByTwo }) => {
    const on = language === 'fa' ? persian : page
    const to = '+989351112233'
    await invite(to)
    await on.goto(SITE + path())
    const row = on.getByRole('row').filter({ hasText: to })
    const asked = on.getByRole('dialog', { name: title })
    await row.getByRole('button', { name: withdraw }).click()
    await asked.getByText(why).waitFor()
    await asked.getByText(to, { exact: true }).waitFor()
    await asked.getByRole('button', { name: back }).click()
    await asked.waitFor({ state: 'detached' })
    expect(await read()).toEqual(['open'])
    await row.getByRole('button', { name: withdraw }).click()
    const doIt = () => asked.getByRole('button', { name: action }).click()
    await doIt()
    if (isByTwo) await byTwo(on, language, doIt)
    await row.getByText(withdrawn, { exact: true }).waitFor()
    expect(await row.getByRole('button').count()).toBe(0)
    expect(await read()).toEqual(['canceled'])
  },
)

test('no page had an exception, broke its policy, or called what no document names', () => {
  expect(world.faults).toEqual([])
})
