import { describe, expect, it } from 'vitest'
import { queryOf, searchOf } from '../../../console/src/pages/messages/query.ts'
import { soughtOf } from '../../../console/src/pages/messages/sought.ts'
import { timesOf } from '../../../console/src/parts/times/times.ts'

const number = (person: string) => ({ kind: 'person', person })
const ref = (of: string) => ({ kind: 'ref', ref: of })

describe('the search field', () => {
  it.each([
    ['+989121234567', number('+989121234567')],
    ['0912 123 45 67', number('09121234567')],
    ['(0912) 123-4567', number('09121234567')],
    ['۰۹۱۲۱۲۳۴۵۶۷', number('09121234567')],
    ['٠٩١٢١٢٣٤٥٦٧', number('09121234567')],
    ['\u202a+98 912 123 4567\u202c', number('+989121234567')],
    ['00989121234567', number('+989121234567')],
    ['  msg_01ABC  ', { kind: 'message', id: 'msg_01abc' }],
    ['\u200emsg_01abc', { kind: 'message', id: 'msg_01abc' }],
    ['evt_01abc_delivered', { kind: 'message', id: 'msg_01abc' }],
    ['bat_01abc', { kind: 'batch', id: 'bat_01abc' }],
    ['ver_01abc', { kind: 'verification', id: 'ver_01abc' }],
    ['dev_01abc', { kind: 'person', person: 'dev_01abc', channel: 'push' }],
    ['Ali@Example.ir', { kind: 'person', person: 'Ali@Example.ir', channel: 'email' }],
    ['bale:+989121234567', { kind: 'person', person: 'bale:+989121234567', channel: 'chat' }],
    ['order-1404/77', ref('order-1404/77')],
    ['1234567', ref('1234567')],
    ['سفارش ۱۲', ref('سفارش ۱۲')],
    ['msg_', ref('msg_')],
    ['4111111111111111', ref('4111111111111111')],
  ])('reads %j', (typed, sought) => {
    expect(soughtOf(typed)).toEqual(sought)
  })

  it('takes digits for what it is told', () => {
    expect(soughtOf('09121234567', 'ref')).toEqual(ref('09121234567'))
    expect(soughtOf('ali', 'person')).toEqual(number('ali'))
  })
})

describe('filters of the address', () => {
  it('leaves out what is no filter, and times that are none', () => {
    expect(searchOf({ q: 12, channel: '', x: 'y', after: 'yesterday', before: '2026-11-29T10:00:00Z' })).toEqual({
      q: '12',
      before: '2026-11-29T10:00:00Z',
    })
  })

  it('asks for the parameter that a search means, beside the filters', () => {
    const plain = { after: '2020-01-01T00:00:00Z' }
    expect(queryOf({})).toEqual(plain)
    expect(queryOf({ q: 'order-7', status: 'failed,expired' })).toEqual({
      ...plain,
      clientRef: 'order-7',
      status: ['failed', 'expired'],
    })
    expect(queryOf({ q: 'a@b.ir' })).toEqual({ ...plain, person: 'a@b.ir', channel: 'email' })
    expect(queryOf({ q: '09121234567', channel: 'voice', direction: 'inbound' })).toEqual({
      ...plain,
      person: '09121234567',
      channel: 'voice',
      direction: 'inbound',
    })
    expect(queryOf({ person: '+98912', before: '2026-11-29T10:00:00Z', after: '2026-11-28T10:00:00Z' })).toEqual({
      person: '+98912',
      after: '2026-11-28T10:00:00Z',
      before: '2026-11-29T10:00:00Z',
    })
  })

  it('counts a time back from now in whole minutes, so that it stays one question', () => {
    const noon = Date.parse('2026-11-29T12:00:41.123Z')
    expect(timesOf({ within: '24h', before: '2020-01-01T00:00:00Z' }, noon)).toEqual({
      after: '2026-11-28T12:00:00.000Z',
    })
    expect(timesOf({ within: 'long', after: '2026-11-29T12:00:00Z' }, noon)).toEqual({ after: '2026-11-29T12:00:00Z' })
  })
})
