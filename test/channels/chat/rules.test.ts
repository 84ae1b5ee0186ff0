import { describe, expect, test } from 'vitest'
import type { ChatContent } from '#worker/channels/chat/content.ts'
import { chat } from '#worker/channels/chat/index.ts'
import { chatRules } from '#worker/channels/chat/rules.ts'
import { telegram } from '#worker/channels/chat/telegram.ts'
import { covers } from '#worker/domain/carriers/features.ts'
import { Problem } from '#worker/domain/problem.ts'

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return (error.options.errors ?? []).map(({ pointer }) => pointer)
    throw error
  }
  return []
}
const faults = (body: unknown): readonly string[] => faultsOf(() => chatRules.parse(body))

const image = { url: 'https://example.org/a.jpg', kind: 'image' }
const yes = [[{ label: 'بله', reply: 'yes' }]]

describe('content', () => {
  const GOOD: Readonly<Record<string, unknown>> = {
    'a text': { text: 'سلام، سفارش شما ارسال شد.' },
    'a text of 4,096 characters': { text: 'آ'.repeat(4_096) },
    'a file alone': { media: image },
    'a stored file with a text below': { text: 'رسید', media: { id: 'med_x', kind: 'document', name: 'رسید.pdf' } },
    'buttons of both kinds': { text: 'ادامه؟', buttons: [...yes, [{ label: 'سایت', url: 'https://example.org' }]] },
    'a template with parameters in order': {
      template: { name: 'order_sent', language: 'fa', parameters: ['سارا', '42'] },
    },
    'a template with named ones': {
      template: { name: 'order_sent', language: 'en_US', parameters: { first_name: 'Sara' }, header: image },
    },
    'a one-time code': { otp: { code: '123456' } },
  }
  test.each(Object.entries(GOOD))('%s is taken as it is', (_, body) => {
    expect(chatRules.parse(body)).toEqual(body)
  })

  const BAD: readonly (readonly [string, unknown, string])[] = [
    ['nothing', {}, ''],
    ['no object', 'سلام', ''],
    ['an empty text', { text: '' }, '/text'],
    ['a text of 4,097 characters', { text: 'آ'.repeat(4_097) }, '/text'],
    // The network counts 2,048 here; counted in UTF-16 units it is the strictest that anybody counts.
    ['2,049 emoji', { text: '😀'.repeat(2_049) }, '/text'],
    ['half a surrogate pair', { text: 'a\ud83d' }, '/text'],
    ['a NUL', { text: 'a\0b' }, '/text'],
    ['1,025 characters below a file', { text: 'a'.repeat(1_025), media: image }, '/text'],
    ['a file from nowhere', { media: { kind: 'image' } }, '/media'],
    ['a file from two places', { media: { ...image, id: 'med_x' } }, '/media'],
    ['a file at a plain address', { media: { url: 'http://example.org/a.jpg', kind: 'image' } }, '/media/url'],
    ['a file of no kind', { media: { url: 'https://example.org/a', kind: 'sticker' } }, '/media/kind'],
    ['buttons below nothing', { media: image, buttons: yes }, '/buttons'],
    [
      'a button that does two things',
      { text: 'a', buttons: [[{ label: 'a', reply: 'b', url: 'https://a.example' }]] },
      '/buttons/0/0',
    ],
    ['a button that does nothing', { text: 'a', buttons: [[{ label: 'a' }]] }, '/buttons/0/0'],
    ['a reply of 66 bytes', { text: 'a', buttons: [[{ label: 'a', reply: 'ب'.repeat(33) }]] }, '/buttons/0/0/reply'],
    ['an empty row', { text: 'a', buttons: [[]] }, '/buttons/0'],
    ['a template beside a text', { text: 'a', template: { name: 'a', language: 'fa' } }, '/template'],
    ['a template of no name', { template: { name: 'Order Sent', language: 'fa' } }, '/template/name'],
    ['a code beside a template', { otp: { code: '1234' }, template: { name: 'a', language: 'fa' } }, '/template'],
    ['a code of letters', { otp: { code: '12a4' } }, '/otp/code'],
    ['an unknown field', { text: 'a', parse_mode: 'HTML' }, '/parse_mode'],
    ['what only people send', { text: 'a', reply: 'yes' }, '/reply'],
  ]
  test.each(BAD)('%s is refused at its pointer', (_, body, pointer) => {
    expect(faults(body)).toContain(pointer)
  })
})

describe('what a message needs', () => {
  const needs = (content: ChatContent, to = 'telegram:1') => chatRules.needs(content, to)
  test('is the way to its recipient, and what its content uses', () => {
    expect(needs({ text: 'a' })).toEqual(['outbound', 'to:telegram'])
    const replies = ['1', '2', '3'].map((label) => ({ label, reply: label }))
    expect(needs({ text: 'a', buttons: [replies] })).toEqual(['outbound', 'to:telegram', 'buttons'])
    expect(needs({ text: 'a', buttons: [replies, replies] })).toContain('keyboard')
    expect(covers(telegram.features, needs({ text: 'a', buttons: [replies, replies] }))).toBe(true)
    expect(covers(telegram.features, needs({ text: 'a', media: { url: 'https://a.example/b', kind: 'audio' } }))).toBe(
      true,
    )
    expect(needs({ otp: { code: '1234' } }, 'bale:+989121234567')).toEqual(['outbound', 'to:bale-phone', 'otp'])
    expect(needs({ text: 'a', media: { url: 'https://a.example/b', kind: 'video' }, buttons: [] }, 'bale:1')).toEqual([
      'outbound',
      'to:bale',
      'media',
      'buttons',
    ])
    expect(needs({ template: { name: 'a', language: 'fa' } }, 'whatsapp:+989121234567')).toContain('template')
  })

  test('a sender fits people of its own network only, and the sandbox everybody', () => {
    expect(chatRules.fits?.('telegram:shop_bot', 'telegram:1')).toBe(true)
    expect(chatRules.fits?.('telegram:shop_bot', 'whatsapp:+989121234567')).toBe(false)
    expect(chatRules.fits?.('bale:shop_bot', 'bale:+989121234567')).toBe(true)
    expect(chatRules.fits?.('sandbox:1', 'whatsapp:+989121234567')).toBe(true)
    expect(chatRules.fits?.('whatsapp:+982191001234', 'sandbox:9901')).toBe(true)
  })

  test('names its files, with their pointers and kinds', () => {
    expect(chatRules.filesOf?.({ text: 'a', media: { id: 'med_a', kind: 'audio' } })).toEqual([
      { id: 'med_a', pointer: '/media/id', type: 'audio/' },
    ])
    expect(
      chatRules.filesOf?.({ template: { name: 'a', language: 'fa', header: { id: 'med_b', kind: 'document' } } }),
    ).toEqual([{ id: 'med_b', pointer: '/template/header/id' }])
    expect(chatRules.filesOf?.({ media: { url: 'https://a.example/b', kind: 'image' } })).toEqual([])
  })
})

describe('footers, words and files', () => {
  test('a footer goes below a text or a file, once, and never to what the network words', () => {
    expect(chatRules.withFooter({ text: 'حراج' }, '\nلغو۱۱')).toEqual({ text: 'حراج\nلغو۱۱' })
    expect(chatRules.withFooter({ text: 'حراج\nلغو11' }, '\nلغو۱۱')).toEqual({ text: 'حراج\nلغو11' })
    const file = { url: 'https://a.example/b', kind: 'image' } as const
    expect(chatRules.withFooter({ media: file }, '\nلغو۱۱')).toEqual({ media: file, text: 'لغو۱۱' })
    const code = { otp: { code: '1234' } }
    expect(chatRules.withFooter(code, '\nلغو۱۱')).toBe(code)
  })

  test('a text that its footer makes too long is refused', () => {
    expect(faultsOf(() => chatRules.withFooter({ text: 'a'.repeat(4_095) }, '\nلغو۱۱'))).toEqual(['/text'])
    const media = { url: 'https://a.example/b', kind: 'image' } as const
    expect(faultsOf(() => chatRules.withFooter({ text: 'a'.repeat(1_023), media }, '\nلغو۱۱'))).toEqual(['/text'])
  })

  test('words are the text; a press of a button says its label; a file says nothing', () => {
    expect(chat.words({ text: ' لغو ', reply: 'stop' })).toBe(' لغو ')
    expect(chat.words({ reply: 'yes' })).toBeNull()
    expect(chat.words({})).toBeNull()
  })

  test('received files are put in, and what could not be fetched is counted', () => {
    const file = { id: 'med_a', type: 'image/jpeg', name: null, bytes: 3 } as const
    expect(chatRules.withFiles?.({ text: 'a' }, [file], 1)).toEqual({ text: 'a', files: [file], missing: 1 })
    expect(chatRules.withFiles?.({ text: 'a' }, [], 0)).toEqual({ text: 'a' })
  })
})
