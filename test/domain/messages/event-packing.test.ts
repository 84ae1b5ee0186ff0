import { expect, test } from 'vitest'
import { packEvents, unpackEvents } from '#worker/domain/messages/event-packing.ts'
import type { EventType, TenantEvent } from '#worker/domain/messages/events.ts'
import { seeded } from '../../worlds/random.ts'

const digits = (n: number) => `01m853b1mytr8zgt000011agy0hh4m${String(n).padStart(4, '0')}`

function event(n: number, random: () => number): TenantEvent {
  const status = random() < 0.9 ? 'delivered' : 'rejected'
  const data: Record<string, unknown> = {
    id: `msg_${digits(n)}`,
    status,
    to: `+98912${1_000_000 + n}`,
    from: '10004346',
  }
  if (random() < 0.5) data['metadata'] = { campaign: random() < 0.5 ? 'a' : 'b' }
  if (random() < 0.2) data['failure'] = { code: 'recipient-blocked', detail: 'no' }
  if (random() < 0.1) data['id'] = 'something else'
  return { id: `evt_${digits(n)}_${status}`, type: `message.${status}` as EventType, at: random() < 0.8 ? 1 : 2, data }
}

test.each([1, 2, 3, 4, 5])('what is packed comes out the same (seed %i)', (seed) => {
  const random = seeded(seed)
  const events = Array.from({ length: 200 }, (_, n) => event(n, random))
  const packed = packEvents(events)
  const wire = JSON.parse(JSON.stringify(packed))
  expect(unpackEvents(wire)).toEqual(events)
})

test.each(['something else', undefined])(
  'a first event that names another thing than its message, or none, takes no member from others: %s',
  (id) => {
    const whole = (n: number): TenantEvent => event(n, () => 0.5)
    const { id: _, ...rest } = whole(0).data
    const first = { ...whole(0), data: id === undefined ? rest : { id, ...rest } }
    const events = [first, whole(1), { ...whole(2), data: { ...whole(2).data, id: 'something else' } }]
    expect(unpackEvents(JSON.parse(JSON.stringify(packEvents(events))))).toEqual(events)
  },
)

test('events of one slice take a third of their bytes', () => {
  const events = Array.from({ length: 200 }, (_, n): TenantEvent => {
    const data = {
      id: `msg_${digits(n)}`,
      direction: 'outbound',
      channel: 'sms',
      status: 'delivered',
      at: '2026-11-23T21:00:09.761Z',
      to: `+98912${1_000_000 + n}`,
      from: '10004346',
      units: 1,
      purpose: 'transactional',
      batchId: 'bat_01m853b1mytr8zgt000011agy0hh4m',
    }
    return { id: `evt_${digits(n)}_delivered`, type: 'message.delivered', at: 1, data }
  })
  expect(JSON.stringify(packEvents(events)).length).toBeLessThan(JSON.stringify(events).length / 3)
})

test('nothing packs to nothing', () => {
  expect(packEvents([])).toBeNull()
})
