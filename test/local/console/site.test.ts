import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations } from '#worker/routes/resources.ts'
import { pagesOf } from '../../../local/console/pages.ts'
import { CONSOLE_HEADERS } from '../../../local/console/policy.ts'
import { isWorkerPath, WORKER_FIRST } from '../../../local/console/site.ts'
import { consoleFiles, DOCUMENT, HASHED } from '../../worlds/console/files.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

interface Heard {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** What a browser sends that goes to a page, and what it sends for a module of one. */
const GOES = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}
const LOADS = { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'script' }
const HOW = { GOES, LOADS } as const

/** Sends what `fetch` may not, Sec- fields and the name localhost, to a gateway of this machine. */
const hear = (
  chapar: Harness,
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(chapar.url)
    const at = { host: '127.0.0.1', port, path, method }
    const sent = request({ ...at, headers: { host: `localhost:${port}`, 'cf-connecting-ip': '127.0.0.1', ...headers } })
    sent.on('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }))
    })
    sent.on('error', reject)
    sent.end()
  })

let deployed: Harness
let local: Harness
beforeAll(async () => {
  const folder = await consoleFiles()
  const vars = { BASE_URL: 'http://127.0.0.1:8787' }
  ;[deployed, local] = await Promise.all([
    startChapar({ vars, console: { as: 'deployed', folder } }),
    startChapar({ vars, console: { as: 'local', folder } }),
  ])
})
afterAll(async () => {
  await deployed?.dispose()
  await local?.dispose()
})

const OF_WORKERS: readonly string[] = [
  ...new Set(operations.map(({ path }) => path.replace(/:\w+/g, 'x'))),
  '/callbacks/sms/kavenegar/con_x/secret',
  '/p/report/x',
  '/p/unsubscribe/x',
  '/files/x',
  '/v1/no-such-thing',
  '/v1',
  '/v1/',
  '/admin/',
  '/docs/no-such-page',
  '/.well-known/security.txt',
]
const PAGES = [
  '/',
  '/?utm=1',
  '/t/ten_x/test/messages',
  '/operator',
  '/operator/tenants/ten_x',
  '/sign-in',
  '/sign-up?to=%2Ft',
]
const NOTHING = [
  '/assets/app-Old1.js',
  '/assets/',
  '/assets/index.html',
  '/tenants',
  '/sign-in.html',
  '/_headers',
  '/_redirects',
  '/..%2f',
  '/index.htm',
]

test('pages are what the console’s routes begin with, and none is at a path of the API', () => {
  expect(pagesOf()).toEqual(expect.arrayContaining(['operator', 'sign-in', 't']))
  const folder = `dist/test/console-pages-${process.pid}`
  mkdirSync(folder, { recursive: true })
  try {
    writeFileSync(`${folder}/routes.ts`, "createRoute({ path: '/docs/more' }), createRoute({ path: '/p' })")
    expect(() => pagesOf(folder)).toThrow('at paths of the API: docs, p')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the list of wrangler.toml holds every path of the API, and no page of the console', () => {
  expect(OF_WORKERS.filter((path) => !isWorkerPath(path) && path !== '/v1')).toEqual([])
  expect([...PAGES, HASHED, '/manifest.webmanifest'].filter((path) => isWorkerPath(path.split('?')[0] ?? ''))).toEqual(
    [],
  )
  // Cloudflare takes 100 rules.
  expect(WORKER_FIRST.length).toBeLessThan(50)
})

describe.each(['deployed', 'local'] as const)('%s', (where) => {
  const at = (path: string, how: keyof typeof HOW = 'GOES', method = 'GET'): Promise<Heard> =>
    hear(where === 'local' ? local : deployed, path, HOW[how], method)

  test('a browser that goes to a path of the API is answered by its Worker', async () => {
    const swallowed: string[] = []
    for (const path of OF_WORKERS) {
      const { text, headers } = await at(path)
      if (text === DOCUMENT || headers['cf-cache-status']) swallowed.push(path)
    }
    expect(swallowed).toEqual([])
  })

  test.each([
    ['/v1/no-such-thing', 401],
    ['/v1', 401],
    ['/docs/no-such-page', 404],
    ['/.well-known/security.txt', 404],
  ])('%s, which nobody knows, stays a problem in JSON', async (path, expected) => {
    const { status, headers, text } = await at(path)
    expect([status, headers['content-type']]).toEqual([expected, 'application/problem+json'])
    expect(JSON.parse(text)).toMatchObject({ status: expected })
  })

  test.each(PAGES)('%s is the console, checked each time', async (path) => {
    const { status, headers, text } = await at(path)
    expect([status, text]).toEqual([200, DOCUMENT])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=0, must-revalidate',
      ...Object.fromEntries(Object.entries(CONSOLE_HEADERS).map(([name, value]) => [name.toLowerCase(), value])),
    })
    const etag = String(headers.etag)
    const again = await hear(where === 'local' ? local : deployed, path, { ...GOES, 'if-none-match': etag })
    expect(again.status).toBe(304)
  })

  test('a file whose name changes with it is kept for a year', async () => {
    const { status, headers } = await at(HASHED, 'LOADS')
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
  })

  test.each(NOTHING)('%s is nothing: a 404 that nobody keeps, and never the document', async (path) => {
    for (const how of ['GOES', 'LOADS'] as const) {
      const { status, headers, text } = await at(path, how)
      expect([status, headers['content-type'], headers['cache-control']], how).toEqual([
        404,
        'application/problem+json',
        'no-store',
      ])
      expect(JSON.parse(text)).toMatchObject({ code: 'not-found' })
    }
  })

  test('the document has one address', async () => {
    const { status, headers } = await at('/index.html')
    expect([status, headers.location]).toEqual([307, '/'])
  })

  test('nothing is posted to a page', async () => {
    for (const path of ['/', '/sign-in']) expect([404, 405], path).toContain((await at(path, 'GOES', 'POST')).status)
  })
})
