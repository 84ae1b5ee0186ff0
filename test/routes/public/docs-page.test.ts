import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { channels } from '#worker/channels/index.ts'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { EVENT_TYPES } from '#worker/domain/messages/events.ts'
import { PROBLEMS } from '#worker/domain/problem.ts'
import { VERSION } from '#worker/domain/version.ts'
import { callsOf } from '#worker/routes/docs/calls.ts'
import { GUIDES_AT } from '#worker/routes/docs/guides.ts'
import { HOMES } from '#worker/routes/docs/layout.ts'
import { referencePage } from '#worker/routes/docs/reference.ts'
import { ENGLISH } from '#worker/routes/docs/words.ts'
import { openApiDocument } from '#worker/routes/openapi/document.ts'
import type { Operation } from '#worker/routes/operation/operation.ts'
import { operations } from '#worker/routes/resources.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'

let chapar: Harness
beforeAll(async () => {
  chapar = await startChapar()
})
afterAll(() => chapar.dispose())

const page = async (path: string): Promise<string> => (await chapar.fetch(path)).text()
const pageOf = async (operation: Partial<Operation>): Promise<string> => {
  const whole: Operation = {
    method: 'POST',
    path: '/v1/things/:id',
    summary: 'Thing',
    tag: 'Things',
    scope: 'messages:send',
    responses: { 200: { description: 'It' } },
    ...operation,
  }
  return String(
    await referencePage({ document: openApiDocument([whole], 'https://chapar.test', channels), words: ENGLISH }),
  )
}

describe.each([
  ['/docs', "script-src 'self'; connect-src 'self'; ", ['/docs/calls.js', '/docs/copy.js']],
  ['/docs/errors', "script-src 'self'; ", []],
  ['/docs/events', "script-src 'self'; ", ['/docs/copy.js']],
])('%s', (path, policy, scripts) => {
  test('loads nothing but scripts of ours, and its policy lets only that and its own style sheet take effect', async () => {
    const response = await chapar.fetch(path)
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const ours = text.match(/<script type="module" src="[^"]*"(?: data-words="[^"]*")?><\/script>/g) ?? []
    expect(ours.map((script) => /src="([^"]*)"/.exec(script)?.[1])).toEqual(scripts)
    // Links to the page in each language load nothing.
    const alternates = text.match(/<link rel="alternate" hreflang="(?:en|fa)" href="[^"]*">/g) ?? []
    expect(alternates).toHaveLength(2)
    const others = [...ours, ...alternates].reduce((left, part) => left.replace(part, ''), text)
    expect(others).not.toMatch(/<(script|link|img|iframe|object|form)\b|\ssrc=|@import|url\(|\son\w+=|\sstyle=/i)
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; ${policy}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
  })

  test('links within the docs lead somewhere', async () => {
    const links = [...(await page(path)).matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href)
    expect(links.length).toBeGreaterThan(3)
    // The console, the guides and the Persian pages are files beside the Worker (test/local/console/{site,guides}.test.ts).
    const isFile = (href: string): boolean =>
      href === '/' || [HOMES.en + GUIDES_AT, HOMES.fa].some((home) => href.startsWith(home))
    for (const target of new Set(links.filter((href) => !isFile(href)))) {
      const [to = '', anchor] = target.split('#')
      const response = await chapar.fetch(to === '' ? path : to)
      expect([target, response.status]).toEqual([target, 200])
      if (anchor !== undefined) expect(await response.text()).toContain(`id="${anchor}"`)
    }
  })
})

describe('the pages tell everything', () => {
  test('every call', async () => {
    const text = await page('/docs')
    for (const { method, path, operation } of callsOf(openApiDocument(operations, chapar.baseUrl, channels))) {
      expect(text).toContain(`id="${operation.operationId}"`)
      expect(text).toContain(`${method} ${path}`)
    }
  })

  test('every error, where the type of a problem says', async () => {
    const problem = (await (await chapar.fetch('/v1/messages')).json()) as { type: string; code: string }
    expect(problem.type).toBe(`${chapar.baseUrl}/docs/errors#token-missing`)
    const text = await page('/docs/errors')
    for (const code of Object.keys(PROBLEMS)) expect(text).toContain(`id="${code}"`)
  })

  test('every event, with an example', async () => {
    const text = await page('/docs/events')
    for (const type of EVENT_TYPES) {
      expect(text).toContain(`id="${type}"`)
      expect(text).toContain(`&quot;type&quot;: &quot;${type}&quot;`)
    }
  })
})

describe('one call on the page', () => {
  test('texts of the tables are escaped', async () => {
    const text = await pageOf({ summary: '<i>sum</i>', description: '<img src=x>', tag: '"><b>' })
    expect(text).not.toMatch(/<i>|<img|<b>/)
    expect(text).toContain('&lt;img src=x&gt;')
  })

  test('a body with several shapes tells each field once', async () => {
    const kind = <const Name extends string>(name: Name) => z.strictObject({ kind: z.literal(name), name: z.string() })
    const text = await pageOf({ body: z.discriminatedUnion('kind', [kind('a'), kind('b')]) })
    expect(text.match(/<td><code>name<\/code>/g)).toHaveLength(1)
    expect(text).toContain('&quot;a&quot; | &quot;b&quot;')
  })

  test('contents of channels stand apart, each with its own fields', async () => {
    const text = (await page('/docs')).split('id="postMessages"')[1] ?? ''
    const [common = '', ...channels] = text.slice(0, text.indexOf('<pre')).split('<details class="channel">')
    expect(common).toContain('<code>to</code>')
    expect(common).not.toContain('<code>content')
    expect(channels.map((part) => /: <code>(\w+)<\/code>/.exec(part)?.[1])).toEqual(CHANNELS.map(String))
    const subject = channels.filter((part) => part.includes('<code>content.subject</code>'))
    expect(subject).toHaveLength(1)
  })

  test('the samples say in JavaScript and Python what the curl says', async () => {
    const body = z.strictObject({ text: z.string().meta({ examples: [`it's {$HOME}`] }), urgent: z.boolean() })
    const text = (await pageOf({ body })).replaceAll('&quot;', '"').replaceAll('&#39;', "'")
    expect(text).toContain('await fetch(`#{BASE}/v1/things/#{id}`'.replaceAll('#', '$'))
    expect(text).toContain(`"text": "it's {$HOME}"`)
    expect(text).toContain("requests.post(\n    f'{BASE}/v1/things/{id}',")
    expect(text).toContain('"urgent": True,')
  })

  test('the curl is one that a shell reads as meant, whatever the example holds', async () => {
    const text = await pageOf({ body: z.strictObject({ text: z.string().meta({ examples: [`it's $HOME`] }) }) })
    expect(text).toContain(`-d &#39;{&quot;text&quot;:&quot;it&#39;\\&#39;&#39;s $HOME&quot;}&#39;`)
    expect(text).toContain('&quot;$BASE/v1/things/$id&quot;')
    expect(text).toContain('&quot;authorization: Bearer $TOKEN&quot;')
  })

  test('the example of sending a message is a body that the API takes', async () => {
    const text = await page('/docs')
    const [, body = ''] = /id="postMessages"[\s\S]*?-d &#39;(\{.*?\})&#39;/.exec(text) ?? []
    const { messageInput } = await import('#worker/flows/messages/input.ts')
    const sent: unknown = JSON.parse(body.replaceAll('&quot;', '"'))
    expect(messageInput.parse(sent)).toEqual(sent)
  })
})

describe('/openapi.json', () => {
  test('is the document of this deployment, and is not sent twice', async () => {
    const response = await chapar.fetch('/openapi.json')
    expect(response.headers.get('content-type')).toBe('application/json')
    const same: unknown = JSON.parse(JSON.stringify(openApiDocument(operations, chapar.baseUrl, channels)))
    expect(await response.json()).toEqual(same)
    const etag = response.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    const again = await chapar.fetch('/openapi.json', { headers: { 'if-none-match': `"other", W/${etag}` } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    const other = await chapar.fetch('/openapi.json', { headers: { 'if-none-match': '"other"' } })
    expect(other.status).toBe(200)
  })
})

test('/healthz tells anybody that the gateway is up, and in which version', async () => {
  const response = await chapar.fetch('/healthz')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ok', version: VERSION })
  expect(response.headers.get('cache-control')).toBe('no-store')
})
