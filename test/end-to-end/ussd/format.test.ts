import { Webhook } from 'standardwebhooks'
import UssdMenu from 'ussd-menu-builder'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, api } from '../../../local/api.ts'
import { type Harness, startChapar } from '../../worlds/harness.ts'
import { caller, tokenOf } from '../../worlds/world.ts'

const CODE = '*384*7#'
const PERSON = '+254722000001'
const SCOPES = ['webhooks:read', 'webhooks:write', 'sessions:read']

interface Made {
  readonly id: string
  readonly status: string
  readonly secret: string
  readonly clientId: string
  readonly clientSecret: string
  readonly callbackUrl: string
  readonly reason: string | null
  readonly errors?: readonly { readonly pointer: string }[]
}
interface Heard {
  readonly form: Record<string, string>
  readonly type: string | null
  readonly isSigned: boolean
}

let chapar: Harness
let call: ReturnType<typeof caller>
let callbackUrl = ''
let secret = ''
const heard: Heard[] = []
let answer: ((form: Record<string, string>) => Promise<Response>) | null = null

/** The menu as the package's own pages have it: what comes in is handed to it as it is. */
function menu(form: Record<string, string>): Promise<Response> {
  const built = new UssdMenu()
  built.startState({ run: () => built.con('Welcome\n1. Balance'), next: { '1': 'balance' }, defaultNext: '__start__' })
  built.state('balance', { run: () => built.end(`Balance of ${built.args.phoneNumber}`) })
  return new Promise((resolve) => {
    built.run(form as never, (text: string) =>
      resolve(new Response(text, { headers: { 'content-type': 'text/plain' } })),
    )
  })
}

async function application(request: Request): Promise<Response> {
  const text = await request.text()
  const form = Object.fromEntries(new URLSearchParams(text))
  const type = request.headers.get('content-type')
  let isSigned = false
  try {
    new Webhook(secret).verify(text, Object.fromEntries(request.headers))
    isSigned = true
  } catch (error) {
    // The body is no JSON, which the verifier reads only after the signature held.
    isSigned = error instanceof SyntaxError
  }
  heard.push({ form, type, isSigned })
  // A body that is no form, such as a challenge in JSON, is nothing to a menu.
  if (!('sessionId' in form)) return new Response('', { status: 400 })
  return answer ? answer(form) : menu(form)
}

beforeAll(async () => {
  chapar = await startChapar({ outbound: application })
  const operator: Api = api(chapar.url, await chapar.operatorToken())
  const tenant = (await operator.post('/admin/v1/tenants', { name: 'Menus' })) as Made
  const wanted = { name: 'live', mode: 'live', kind: 'secret', scopes: SCOPES }
  const client = (await operator.post(`/admin/v1/tenants/${tenant.id}/credentials`, wanted)) as Made
  call = caller(chapar, await tokenOf(chapar, client.clientId, client.clientSecret))
  const carrier = { channel: 'ussd', provider: 'africas-talking', name: 'AT', settings: {} }
  const connection = (await operator.post('/admin/v1/connections', carrier)) as Made
  callbackUrl = connection.callbackUrl
  const sender = { channel: 'ussd', address: CODE, lineClass: 'service', connectionId: connection.id }
  await operator.post(`/admin/v1/tenants/${tenant.id}/senders`, sender)
})
afterAll(() => chapar.dispose())

const post = async (path: string, body: object, method = 'POST'): Promise<{ status: number; json: Made }> => {
  const response = await call(path, { method, body })
  return { status: response.status, json: (await response.json()) as Made }
}
const FORM = { url: 'https://app.example.org/ussd', events: ['session.turn'], format: 'africas-talking' }

/** A turn as the carrier tells it. */
async function turn(session: string, text: string): Promise<string> {
  const { pathname } = new URL(callbackUrl)
  const form = { sessionId: session, serviceCode: CODE, phoneNumber: PERSON, networkCode: '63902', text }
  const response = await chapar.fetch(pathname, { method: 'POST', body: new URLSearchParams(form) })
  expect(response.status).toBe(200)
  return response.text()
}

describe('an endpoint that reads Africa’s Talking’s form', () => {
  test.each([
    ['all events', { ...FORM, events: null }],
    ['none named', { url: FORM.url, format: FORM.format }],
    ['another event', { ...FORM, events: ['message.received'] }],
    ['another event beside it', { ...FORM, events: ['session.turn', 'session.ended'] }],
    ['a format that is none', { ...FORM, format: 'xml' }],
  ])('with %s is a 422 at /format', async (_, body) => {
    const { status, json } = await post('/v1/webhooks', body)
    expect([status, json.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['/format']])
  })

  test('whose first answer is no screen stays pending', async () => {
    answer = async () => new Response('<html>')
    const { json } = await post('/v1/webhooks', { ...FORM, url: 'https://other.example.org/ussd' })
    expect([json.status, json.reason]).toEqual(['pending', expect.stringContaining('CON or END')])
    answer = null
    expect((await call(`/v1/webhooks/${json.id}`, { method: 'DELETE' })).status).toBe(204)
  })

  test('is a menu of ussd-menu-builder, unchanged: signed, in a form, screen by screen', async () => {
    const made = await post('/v1/webhooks', FORM)
    expect([made.status, made.json.status]).toEqual([201, 'active'])
    secret = made.json.secret
    expect(await turn('ATUid_1', '')).toBe('CON Welcome\n1. Balance')
    expect(await turn('ATUid_1', '1')).toBe(`END Balance of ${PERSON}`)
    const [first, second] = heard.slice(-2)
    expect(first).toEqual({
      form: {
        sessionId: expect.stringMatching(/^ses_/),
        serviceCode: CODE,
        phoneNumber: PERSON,
        text: '',
        networkCode: '63902',
      },
      type: expect.stringMatching(/^application\/x-www-form-urlencoded/),
      isSigned: true,
    })
    expect(second?.form).toEqual({ ...first?.form, text: '1' })
  })

  test('cannot ask for more, nor be tested by an event, and a change of format is challenged anew', async () => {
    const { data } = (await (await call('/v1/webhooks')).json()) as { data: Made[] }
    const path = `/v1/webhooks/${data[0]?.id}`
    expect((await post(path, { events: null }, 'PATCH')).json.errors).toMatchObject([{ pointer: '/format' }])
    expect((await post(`${path}/test`, {})).status).toBe(409)
    // The menu knows no challenge in JSON.
    expect((await post(path, { format: 'json' }, 'PATCH')).json).toMatchObject({ status: 'pending', format: 'json' })
    expect((await post(path, { format: 'africas-talking' }, 'PATCH')).json).toMatchObject({ format: 'africas-talking' })
    expect((await post(path, { status: 'active' }, 'PATCH')).json.status).toBe('active')
  })
})
