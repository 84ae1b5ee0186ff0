import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorNavigation, tenantNavigation } from '../../console/src/app/navigation.ts'
import { axeFaults } from '../worlds/console/axe.ts'
import { type ConsoleWorld, type OpenOptions, startConsoleWorld } from '../worlds/console/console-world.ts'
import { latinWords, persianFonts, sticksOut } from '../worlds/console/looks.ts'
import { namelessControls } from '../worlds/console/nameless.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'
import { until } from '../worlds/world.ts'

/** Where a person finds pictures of every page, for a look. */
const PICTURES = 'dist/console/pictures'

let world: ConsoleWorld
let owner: SignedInPerson
let operator: SignedInPerson
/** Message that a page of its own shows. */
let messageId: string
/** Batch that a page of its own shows: a part of it does not arrive. */
let batchId: string

beforeAll(async () => {
  world = await startConsoleWorld()
  mkdirSync(PICTURES, { recursive: true })
  ;[owner, operator] = [await world.member('owner'), await world.staff('owner')]
  const sent = await world.json<{ readonly id: string }>('/v1/messages', {
    body: { channel: 'sms', to: '+989121234567', content: { text: 'سلام از چاپار' } },
    status: 202,
  })
  messageId = sent.id
  const batch = await world.json<{ readonly id: string }>('/v1/messages/batch', {
    body: {
      channel: 'sms',
      content: { text: 'سلام از چاپار' },
      messages: [{ to: '+989121234567' }, { to: '+989121239901' }, { to: '+989121239902' }],
    },
    status: 202,
  })
  batchId = batch.id
  await until('the message is delivered', async () => {
    const { status } = await world.json<{ readonly status: string }>(`/v1/messages/${messageId}`)
    return status === 'delivered' || null
  })
})
afterAll(() => world?.dispose())

interface Shown {
  readonly name: string
  readonly path: () => string
  readonly as: 'nobody' | 'owner' | 'operator'
}

const PAGES: readonly Shown[] = [
  { name: 'landing', path: () => '/', as: 'nobody' },
  { name: 'sign-in', path: () => '/sign-in', as: 'nobody' },
  { name: 'message', path: () => world.at(`messages/${messageId}`), as: 'owner' },
  { name: 'batch', path: () => world.at(`batches/${batchId}`), as: 'owner' },
  ...tenantNavigation
    .flatMap(({ items }) => items)
    .map(({ path }) => ({ name: path || 'home', path: () => world.at(path), as: 'owner' as const })),
  ...operatorNavigation
    .flatMap(({ items }) => items)
    .map(({ path }) => ({
      name: `operator-${path || 'health'}`,
      path: () => `/operator${path ? `/${path}` : ''}`,
      as: 'operator' as const,
    })),
]

/** Waits until a page has said what it has to say: its heading stands, and nothing is on its way. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  // Pages that are kept fresh may call at any time: a few quiet moments are enough, and none is waited for in vain.
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined)
  await page.locator('.loading').first().waitFor({ state: 'detached' })
}

/** Opens a page, looks it over and takes its picture. */
async function lookAt({ name, path, as }: Shown, options: Omit<OpenOptions, 'as'>): Promise<readonly string[]> {
  const who = { nobody: undefined, owner, operator }[as]
  const page = await world.open(path(), { ...options, ...(who ? { as: who } : {}) })
  try {
    await settled(page)
    const { language = 'en', width = 1440, dark = false } = options
    const file = `${PICTURES}/${name.replaceAll('/', '-')}-${language}-${width}${dark ? '-dark' : ''}.png`
    await page.screenshot({ path: file, fullPage: true })
    const persian = language === 'fa' ? await latinWords(page) : []
    const spoken = [...(await axeFaults(page)), ...(await namelessControls(page))]
    return [...(await sticksOut(page)), ...persian.map((text) => `Latin: ${text}`), ...spoken]
  } finally {
    await page.context().close()
  }
}

describe.each(['fa', 'en'] as const)('in %s', (language) => {
  describe.each([320, 1440] as const)('at %i px', (width) => {
    test.each(PAGES)('$name', async (shown) => {
      expect(await lookAt(shown, { language, width })).toEqual([])
    })
  })
})

test.each(PAGES.slice(0, 5))('$name is dark where the device is', async (shown) => {
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
