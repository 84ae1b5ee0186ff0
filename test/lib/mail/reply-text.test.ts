import { describe, expect, test } from 'vitest'
import { replyText } from '#worker/lib/mail/reply-text.ts'

describe('what a person wrote in a reply', () => {
  test.each([
    ['a quote below', 'STOP\r\n\r\n> Do you want our news?\r\n> Answer STOP'],
    ['an English announcement', 'STOP\n\nOn Mon, 4 May 2026 at 10:00, Shop <news@shop.example> wrote:\n> news'],
    [
      'one on two lines',
      'STOP\n\nOn Mon, 4 May 2026 at 10:00, Shop of the Very Long Name\n<news@shop.example> wrote:\n\nnews',
    ],
    ['one without a date', 'STOP\n\nShop <news@shop.example> wrote:\nnews'],
    ['Outlook', 'STOP\n\n-----Original Message-----\nFrom: Shop'],
    ['Outlook’s line', 'STOP\n\n________________________________\nFrom: Shop <news@shop.example>\nSent: Monday'],
    ['a header block', 'STOP\n\nFrom: Shop <news@shop.example>\nSent: Monday'],
    ['a signature', 'STOP\n-- \nSara\nTehran'],
    ['a telephone', 'STOP\n\nSent from my phone'],
    ['a German announcement', 'STOP\n\nAm 4. Mai 2026 um 10:00 schrieb Shop:\n> x'],
    ['marks of direction', '\u200fSTOP\n\u200f> x'.replace('\u200fS', 'S')],
  ])('stands above %s', (_, text) => {
    expect(replyText(text)).toBe('STOP')
  })

  test.each([
    ['در تاریخ دوشنبه ۱۴ اردیبهشت ۱۴۰۵، فروشگاه نوشت:'],
    ['در دوشنبه ۴ مه ۲۰۲۶ ساعت ۱۰:۰۰ فروشگاه <news@shop.example> نوشت:'],
    ['فروشگاه نوشت:'],
    ['\u200fدر ۴ مه ۲۰۲۶، فروشگاه نوشته است:\u200e'],
    ['----- پیام اصلی -----'],
    ['فرستنده: فروشگاه <news@shop.example>'],
    ['ارسال شده از تلفن من'],
  ])('stands above the Persian announcement %j', (line) => {
    expect(replyText(`لغو\n\n${line}\n\nخبرها: برای انصراف لغو را بفرستید`)).toBe('لغو')
  })

  test('is all of it where nothing is quoted', () => {
    const text = 'Hello,\n\non Monday I wrote to you.\nFrom now on: please call.\nدر خانه بودم.\n\nSara'
    expect(replyText(text)).toBe(text)
  })

  test.each(['> STOP', 'On Monday, A wrote:\nSTOP', '', '\r\n\r\n'])('is nothing where all is quoted: %j', (text) => {
    expect(replyText(text)).toBe('')
  })

  test('is read from the first 16,000 characters only', () => {
    expect(replyText('x'.repeat(1_000_000)).length).toBe(16_000)
  })
})
