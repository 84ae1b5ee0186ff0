import { describe, expect, test } from 'vitest'
import { baleKit } from '../../conformance/chat/bale.ts'
import { SECRET_HEADER, telegramKit } from '../../conformance/chat/telegram.ts'
import { whatsappKit } from '../../conformance/chat/whatsapp.ts'
import { CALLBACK } from '../../conformance/kit.ts'
import { KINDS as TELEGRAM } from '../../fixtures/telegram/kinds.ts'
import { DATE, post, update } from '../../fixtures/telegram/updates.ts'
import { inbound, signed } from '../../fixtures/whatsapp/callbacks.ts'
import { KINDS as WHATSAPP } from '../../fixtures/whatsapp/kinds.ts'
import { open } from './carrier.ts'

const refuses = () => new Response(null, { status: 500 })
const [telegram, bale, whatsapp] = [telegramKit, baleKit, whatsappKit].map((kit) => open(kit, refuses).connection)
const PERSON = 123_456_789

describe.each([
  ['telegram', telegram, SECRET_HEADER],
  ['bale', bale, {}],
])('%s tells of every kind that a person sends or does', (network, connection, headers) => {
  test.each(TELEGRAM)('$name', async ({ update: body, heard, files, asks }) => {
    const received = await connection?.receive?.(post(CALLBACK, update(1, body(PERSON)), headers))
    if (heard === null) {
      expect(received).toEqual({ receipts: [], inbound: [] })
      return
    }
    expect(received?.inbound).toHaveLength(1)
    const [message] = received?.inbound ?? []
    expect(message).toMatchObject({ from: `${network}:${PERSON}`, providerRef: 'update-1' })
    expect(message?.content).toEqual(heard)
    expect([message?.files?.length, message?.asks]).toEqual([files, asks])
  })

  test('a group that has another id from now on: both are named', async () => {
    const moved = { chat: { id: -44, type: 'group' }, migrate_to_chat_id: -1_001_234_567_890 }
    const message = { message_id: 5, from: { id: 9, is_bot: false }, date: DATE, ...moved }
    const received = await connection?.receive?.(post(CALLBACK, update(2, { message }), headers))
    expect(received?.inbound).toMatchObject([
      {
        from: `${network}:-44`,
        also: `${network}:-1001234567890`,
        content: { unsupported: 'migrate_to_chat_id', details: { address: `${network}:-1001234567890` } },
      },
    ])
  })
})

describe('whatsapp tells of every kind that a person sends or does', () => {
  test.each(WHATSAPP)('$name', async ({ message: body, heard, files, asks, also }) => {
    const received = await whatsapp?.receive?.(signed(CALLBACK, inbound(body)))
    expect(received?.inbound).toHaveLength(1)
    const [message] = received?.inbound ?? []
    expect(message).toMatchObject({ from: 'whatsapp:+989121234567', to: 'whatsapp:+982191001234' })
    expect(message?.content).toEqual(heard)
    expect([message?.files?.length, message?.asks, message?.also]).toEqual([files, asks, also])
  })

  test('a reaction is threaded to the message that it is about', async () => {
    const body = { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } }
    const received = await whatsapp?.receive?.(signed(CALLBACK, inbound(body)))
    expect(received?.inbound).toMatchObject([{ inReplyTo: { providerRef: 'wamid.x' } }])
  })
})

describe('what a network says is bounded', () => {
  const deep = (levels: number): object => (levels === 0 ? { end: 1 } : { next: deep(levels - 1) })
  test.each([
    ['long', { words: 'آ'.repeat(200_000) }],
    ['wide', Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 'x'.repeat(50)]))],
    ['many', { list: Array.from({ length: 50_000 }, (_, i) => i) }],
    ['deep', deep(2_000)],
    ['half a character', { words: '\ud800' }],
  ])('%s: 20,000 characters at most, whatever it is', async (_, said) => {
    const body = { message: { message_id: 1, from: { id: 9 }, chat: { id: 9 }, date: DATE, hologram: said } }
    const received = await bale?.receive?.(post(CALLBACK, update(3, body)))
    const json = JSON.stringify(received?.inbound[0]?.content)
    expect(json.length).toBeLessThan(20_000)
    expect(json.isWellFormed()).toBe(true)
    expect(received?.inbound[0]?.content).toMatchObject({ unsupported: 'hologram' })
  })
})
