import { describe, expect, it } from 'vitest'
import { keywordOf } from '#worker/domain/tenants/keywords.ts'
import { policyPack } from '#worker/domain/tenants/policy-packs/all.ts'
import * as inputs from './keyword-inputs.ts'

const ir = policyPack('ir')
const generic = policyPack('generic')

const STOP = [
  '11',
  '۱۱',
  '١١',
  ' 11 ',
  '11.',
  '۱۱\n',
  '\u200f۱۱\u200f',
  '\u202b11\u202c',
  '1\u200c1',
  'لغو',
  'لغو11',
  'لغو 11',
  'لغو۱۱',
  'لغو ۱۱',
  'لغو\u200c۱۱',
  'لغو\n11',
  '«لغو۱۱»',
  'لـغـو',
  'لَغو',
  'لغو!',
  'ﻟﻐﻮ',
  'STOP',
  'stop',
  'Stop.',
  '"stop"',
  'ＳＴＯＰ',
  'unsubscribe',
  'UNSUBSCRIBE',
  'Un subscribe',
]
const START = ['12', '۱۲', '١٢', ' ۱۲ ', 'START', 'Start!', 'start', '/start', 'START 🙂', '(۱۲)', 'S-T-A-R-T']
const NEITHER = [
  '',
  ' ',
  '.',
  '1',
  '111',
  '110',
  '112',
  '1112',
  "11 o'clock",
  '11:00',
  '11?',
  '+11',
  '11%',
  '11 12',
  '12 11',
  '#11',
  'stop by the shop',
  'please stop',
  'stop 11',
  'nonstop',
  'stopping',
  'start now',
  'restart',
  'don’t stop',
  'لغو110',
  'لغو 12',
  'لغو سفارش',
  'سفارش لغو شد',
  'نوبت ساعت ۱۱',
  'لغو ۱۱ مهر',
  'لغوها',
  'سلام',
  'لغو11'.repeat(20),
]

describe('keywordOf', () => {
  it.each([...STOP, ...inputs.STOP, ...inputs.STOP_IN_IRAN])('reads %j as stop', (words) => {
    expect(keywordOf(ir, words)).toBe('stop')
  })

  it.each([...inputs.STOP, ...inputs.STOP_IN_GENERIC])('reads %j as stop in the generic pack', (words) => {
    expect(keywordOf(generic, words)).toBe('stop')
  })

  it.each(START)('reads %j as start', (words) => {
    expect(keywordOf(ir, words)).toBe('start')
  })

  it.each([...NEITHER, ...inputs.NEITHER])('leaves %j an ordinary message', (words) => {
    expect(keywordOf(ir, words)).toBeNull()
    expect(keywordOf(generic, words)).toBeNull()
  })

  it('folds yeh and kaf, so that a keyword matches from any keyboard', () => {
    const pack = { ...ir, keywords: { stop: ['نمی\u200cخواهم'.replace('\u200c', ''), 'کافی'], start: [] } }
    expect(keywordOf(pack, 'نمي‌خواهم')).toBe('stop')
    expect(keywordOf(pack, 'كافي')).toBe('stop')
    expect(keywordOf(pack, 'كافى')).toBe('stop')
  })

  it('hears STOP and لغو in the generic pack, where bare 11 and 12 are answers like any other', () => {
    for (const words of ['STOP', 'opt out', 'Quit', 'لغو', 'لغو ۱۱']) expect(keywordOf(generic, words)).toBe('stop')
    expect(keywordOf(generic, 'UNSTOP')).toBe('start')
    for (const words of ['11', '12', 'yes']) expect(keywordOf(generic, words)).toBeNull()
  })

  it.each(inputs.OF_TENANTS)('hears %j where the tenant has the word %j', (words, own) => {
    expect(keywordOf(generic, words)).toBeNull()
    expect(keywordOf(generic, words, { stop: [own], start: [] })).toBe('stop')
    expect(keywordOf(ir, words, { stop: [], start: [own] })).toBe('start')
    expect(keywordOf(ir, `${words}?`, { stop: [own], start: [] })).toBeNull()
    expect(keywordOf(ir, `${words} ${words}`, { stop: [own], start: [] })).toBeNull()
  })

  it('lets stop win, so that no list of a tenant’s takes the way out away', () => {
    for (const word of ['STOP', 'لغو', '11']) expect(keywordOf(ir, word, { stop: [], start: [word] })).toBe('stop')
    expect(keywordOf(ir, 'start', { stop: ['start'], start: [] })).toBe('stop')
  })

  it('takes a message without words for none', () => {
    expect(keywordOf(ir, null)).toBeNull()
  })

  it('keeps its keywords in folded form, or they would never match', () => {
    for (const pack of [ir, generic])
      for (const [meaning, words] of Object.entries(pack.keywords))
        for (const word of words) expect(keywordOf(pack, word)).toBe(meaning)
  })
})
