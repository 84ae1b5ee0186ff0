import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { channels } from '#worker/channels/index.ts'
import type { OperatorRole, Role } from '#worker/domain/people/roles.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import { operations } from '#worker/routes/resources.ts'
import { startChromium } from '../browser.ts'
import type { Outbound } from '../outbound.ts'
import { type SignedInPerson, signedInPerson } from '../players/person-world.ts'
import { caller, startWorld, until, type World } from '../world.ts'
import { watchTraffic } from './visit.ts'

/** Where the browser finds the console: passkeys work at `localhost` without TLS, and at no address in numbers. */
export const SITE = 'http://localhost'

/** Paths of the API as patterns, from its own document: what else a page calls is a fault of the page. */
const DOCUMENTED = Object.entries(openApiDocument(operations, SITE, channels).paths).flatMap(([path, calls]) =>
  Object.keys(calls as object).map((method) => ({
    method: method.toUpperCase(),
    path: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  })),
)

/** Paths of files, and of pages, which are the console's own. */
const OWN = /^\/(?:assets\/|icon\.svg$|manifest\.webmanifest$|favicon\.ico$)/

export interface OpenOptions {
  readonly language?: 'en' | 'fa'
  readonly width?: 320 | 1440
  readonly dark?: boolean
  /** True: a device that wants no motion, so that what comes stands at once as it stays. For who judges colours and places. */
  readonly still?: boolean
  /** Who is signed in; absent: nobody. */
  readonly as?: SignedInPerson
  /** What the browser has besides, such as a clipboard. */
  readonly permissions?: readonly string[]
}

/** A gateway with its console, a browser, and people to sign in as. */
export interface ConsoleWorld extends World {
  readonly chromium: Browser
  /** Address of a tenant's page: `/t/ten_…/test/messages`. */
  at(page: string, mode?: 'test' | 'live'): string
  /** A person with a role in the tenant. Made after its first call, he is known there a minute later: make all before. */
  member(role: Role): Promise<SignedInPerson>
  /** Waits until the account knows a member. */
  known(person: SignedInPerson): Promise<void>
  /** A person of the licensee. */
  staff(role: OperatorRole): Promise<SignedInPerson>
  /** A page of a browser of its own. Its faults are collected, for `faults`. */
  open(path: string, options?: OpenOptions): Promise<Page>
  /** What went wrong in any page: exceptions, what the policy stopped, calls that no document names, other origins. */
  readonly faults: string[]
}

function listen(page: Page, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    // A refused call is the page's to tell; the browser notes each.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text()))
      faults.push(`${page.url()}: ${message.text()}`)
  })
  page.on('request', (request: Request) => {
    const { origin, pathname } = new URL(request.url())
    if (/^(?:data|blob|about):/.test(request.url())) return
    if (origin !== SITE) faults.push(`${page.url()} calls ${origin}`)
    else if (!request.isNavigationRequest() && !OWN.test(pathname) && !isDocumented(request.method(), pathname))
      faults.push(`${page.url()} calls ${request.method()} ${pathname}, which is in no document`)
  })
}

const isDocumented = (method: string, pathname: string): boolean =>
  DOCUMENTED.some((call) => call.method === method && call.path.test(pathname))

async function signIn(context: BrowserContext, { cookie }: SignedInPerson): Promise<void> {
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url: SITE, httpOnly: true, sameSite: 'Lax' }])
}

/**
 * Starts a gateway with the console as `npm start` serves it, and Chromium. Sign-up is open, by the test telephone. `outbound`
 * answers what the gateway calls, such as receivers of webhooks.
 */
export async function startConsoleWorld(outbound?: Outbound): Promise<ConsoleWorld> {
  const world = await startWorld({
    entry: 'local/build/front.ts',
    vars: { BASE_URL: SITE },
    console: { as: 'local' },
    ...(outbound ? { outbound } : {}),
    // Names that people wrote are theirs; in Persian here, so that a Latin letter is a word of ours.
    tenant: { name: 'فروشگاه' },
  })
  const admin = caller(
    world.chapar,
    await world.chapar.operatorToken('tester', { breakGlass: 'a test of the console' }),
  )
  const signUp = { open: true, tenantId: world.tenantId, mode: 'test' }
  const opened = await admin('/admin/v1/licensee', { method: 'PATCH', body: { signUp } })
  if (opened.status !== 200) throw new Error(`sign-up did not open: ${opened.status}`)
  const chromium = await startChromium([`MAP localhost ${new URL(world.chapar.url).host}`])
  const faults: string[] = []
  return {
    ...world,
    chromium,
    faults,
    at: (page, mode = 'test') => `/t/${world.tenantId}/${mode}${page ? `/${page}` : ''}`,
    member: (role) => signedInPerson(world.chapar, { name: 'سارا', level: 2, roles: { [world.tenantId]: role } }),
    known: async (person) => {
      const call = await person.calling(world.tenantId)
      await until('the account knows its member', async () => (await call('/v1/account')).ok || null)
    },
    staff: (role) => signedInPerson(world.chapar, { name: 'رضا', operatorRole: role }),
    open: async (path, options = {}) => {
      const { language = 'en', width = 1440, dark = false, still = false, as, permissions = [] } = options
      const context = await chromium.newContext({
        viewport: { width, height: 900 },
        locale: language === 'fa' ? 'fa-IR' : 'en-GB',
        timezoneId: 'Europe/London',
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: still ? 'reduce' : 'no-preference',
        permissions: [...permissions],
      })
      if (as) await signIn(context, as)
      const page = await context.newPage()
      listen(page, faults)
      watchTraffic(page)
      await page.goto(SITE + path)
      return page
    },
    dispose: async () => {
      await chromium.close()
      await world.dispose()
    },
  }
}
