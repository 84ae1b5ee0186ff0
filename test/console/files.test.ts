import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BOM } from '../../console/src/parts/csv/cells.ts'
import { type ConsoleWorld, startConsoleWorld } from '../worlds/console/console-world.ts'
import { goTo } from '../worlds/console/visit.ts'
import type { Outbound } from '../worlds/outbound.ts'
import type { SignedInPerson } from '../worlds/players/person-world.ts'
import { until } from '../worlds/world.ts'

/** Text that a spreadsheet would run. */
const FORMULA = '=HYPERLINK("https://evil.example")'
/** Messages of a batch: more than two pages of a file. */
const MANY = 230

let world: ConsoleWorld
let owner: SignedInPerson
let operator: SignedInPerson
let webhookId: string
let messageId: string
let batchId: string
/** Secrets that somebody was told; no file may hold one. */
const secrets: string[] = []

/** An endpoint that answers the challenge, and takes nothing else. */
const receiver: Outbound = async (request) => {
  const { type, data } = (await request.json()) as { type: string; data: { challenge: string } }
  return type === 'webhook.challenge' ? new Response(data.challenge) : new Response(null, { status: 500 })
}

interface Made {
  readonly id: string
  readonly secret?: string
}

beforeAll(async () => {
  world = await startConsoleWorld(receiver)
  ;[owner, operator] = [await world.member('owner'), await world.staff('owner')]
  await world.known(owner)
  const make = async (path: string, body: unknown, status = 201): Promise<Made> => {
    const made = await world.json<{ readonly id: string; readonly secret?: string }>(path, { body, status })
    if (made.secret) secrets.push(made.secret)
    return made
  }
  webhookId = (await make('/v1/webhooks', { url: 'https://hooks.example.com/chapar' })).id
  const text = { channel: 'sms', content: { text: FORMULA } }
  messageId = (await make('/v1/messages', { ...text, to: '+989121234567' }, 202)).id
  const messages = Array.from({ length: MANY }, (_, n) => ({ to: `+98912123${String(n).padStart(4, '0')}` }))
  batchId = (await make('/v1/messages/batch', { ...text, messages }, 202)).id
  await world.json('/v1/sandbox/phone', { body: { number: '+989127654321', reply: FORMULA }, status: 200 })
  await make('/v1/suppressions', { channel: 'sms', recipient: '+989121230000' })
  await make('/v1/verifications', { to: '+989121234567' }, 202)
  await world.operator.post(`/admin/v1/tenants/${world.tenantId}/senders`, {
    channel: 'push',
    address: 'app',
    lineClass: 'service',
    isDefault: true,
  })
  await make('/v1/devices', { network: 'sandbox', token: 'device-of-a-test', user: '@user' })
  const own = await owner.calling(world.tenantId, 'test')
  const made = await own('/v1/keys', { body: { name: '+key', mode: 'test', scopes: ['messages:read'] } })
  expect(made.status).toBe(201)
  secrets.push(((await made.json()) as { readonly key: string }).key)
  secrets.push(world.callbackUrl.split('/').at(-1) ?? '')
  expect(secrets.filter((secret) => secret.length > 15)).toHaveLength(3)
  await until('the message has arrived, and an endpoint was posted to', async () => {
    const { status } = await world.json<{ readonly status: string }>(`/v1/messages/${messageId}`)
    const posts = await world.json<{ data: unknown[] }>(`/v1/webhooks/${webhookId}/deliveries`)
    return (status === 'delivered' && posts.data.length > 0) || null
  })
})
afterAll(() => world?.dispose())

/** Reads a file as a spreadsheet does: rows of cells. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? '')
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

const WORDS = {
  en: { download: 'Download CSV', make: 'Make the file', save: 'Save the file', close: 'Close' },
  fa: { download: 'دریافت فهرست', make: 'ساختن فایل', save: 'ذخیرهٔ فایل', close: 'بستن' },
} as const

/** Makes the `n`th file of a page, and reads it. */
async function fileOf(page: Page, language: 'en' | 'fa', n = 0): Promise<{ name: string; rows: string[][] }> {
  const words = WORDS[language]
  await page.getByRole('button', { name: words.download, exact: true }).nth(n).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: words.make }).click()
  const link = dialog.getByRole('link', { name: words.save })
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  const text = readFileSync(await download.path(), 'utf8')
  expect(text.startsWith(BOM)).toBe(true)
  for (const secret of secrets) expect(text).not.toContain(secret)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  return { name: download.suggestedFilename(), rows: cellsOf(text.slice(BOM.length)) }
}

interface Kind {
  readonly path: () => string
  readonly as: 'owner' | 'operator'
  /** Files of the page, by name, with the least rows of each; 0: the list is empty, and no file of it is offered. */
  readonly files: Readonly<Record<string, number>>
}
const tenants = (path: string, files: Kind['files']): Kind => ({ path: () => world.at(path), as: 'owner', files })
const operators = (path: string, files: Kind['files']): Kind => ({
  path: () => `/operator/${path}`,
  as: 'operator',
  files,
})

const KINDS: Readonly<Record<string, Kind>> = {
  messages: tenants('messages', { messages: MANY + 2 }),
  batches: tenants('batches', { batches: 1 }),
  inbox: tenants('inbox', { inbox: 1 }),
  verifications: tenants('verifications', { verifications: 1 }),
  webhooks: tenants('developers/webhooks', { webhooks: 1 }),
  attempts: { path: () => world.at(`developers/webhooks/${webhookId}`), as: 'owner', files: { attempts: 1 } },
  events: { path: () => world.at(`messages/${messageId}`), as: 'owner', files: { events: 1 } },
  keys: tenants('developers/keys', { keys: 2 }),
  requests: tenants('requests', { 'access-log': 1 }),
  team: tenants('team', { team: 1 }),
  disclosures: tenants('team/disclosures', { 'read-by-operator': 0 }),
  senders: tenants('senders', { senders: 1 }),
  suppressions: tenants('suppressions', { 'opt-outs': 1 }),
  devices: tenants('devices', { devices: 1 }),
  sessions: tenants('sessions', { sessions: 0 }),
  media: tenants('media', { files: 0 }),
  'sign-ins': { path: () => '/account/sign-ins', as: 'owner', files: { 'sign-ins': 1 } },
  'operator tenants': operators('tenants', { accounts: 1 }),
  'operator tenant': {
    path: () => `/operator/tenants/${world.tenantId}`,
    as: 'operator',
    files: { senders: 1, credentials: 1 },
  },
  'operator review': operators('review', { 'sign-ups': 0, papers: 0, 'lost-access': 0, guard: 0 }),
  'operator connections': operators('connections', { connections: 1 }),
  'operator routes': {
    path: () => `/operator/routes?tenant=${world.tenantId}`,
    as: 'operator',
    files: { routes: 1 },
  },
  'operator dead letters': operators('dead-letters', { 'dead-letters': 0 }),
  'operator unowned': operators('unowned', { unowned: 0 }),
  'operator disclosures': operators('disclosures', { disclosures: 0 }),
  'operator approvals': operators('approvals', { approvals: 1 }),
  'operator staff': operators('staff', { staff: 1 }),
  'operator access log': {
    path: () => `/operator/access-log?by=tenantId&of=${world.tenantId}`,
    as: 'operator',
    files: { 'access-log': 1 },
  },
}

/** Tabs by who looks: the console is loaded once in each, and goes from page to page as by its links. */
const tabs = new Map<string, Page>()
async function tabOf(as: 'owner' | 'operator', language: 'en' | 'fa', path: string): Promise<Page> {
  const had = tabs.get(as + language)
  if (had) await goTo(had, path)
  const page = had ?? (await world.open(path, { as: as === 'owner' ? owner : operator, language }))
  tabs.set(as + language, page)
  return page
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
const JALALI = /^14\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d$/

describe.each(['fa', 'en'] as const)('in %s', (language) => {
  test.each(Object.entries(KINDS))('%s', async (_, { path, as, files }) => {
    const page = await tabOf(as, language, path())
    for (const [n, [name, least]] of Object.entries(files).entries()) {
      if (least === 0) {
        const offer = page.getByRole('button', { name: WORDS[language].download, exact: true }).nth(n)
        await until(`no file of ${name}`, () => offer.isDisabled())
        continue
      }
      const file = await fileOf(page, language, n)
      expect(file.name).toMatch(new RegExp(`^${name}.*-\\d{4}-\\d\\d-\\d\\d\\.csv$`))
      const [headings = [], ...rows] = file.rows
      expect(headings.length, name).toBeGreaterThan(2)
      expect(new Set(headings).size, name).toBe(headings.length)
      expect(headings.filter((heading) => language === 'fa' && /[A-Za-z]/.test(heading))).toEqual([])
      expect(rows.length, name).toBeGreaterThanOrEqual(least)
      expect(rows.filter((row) => row.length !== headings.length)).toEqual([])
      // No cell of text begins with what a spreadsheet runs.
      expect(rows.flat().filter((text) => /^[=+@\t\r]/.test(text))).toEqual([])
      for (const [at, heading] of headings.entries())
        if (/شمسی/.test(heading)) {
          expect(rows.map((row) => row[at]).filter((cell) => cell && !JALALI.test(cell))).toEqual([])
          expect(rows.map((row) => row[at - 1]).filter((cell) => cell && !ISO.test(cell))).toEqual([])
        } else if (/به فارسی/.test(heading)) {
          // A code stands as the API says it, and beside it in words.
          expect(rows.map((row) => row[at]).filter((cell) => cell && /[A-Za-z]/.test(cell))).toEqual([])
          expect(rows.map((row) => row[at - 1]).filter((cell) => cell && !/^[a-z-]+$/.test(cell))).toEqual([])
        }
    }
  })
})

test('a file has what the address narrows the list to, and numbers and formulas stand behind an apostrophe', async () => {
  const page = await tabOf('owner', 'en', `${world.at('messages')}?batch=${batchId}`)
  const { rows } = await fileOf(page, 'en')
  const [headings = [], ...all] = rows
  const column = (name: string): string[] => all.map((row) => row[headings.indexOf(name)] ?? '')
  expect(all).toHaveLength(MANY)
  expect(new Set(column('Id')).size).toBe(MANY)
  expect(new Set(column('Batch'))).toEqual(new Set([batchId]))
  expect(new Set(column('Text'))).toEqual(new Set([`'${FORMULA}`]))
  expect(column('To').every((to) => /^'\+98912123\d{4}$/.test(to))).toBe(true)
  expect(column('Accepted at').every((at) => ISO.test(at))).toBe(true)
})

test('a download that is stopped keeps what it has, and says how far down the list that goes', async () => {
  const page = await tabOf('owner', 'en', world.at('messages'))
  let pages = 0
  await page.route(/\/v1\/messages\?.*limit=100/, async (route) => {
    pages++
    // The second page never comes, as on a line that broke.
    if (pages === 1) await route.continue()
  })
  await page.getByRole('button', { name: 'Download CSV', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Make the file' }).click()
  await dialog.getByText('100 rows so far').waitFor()
  await dialog.getByRole('button', { name: 'Stop, and keep what is there' }).click()
  await dialog.getByText('Stopped: the file has the first 100 rows of the list. Its last row is of').waitFor()
  await dialog.getByRole('link', { name: 'Save the file' }).waitFor()
})

test('no page had an exception, broke its policy, or called what no document names', () => {
  expect(world.faults).toEqual([])
})
