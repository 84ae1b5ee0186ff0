import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../../local/api.ts'
import { reportBody, SECRET, signed } from '../../fixtures/ussd-dialect/calls.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { caller, tokenOf, until } from '../../worlds/world.ts'

const CODE = '*384*1#'
const TO = '+989121234567'

let chapar: Harness
let operator: Api
let call: ReturnType<typeof caller>
let tenantId: string
const pushed: { ref: string; text: string }[] = []

interface Made {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly callbackUrl: string
}
const make = async (path: string, body: unknown): Promise<Made> => (await operator.post(path, body)) as Made

beforeAll(async () => {
  chapar = await startChapar({
    outbound: async (request) => {
      pushed.push((await request.json()) as { ref: string; text: string })
      return Response.json({ id: `p-${pushed.length}` })
    },
  })
  operator = chapar.api(await chapar.operatorToken())
  tenantId = (await make('/admin/v1/tenants', { name: 'Push' })).id
  await make(`/admin/v1/tenants/${tenantId}/senders`, { channel: 'ussd', address: CODE, lineClass: 'service' })
})
afterAll(() => chapar.dispose())

/** A client whose texts go by a connection of this provider. */
async function by(provider: string, mode: 'live' | 'test', settings = {}): Promise<Made> {
  const connection = await make('/admin/v1/connections', { channel: 'ussd', provider, name: provider, settings })
  await operator.put('/admin/v1/routes', { tenantId, channel: 'ussd', mode, connections: [connection.id] })
  const named = { name: provider, mode, kind: 'secret', scopes: ['messages:send', 'messages:read'] }
  const client = await make(`/admin/v1/tenants/${tenantId}/credentials`, named)
  const token = await until('a token', () => tokenOf(chapar, client.clientId, client.clientSecret).catch(() => null))
  call = caller(chapar, token)
  return connection
}

const send = async (text = 'موجودی شما ۱۲۰٬۰۰۰ ریال است.') => {
  const answer = await call('/v1/messages', { body: { channel: 'ussd', to: TO, content: { text } } })
  return { status: answer.status, body: (await answer.json()) as { id: string; code?: string; from: string } }
}
const delivered = (id: string) =>
  until(`${id} is delivered`, async () => {
    const { status } = (await (await call(`/v1/messages/${id}`)).json()) as { status: string }
    return status === 'delivered'
  })

test('by the sandbox a text is pushed from the service code and reported', async () => {
  await by('sandbox', 'test')
  const { status, body } = await send()
  expect([status, body.from]).toEqual([202, CODE])
  await delivered(body.id)
})

test('by the JSON dialect a text is pushed, and its signed report delivers it', async () => {
  const { callbackUrl } = await by('http-json', 'live', { url: 'https://ussd.example.org/v1', secret: SECRET })
  const { body } = await send('Hello')
  const { ref, text } = await until('the push', async () => pushed[0])
  expect(text).toBe('Hello')
  const report = signed('https://x.example/', reportBody(ref), Date.now())
  const { pathname } = new URL(callbackUrl)
  const init = { method: 'POST', headers: report.headers, body: await report.text() }
  await until('the report is matched', async () => {
    expect((await chapar.fetch(pathname, init)).status).toBe(200)
    return delivered(body.id)
  })
})

test('by Africa’s Talking it cannot be: 422, and nothing is queued', async () => {
  await by('africas-talking', 'live')
  // The policy of before may still be known for some seconds.
  const refused = await until('the refusal', async () => {
    const answer = await send()
    return answer.status === 422 && answer
  })
  expect(refused.body.code).toBe('not-supported')
})
