import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, SITE, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { codeAt } from '../../worlds/console/telephone.ts'
import { refusals, settled } from '../../worlds/console/visit.ts'
import { type SignedInPerson, signedInPerson } from '../../worlds/players/person-world.ts'

let world: ConsoleWorld
let owner: SignedInPerson
beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  await world.known(owner)
})
afterAll(() => world?.dispose())

test('who accepts an invitation is known at once: none of his first page’s calls is refused', async () => {
  const person = await signedInPerson(world.chapar, { name: 'نادر', level: 2 })
  const call = await owner.calling(world.tenantId)
  const invited = await call('/v1/invitations', { body: { to: person.mobile, role: 'admin' } })
  expect(invited.status).toBe(201)
  const { token } = (await invited.json()) as { readonly token: string }
  const page = await world.open(`/#invitation=${token}`, { as: person })
  const refused = refusals(page)
  await page.getByRole('button', { name: 'Accept the invitation' }).click()
  await page.waitForURL(/\/t\/ten_/)
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  await settled(page)
  expect(refused).toEqual([])
  await page.context().close()
})

test('an account that is not approved yet says so in live mode, and none of its pages is asked for there', async () => {
  const page = await world.open('/sign-up')
  await page.getByLabel('Your name').fill('مینا')
  await page.getByLabel('Mobile number').fill('0912 345 0077')
  await page.getByLabel('E-mail address').fill('mina@shop.example')
  await page.getByLabel('Name of your business').fill('فروشگاه مینا')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Code', { exact: true }).fill(await codeAt(world, '+989123450077'))
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('button', { name: 'Later' }).click()
  await page.waitForURL(/\/t\/ten_[^/]+\/test/)
  const [tenant = ''] = /\/t\/ten_[^/]+/.exec(page.url()) ?? []
  const refused = refusals(page)
  for (const path of ['', '/messages', '/compose', '/team', '/developers/keys', '/settings']) {
    await page.goto(`${SITE}${tenant}/live${path}`)
    await page.getByRole('heading', { level: 1, name: 'Live mode is not open yet' }).waitFor()
    await page.getByText(/waits for the operator/).waitFor()
    await settled(page)
  }
  expect(refused).toEqual([])
  await page.getByRole('link', { name: 'Go on in test mode' }).click()
  await page.waitForURL(/\/test$/)
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  await settled(page)
  expect(refused).toEqual([])
  await page.context().close()
})

test('no page had an exception, broke its policy, or called what no document names', () => {
  expect(world.faults).toEqual([])
})
