import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guardedPost, urlRefusal } from '#worker/lib/http/guarded-fetch.ts'
import { PATIENCE } from '../../patience.ts'

const rules = { ownHosts: ['chapar.example.com'], localPort: null }

describe('urlRefusal', () => {
  test.each([
    'https://hooks.example.com/chapar',
    'https://hooks.example.com:443/chapar?tenant=1',
    'https://پیامک.ایران/خبر',
    'https://xn--mgba3a4f16a.xn--mgba3a4f16a/',
    'https://1password.com/',
    'https://10.example.com/',
    'https://local.example.org./',
    'https://notlocalhost.com/',
    'https://HOOKS.EXAMPLE.ORG/',
  ])('lets %s through', (url) => {
    expect(urlRefusal(url, rules)).toBeNull()
  })

  test.each([
    // other schemes and ports
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'data:text/plain,hi',
    'javascript:alert(1)',
    'gopher://hooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://hooks.example.com:80/',
    'https://hooks.example.com:22/',
    // user info, and what hides a host behind it
    'https://user@hooks.example.com/',
    'https://user:pass@hooks.example.com/',
    'https://hooks.example.com@127.0.0.1/',
    'https://hooks.example.com\\@127.0.0.1/',
    'https://127.0.0.1\\.example.com/',
    // IPv4 in every notation
    'https://127.0.0.1/',
    'https://127.0.0.1./',
    'https://127.1/',
    'https://127.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0X7F.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://00000177.0x0.0.01/',
    'https://%31%32%37.0.0.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://127。0。0。1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.0.0.8/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://100.100.100.200/',
    'https://8.8.8.8/',
    'https://256.256.256.256/',
    'https://1.2.3.4.5/',
    // IPv6
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[0:0:0:0:0:ffff:a9fe:a9fe]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1%25eth0]/',
    'https://[2001:4860:4860::8888]/',
    // names that are not public
    'https://localhost/',
    'https://localhost./',
    'https://LOCALHOST/',
    'https://ⓛocalhost/',
    'https://app.localhost/',
    'https://printer.local/',
    'https://printer.local./',
    'https://printer.ⓛⓞⓒⓐⓛ/',
    'https://db.internal/',
    'https://metadata.google.internal/',
    'https://metadata/',
    'https://metadata.goog/',
    'https://kubernetes.default.svc/',
    'https://a.svc.cluster.local/',
    'https://intranet/',
    'https://1.0.0.127.in-addr.arpa/',
    'https://router.home.arpa/',
    'https://hidden.onion/',
    'https://nothing.invalid/',
    'https://127.0.0.1.nip.io/',
    'https://10-0-0-1.sslip.io/',
    'https://localtest.me/',
    // this deployment itself
    'https://chapar.example.com/callbacks/',
    'https://CHAPAR.example.com./',
    'https://eu.chapar.example.com/',
    'https://chapar。example。com/',
    // nothing at all, or more than it seems
    '',
    'hooks.example.com',
    '//hooks.example.com/',
    'https://',
    'https:///',
    ' https://hooks.example.com/',
    'https://hooks.exam\tple.com/',
    'https://hooks.example.com/\nHost: a',
    'https://hooks.example.com/\u0000',
    `https://hooks.example.com/${'a'.repeat(2_100)}`,
    'https://exa mple.com/',
    'http://127.0.0.1:8788/',
  ])('refuses %j', (url) => {
    expect(urlRefusal(url, rules)).toEqual(expect.any(String))
  })

  test.each([
    'http://127.0.0.1:8788/events',
    'http://127.0.0.1:3000/',
    'http://127.0.0.1/',
    'http://localhost:9000/hooks?a=1',
    'http://LOCALHOST:9000/',
    'http://[::1]:9000/',
    'http://127.1:9000/',
  ])('a gateway on this machine lets %j through, and a deployed one does not', (url) => {
    expect(urlRefusal(url, { ...rules, localPort: 8787 })).toBeNull()
    expect(urlRefusal(url, rules)).toEqual(expect.any(String))
  })

  test.each([
    'http://127.0.0.1:8787/',
    'http://localhost:8787/v1/messages',
    'http://[::1]:8787/',
    'https://127.0.0.1:8788/',
    'https://localhost/',
    'http://127.0.0.2:8788/',
    'http://0.0.0.0:8788/',
    'http://192.168.1.2:8788/',
    'http://169.254.169.254/',
    'http://user@127.0.0.1:8788/',
    'http://localhost.example.com:8788/',
    'http://evil.localhost:8788/',
    'http://localhost.:8788/',
    'http://127.0.0.1.nip.io:8788/',
    'http://127.0.0.1:8788.example.com/',
    'http://[::ffff:127.0.0.1]:8788/',
    'ftp://127.0.0.1:8788/',
  ])('a gateway on this machine refuses %j', (url) => {
    expect(urlRefusal(url, { ...rules, localPort: 8787 })).toEqual(expect.any(String))
  })

  test('says nothing of the address in its refusal', () => {
    expect(urlRefusal('https://user:hunter2@secret.example.com/', rules)).not.toMatch(/hunter2|secret/)
  })
})

describe('guardedPost', () => {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    request.resume()
    request.on('end', () => {
      if (request.url === '/moved') response.writeHead(307, { location: '/secret' }).end()
      else if (request.url === '/silent') return
      else if (request.url === '/huge') {
        response.writeHead(200)
        const pour = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
          if (!response.destroyed) response.once('drain', pour)
        }
        pour()
      } else if (request.url === '/reset') request.socket.destroy()
      else response.writeHead(429, { 'retry-after': '7' }).end('slow down')
    })
  })
  const local = { ...rules, localPort: 1 }
  let base = ''
  const post = (path: string, deadlineMs = PATIENCE) =>
    guardedPost(`${base}${path}`, { headers: {}, body: '{}', deadlineMs }, local)

  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test('never sends what the guard refuses', async () => {
    const before = paths.length
    expect(await guardedPost(base, { headers: {}, body: '', deadlineMs: PATIENCE }, rules)).toEqual({
      kind: 'refused',
      reason: expect.any(String),
    })
    expect(paths).toHaveLength(before)
  })

  test('asks anew under other rules: a URL that was let through is refused where it is our own host', async () => {
    const own = { ownHosts: [], localPort: Number(new URL(base).port) }
    for (const _ of [1, 2]) {
      expect(await post('/')).toMatchObject({ kind: 'answer' })
      const refused = await guardedPost(`${base}/`, { headers: {}, body: '{}', deadlineMs: PATIENCE }, own)
      expect(refused.kind).toBe('refused')
    }
  })

  test('hands a redirect back and does not follow it', async () => {
    expect(await post('/moved')).toMatchObject({ kind: 'answer', status: 307 })
    expect(paths).not.toContain('/secret')
  })

  test('tells a time-out from a broken connection', async () => {
    expect(await post('/silent', 50)).toEqual({ kind: 'timeout' })
    expect(await post('/reset')).toEqual({ kind: 'network' })
  })

  test('reads 64 KiB of an endless answer and drops the rest', async () => {
    const answer = await post('/huge')
    expect(answer.kind === 'answer' && answer.text.length).toBe(65_536)
  })

  test('passes on status, Retry-After and a short text', async () => {
    expect(await post('/')).toEqual({ kind: 'answer', status: 429, retryAfter: '7', text: 'slow down' })
  })
})
