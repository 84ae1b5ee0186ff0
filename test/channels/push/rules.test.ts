import { describe, expect, it } from 'vitest'
import { pushContent } from '#worker/channels/push/content.ts'
import { LONGEST_PAYLOAD, payloadOf } from '#worker/channels/push/payload.ts'
import { pushRules } from '#worker/channels/push/rules.ts'
import { Problem } from '#worker/domain/problem.ts'
import { utf8Length } from '#worker/lib/bytes.ts'

const pointersOf = (work: () => unknown): readonly string[] => {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem) return (error.options.errors ?? []).map(({ pointer }) => pointer)
    throw error
  }
  return []
}
const parse = (more: object) => pushRules.parse({ title: 'سلام', ...more })
const DEVICE = `dev_${'0'.repeat(29)}w${'0'.repeat(9)}`

describe('content', () => {
  it('has a day to live and normal urgency unless it says so', () => {
    expect(parse({})).toEqual({ title: 'سلام', ttl: 86_400, urgency: 'normal' })
  })

  it.each([
    ['/title', { title: '' }],
    ['/body', { body: 'x'.repeat(2_001) }],
    ['/icon', { icon: 'http://a.example/i.png' }],
    ['/image', { image: '/relative.png' }],
    ['/url', { url: '//evil.example' }],
    ['/url', { url: '/\\evil.example' }],
    ['/url', { url: 'javascript:alert(1)' }],
    ['/ttl', { ttl: 2_419_201 }],
    ['/ttl', { ttl: -1 }],
    ['/ttl', { ttl: 1.5 }],
    ['/urgency', { urgency: 'urgent' }],
    ['/topic', { topic: 'x'.repeat(33) }],
    ['/topic', { topic: 'a b' }],
    ['/data', { data: { from: 'x' } }],
    ['/data', { data: { 'google.x': 'x' } }],
    ['/data', { data: { chapar_report: 'https://evil.example' } }],
    ['/data', { data: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, ''])) }],
    ['/data/n', { data: { n: 1 } }],
    ['/actions', { actions: [1, 2, 3].map((n) => ({ action: `a${n}`, title: 'x' })) }],
    ['/actions/0/title', { actions: [{ action: 'a' }] }],
    ['/silent', { silent: true }],
  ])('is refused at %s', (pointer, more) => {
    const found = pointersOf(() => parse(more))
    expect(found.length).toBeGreaterThan(0)
    expect(found.map((one) => (one === '' ? '/silent' : one))).toContain(pointer)
  })

  it.each(['/', '/orders/1?x=1#y', 'https://shop.example/x'])('may open %s', (url) => {
    expect(parse({ url })).toMatchObject({ url })
  })
})

describe('size', () => {
  const texts = { ascii: 'x', persian: 'س', emoji: '😀', quote: '"' }
  it.each(Object.entries(texts))(
    'what is let through fits one encrypted message, whatever is added (%s)',
    (_, letter) => {
      const data = (n: number) => Object.fromEntries([0, 1, 2, 3, 4].map((k) => [`k${k}`, letter.repeat(n)]))
      let most = 0
      for (let n = 0; n <= 900; n += 10) if (pointersOf(() => parse({ data: data(n) })).length === 0) most = n
      expect(most).toBeGreaterThan(0)
      expect(pointersOf(() => parse({ data: data(most + 100) }))).toEqual([''])
      const id = `msg_${'z'.repeat(35)}`
      const report = `https://${'h'.repeat(253)}/p/report/${'r'.repeat(12)}.${'r'.repeat(35)}.1000.${'m'.repeat(26)}`
      const payload = payloadOf(pushContent.parse({ title: 'سلام', data: data(most) }), id, report)
      expect(utf8Length(payload)).toBeLessThanOrEqual(LONGEST_PAYLOAD)
    },
  )
})

describe('addresses', () => {
  it('are device ids by their form, and say which network is needed', () => {
    expect(pushRules.address(DEVICE, null)).toEqual({ kind: 'device', value: DEVICE })
    expect(pushRules.needs(parse({}), DEVICE)).toEqual(['outbound', 'to:webpush'])
    const more = { topic: 'a', actions: [{ action: 'a', title: 'b' }] }
    expect(pushRules.needs(parse(more), DEVICE.replace('w', 'f'))).toEqual(['outbound', 'to:fcm', 'topic', 'buttons'])
  })

  it.each(['', '+989121234567', 'dev_', DEVICE.replace('w', 'x'), `${DEVICE}0`, DEVICE.toUpperCase()])(
    'never %j',
    (input) => {
      expect(pointersOf(() => pushRules.address(input, null))).toEqual([''])
    },
  )

  it.each(['', ' a', 'a b', '-a', 'x'.repeat(101), 'فروشگاه'])('an application is never %j', (input) => {
    expect(pointersOf(() => pushRules.sender(input))).toEqual([''])
  })
})
