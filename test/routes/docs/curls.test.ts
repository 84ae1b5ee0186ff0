import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { exampleOf } from '../../api/examples.ts'
import { codesWork } from '../../api/people/code-examples.ts'
import { hasCurl, type Shell, startShell } from '../../worlds/docs/shell.ts'
import { signedInPerson } from '../../worlds/players/person-world.ts'
import { nameOf, type Surface, startSurface } from '../../worlds/surface.ts'

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' }
const textOf = (html: string): string => html.replace(/&(\w+|#39);/g, (_, name: string) => ENTITIES[name] ?? '')

/** Curls of a page, each with the call above it. */
const curlsOf = (html: string) =>
  [
    ...html.matchAll(
      /<p class="call"><code>(\w+) ([^<]*)<\/code>[\s\S]*?<pre[^>]*><code[^>]*>([\s\S]*?)<\/code><\/pre>/g,
    ),
  ].map(([, method = '', path = '', text = '']) => ({
    name: `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    text: textOf(text),
  }))

/** Values of a path's parameters, from a path that was made ready. */
function paramsOf(template: string, path: string): Record<string, string> {
  const names = template.split('/')
  const parts = path.split('?')[0]?.split('/') ?? []
  return Object.fromEntries(
    names.flatMap((name, index) => (name.startsWith(':') ? [[name.slice(1), parts[index] ?? '']] : [])),
  )
}

/** Calls that find something which another call has made. */
const PREPARED = ['POST /v1/auth/identity/national-id', 'POST /admin/v1/identities/find', 'POST /admin/v1/approvals']
/** Somebody who is signed in for one curl alone, which may sign him out. */
const OWNER = ({ tenantId }: Surface) => ({ roles: { [tenantId]: 'owner' as const }, level: 2 })

/** Calls whose body no text can hold: an authenticator signs it, or it is somebody's secret. They are read, and refused. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'POST /v1/auth/passkeys/registration': /^422 .*passkey-refused/,
  'POST /v1/auth/sign-in/passkey': /^422 .*passkey-refused/,
  'POST /v1/auth/step-up/passkey': /^422 .*passkey-refused/,
  'POST /v1/auth/sign-up/check': /^422 .*verification-over/,
  'POST /v1/auth/sign-in/check': /^422 .*verification-over/,
  'POST /v1/auth/code/resend': /^422 .*verification-over/,
  'POST /v1/auth/step-up': /^422 .*verification-over/,
  'POST /v1/auth/mobile/old': /^422 .*verification-over/,
  'POST /v1/auth/mobile/new': /^422 .*verification-over/,
  'POST /v1/auth/lost-access/check': /^422 .*verification-over/,
  'POST /v1/auth/invitations/accept': /^404 .*not-found/,
}

/** What the form of a curl follows from. */
const formOf = ({ method, path, signedIn, body, bodyOptional, items }: Operation): string =>
  [method, path.split('/')[1], signedIn, body !== undefined, bodyOptional, items !== undefined].join()
/** The first call of each form. Where the machine has a curl, which runs all, the stand-in runs these: a process each costs. */
const ONE_OF_EACH = [...new Map(operations.toReversed().map((one) => [formOf(one), one])).values()]
const OPTION = /(?<=\s)-{1,2}[a-zA-Z][\w-]*/g
const optionsOf = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => text.match(OPTION) ?? []))

describe.each(['own', 'stand-in'] as const)('with a curl of its %s', (kind) => {
  describe.skipIf(kind === 'own' && !hasCurl())('every curl of /docs runs as it stands', () => {
    const tried = kind === 'stand-in' && hasCurl() ? ONE_OF_EACH : operations
    let it: Surface
    let shell: Shell
    let curls: ReturnType<typeof curlsOf> = []
    beforeAll(async () => {
      it = await startSurface()
      // As the demo tenant has it: `POST /v1/devices` needs an application.
      await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, {
        body: { channel: 'push', address: 'shop', lineClass: 'service', isDefault: true },
      })
      await codesWork(it)
      shell = await startShell(it.chapar, kind)
      curls = curlsOf(await (await it.chapar.fetch('/docs')).text())
    })
    afterAll(async () => {
      await shell.close()
      await it.dispose()
    })

    test('each call has one', () => {
      expect(curls.map(({ name }) => name).sort()).toEqual(operations.map(nameOf).sort())
    })

    test('each option stands in one that is tried', () => {
      const names = tried.map(nameOf)
      const texts = curls.filter(({ name }) => names.includes(name)).map(({ text }) => text)
      const all = optionsOf(curls.map(({ text }) => text))
      expect(all).toContain('-H')
      expect(optionsOf(texts)).toEqual(all)
    })

    test.each(tried.map((operation) => [nameOf(operation), operation] as const))('%s', async (name, operation) => {
      const { text } = curls.find((one) => one.name === name) ?? { text: '' }
      const {
        path,
        headers = {},
        token,
      } = operation.path.includes(':') || PREPARED.includes(name) ? await exampleOf(operation, it) : { path: '' }
      const { cookie, origin } = operation.signedIn ? await signedInPerson(it.chapar, OWNER(it)) : await it.owner()
      const { made } = await shell.run(text, {
        TOKEN: it.token,
        OPERATOR: operation.path.startsWith('/admin/') && token ? token : it.operatorToken,
        COOKIE: headers['cookie'] ?? cookie,
        ORIGIN: origin,
        PERSON: await it.personToken(),
        CLIENT_ID: it.clientId,
        CLIENT_SECRET: it.clientSecret,
        tenantId: it.tenantId,
        connectionId: it.connectionId,
        ...paramsOf(operation.path, path),
        // A line is one tenant's: adding and replacing it speak of the same.
        ...(operation.path.endsWith('/senders') ? { tenantId: it.tenantId } : {}),
      })
      const answers = made.map(({ status, text }) => (status < 400 ? 'good' : `${status} ${text}`))
      const refused = REFUSED[name]
      expect(answers).toEqual([refused ? expect.stringMatching(refused) : 'good'])
    })
  })
})
