import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from '../../worlds/browser.ts'
import { type SignedInPerson, signedInPerson } from '../../worlds/players/person-world.ts'
import { startWorld, type World } from '../../worlds/world.ts'

/** Where the browser finds the gateway: passkeys work at `localhost` without TLS, and at no address in numbers. */
const GATEWAY = 'http://localhost'

let world: World
let chromium: Browser
let context: BrowserContext
let page: Page
let devtools: CDPSession
let authenticator: string
let person: SignedInPerson
beforeAll(async () => {
  world = await startWorld({ vars: { BASE_URL: GATEWAY } })
  person = await signedInPerson(world.chapar, { roles: { [world.tenantId]: 'owner' } })
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
  test('a person adds a passkey, signs out, signs in by it, steps up, and calls the API from a tab', async () => {
    await context.addCookies([
      { name: 'chapar', value: person.cookie.split('=')[1] ?? '', url: GATEWAY, httpOnly: true },
    ])
    const made = await withBrowser(CREATE, await call('/v1/auth/passkeys/registration/options'))
    const registered = await call('/v1/auth/passkeys/registration', { name: 'This laptop', credential: made })
    expect(registered).toMatchObject({ status: 201, body: { name: 'This laptop', status: 'active' } })
    expect(await call('/v1/auth/sign-out')).toEqual({ status: 204, body: null })
    expect((await read('/v1/auth/me')).status).toBe(401)

    const signed = await withBrowser(GET, await call('/v1/auth/sign-in/passkey/options'))
    expect(await call('/v1/auth/sign-in/passkey', { credential: signed })).toEqual({ status: 204, body: null })
    expect(await read('/v1/auth/me')).toMatchObject({ status: 200, body: { id: person.id, name: person.name } })

    const proof = await withBrowser(GET, await call('/v1/auth/step-up/passkey/options'))
    expect((await call('/v1/auth/step-up/passkey', { credential: proof })).status).toBe(204)
    const tab = await call('/v1/auth/token', { tenantId: world.tenantId, mode: 'test' })
    expect(tab).toMatchObject({ status: 200, body: { role: 'owner' } })
    const listed = await page.evaluate(
      async (token) => (await fetch('/v1/channels', { headers: { authorization: `Bearer ${token}` } })).status,
      String(tab.body?.['accessToken']),
    )
    expect(listed).toBe(200)
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
