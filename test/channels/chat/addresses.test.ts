import { describe, expect, test } from 'vitest'
import { chatAddress, chatSender, wayTo } from '#worker/channels/chat/addresses.ts'
import { Problem } from '#worker/domain/problem.ts'

const refusalOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return error.options.errors?.[0]?.detail ?? error.code
    throw error
  }
  return 'taken'
}

describe('recipients', () => {
  test.each([
    ['telegram:123456789', 'telegram:123456789'],
    [' Telegram : ۱۲۳۴۵۶ ', 'telegram:123456'],
    ['telegram:-1001234567890', 'telegram:-1001234567890'],
    ['telegram:@Chapar_News', 'telegram:@chapar_news'],
    ['bale:123456789', 'bale:123456789'],
    ['bale:+98 912 123 4567', 'bale:+989121234567'],
    ['bale:+۹۸۹۱۲۱۲۳۴۵۶۷', 'bale:+989121234567'],
    ['whatsapp:+989121234567', 'whatsapp:+989121234567'],
    ['whatsapp:09121234567', 'whatsapp:+989121234567'],
    ['WHATSAPP:0044 7700 900123', 'whatsapp:+447700900123'],
    ['whatsapp:US.13491208655302741918', 'whatsapp:US.13491208655302741918'],
    ['sandbox:00009901', 'sandbox:00009901'],
  ])('%s is %s', (input, canonical) => {
    expect(chatAddress(input, 'IR')).toEqual({ kind: 'chat', value: canonical })
    expect(chatAddress(canonical, null).value).toBe(canonical)
  })

  test.each([
    '+989121234567',
    'signal:+989121234567',
    'telegram:',
    'telegram:0123',
    'telegram:12a',
    'telegram:@x',
    'telegram:@نام',
    'telegram:123456789012345678901',
    'bale:09121234567',
    'bale:+98912',
    'whatsapp:10004346',
    'whatsapp:+98912123456',
    'whatsapp:us.1',
    'sandbox:12-34',
    'constructor:1',
    `telegram:${'1'.repeat(400)}`,
    '',
  ])('%s is refused in words that do not repeat it', (input) => {
    const refusal = refusalOf(() => chatAddress(input, 'IR'))
    expect(refusal).toMatch(/^must /)
    if (input.length > 8)
      expect(refusal).not.toContain(input.slice(input.indexOf(':') + 1, input.indexOf(':') + 9) || '\0')
  })

  test('a person known to Bale by number only goes another way than a chat', () => {
    expect(wayTo('bale:123')).toBe('to:bale')
    expect(wayTo('bale:+989121234567')).toBe('to:bale-phone')
    expect(wayTo('telegram:1')).toBe('to:telegram')
    expect(wayTo('whatsapp:+989121234567')).toBe('to:whatsapp')
  })
})

describe('senders', () => {
  test.each([
    ['telegram:@Chapar_Shop_Bot', 'telegram:chapar_shop_bot'],
    ['bale:chapar_shop_bot', 'bale:chapar_shop_bot'],
    ['whatsapp:+98 21 9100 1234', 'whatsapp:+982191001234'],
    ['sandbox:1', 'sandbox:1'],
  ])('%s is %s', (input, canonical) => {
    expect(chatSender(input)).toEqual({ kind: 'chat', value: canonical })
    expect(chatSender(canonical).value).toBe(canonical)
  })

  test.each(['telegram:123', 'telegram:', 'bale:+989121234567', 'whatsapp:shop', 'shop_bot'])(
    '%s is refused',
    (input) => {
      expect(refusalOf(() => chatSender(input))).toMatch(/^must /)
    },
  )
})
