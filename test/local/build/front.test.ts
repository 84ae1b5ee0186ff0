import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
beforeAll(async () => {
  chapar = await startChapar({ entry: 'local/build/front.ts' })
})
afterAll(() => chapar.dispose())

/** Sends what `fetch` may not: any Host, Origin and Sec- field, as browsers and hostile programs do. */
const statusOf = (path: string, headers: Record<string, string>, method = 'POST'): Promise<number> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(chapar.url)
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } })
    sent.on('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(method === 'POST' ? 'From: <a@b.example>\r\n\r\nx' : '')
  })

/** Paths that only the commands of this machine call. */
const CRON = `/cdn-cgi/local/scheduled?cron=${encodeURIComponent('17 * * * *')}`
const LOCAL = [
  CRON,
  '/cdn-cgi/local/email?from=a%40b.example&to=c%40d.example',
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
