import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { caller, until } from '../../worlds/world.ts'

let world: ConsoleWorld
let page: Page

beforeAll(async () => {
  world = await startConsoleWorld()
  page = await world.open('/operator/review', { as: await world.staff('operator') })
})
afterAll(() => world?.dispose())

interface Tenant {
  readonly pack: string
  readonly status: string
}

/** An account that somebody made for himself, which waits. */
async function waiting(tenantName: string): Promise<string> {
  const person = await signedInPerson(world.chapar)
  const made = await person.browse('/v1/auth/tenants', { body: { tenantName } })
  return ((await made.json()) as { readonly id: string }).id
}

const admin = async (path: string, body?: object): Promise<Response> =>
  caller(world.chapar, await world.chapar.operatorToken('tester'))(path, body ? { body } : {})
const stored = async (id: string): Promise<Tenant> => (await admin(`/admin/v1/tenants/${id}`)).json() as Promise<Tenant>

test('who approves sees what the rules permit, and gives the account others', async () => {
  const id = await waiting('نرگس')
  expect(await stored(id)).toMatchObject({ pack: 'generic', status: 'pending' })
  await page.reload()
  await page.getByRole('row', { name: /نرگس/ }).getByRole('button', { name: 'Approve' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('In live mode go out: transactional, codes. To one recipient per call.').waitFor()
  await dialog.getByRole('button', { name: /Rules that it keeps to/ }).click()
  await page.getByRole('option', { name: 'Iran’s', exact: true }).click()
  await dialog.getByText('nothing goes out in live mode until its owner reaches level 2').waitFor()
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await page.getByText('“نرگس” is approved.').waitFor()
  expect(await stored(id)).toMatchObject({ pack: 'ir', status: 'active' })
})

test('the page of an account says what its live mode still lacks, until nothing does', async () => {
  const id = await waiting('لاله')
  await page.goto(`http://localhost/operator/tenants/${id}`)
  const needs = page.locator('.card', { has: page.getByRole('heading', { name: 'What live mode needs' }) })
  await needs.getByText('Approve the account, above').waitFor()
  await needs.getByRole('link', { name: 'Assign a sender' }).waitFor()
  await needs.getByRole('link', { name: 'Set a live route to a provider' }).waitFor()

  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await needs.getByText('The account is approved').waitFor()
  await admin(`/admin/v1/tenants/${id}/senders`, { channel: 'sms', address: '30007755', lineClass: 'service' })
  await page.reload()
  await needs.getByRole('link', { name: 'Set a live route to a provider for SMS' }).waitFor()
  const route = { tenantId: id, channel: 'sms', mode: 'live', connections: [world.connectionId] }
  const call = caller(world.chapar, await world.chapar.operatorToken('tester'))
  expect((await call('/admin/v1/routes', { method: 'PUT', body: route })).status).toBe(200)
  await page.reload()
  await needs.getByText('All is there: the account sends live by SMS.').waitFor()
})

test('a sender and a credential are asked for before they are taken', async () => {
  const id = world.tenantId
  await page.goto(`http://localhost/operator/tenants/${id}`)
  const dialog = page.getByRole('dialog')
  const senders = async (): Promise<number> =>
    ((await (await admin(`/admin/v1/tenants/${id}/senders`)).json()) as { readonly data: readonly unknown[] }).data
      .length
  const before = await senders()
  await page.getByRole('button', { name: 'Take away' }).first().click()
  await dialog.getByText('what people write to it is no longer the account’s').waitFor()
  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await senders()).toBe(before)
  await page.getByRole('button', { name: 'Take away' }).first().click()
  await dialog.getByRole('button', { name: 'Take away' }).click()
  await until('it is taken', async () => (await senders()) === before - 1)

  await page.getByRole('button', { name: 'Revoke' }).first().click()
  await dialog.getByText('It cannot be taken back').waitFor()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page
    .getByRole('row', { name: /Revoked/ })
    .first()
    .waitFor()
  expect(world.faults).toEqual([])
})
