import { globSync, readFileSync, readlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import type { BrowserContext, CDPSession, Browser as Chromium, Page, Worker } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PushPage, startPushPage } from '../../local/push/page.ts'
import { CHROMIUM, FONT_CONFIG, startChromium } from '../worlds/browser.ts'
import { newBrowser, subscriptionOf } from '../worlds/players/push-browser.ts'
import { type PushWorld, startPush } from '../worlds/push-world.ts'
import { until } from '../worlds/world.ts'

/**
 * Chromium as npm has it can neither reach Google's push service nor show a notification. So the subscription here is one
 * with real keys made by the test, the push service is the test's, and its message is handed to the browser by DevTools;
 * all that lies between is real: page, service worker, gateway, encryption, reports.
 */

/** A name for the gateway that only the browser under test resolves, so that the links in messages lead to it. */
const GATEWAY = 'http://gateway.chapar-tests.com'

let world: PushWorld
let demo: PushPage
let chromium: Chromium
let context: BrowserContext
let page: Page
let devtools: CDPSession
let registered: Registered

beforeAll(async () => {
  world = await startPush({ vars: { BASE_URL: GATEWAY } })
  demo = await startPushPage(0, (method, path, body) =>
    world.live(path, { method, ...(body === undefined ? {} : { body }) }),
  )
  chromium = await startChromium([`MAP ${new URL(GATEWAY).host} ${new URL(world.chapar.url).host}`])
  context = await chromium.newContext()
  page = await context.newPage()
  await page.goto(demo.url)
  devtools = await context.newCDPSession(page)
  registered = await registerWorker()
})
afterAll(async () => {
  await chromium?.close()
  await demo?.close()
  await world?.chapar.dispose()
})

/** A notification as the service worker asked for it. */
interface Notified {
  readonly title: string
  readonly options: {
    readonly body?: string
    readonly tag?: string
    readonly actions?: readonly { readonly action: string }[]
    readonly data: { readonly url?: string; readonly report: string }
  }
}
/** What is put into the service worker: this build of Chromium has no notification centre to show anything in. */
interface Stubbed {
  readonly shown: Notified[]
  readonly registration: { showNotification: (title: string, options: Notified['options']) => Promise<void> }
  readonly clients: { openWindow: (url: string) => Promise<void> }
  readonly opened: string[]
}

interface PageNavigator {
  readonly serviceWorker: { register(url: string): Promise<unknown>; readonly ready: Promise<unknown> }
}

interface Registered {
  readonly registrationId: string
  readonly worker: Worker
}

/** Registers the page's own service worker; its registration as the browser knows it, and the worker itself. */
async function registerWorker(): Promise<Registered> {
  const known = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations
      if (first) resolve(first.registrationId)
    })
  })
  await devtools.send('ServiceWorker.enable')
  await page.evaluate(async () => {
    const { serviceWorker } = navigator as unknown as PageNavigator
    await serviceWorker.register('/service-worker.js')
    await serviceWorker.ready
  })
  const registrationId = await known
  const worker = await until('the service worker runs', async () => context.serviceWorkers()[0])
  await worker.evaluate(() => {
    const scope = globalThis as unknown as Stubbed
    const shown: Notified[] = []
    const opened: string[] = []
    Object.assign(scope, { shown, opened })
    scope.registration.showNotification = async (title, options) => void shown.push({ title, options })
    scope.clients.openWindow = async (url) => void opened.push(url)
  })
  return { registrationId, worker }
}

/**
 * Registers a subscription with real keys through the page, and gets a notification sent to it into the page's service worker.
 */
async function deliver(content: object) {
  const browser = newBrowser()
  const { registrationId, worker } = registered
  const device = await page.evaluate(async (subscription): Promise<{ readonly id: string }> => {
    const answer = await fetch('/subscribe', { method: 'POST', body: JSON.stringify({ subscription }) })
    return answer.json()
  }, subscriptionOf(browser))
  const id = await world.send(device.id, content)
  const data = JSON.stringify(await world.received(browser))
  await devtools.send('ServiceWorker.deliverPushMessage', { origin: demo.url, registrationId, data })
  const notified = await until('the service worker asks for a notification', () =>
    worker.evaluate(
      (wanted) => (globalThis as unknown as Stubbed).shown.find(({ options }) => options.data.report === wanted),
      (JSON.parse(data) as { report: string }).report,
    ),
  )
  return { id, device, worker, notified }
}

/** What the browser does when the person touches a notification. */
const touched = (worker: Worker, type: string, notified: Notified, action = '') =>
  worker.evaluate(
    ([name, data, pressed]) => {
      const event = new Event(name)
      const notification = { data, close: () => undefined }
      // Only the browser's own events may wait; the work goes on all the same.
      Object.assign(event, { notification, action: pressed, waitUntil: () => undefined })
      dispatchEvent(event as never)
    },
    [type, notified.options.data, action] as const,
  )

/** Files that the running browser has mapped into its memory. */
function mappedFiles(): string[] {
  const isOurs = (process: string): boolean => {
    try {
      return readlinkSync(`${process}/exe`) === CHROMIUM
    } catch {
      return false
    }
  }
  const maps = globSync('/proc/[0-9]*')
    .filter(isOurs)
    .map((process) => readFileSync(`${process}/maps`, 'utf8'))
  return [...new Set(maps.flatMap((text) => [...text.matchAll(/ (\/.+)$/gm)].map(([, file = '']) => file)))]
}

test('the browser draws its letters with fonts of this checkout and looks for them nowhere else', () => {
  const here = resolve('.')
  const named = [...readFileSync(FONT_CONFIG, 'utf8').matchAll(/<(dir|cachedir|include)\b[^>]*>([^<]*)</g)]
  expect(named.map(([, tag]) => tag)).toContain('dir')
  expect(named.map(([, , folder = '']) => folder).filter((folder) => !folder.startsWith(`${here}/`))).toEqual([])
  const fonts = mappedFiles().filter((file) => /\.(ttf|ttc|otf|pfb|woff2?)$/.test(file))
  expect(fonts.length).toBeGreaterThan(0)
  expect(fonts.filter((file) => !file.startsWith(`${here}/`))).toEqual([])
})

test('code stands in letters of one width, and all else does not', async () => {
  const widths = (family: string): Promise<readonly number[]> =>
    page.evaluate(`['iiii', 'WWWW'].map((text) => {
      const context = document.createElement('canvas').getContext('2d')
      context.font = '16px ${family}'
      return context.measureText(text).width
    })`)
  for (const family of ['monospace', 'system-ui', 'sans-serif', 'serif']) {
    const [narrow, wide] = await widths(family)
    expect(narrow === wide, family).toBe(family === 'monospace')
  }
})

test('the page loads, and where push services cannot be reached it says why it did not subscribe', async () => {
  expect(await page.title()).toBe('Chapar: push')
  await page.click('#subscribe')
  expect(await page.textContent('#log li')).toMatch(/^Failed: /)
})

test('what the gateway sent becomes a notification in the page’s service worker, and is reported as delivered', async () => {
  const content = { title: 'سلام', body: 'متن', url: '/orders', topic: 'order-1', data: { order: '7' } }
  const { id, notified } = await deliver(content)
  expect(notified).toMatchObject({
    title: 'سلام',
    options: { body: 'متن', tag: 'order-1', data: { url: '/orders', order: '7' } },
  })
  expect(notified.options.data.report.startsWith(`${GATEWAY}/p/report/`)).toBe(true)
  await world.status(id, 'delivered')
  await until('the page is told', async () => (await page.textContent('#log'))?.includes('Shown: سلام'))
})

test('a click opens the link and is reported as read', async () => {
  const { id, worker, notified } = await deliver({ title: 'x', url: '/orders' })
  await touched(worker, 'notificationclick', notified)
  await world.status(id, 'read')
  expect(await worker.evaluate(() => (globalThis as unknown as Stubbed).opened)).toContain('/orders')
})

test('data of the tenant’s own under the names that the service worker uses takes neither link nor reports away', async () => {
  const data = { url: '/elsewhere', report: 'https://elsewhere.example/' }
  const { id, worker, notified } = await deliver({ title: 'x', url: '/mine', data })
  expect(notified.options.data).toMatchObject({ url: '/mine' })
  await touched(worker, 'notificationclick', notified)
  await world.status(id, 'read')
})

test('a button that is pressed, and words typed into the page, come to the tenant as replies', async () => {
  const { id, device, worker, notified } = await deliver({ title: 'x', actions: [{ action: 'yes', title: 'بله' }] })
  expect(notified.options.actions).toEqual([{ action: 'yes', title: 'بله' }])
  await touched(worker, 'notificationclick', notified, 'yes')
  const isReply = (text: string) => (data: Record<string, unknown>) =>
    data['from'] === device.id && (data['content'] as { text: string }).text === text
  expect((await world.heard('message.received', isReply('yes'))).data).toMatchObject({ inReplyTo: id })
  await until('the page knows where to reply', () => page.isVisible('#reply'))
  await page.fill('#reply input', 'ممنون')
  await page.click('#reply button')
  expect((await world.heard('message.received', isReply('ممنون'))).data).toMatchObject({ inReplyTo: id })
})

test('the page’s server passes on what the page may ask, and nothing for other sites', async () => {
  const post = (path: string, headers: Record<string, string>) =>
    fetch(demo.url + path, { method: 'POST', body: '{}', headers })
  expect((await post('/send', { origin: 'https://evil.example' })).status).toBe(403)
  expect((await post('/send', {})).status).toBe(403)
  expect((await post('/v1/messages', { origin: demo.url })).status).toBe(404)
  expect((await post('/subscribe', { origin: demo.url })).status).toBe(422)
  expect(await (await fetch(`${demo.url}/key`)).json()).toMatchObject({ publicKey: expect.any(String) })
})
