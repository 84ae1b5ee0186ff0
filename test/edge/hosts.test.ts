import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPossibleHost } from '#worker/lib/http/host.ts'
import { type Harness, startChapar } from '../worlds/harness.ts'

/** Host headers that name no host, by what is wrong with them. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'a space': 'a b',
  'a control character': 'a\x01b',
  'an escape': 'a\x1bb',
  'a tab': 'a\tb',
  'a port that is none': 'a.test:99999',
  'a port of letters': 'a.test:x',
  'a port of six digits': 'a.test:123456',
  'a port of nothing behind a bracket': '[::1]:99999',
  'two ports': 'a.test:80:80',
  'a sign before the port': 'a.test:-1',
  'an open bracket': '[::1',
  'a closed bracket': '::1]',
  'IPv6 without brackets': '::1',
  'IPv6 of other letters': '[zz]',
  'IPv6 of nine parts': '[1:2:3:4:5:6:7:8:9]',
  'IPv6 with a zone': '[fe80::1%25eth0]',
  'no IPv6': '[]',
  'IPv4 beyond 255': '1.2.3.999',
  'IPv4 of five parts': '1.2.3.4.5',
  'a path': 'a/b',
  'a path that others have': 'a/callbacks',
  'a query': 'a?b',
  'a fragment': 'a#b',
  'a user': 'user@a.test',
  'a user with a password': 'user:word@a.test',
  'a backslash': 'a\\b',
  brackets: '<a>',
  quotes: '"a"',
  'an apostrophe': "a'b",
  'a star': '*',
  'a comma': 'a.test, b.test',
  'a semicolon': 'a;b',
  'a caret': 'a^b',
  'a bar': 'a|b',
  'percent signs': 'a%00b',
  'letters as bytes': '\xd9\x84.test',
  'only dots': '..',
  'an empty label': 'a..b',
  'a dot before': '.a',
  'a hyphen before': '-a.test',
  'a whole URL': 'http://a.test',
  'a label of 64': `${'a'.repeat(64)}.test`,
  '300 characters': `${'a'.repeat(60)}.`.repeat(5),
  '9,000 characters': 'a'.repeat(9_000),
}
const POSSIBLE = [
  ...[
    'a',
    'a.test',
    'A.Test',
    'a.test.',
    'a-b.test',
    'a_b.test',
    'xn--mgba3a4f16a.ir',
    '1.2.3.4',
    'localhost',
    '3com.example',
  ],
  ...[
    '127.0.0.1:8787',
    'localhost:1',
    'a.test:443',
    'a.test:65535',
    '[::1]',
    '[::1]:8787',
    '[2001:db8::1]',
    '[::ffff:1.2.3.4]:80',
  ],
  `${`${'a'.repeat(60)}.`.repeat(4)}test`,
]

test('what is no host is known, and every host is one', () => {
  expect(Object.entries(IMPOSSIBLE).filter(([, host]) => isPossibleHost(host))).toEqual([])
  expect(POSSIBLE.filter((host) => !isPossibleHost(host))).toEqual([])
  // Requests inside the deployment have none.
  expect(isPossibleHost(null)).toBe(true)
})

/** Sends a request as bytes, and answers its status line; empty if the connection was closed without one. */
const statusOf = (origin: string, path: string, fields: string): Promise<number> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1')
    let got = ''
    socket.on('data', (data) => {
      got += data.toString('latin1')
    })
    socket.on('error', () => resolve(0))
    socket.on('close', () => resolve(Number(got.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3))))
    socket.write(Buffer.from(`GET ${path} HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`, 'latin1'))
  })

const PATHS = [
  ...[
    '/',
    '/healthz',
    '/v1/messages?limit=1',
    '/admin/v1/tenants',
    '/oauth/token',
    '/docs',
    '/openapi.json',
    '/nowhere',
  ],
  ...['/callbacks/sms/sandbox/con_x/secret', '/p/unsubscribe/x', '/p/report/x', '/files/x'],
]

describe.each([
  ['the Worker', 'worker/index.ts'],
  ['the gateway of `npm start`', 'local/build/front.ts'],
])('%s', (_, entry) => {
  let chapar: Harness
  const logged: string[] = []
  beforeAll(async () => {
    chapar = await startChapar({ entry, onLog: (line) => logged.push(line) })
  })
  afterAll(() => chapar.dispose())

  test('answers 400 to an impossible Host at every edge, and logs no error', async () => {
    const other: string[] = []
    const paths = entry === 'worker/index.ts' ? PATHS : [...PATHS, '/cdn-cgi/local/scheduled', '/cdn-cgi/local/email']
    for (const [name, host] of Object.entries(IMPOSSIBLE))
      for (const path of paths)
        if ((await statusOf(chapar.url, path, `Host: ${host}\r\n`)) !== 400) other.push(`${name} at ${path}`)
    expect(other).toEqual([])
    expect(logged.filter((line) => /exception|failed|error/i.test(line))).toEqual([])
  })

  test('has a platform that answers 400 itself to none, an empty one and a null character; two are one impossible', async () => {
    for (const fields of ['', 'Host:\r\n', 'Host: \r\n', 'Host: a\x00b\r\n', 'Host: a.test\r\nHost: b.test\r\n'])
      expect(await statusOf(chapar.url, '/healthz', fields)).toBe(400)
  })

  test('serves every host that can be one', async () => {
    for (const host of POSSIBLE) expect(await statusOf(chapar.url, '/healthz', `Host: ${host}\r\n`), host).toBe(200)
  })
})
