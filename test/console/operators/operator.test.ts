import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { caller, until } from '../../worlds/world.ts'

let world: ConsoleWorld
let page: Page

beforeAll(async () => {
  world = await startConsoleWorld()
  page = await world.open('/operator/connections', { as: await world.staff('operator') })
})
afterAll(() => world?.dispose())

const press = (name: string | RegExp): Promise<void> => page.getByRole('button', { name, exact: true }).click()

async function choose(field: string, option: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(field) }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

interface Route {
  readonly channel: string
  readonly mode: string
  readonly connections: readonly string[]
}
interface Connections {
  readonly data: readonly { readonly id: string; readonly name: string; readonly status: string }[]
}

// One way through five pages of a browser: some seconds, most of them its start.
test('an operator connects a sandbox, puts it first on a tenant’s route, and switches it off', async () => {
  const admin = caller(world.chapar, await world.chapar.operatorToken('tester'))
  const read = async <Answer>(path: string): Promise<Answer> => (await (await admin(path)).json()) as Answer
  await page.getByRole('link', { name: 'Connect a provider' }).click()
  await choose('Provider', 'Sandbox')
  await page.getByLabel('Name').fill('Second carrier')
  await press('Connect')

  const url = await page.getByLabel('The secret').innerText()
  expect(url).toMatch(/\/callbacks\/sms\/sandbox\/con_[0-9a-z]+\/[0-9a-z]{20,}$/)
  const secret = url.split('/').at(-1) ?? ''
  await page.getByRole('link', { name: 'Go to the connection' }).click()
  await page.getByRole('heading', { name: 'Second carrier', level: 1, exact: true }).waitFor()
  expect(await page.locator('main').innerText()).not.toContain(secret)

  await page.goto(`http://localhost/operator/routes?tenant=${world.tenantId}`)
  await press('Change the route of SMS, Test')
  await choose('Add a connection', 'Second carrier')
  // The keyboard alone moves it to the front.
  await page.getByRole('button', { name: 'Move Second carrier up' }).focus()
  await page.keyboard.press('Enter')
  await press('Save')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  const made = (await read<Connections>('/admin/v1/connections')).data.find(({ name }) => name === 'Second carrier')
  const routes = await read<{ readonly data: readonly Route[] }>(`/admin/v1/routes?tenantId=${world.tenantId}`)
  const route = routes.data.find(({ channel, mode }) => channel === 'sms' && mode === 'test')
  expect(route?.connections).toHaveLength(2)
  expect(route?.connections[0]).toBe(made?.id)

  await page.getByRole('row', { name: /SMS/ }).getByRole('link', { name: 'Second carrier' }).click()
  await press('Switch off')
  await page.getByRole('dialog').getByText('Its callbacks are still heard').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('button', { name: 'Switch on' }).waitFor()
  await until('the connection is disabled', async () => {
    const { data } = await read<Connections>('/admin/v1/connections')
    return data.find(({ id }) => id === made?.id)?.status === 'disabled' || null
  })
  expect(world.faults).toEqual([])
})
