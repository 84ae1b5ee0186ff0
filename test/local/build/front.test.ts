import { type IncomingHttpHeaders, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminClient } from '../../worlds/admin-client.ts'
import { startChromium } from '../../worlds/browser.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

/** As `npm start` says it; the gateway of this test listens elsewhere. */
const BASE_URL = 'http://127.0.0.1:8787'

let chapar: Harness
beforeAll(async () => {
  chapar = await startChapar({ entry: 'local/build/front.ts', vars: { BASE_URL } })
})
afterAll(() => chapar.dispose())

interface Heard {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends what `fetch` may not: any Host, Origin and Sec- field, as browsers and hostile programs do. */
const MAIL = 'From: <a@b.example>\r\n\r\nx'
const hear = (path: string, headers: Record<string, string>, method = 'POST', body = MAIL): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(chapar.url)
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } })
    sent.on('response', (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(parts).toString(),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(method === 'POST' ? body : '')
  })

const statusOf = async (path: string, headers: Record<string, string>, method?: string): Promise<number> =>
  (await hear(path, headers, method)).status

/** Paths that only the commands of this machine call. */
const CRON = `/cdn-cgi/local/scheduled?cron=${encodeURIComponent('17 * * * *')}`
const LOCAL = [
  CRON,
  '/cdn-cgi/local/email?from=a%40b.example&to=c%40d.example',
  '/cdn-cgi/local/people?tenant=ten_000000000000',
  '/cdn-cgi/local/sign-in-link?as=owner',
  '/cdn-cgi/local/nothing',
  '/cdn-cgi/mf/x',
]
const COMMAND = { 'x-chapar-local': '1' }

test.each(LOCAL)('a command calls %s, nobody else', async (path) => {
  const { port } = new URL(chapar.url)
  const refused: Readonly<Record<string, Record<string, string>>> = {
    'a request without the header': {},
    'a form of another page': { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    'a simple request of another page': {
      origin: 'null',
      'content-type': 'text/plain',
      'sec-fetch-site': 'cross-site',
    },
    'a page with the header': { ...COMMAND, origin: 'https://evil.example' },
    'a page of another port': { ...COMMAND, origin: `http://127.0.0.1:${Number(port) + 1}` },
    'a page of this very origin': { ...COMMAND, origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' },
    'a script whose name was made to point here': { ...COMMAND, host: `evil.example:${port}` },
    'the same, in an image': { host: 'evil.example', 'sec-fetch-site': 'same-origin' },
    'a name that begins like ours': { ...COMMAND, host: '127.0.0.1.evil.example' },
    'another value of the header': { 'x-chapar-local': 'yes' },
    'fetched by a page, without origin': { ...COMMAND, 'sec-fetch-site': 'cross-site' },
  }
  const entered: string[] = []
  for (const [name, headers] of Object.entries(refused))
    for (const method of ['GET', 'POST'])
      if ((await statusOf(path, headers, method)) !== 403) entered.push(`${name}, ${method}`)
  expect(entered).toEqual([])
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
    expect(await statusOf(path, { ...COMMAND, host })).not.toBe(403)
  expect(await statusOf(path, COMMAND, 'GET')).toBe(405)
})

test('the preflight that a page needs to send the header is refused', async () => {
  const preflight = {
    origin: 'https://evil.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'x-chapar-local',
  }
  for (const path of LOCAL) {
    const answer = await fetch(new URL(path, chapar.url), { method: 'OPTIONS', headers: preflight })
    expect(answer.status).toBe(403)
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})

test('a cron is fired and a mail is taken for a command', async () => {
  expect(await statusOf(CRON, COMMAND)).toBe(200)
  expect(await statusOf('/cdn-cgi/local/email?from=a%40b.example&to=c%40d.example', COMMAND)).toBe(422)
})

test.each([
  ['no cron', '', '* * * * *, 17 * * * *'],
  ['an unknown one', '?cron=0+0+*+*+*', '* * * * *, 17 * * * *'],
  ['one whose + was not encoded as a space', '?cron=17%2B*%2B*%2B*%2B*', '* * * * *, 17 * * * *'],
  ['a time that is none', '?cron=17+*+*+*+*&time=now', '`time`'],
])('%s is a 400 that says what may be asked for', async (_, query, said) => {
  const url = new URL(`/cdn-cgi/local/scheduled${query}`, chapar.url)
  const answer = await fetch(url, { method: 'POST', headers: COMMAND })
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(said)])
})

/** Makes a link as the command does; its path. */
async function link(as: string): Promise<string> {
  const { status, text } = await hear(`/cdn-cgi/local/sign-in-link?as=${as}`, COMMAND)
  expect(status, text).toBe(200)
  const { origin, pathname, search } = new URL(text.trim())
  expect(origin).toBe('http://localhost:8787')
  return pathname + search
}

describe('the people of `npm start`', () => {
  let tenant = ''
  const newTenant = async (name: string): Promise<string> =>
    String((await (await adminClient(chapar)).ok('POST', '/admin/v1/tenants', { name }))['id'])
  const make = (): Promise<number> => statusOf(`/cdn-cgi/local/people?tenant=${tenant}`, COMMAND)
  const rows = async (table: string) => (await chapar.control.prepare(`SELECT * FROM ${table}`).all()).results
  const browse = (path: string, cookie: string, headers: Record<string, string> = {}, method = 'GET') =>
    hear(path, { ...(cookie === '' ? {} : { cookie }), ...headers }, method)
  const cookieOf = ({ headers }: Heard): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  beforeAll(async () => {
    tenant = await newTenant('Demo')
    expect(await make()).toBe(200)
  })

  test('are made once, and what an interrupted start left out is made by the next one', async () => {
    const before = await Promise.all(['people', 'memberships', 'licensee'].map(rows))
    expect(before.map((found) => found.length)).toEqual([2, 1, 1])
    expect(await make()).toBe(200)
    expect(await Promise.all(['people', 'memberships', 'licensee'].map(rows))).toEqual(before)
    await chapar.control.batch(
      ['memberships', 'licensee', 'people WHERE operator_role IS NULL'].map((of) =>
        chapar.control.prepare(`DELETE FROM ${of}`),
      ),
    )
    expect(await make()).toBe(200)
    const after = await Promise.all(['people', 'memberships', 'licensee'].map(rows))
    expect(after.map((found) => found.length)).toEqual([2, 1, 1])
    expect(await statusOf('/cdn-cgi/local/people?tenant=ten_000000000000', COMMAND)).toBe(400)
  })

  test('leave alone what the operator has decided about sign-up', async () => {
    const operator = await adminClient(chapar)
    const signUp = { open: false, approval: false, tenantId: await newTenant('Other'), mode: 'live' }
    await operator.ok('PATCH', '/admin/v1/licensee', { signUp })
    expect(await make()).toBe(200)
    expect(await operator.ok('GET', '/admin/v1/licensee')).toMatchObject({ signUp })
  })

  test.each([
    ['owner', { level: 'L1', operatorRole: null }, 1],
    ['operator', { level: 'L2', operatorRole: 'owner' }, 0],
  ])('sign in by a link: the %s', async (as, who, tenants) => {
    const entered = await browse(await link(as), '')
    expect([entered.status, entered.headers.location]).toEqual([303, '/'])
    expect(entered.headers['set-cookie']?.[0]).toMatch(/^chapar=[^;]+; Path=\/; .*HttpOnly; SameSite=Lax$/)
    expect(entered.headers['referrer-policy']).toBe('no-referrer')
    const me = await browse('/v1/auth/me', cookieOf(entered))
    const { tenants: own, ...person } = JSON.parse(me.text) as { readonly tenants: readonly object[] }
    expect(person).toMatchObject({ ...who, signIn: { method: 'link', ip: '127.0.0.1' } })
    expect(own).toHaveLength(tenants)
  })

  test('get a link that is good once, whoever only looked at it, and not beyond its time', async () => {
    const path = await link('owner')
    expect((await browse(path, '', {}, 'HEAD')).status).toBe(404)
    expect((await browse(path, '')).status).toBe(303)
    const again = await browse(path, '')
    expect([again.status, again.headers['set-cookie']]).toEqual([404, undefined])
    expect(again.text).toContain('npm run sign-in')
    const late = await link('owner')
    const [row] = await rows('ceremonies')
    expect(Number(row?.['expires_at']) - Date.now()).toBeLessThanOrEqual(300_000)
    await chapar.control.prepare('UPDATE ceremonies SET expires_at = ?').bind(Date.now()).run()
    expect((await browse(late, '')).status).toBe(404)
    expect(await statusOf('/cdn-cgi/local/sign-in-link?as=nobody', COMMAND)).toBe(400)
  })

  test('may work at both names of this machine', async () => {
    const { port } = new URL(chapar.url)
    for (const name of ['127.0.0.1', 'localhost']) {
      const host = { host: `${name}:${port}` }
      const cookie = cookieOf(await browse(await link('owner'), '', host))
      const signOut = (origin: string) => browse('/v1/auth/sign-out', cookie, { ...host, origin }, 'POST')
      expect((await browse('/v1/auth/me', cookie, host)).status, name).toBe(200)
      for (const foreign of ['http://evil.example', `http://${name}:1`])
        expect((await signOut(foreign)).status, foreign).toBe(403)
      expect((await signOut(`http://${name}:8787`)).status, name).toBe(204)
      expect((await browse('/v1/auth/me', cookie, host)).status, name).toBe(401)
    }
  })

  test('are brought to localhost by a browser that goes to their pages, which uses up nothing', async () => {
    const { port } = new URL(chapar.url)
    const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const path = await link('owner')
    for (const there of [path, '/v1/auth/me?x=1', '/', '/t/x/test?to=1', '/docs/guides', '/docs/guides/webhooks']) {
      const { status, headers } = await browse(there, '', page)
      expect([status, headers.location]).toEqual([302, `http://localhost:${port}${there}`])
    }
    const stays: readonly [string, Record<string, string>, string][] = [
      ['/v1/auth/me', { ...page, host: `localhost:${port}` }, 'GET'],
      ['/v1/auth/me', { accept: '*/*' }, 'GET'],
      ['/v1/auth/sign-out', page, 'POST'],
      ['/docs', page, 'GET'],
      ['/v1/authors', page, 'GET'],
      ['/', { ...page, host: `localhost:${port}` }, 'GET'],
      ['/', { accept: '*/*' }, 'GET'],
    ]
    for (const [there, headers, method] of stays)
      expect((await browse(there, '', headers, method)).status, there).not.toBe(302)
    expect((await browse(path, '', { ...page, host: `localhost:${port}` })).status).toBe(303)
  })

  describe('sign in by the page of this machine', () => {
    const ENTRY = '/cdn-cgi/local/sign-in'
    const at = (name: string) => `${name}:${new URL(chapar.url).port}`
    const press = (body: string, headers: Record<string, string> = {}): Promise<Heard> => {
      const own = { host: at('localhost'), origin: `http://${at('localhost')}` }
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      return hear(ENTRY, { ...own, ...type, ...headers }, 'POST', body)
    }

    test.each(['owner', 'operator'])('with its button for the %s', async (as) => {
      const shown = await browse(ENTRY, '', { host: at('localhost') })
      expect(shown.text).toContain(`<button name="as" value="${as}">`)
      expect(shown.headers['content-security-policy']).toContain("default-src 'none'")
      const pressed = await press(`as=${as}`)
      expect([pressed.status, pressed.headers['cache-control']]).toEqual([303, 'no-store'])
      const entered = await browse(String(pressed.headers.location), '')
      expect([entered.status, entered.headers.location]).toEqual([303, '/'])
      expect((await browse('/v1/auth/me', cookieOf(entered))).status).toBe(200)
    })

    test.each([
      ['fa-IR,fa;q=0.9,en;q=0.8', 'fa" dir="rtl', 'ورود روی همین رایانه', 'مالک حساب نمونه'],
      ['en-GB, fa;q=0.5', 'fa" dir="rtl', 'ورود روی همین رایانه', 'گردانندهٔ این سامانه'],
      ['en-GB,en;q=0.9', 'en" dir="ltr', 'Sign in on this machine', 'Owner of the demo account'],
      ['fast', 'en" dir="ltr', 'Sign in on this machine', 'Operator of this service'],
      [undefined, 'en" dir="ltr', 'Sign in on this machine', 'Operator of this service'],
    ])('in the language of who reads %s', async (asked, lang, title, button) => {
      const headers = { host: at('localhost'), ...(asked ? { 'accept-language': asked } : {}) }
      const { text, headers: told } = await browse(ENTRY, '', headers)
      expect(text).toContain(`<html lang="${lang}">`)
      expect(text).toContain(`<h1>${title}</h1>`)
      expect(text).toContain(`>${button}</button>`)
      expect(told['vary']).toMatch(/accept-language/i)
      // Nothing but the command is in another script than the page.
      const words = text.replace(/^[\s\S]*<main>/, '').replaceAll(/<code[\s\S]*?<\/code>|<[^>]*>/g, '')
      expect(lang.startsWith('fa') ? /[A-Za-z]/.test(words) : /[\u0600-\u06FF]/.test(words)).toBe(false)
    })

    test('as a browser sends it, which decides by itself what it says of where it comes from', async () => {
      const chromium = await startChromium()
      try {
        const page = await chromium.newPage()
        await page.goto(`http://${at('localhost')}${ENTRY}`)
        await Promise.all([page.waitForResponse(/sign-in\/link/), page.click('button[value=owner]')])
        await page.waitForURL(`http://${at('localhost')}/`)
        expect((await page.request.get(`http://${at('localhost')}/v1/auth/me`)).status()).toBe(200)
      } finally {
        await chromium.close()
      }
    })

    test('which no other page presses, under no other name', async () => {
      const evil = 'http://evil.example'
      const others: Readonly<Record<string, Record<string, string>>> = {
        'another page': { origin: evil },
        'a page without origin': { origin: 'null' },
        'a page of another port': { origin: 'http://localhost:1' },
        'a page at the address': { origin: `http://${at('127.0.0.1')}` },
        'a name that was made to point here': { host: at('evil.example'), origin: `http://${at('evil.example')}` },
        'the address': { host: at('127.0.0.1'), origin: `http://${at('127.0.0.1')}` },
      }
      for (const [name, headers] of Object.entries(others)) {
        const { status, headers: answered } = await press('as=owner', headers)
        expect([name, status, answered.location]).toEqual([name, 403, undefined])
      }
      expect((await browse(ENTRY, '', { host: at('evil.example') })).status).toBe(403)
      expect((await browse(ENTRY, '', { host: at('localhost') }, 'DELETE')).status).toBe(405)
      expect((await press('as=nobody')).status).toBe(400)
      const moved = await browse(ENTRY, '')
      expect([moved.status, moved.headers.location]).toEqual([302, `http://${at('localhost')}${ENTRY}`])
    })
  })
})
