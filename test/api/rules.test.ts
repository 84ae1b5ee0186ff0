import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { LINE_CLASSES } from '#worker/domain/tenants/tenant.ts'
import { type Surface, startSurface } from '../worlds/surface.ts'
import { message } from '../worlds/world.ts'

const TO = '+989121112233'
const FOOTER = '\nلغو11'
/** Senders of the tenant, one of each class. */
const SENDERS = {
  advertising: '10004346',
  service: '30001234',
  'shared-template': '20001234',
  otp: '50001234',
  international: 'Chapar',
} as const
/** What the pack `ir` lets each class carry (requirements ). */
const ALLOWED: Readonly<Record<(typeof LINE_CLASSES)[number], readonly string[]>> = {
  advertising: PURPOSES,
  service: ['informational', 'transactional', 'otp'],
  'shared-template': ['informational', 'transactional', 'otp'],
  otp: ['otp'],
  international: ['informational', 'transactional', 'otp'],
}

let it: Surface
beforeAll(async () => {
  it = await startSurface({ tenant: { pack: 'ir' } })
  for (const [lineClass, address] of Object.entries(SENDERS)) {
    const body = { channel: 'sms', address, lineClass, isDefault: lineClass === 'advertising' }
    await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, { body })
  }
  const phone = { channel: 'sms', address: '+447700900123', lineClass: 'advertising' }
  await it.admin(`/admin/v1/tenants/${it.tenantId}/senders`, { body: phone })
})
afterAll(() => it.dispose())

const send = (body: unknown) => it.call('/v1/messages', { token: it.token, body })
const preview = (body: unknown) => it.call('/v1/preview', { token: it.token, body })
const previewOf = (text: string, more: Record<string, unknown> = {}) =>
  preview({ channel: 'sms', content: { text }, ...more })

describe('the pack `ir`', () => {
  test.each(LINE_CLASSES.flatMap((lineClass) => PURPOSES.map((purpose) => [lineClass, purpose] as const)))(
    'a line of the class %s and the purpose %s',
    async (lineClass, purpose) => {
      const from = SENDERS[lineClass]
      const mayGo = ALLOWED[lineClass].includes(purpose)
      const batch = { channel: 'sms', content: { text: 'x' }, from, purpose, messages: [{ to: TO }, { to: TO }] }
      for (const seen of [
        await send(message(TO, 'x', { from, purpose })),
        await previewOf('x', { from, purpose }),
        await it.call('/v1/messages/batch', { token: it.token, body: batch }),
      ]) {
        if (mayGo) expect(seen.status, seen.text).toBeLessThan(300)
        else
          expect([seen.status, seen.json.code, seen.json.errors?.[0]?.pointer]).toEqual([
            422,
            'purpose-not-allowed',
            '/purpose',
          ])
      }
    },
  )

  test('adds the footer before anything is counted, in the preview as in what is sent and kept', async () => {
    const more = { from: SENDERS.service, purpose: 'informational' }
    for (const [count, units] of [
      [64, 1],
      [65, 2],
      [128, 2],
      [129, 3],
    ] as const) {
      const text = 'س'.repeat(count)
      const shown = await previewOf(text, more)
      expect(shown.json).toMatchObject({ units, encoding: 'ucs-2', content: { text: text + FOOTER } })
      const sent = await send(message(TO, text, more))
      expect([sent.status, sent.json['units'], sent.json['parts']]).toEqual([202, units, shown.json['parts']])
      const batch = { channel: 'sms', content: { text }, ...more, messages: [{ to: TO }, { to: TO }] }
      const both = await it.call('/v1/messages/batch', { token: it.token, body: batch })
      expect(both.json['units']).toBe(2 * units)
    }
  })

  test('turns a Latin text into UCS-2 by its footer, and counts that', async () => {
    const more = { from: SENDERS.service, purpose: 'informational' }
    expect((await previewOf('a'.repeat(100), { from: SENDERS.service, purpose: 'transactional' })).json).toMatchObject({
      units: 1,
      encoding: 'gsm-7',
    })
    expect((await previewOf('a'.repeat(100), more)).json).toMatchObject({ units: 2, encoding: 'ucs-2' })
  })

  test('does not add a footer twice, nor where none is asked for', async () => {
    const more = { from: SENDERS.service, purpose: 'informational' }
    for (const text of [`سلام${FOOTER}`, 'سلام\nلغو۱۱', 'سلام لغو 11'])
      expect((await previewOf(text, more)).json['content']).toEqual({ text })
    for (const purpose of ['otp', 'transactional'])
      expect((await previewOf('سلام', { from: SENDERS.service, purpose })).json['content']).toEqual({ text: 'سلام' })
    expect((await previewOf('سلام', { from: SENDERS.advertising, purpose: 'informational' })).json['content']).toEqual({
      text: 'سلام',
    })
  })

  test('refuses a text that its footer makes too long, and names it', async () => {
    const more = { from: SENDERS.service, purpose: 'informational' }
    expect((await previewOf('س'.repeat(664), more)).json['units']).toBe(10)
    const seen = await send(message(TO, 'س'.repeat(665), more))
    expect([seen.status, seen.json.errors?.[0]?.pointer]).toEqual([422, '/content/text'])
  })

  test('names once what is wrong with a text by two of its rules', async () => {
    const fault = { pointer: '/content/text', detail: 'must take at most 10 segments' }
    const text = 'س'.repeat(1_531)
    expect((await previewOf(text)).json.errors).toEqual([fault])
    expect((await send(message(TO, text))).json.errors).toEqual([fault])
  })
})

describe('one text to several without a purpose, on a service line', () => {
  const batch = async (messages: readonly object[], more: object = {}) => {
    const body = { channel: 'sms', from: SENDERS.service, ...more, messages }
    const seen = await it.call('/v1/messages/batch', { token: it.token, body })
    expect(seen.status, seen.text).toBe(202)
    return seen.json['units']
  }
  /** One unit alone, two with the footer. */
  const FULL = 'س'.repeat(65)
  const OTHER = '+989121112244'
  const shared = { content: { text: FULL } }
  const own = (to: string, text: string, more: object = {}) => ({ to, content: { text }, ...more })

  test.each<[what: string, units: number, messages: readonly object[], more?: object]>([
    ['the batch’s text', 4, [{ to: TO }, { to: OTHER }], shared],
    ['each item’s own, which is the same', 4, [own(TO, FULL), own(OTHER, FULL)]],
    ['the same but for blanks and what is invisible', 4, [own(TO, FULL), own(OTHER, `${FULL}\u200c`)]],
    ['the batch’s text, given again', 4, [{ to: TO }, own(OTHER, FULL)], shared],
    ['an item that names its sender', 4, [{ to: TO }, { to: OTHER, from: SENDERS.service }], shared],
    ['two texts, each for two', 8, [...[TO, OTHER].flatMap((to) => [own(to, FULL), own(to, 'ی'.repeat(65))])]],
    ['a text of one’s own for each', 2, [own(TO, FULL), own(OTHER, 'ی'.repeat(65))]],
    ['one', 1, [{ to: TO }], shared],
    ['a purpose that the batch names', 2, [{ to: TO }, { to: OTHER }], { ...shared, purpose: 'transactional' }],
    ['a purpose that each item names', 2, [TO, OTHER].map((to) => ({ to, purpose: 'otp' })), shared],
    ['one of two that names a purpose', 2, [{ to: TO, purpose: 'otp' }, { to: OTHER }], shared],
    ['two of three that name none', 5, [{ to: TO, purpose: 'otp' }, { to: OTHER }, { to: OTHER }], shared],
  ])('%s: %i units', async (_what, units, messages, more) => {
    expect(await batch(messages, more)).toBe(units)
  })
})

describe('senders', () => {
  test.each([
    '10009999',
    '+989121112233',
    '+447700900124',
    'Nobody',
    '3',
    '123456789012345',
    '\u200f',
    ' ',
    'ChaparChapar',
    'چاپار',
    '💌',
  ])('one that is not assigned is refused by its pointer: %s', async (from) => {
    const seen = await send(message(TO, 'x', { from }))
    expect([seen.status, seen.json.errors?.[0]?.pointer], seen.text).toEqual([422, '/from'])
    const messages = [{ to: TO, from }, { to: TO }]
    const batch = await it.call('/v1/messages/batch', {
      token: it.token,
      body: { channel: 'sms', content: { text: 'x' }, messages },
    })
    expect([batch.status, batch.json.accepted.length]).toEqual([202, 1])
    expect(batch.json.rejected[0]?.errors[0]?.pointer).toBe('/messages/0/from')
  })

  test.each([
    ['10004346', '10004346'],
    ['۱۰۰۰۴۳۴۶', '10004346'],
    ['١٠٠٠٤٣٤٦', '10004346'],
    ['1000 4346', '10004346'],
    ['+44 7700 900123', '+447700900123'],
    ['Chapar', 'Chapar'],
  ])('%s is %s', async (from, canonical) => {
    const seen = await send(message(TO, 'x', { from, purpose: 'transactional' }))
    expect([seen.status, seen.json['from']], seen.text).toEqual([202, canonical])
  })

  test('a name is another one in other letters', async () => {
    expect((await send(message(TO, 'x', { from: 'CHAPAR' }))).status).toBe(422)
  })

  test('another tenant’s line is not this one’s', async () => {
    const other = await it.other('30007777')
    const seen = await send(message(TO, 'x', { from: '30007777' }))
    expect([seen.status, seen.json.code]).toEqual([422, 'sender-not-assigned'])
    const taken = await it.call(`/admin/v1/tenants/${other.tenantId}/senders`, {
      token: it.operatorToken,
      body: { channel: 'sms', address: '۱۰۰۰۴۳۴۶', lineClass: 'service' },
    })
    expect([taken.status, taken.json.code]).toEqual([409, 'conflict'])
  })

  test('without a default, a message must name one', async () => {
    const { tenantId, token } = await it.other('30008881')
    for (const address of ['30008881', '30008882']) {
      const body = { channel: 'sms', address, lineClass: 'service', isDefault: false }
      await it.admin(`/admin/v1/tenants/${tenantId}/senders`, { body })
    }
    await expect
      .poll(async () => {
        const seen = await it.call('/v1/messages', { token, body: message(TO) })
        return [seen.status, seen.json.code, seen.json.errors?.[0]?.pointer]
      })
      .toEqual([422, 'sender-not-assigned', '/from'])
  })
})

describe('an account without a sender on the channel', () => {
  const NONE = { email: 'the channel email', push: 'the channel push' }
  const told = (path: string, body: object) => it.call(path, { token: it.token, body })
  beforeAll(async () => {
    const { id } = await it.admin('/admin/v1/connections', {
      body: { channel: 'email', provider: 'sandbox', name: 'Mail', settings: {} },
    })
    const route = { tenantId: it.tenantId, channel: 'email', mode: it.mode, connections: [id] }
    await it.admin('/admin/v1/routes', { method: 'PUT', body: route })
  })

  const mail = { channel: 'email', to: 'ann@example.org', content: { subject: 'x', text: 'x' } }
  const device = { network: 'sandbox', token: 'my-phone' }
  test.each([
    ['a message', '/v1/messages', mail, '/from', NONE.email],
    ['a message that names one', '/v1/messages', { ...mail, from: 'shop@example.com' }, '/from', NONE.email],
    ['a device', '/v1/devices', device, '/app', NONE.push],
    ['a device that names one', '/v1/devices', { ...device, app: 'shop' }, '/app', NONE.push],
  ])('is told so of %s', async (_, path, body, pointer, channel) => {
    const { status, json } = await told(path, body)
    expect([status, json.code, json.errors]).toEqual([
      422,
      'sender-not-assigned',
      [{ pointer, detail: `the account has no sender on ${channel}: ask the operator for one` }],
    ])
  })
})

describe('recipients', () => {
  test.each([
    '10004346',
    '+98 10004346',
    '300024',
    '+9810004346',
    'Chapar',
    '',
    '+',
    '+1',
    '+999123456789',
    '+98912111223',
    '+9891211122334',
    '0912111223',
    '1e10',
    '+989121112233x1',
  ])('what is no phone number is refused by its pointer: %s', async (to) => {
    const seen = await send(message(to))
    expect([seen.status, seen.json.errors?.[0]?.pointer], seen.text).toEqual([422, '/to'])
    if (to !== '')
      for (const { detail } of seen.json.errors ?? []) expect(detail.includes(to) && to.length > 2).toBe(false)
  })

  test.each([
    '09121112233',
    '9121112233',
    '00989121112233',
    '98 912 111 2233',
    '+98 (0)912-111-2233',
    '۰۹۱۲۱۱۱۲۲۳۳',
    '٠٩١٢١١١٢٢٣٣',
    '‎+۹۸۹۱۲۱۱۱۲۲۳۳',
    '+٩٨9121112233',
  ])('%s is a way to write +989121112233', async (to) => {
    const seen = await send(message(to))
    expect([seen.status, seen.json['to']], seen.text).toEqual([202, TO])
  })
})

describe('segments, by the vectors of 3GPP TS 23.038', () => {
  const VECTORS: readonly (readonly [string, string, string, number])[] = [
    ['a×160', 'a'.repeat(160), 'gsm-7', 1],
    ['a×161', 'a'.repeat(161), 'gsm-7', 2],
    ['a×306', 'a'.repeat(306), 'gsm-7', 2],
    ['a×307', 'a'.repeat(307), 'gsm-7', 3],
    ['€×80', '€'.repeat(80), 'gsm-7', 1],
    ['€×81', '€'.repeat(81), 'gsm-7', 2],
    ['a pair that may not straddle', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm-7', 3],
    ['ç×71', 'ç'.repeat(71), 'ucs-2', 2],
    ['Ç×71', 'Ç'.repeat(71), 'gsm-7', 1],
    ['س×70', 'س'.repeat(70), 'ucs-2', 1],
    ['س×71', 'س'.repeat(71), 'ucs-2', 2],
    ['س×134', 'س'.repeat(134), 'ucs-2', 2],
    ['س×135', 'س'.repeat(135), 'ucs-2', 3],
    ['😀×35', '😀'.repeat(35), 'ucs-2', 1],
    ['😀×36', '😀'.repeat(36), 'ucs-2', 2],
    ['س×66 + 😀×3', 'س'.repeat(66) + '😀'.repeat(3), 'ucs-2', 2],
    ['می‌روم×15', 'می‌روم'.repeat(15), 'ucs-2', 2],
    ['س×64 + footer', `${'س'.repeat(64)}${FOOTER}`, 'ucs-2', 1],
    ['س×65 + footer', `${'س'.repeat(65)}${FOOTER}`, 'ucs-2', 2],
    ['a tab', 'a\tb', 'ucs-2', 1],
    ['a backtick', '`', 'ucs-2', 1],
    ['a no-break space', 'a\u00a0b', 'ucs-2', 1],
  ]
  test.each(VECTORS)('%s', async (_, text, encoding, units) => {
    const { json } = await previewOf(text)
    expect(json).toMatchObject({ encoding, units, content: { text } })
    expect(json['parts']).toHaveLength(units)
    const sent = await send(message(TO, text))
    expect([sent.status, sent.json['encoding'], sent.json['units'], sent.json['parts']]).toEqual([
      202,
      encoding,
      units,
      json['parts'],
    ])
  })

  test('what is kept is what was previewed', async () => {
    const text = 'قیمت ۱۲٬۰۰۰ تومان 😀'
    const { json } = await send(message(TO, text))
    await expect.poll(async () => (await it.good(`/v1/messages/${json.id}`))['content']).toEqual({ text })
  })
})

describe('validity', () => {
  test.each([
    ['the past', -1_000],
    ['more than seven days ahead', 7 * 86_400_000 + 60_000],
  ])('%s is refused by its pointer', async (_, ahead) => {
    const seen = await send(message(TO, 'x', { validUntil: new Date(Date.now() + ahead).toISOString() }))
    expect([seen.status, seen.json.errors?.[0]?.pointer]).toEqual([422, '/validUntil'])
  })
  test('any offset will do, and the answer is in UTC', async () => {
    const at = Math.floor(Date.now() / 1_000) * 1_000 + 3_600_000
    const local = new Date(at + 12_600_000).toISOString().replace('Z', '+03:30')
    const seen = await send(message(TO, 'x', { validUntil: local }))
    expect([seen.status, Date.parse(String(seen.json['validUntil']))]).toEqual([202, at])
    expect(seen.json['validUntil']).toMatch(/Z$/)
  })
})
