import { describe, expect, it } from 'vitest'
import { hasFooter } from '#worker/domain/addresses/footer.ts'

const FOOTER = '\nلغو11'

describe('hasFooter', () => {
  it.each([
    'سلام\nلغو11',
    'سلام لغو11',
    'سلام\nلغو 11',
    'سلام\nلغو۱۱',
    'سلام\nلغو ۱۱',
    'سلام\nلغو\u200c۱۱',
    'سلام\nلغو١١.',
    'سلام\n(لغو ۱۱)',
    'سلام\nلغو۱۱\nhttps://example.com',
    'سلام\nلغو ۱۱\nفروشگاه چاپار',
    'برای قطع لغو11 را بفرستید',
    'سلام\nلـغـو11',
    'لغو11',
  ])('finds it in %j', (text) => {
    expect(hasFooter(text, FOOTER)).toBe(true)
  })

  it.each([
    '',
    'سلام',
    'لغو',
    '11',
    'سلام\nلغو110',
    'لغو 110 سفارش',
    'جلسه لغو 11 مهر برگزار می‌شود',
    'نلغو11',
    'سلام\nلغو12',
    'سلام\nلغو\n11 نفر',
    'سلام نلغو 11',
    'STOP',
  ])('does not find it in %j', (text) => {
    expect(hasFooter(text, FOOTER)).toBe(false)
  })
})
