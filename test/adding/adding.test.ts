import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Api } from '../../local/api.ts'
import { conformOne } from '../conformance/suite.ts'
import { type Harness, startChapar } from '../worlds/harness.ts'
import { addChannel, caller, tokenOf, until } from '../worlds/world.ts'
import { acmeKit } from './acme-kit.ts'

const HERE = 'test/adding'
const linesOf = (pattern: string): number =>
  globSync(pattern).reduce((sum, file) => sum + readFileSync(file, 'utf8').trimEnd().split('\n').length, 0)

/** Replaces a text that must be there once. */
const replaced =
  (from: string, to: string) =>
  (text: string): string => {
    if (text.split(from).length !== 2) throw new Error(`not once: ${from}`)
    return text.replace(from, to)
  }
const appended = (line: string) => (text: string) => `${text}${line}\n`

/** What docs/adding-a-provider.md and docs/adding-a-channel.md say to change in files that are there: lines and a word. */
const EDITS = {
  'worker/channels/sms/providers.ts': (text: string) =>
    replaced(
      '  kavenegar,\n',
      '  kavenegar,\n  acme,\n',
    )(`import { acme } from '${resolve(HERE, 'acme.ts')}'\n${text}`),
  'worker/domain/channel-names.ts': replaced("'chat'] as const", "'chat', 'fax'] as const"),
  'worker/channels/all.ts': appended(`export { fax } from '${resolve(HERE, 'fax/index.ts')}'`),
  'worker/channels/all-rules.ts': appended(`export { faxRules as fax } from '${resolve(HERE, 'fax/rules.ts')}'`),
}

interface Made {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly callbackUrl: string
}

interface Sent {
  readonly to: string
  readonly ref: string
  readonly callback: string
}

describe('what it takes', () => {
  it('a provider: one file under 100 lines, its kit another', () => {
    expect(linesOf(`${HERE}/acme.ts`)).toBeLessThan(100)
    expect(linesOf(`${HERE}/acme-kit.ts`)).toBeLessThan(100)
  })

  it('a channel with its sandbox: one folder under 100 lines', () => {
    expect(linesOf(`${HERE}/fax/*.ts`)).toBeLessThan(100)
  })
})

it('the page on adding a provider names what an outsider would miss', () => {
  const page = readFileSync('docs/adding-a-provider.md', 'utf8')
  for (const named of ['npm run docs', 'npm run format', 'retryAfter: null', 'npm test']) expect(page).toContain(named)
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  for (const [, name = ''] of page.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(name)
})

describe('the added provider keeps what all providers promise', () => conformOne('sms', acmeKit))

describe('built into the Worker', () => {
  let chapar: Harness
  let operator: Api
  let tenantId: string
  const heardByAcme: Sent[] = []

  beforeAll(async () => {
    chapar = await startChapar({
      entry: 'worker/index.ts',
      edits: EDITS,
      channels: ['fax'],
      outbound: async (request) => {
        heardByAcme.push((await request.json()) as Sent)
        return Response.json({ id: `acme-${heardByAcme.length}` })
      },
    })
    operator = chapar.api(await chapar.operatorToken())
    tenantId = ((await operator.post('/admin/v1/tenants', { name: 'Test', region: 'IR' })) as Made).id
  })
  afterAll(() => chapar.dispose())

  /** A connection of this provider, a route over it and a sender; answers a caller with a credential of that mode. */
  async function connect(channel: string, provider: string, settings: object, mode: 'live' | 'test', address: string) {
    await addChannel({ operator, tenantId }, { channel, provider, settings, mode, address })
    const credential = { name: channel, mode, kind: 'secret', scopes: ['messages:send', 'messages:read'] }
    const client = (await operator.post(`/admin/v1/tenants/${tenantId}/credentials`, credential)) as Made
    return caller(chapar, await tokenOf(chapar, client.clientId, client.clientSecret))
  }

  async function send(call: ReturnType<typeof caller>, message: object): Promise<string> {
    const answer = await call('/v1/messages', { body: message })
    const body = (await answer.json()) as Made
    expect(answer.status, JSON.stringify(body)).toBe(202)
    return body.id
  }

  const ends = (call: ReturnType<typeof caller>, id: string, status: string) =>
    until(`${id} is ${status}`, async () => {
      const message = (await (await call(`/v1/messages/${id}`)).json()) as { status: string }
      return message.status === status
    })

  it('the provider sends, hears its reports and takes messages in', async () => {
    const call = await connect('sms', 'acme', { apiKey: 'not-a-real-key' }, 'live', '10004346')
    const id = await send(call, { channel: 'sms', to: '+989121234567', content: { text: 'سلام' } })
    await ends(call, id, 'submitted')
    const [sent] = heardByAcme
    expect(sent).toMatchObject({ to: '+989121234567', from: '10004346', text: 'سلام' })
    const back = new URL(sent?.callback ?? '').pathname
    const post = (body: unknown) => chapar.fetch(back, { method: 'POST', body: JSON.stringify(body) })
    expect((await post({ state: 'delivered', ref: sent?.ref, at: Date.now() })).status).toBe(200)
    await ends(call, id, 'delivered')
    const reply = { id: 'in-1', from: '+989121234567', to: '10004346', text: 'رسید', at: Date.now() }
    expect((await post(reply)).status).toBe(200)
    const { data } = await until('the reply', async () => {
      const page = (await (await call('/v1/messages?direction=inbound')).json()) as { data: { inReplyTo: string }[] }
      return page.data.length > 0 ? page : null
    })
    expect(data).toMatchObject([{ channel: 'sms', inReplyTo: id, content: { text: 'رسید' } }])
  })

  it('the channel sends through its own queue, and everything else knows it', async () => {
    const call = await connect('fax', 'sandbox', {}, 'test', '+982191001234')
    const id = await send(call, { channel: 'fax', to: '02188881234', content: { text: 'x'.repeat(2_001) } })
    await ends(call, id, 'delivered')
    const message = await (await call(`/v1/messages/${id}`)).json()
    expect(message).toMatchObject({ channel: 'fax', to: '+982188881234', units: 2 })
    const answered = await send(call, { channel: 'fax', to: '+982188889912', content: { text: 'x' } })
    await ends(call, answered, 'delivered')
    const refused = await call('/v1/messages', { body: { channel: 'fax', to: '+982188881234', content: {} } })
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ errors: [{ pointer: '/content/text' }] })
    const document = await (await chapar.fetch('/openapi.json')).text()
    expect(document).toContain('"FaxContent"')
  })
})
