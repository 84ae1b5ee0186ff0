import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorNavigation, tenantNavigation } from '../../console/src/app/navigation.ts'
import { axeFaults } from '../worlds/console/axe.ts'
import { type Busy, fillBusyTenant, receiver } from '../worlds/console/busy-tenant.ts'
import { type ConsoleWorld, type OpenOptions, startConsoleWorld } from '../worlds/console/console-world.ts'
import { latinWords, oddLooks, persianFonts } from '../worlds/console/looks.ts'
import { namelessControls } from '../worlds/console/nameless.ts'
import { goTo, settled } from '../worlds/console/visit.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'

/** Where a person finds pictures of every page, for a look. */
const PICTURES = 'dist/console/pictures'

let world: ConsoleWorld
let owner: SignedInPerson
let operator: SignedInPerson
let busy: Busy

beforeAll(async () => {
  world = await startConsoleWorld(receiver)
  mkdirSync(PICTURES, { recursive: true })
  ;[owner, operator] = [await world.member('owner'), await world.staff('owner')]
  await world.known(owner)
  busy = await fillBusyTenant(world)
})
afterAll(() => world?.dispose())

interface Shown {
  readonly name: string
  readonly path: () => string
  readonly as: 'nobody' | 'owner' | 'operator'
}

/** Pages of a tenant that the navigation does not name. */
const FURTHER = [
  'developers/keys',
  'developers/keys/new',
  'developers/webhooks',
  'developers/webhooks/new',
  'developers/events',
  'developers/signature',
  'suppressions/import',
  'team/invitations',
  'team/invitations/new',
  'team/roles',
  'team/disclosures',
  'verifications/try',
]

const PAGES: readonly Shown[] = [
  { name: 'landing', path: () => '/', as: 'nobody' },
  ...['sign-in', 'sign-up', 'lost-access', 'invitation', 'legal/terms'].map((name) => ({
    name,
    path: () => `/${name}`,
    as: 'nobody' as const,
  })),
  ...(
    [
      ['message', () => `messages/${busy.messageId}`],
      ['batch', () => `batches/${busy.batchId}`],
      ['webhook', () => `developers/webhooks/${busy.webhookId}`],
      ['verification', () => `verifications/${busy.verificationId}`],
      ['session', () => `sessions/${busy.sessionId}`],
    ] as const
  ).map(([name, path]) => ({ name, path: () => world.at(path()), as: 'owner' as const })),
  ...tenantNavigation
    .flatMap(({ items }) => items)
    .map(({ path }) => ({ name: path || 'home', path: () => world.at(path), as: 'owner' as const })),
  ...FURTHER.map((path) => ({ name: path, path: () => world.at(path), as: 'owner' as const })),
  ...['', 'passkeys', 'sign-ins', 'mobile', 'identity', 'preferences', 'close'].map((path) => ({
    name: `account-${path || 'profile'}`,
    path: () => `/account${path ? `/${path}` : ''}`,
    as: 'owner' as const,
  })),
  { name: 'operator-connection-new', path: () => '/operator/connections/new', as: 'operator' },
  { name: 'operator-connection', path: () => `/operator/connections/${world.connectionId}`, as: 'operator' },
  { name: 'operator-tenant', path: () => `/operator/tenants/${world.tenantId}`, as: 'operator' },
  ...operatorNavigation
    .flatMap(({ items }) => items)
    .map(({ path }) => ({
      name: `operator-${path || 'health'}`,
      path: () => `/operator${path ? `/${path}` : ''}`,
      as: 'operator' as const,
    })),
]

const WIDTHS = [1440, 320] as const

/** Tabs that are open, by who looks and how: the console is loaded once in each, and goes from page to page as by its links. */
const tabs = new Map<string, Page>()

async function tabOf({ path, as }: Shown, options: Omit<OpenOptions, 'as' | 'width' | 'still'>): Promise<Page> {
  const key = `${as} ${options.language} ${options.dark}`
  const had = tabs.get(key)
  if (had) {
    await goTo(had, path())
    return had
  }
  const who = { nobody: undefined, owner, operator }[as]
  const page = await world.open(path(), { ...options, still: true, ...(who ? { as: who } : {}) })
  tabs.set(key, page)
  await settled(page)
  return page
}

/** Opens a page, looks it over at each width, and takes its pictures. */
async function lookAt(shown: Shown, options: Omit<OpenOptions, 'as' | 'width' | 'still'>): Promise<readonly string[]> {
  const { language = 'en', dark = false } = options
  const page = await tabOf(shown, options)
  const faults: string[] = []
  // The width that the tab has comes first: a change of it lays out, and draws, the whole page.
  const has = page.viewportSize()?.width
  for (const width of dark ? [1440] : WIDTHS.toSorted((one) => (one === has ? -1 : 1))) {
    if (width !== page.viewportSize()?.width) {
      await page.setViewportSize({ width, height: 900 })
      await settled(page)
    }
    const file = `${PICTURES}/${shown.name.replaceAll('/', '-')}-${language}-${width}${dark ? '-dark' : ''}.jpg`
    await page.screenshot({ path: file, fullPage: true, quality: 80 })
    const persian = language === 'fa' ? await latinWords(page) : []
    const found = [
      ...(await oddLooks(page)),
      ...persian.map((text) => `Latin: ${text}`),
      ...(await axeFaults(page)),
      ...(await namelessControls(page)),
    ]
    faults.push(...found.map((fault) => `${width} px: ${fault}`))
  }
  return faults
}

// Live mode of the same tenant, in which nothing happened yet.
test.each(tenantNavigation.flatMap(({ items }) => items))(
  '$path says what to do where there is nothing',
  async ({ path }) => {
    const page = { name: `${path || 'home'}-empty`, path: () => world.at(path, 'live'), as: 'owner' as const }
    expect(await lookAt(page, { language: 'fa' })).toEqual([])
  },
)

describe.each(['fa', 'en'] as const)('in %s', (language) => {
  test.each(PAGES)('$name', async (shown) => {
    expect(await lookAt(shown, { language })).toEqual([])
  })
})

const DARK = ['landing', 'home', 'messages', 'simulator', 'operator-health']
test.each(PAGES.filter(({ name }) => DARK.includes(name)))('$name is dark where the device is', async (shown) => {
  expect(await lookAt(shown, { language: 'fa', dark: true })).toEqual([])
})

test('Persian is drawn by our font alone', async () => {
  const page = await world.open(world.at('messages'), { language: 'fa', as: owner })
  await settled(page)
  expect(await persianFonts(page)).toEqual(['Vazirmatn NL'])
  await page.context().close()
})

test('no page had an exception, broke its policy, or called what no document names', () => {
  expect(world.faults).toEqual([])
})
