import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCOUNT } from '../../fixtures/twilio/answers.ts'
import { signed } from '../../fixtures/twilio/callbacks.ts'
import { callerFields, callFields, RECORDING, recordedFields, statusFields } from '../../fixtures/twilio/voice.ts'
import { hexOf, refKeyOf, rowOf, rowsWhere } from '../../worlds/tenant-rows.ts'
import { addChannel, goOn, reaches, startWorld, until, type World } from '../../worlds/world.ts'

/** Calls over Twilio's own wire: what it is told, what it asks for, and what it says. */
const TOKEN = '0123456789abcdef0123456789abcdef'
const CALLER = '+15017122661'
const PERSON = '+989121234567'
const AUDIO = new Uint8Array(2_000).fill(7)

const placed: URLSearchParams[] = []
const fetched: { readonly url: string; readonly authorization: string | null }[] = []
let isThrottling = false

async function twilio(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname.includes('/Recordings/')) {
    fetched.push({ url: request.url, authorization: request.headers.get('authorization') })
    // At first the recording is not there yet.
    return fetched.length === 1 ? new Response('', { status: 404 }) : new Response(AUDIO)
  }
  if (!pathname.endsWith('/Calls.json')) return Response.json({ sid: ACCOUNT })
  if (isThrottling) return Response.json({ code: 20429, status: 429 }, { status: 429, headers: { 'retry-after': '1' } })
  placed.push(new URLSearchParams(await request.text()))
  return Response.json({ sid: `CA${String(placed.length).padStart(32, '0')}`, status: 'queued' }, { status: 201 })
}

let world: World
let callbackUrl: string
beforeAll(async () => {
  world = await startWorld({ mode: 'live', outbound: twilio })
  const settings = { accountSid: ACCOUNT, authToken: TOKEN, greeting: 'Leave a message & hang up <now>.' }
  const made = await addChannel(world, {
    channel: 'voice',
    provider: 'twilio',
    settings,
    mode: 'live',
    address: CALLER,
  })
  callbackUrl = made.callbackUrl
})
afterAll(() => world.dispose())

/** Twilio calls a URL that it was given. */
async function calls(url: string, fields: Record<string, string>, token = TOKEN): Promise<Response> {
  const request = signed(token, url, fields)
  const { pathname, search } = new URL(url)
  return world.chapar.fetch(pathname + search, {
    method: 'POST',
    headers: { 'x-twilio-signature': request.headers.get('x-twilio-signature') ?? '' },
    body: new URLSearchParams(fields),
  })
}

async function place(content: Record<string, unknown>): Promise<{ id: string; form: URLSearchParams }> {
  const count = placed.length
  const { id } = await world.json<{ id: string }>('/v1/messages', {
    body: { channel: 'voice', to: PERSON, content },
    status: 202,
  })
  await reaches(world, id, 'submitted')
  return { id, form: placed[count] ?? new URLSearchParams() }
}
const xmlOf = async (response: Response): Promise<string> => {
  expect(response.headers.get('content-type')).toMatch(/^text\/xml/)
  return (await response.text()).replace('<?xml version="1.0" encoding="UTF-8"?>', '')
}
async function stateOf(id: string) {
  const row = await rowOf(world.ledger, id)
  return row && { status: row.status, attempt: row.attempt, outcome: row.outcome }
}
const inboundOf = (column: 'in_reply_to' | 'ref_key', hex: string) =>
  until('the inbound message', async () => {
    const [row] = await rowsWhere(world.ledger, `kind & 1 = 1 AND ${column} = unhex(?1)`, hex)
    return row && world.json<{ content: Record<string, unknown> }>(`/v1/messages/${row.id}`)
  })

describe('a call of ours', () => {
  test('says what the message says, markup and all, and takes the keys pressed', async () => {
    const { id, form } = await place({
      say: { text: 'کد </Say><Dial>+1900</Dial> & "۱۲"', language: 'ar-AE', repeat: 2 },
      gather: { digits: 4, prompt: 'کلیدها؟' },
    })
    expect(Object.fromEntries(form)).toMatchObject({ To: PERSON, From: CALLER, Method: 'POST', Timeout: '30' })
    expect(form.getAll('StatusCallbackEvent')).toEqual(['ringing', 'answered', 'completed'])
    const script = await xmlOf(await calls(form.get('Url') ?? '', callFields('in-progress')))
    const said = '<Say language="ar-AE">کد &lt;/Say&gt;&lt;Dial&gt;+1900&lt;/Dial&gt; &amp; &quot;۱۲&quot;</Say>'
    const action = /action="([^"]+)"/.exec(script)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(script).toBe(
      `<Response><Gather input="dtmf" action="${action.replaceAll('&', '&amp;')}" method="POST" numDigits="4" timeout="5" ` +
        `finishOnKey="#">${said}${said}<Say language="ar-AE">کلیدها؟</Say></Gather></Response>`,
    )
    await calls(form.get('StatusCallback') ?? '', statusFields('in-progress'))
    const hungUp = await xmlOf(await calls(action, callFields('in-progress', { Digits: '12*4' })))
    expect(hungUp).toBe('<Response><Hangup/></Response>')
    await calls(form.get('StatusCallback') ?? '', statusFields('completed'))
    await reaches(world, id, 'delivered')
    expect(await inboundOf('in_reply_to', hexOf(id))).toMatchObject({
      from: PERSON,
      to: CALLER,
      content: { digits: '12*4' },
      inReplyTo: id,
    })
  })

  test('keeps the script from whoever cannot sign, and from a ref that stands for no call', async () => {
    const { form } = await place({ say: { text: 'راز', language: 'ar-AE' } })
    const url = form.get('Url') ?? ''
    expect((await calls(url, callFields('in-progress'), 'f'.repeat(32))).status).toBe(403)
    const other = url.replace(/ref=([^&]+)\.1/, 'ref=$1.2')
    expect(await xmlOf(await calls(other, callFields('in-progress')))).toBe('<Response><Hangup/></Response>')
    expect((await calls(`${callbackUrl}?step=dial`, callFields('in-progress'))).status).toBe(400)
  })

  test('keeps the script from another account’s connection, which can report nothing of the call either', async () => {
    const token = 'fedcba9876543210fedcba9876543210'
    const stranger = (await world.operator.post('/admin/v1/connections', {
      channel: 'voice',
      provider: 'twilio',
      name: 'Another account',
      settings: { accountSid: ACCOUNT, authToken: token },
    })) as { callbackUrl: string }
    const { id, form } = await place({ say: { text: 'راز', language: 'ar-AE' } })
    const { search } = new URL(form.get('Url') ?? '')
    const asked = await calls(`${stranger.callbackUrl}${search}`, callFields('in-progress'), token)
    expect(await xmlOf(asked)).toBe('<Response><Hangup/></Response>')
    const { search: status } = new URL(form.get('StatusCallback') ?? '')
    const told = await calls(`${stranger.callbackUrl}${status}`, statusFields('failed'), token)
    expect(told.status).toBe(200)
    await calls(form.get('StatusCallback') ?? '', statusFields('completed'))
    await reaches(world, id, 'delivered')
    expect(JSON.stringify((await rowOf(world.ledger, id))?.timeline)).not.toContain('not-delivered')
  })

  test('that was busy is placed again under a ref of its own, also when the carrier is throttled meanwhile', async () => {
    const { id, form } = await place({
      say: { text: 'سلام', language: 'ar-AE' },
      retry: { times: 1, delaySeconds: 3_600 },
    })
    await calls(form.get('StatusCallback') ?? '', statusFields('busy'))
    await until('it waits', async () => (await stateOf(id))?.outcome === 'again')
    const count = placed.length
    isThrottling = true
    await goOn(world, id)
    await until('the second attempt is deferred', async () => {
      const state = await stateOf(id)
      return state?.attempt === 2 && state.outcome === 'again'
    })
    expect((await stateOf(id))?.status).toBe(20)
    isThrottling = false
    await goOn(world, id)
    await until('the third attempt is placed', async () => placed.length > count)
    const again = placed.at(-1)
    expect(new URL(again?.get('Url') ?? '').searchParams.get('ref')).toMatch(/\.3$/)
    await until('it is recorded', async () => (await stateOf(id))?.outcome === 'accepted')
    await calls(form.get('StatusCallback') ?? '', statusFields('failed'))
    await calls(again?.get('StatusCallback') ?? '', statusFields('busy'))
    const { failure } = await reaches<{ status: string; failure?: { code: string } }>(world, id, 'undelivered')
    expect(failure?.code).toBe('recipient-busy')
    expect(placed).toHaveLength(count + 1)
  })
})

describe('a call of somebody', () => {
  test('is greeted and recorded; the recording is fetched with the account’s name once it is there', async () => {
    const greeting = await xmlOf(await calls(callbackUrl, callerFields('ringing')))
    expect(greeting).toContain('<Say language="en-US">Leave a message &amp; hang up &lt;now&gt;.</Say><Record action="')
    const action = /<Record action="([^"]+)"/.exec(greeting)?.[1]?.replaceAll('&amp;', '&') ?? ''
    await calls(action, { ...recordedFields, RecordingUrl: `https://evil.example/x/Recordings/${RECORDING}` })
    await calls(action, recordedFields)
    const { content } = await inboundOf(
      'ref_key',
      await refKeyOf(world.ledger, /con_\w+/.exec(callbackUrl)?.[0] ?? '', `in:${recordedFields['CallSid']}.recording`),
    )
    const { recording } = content as { recording: { media: string } }
    expect(recording).toMatchObject({ seconds: 7, type: 'audio/mpeg', bytes: AUDIO.byteLength })
    const file = await world.call(`/v1/media/${recording.media}/content`)
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(AUDIO)
    for (const { url, authorization } of fetched) {
      expect(url).toBe(`https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Recordings/${RECORDING}.mp3`)
      expect(authorization).toBe(`Basic ${btoa(`${ACCOUNT}:${TOKEN}`)}`)
    }
    expect((await calls(callbackUrl, callerFields('completed'))).status).toBe(200)
  })
})
