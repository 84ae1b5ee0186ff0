import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from '../../worlds/browser.ts'
import { caller, startWorld, until, type World } from '../../worlds/world.ts'

/** Where the browser finds the gateway: passkeys work at `localhost` without TLS, and at no address in numbers. */
const GATEWAY = 'http://localhost'

let world: World
let chromium: Browser
let context: BrowserContext
let page: Page
let devtools: CDPSession
let authenticator: string
beforeAll(async () => {
  world = await startWorld({ vars: { BASE_URL: GATEWAY } })
  // Codes go out by the sandbox, which proves something on this machine alone, to the test telephone of the tenant.
  const signUp = { open: true, tenantId: world.tenantId, mode: 'test' }
  const admin = caller(world.chapar, await world.chapar.operatorToken('tester', { breakGlass: 'a test of passkeys' }))
  expect((await admin('/admin/v1/licensee', { method: 'PATCH', body: { signUp } })).status).toBe(200)
  chromium = await startChromium([`MAP localhost ${new URL(world.chapar.url).host}`])
  context = await chromium.newContext()
  page = await context.newPage()
  // The pages of the docs may call nothing; the text of an answer is a page of this origin, too.
  await page.goto(`${GATEWAY}/v1/auth/me`)
  devtools = await context.newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const
  authenticator = (await devtools.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId
})
afterAll(async () => {
  await chromium?.close()
  await world?.dispose()
})

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | null
}

/** Calls the API from within the page, with the cookies that the browser has. */
const call = (path: string, body?: unknown, method = 'POST'): Promise<Answer> =>
  page.evaluate(
    async ([to, how, json]) => {
      const headers = json === null ? {} : { 'content-type': 'application/json' }
      const answer = await fetch(to, { method: how, headers, ...(json === null ? {} : { body: json }) })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
    },
    [path, method, body === undefined ? null : JSON.stringify(body)] as const,
  )
const read = (path: string): Promise<Answer> => call(path, undefined, 'GET')

/** Code that arrived at the test telephone of this number. */
const codeOnTelephone = (mobile: string): Promise<string> =>
  until('the code arrives', async () => {
    const { data } = await world.json<{ readonly data: readonly object[] }>(
      `/v1/sandbox/phone?number=${encodeURIComponent(mobile)}`,
    )
    return /(?<!\d)\d{6}(?!\d)/.exec(JSON.stringify(data.map((item) => (item as { text?: string }).text)))?.[0] ?? null
  })

/** What a page of ours does with options: the browser's own JSON, and its own authenticator. */
const CREATE = `async (options) => (await navigator.credentials.create({
  publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })).toJSON()`
const GET = `async (options) => (await navigator.credentials.get({
  publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })).toJSON()`
const withBrowser = async (how: string, { status, body }: Answer): Promise<unknown> => {
  expect(status).toBe(200)
  return page.evaluate(`(${how})(${JSON.stringify(body?.['publicKey'])})`)
}

describe('in a browser', () => {
  test('a person signs up, adds a passkey, signs out, signs in by it, steps up, and calls the API from a tab', async () => {
    const mobile = '+989121230000'
    const facts = { name: 'Zw9pageName1Rs', email: 'zx2-page@person.example', tenantName: 'Shop of the page' }
    const begun = await call('/v1/auth/sign-up', { ...facts, mobile })
    expect(begun).toMatchObject({ status: 202, body: { channel: 'sms' } })
    const code = await codeOnTelephone(mobile)
    const signedUp = await call('/v1/auth/sign-up/check', { ceremony: begun.body?.['ceremony'], code })
    expect(signedUp).toMatchObject({ status: 200, body: { tenant: { name: facts.tenantName } } })
    const me = await read('/v1/auth/me')
    expect(me).toMatchObject({ status: 200, body: { name: facts.name, mobile } })

    const made = await withBrowser(CREATE, await call('/v1/auth/passkeys/registration/options'))
    const registered = await call('/v1/auth/passkeys/registration', { name: 'This laptop', credential: made })
    expect(registered).toMatchObject({ status: 201, body: { name: 'This laptop', status: 'active' } })
    expect(await call('/v1/auth/sign-out')).toEqual({ status: 204, body: null })
    expect((await read('/v1/auth/me')).status).toBe(401)

    const signed = await withBrowser(GET, await call('/v1/auth/sign-in/passkey/options'))
    expect(await call('/v1/auth/sign-in/passkey', { credential: signed })).toEqual({ status: 204, body: null })
    expect(await read('/v1/auth/me')).toMatchObject({
      status: 200,
      body: { id: me.body?.['id'], signIn: { method: 'passkey' } },
    })

    const proof = await withBrowser(GET, await call('/v1/auth/step-up/passkey/options'))
    expect((await call('/v1/auth/step-up/passkey', { credential: proof })).status).toBe(204)
    const { tenant } = signedUp.body as { readonly tenant: { readonly id: string } }
    const tab = await call('/v1/auth/token', { tenantId: tenant.id, mode: 'test' })
    expect(tab).toMatchObject({ status: 200, body: { role: 'owner' } })
    const listed = await page.evaluate(async (token) => {
      const answer = await fetch('/v1/channels', { headers: { authorization: `Bearer ${token}` } })
      return [answer.status, ((await answer.json()) as { readonly code?: string }).code]
    }, String(tab.body?.['accessToken']))
    expect(listed).toEqual([200, undefined])
  })

  test('scripts of the page see neither cookie', async () => {
    expect(await page.evaluate('document.cookie')).toBe('')
    expect((await context.cookies()).map(({ name, httpOnly }) => [name, httpOnly])).toContainEqual(['chapar', true])
  })

  test('the device does not make a second passkey for who has one', async () => {
    const { body } = await call('/v1/auth/passkeys/registration/options')
    await expect(page.evaluate(`(${CREATE})(${JSON.stringify(body?.['publicKey'])})`)).rejects.toThrow(
      'InvalidStateError',
    )
  })

  test('whom the device does not know is not signed in', async () => {
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false })
    const { body } = await call('/v1/auth/sign-in/passkey/options')
    await expect(page.evaluate(`(${GET})(${JSON.stringify(body?.['publicKey'])})`)).rejects.toThrow('NotAllowedError')
  })
})
