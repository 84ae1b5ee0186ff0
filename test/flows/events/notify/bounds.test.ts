import { describe, expect, test } from 'vitest'
import { newTenantId } from '#worker/domain/ids.ts'
import { realmOf } from '#worker/domain/realm.ts'
import { MOST_ENDPOINTS } from '#worker/domain/tenants/quotas.ts'
import type { Endpoint } from '#worker/flows/core/endpoints.ts'
import { bounded, piecesOf } from '#worker/flows/events/notify/bounds.ts'
import type { NotifyJob } from '#worker/jobs.ts'
import { event } from '../../../worlds/receivers.ts'

const realm = realmOf(newTenantId(), 'live')
const endpoint = (fields: Partial<Endpoint> = {}): Endpoint => ({
  id: 'whe_1',
  realm,
  url: 'https://hooks.example.com/',
  description: '',
  events: null,
  batch: false,
  format: null,
  status: 'active',
  disabledReason: null,
  failingSince: null,
  breaker: null,
  createdAt: 1,
  updatedAt: 1,
  keys: [],
  secrets: '',
  ...fields,
})
let made = 0
const job = (count: number, fields: Partial<NotifyJob> = {}): NotifyJob => ({
  kind: 'notify',
  realm,
  events: Array.from({ length: count }, () => event(made++)),
  work: { shard: 0, dueAt: 1, id: `${made}` },
  attempt: 1,
  ...fields,
})
const counts = (jobs: readonly NotifyJob[], endpoints: readonly Endpoint[]) => {
  const { taken, later, oversize } = bounded(jobs, () => endpoints)
  return [taken.length, later.length, oversize.length]
}
const times = <Value>(count: number, make: () => Value): Value[] => Array.from({ length: count }, make)

describe('what one invocation takes of a queue batch', () => {
  test.each([
    ['no job', [], [endpoint()], [0, 0, 0]],
    ['jobs without an endpoint', times(20, () => job(545)), [], [20, 0, 0]],
    ['few events', times(3, () => job(5)), [endpoint()], [3, 0, 0]],
    ['as many as fit', times(4, () => job(500)), [endpoint()], [4, 0, 0]],
    ['one more than fits', [...times(4, () => job(500)), job(1)], [endpoint()], [4, 1, 0]],
    ['full jobs at one endpoint', times(20, () => job(545)), [endpoint()], [3, 17, 0]],
    ['full jobs at a batch endpoint', times(20, () => job(545)), [endpoint({ batch: true })], [20, 0, 0]],
    [
      'full jobs, twenty batch endpoints',
      times(20, () => job(545)),
      times(20, () => endpoint({ batch: true })),
      [16, 4, 0],
    ],
    ['a small job behind one that does not fit', [job(1_500), job(600), job(500)], [endpoint()], [2, 1, 0]],
    [
      'endpoints that hear other types',
      times(20, () => job(545)),
      [endpoint({ events: ['session.ended'] })],
      [20, 0, 0],
    ],
    ['endpoints that are off', times(20, () => job(545)), [endpoint({ status: 'disabled' })], [20, 0, 0]],
    ['one job, four endpoints', [job(545)], times(4, () => endpoint()), [0, 0, 1]],
    ['one job, three endpoints', [job(545)], times(3, () => endpoint()), [1, 0, 0]],
    [
      'a retry names one of many endpoints',
      times(20, () => job(100, { endpointId: 'whe_1' })),
      [endpoint()],
      [20, 0, 0],
    ],
  ] as const)('%s', (_, jobs, endpoints, expected) => {
    expect(counts(jobs, endpoints)).toEqual(expected)
  })

  test('a job in pieces fits at as many endpoints as an account may ever have, and has all of its events', () => {
    const whole = job(545)
    const endpoints = times(MOST_ENDPOINTS, () => endpoint())
    expect(counts([whole], endpoints)).toEqual([0, 0, 1])
    const pieces = piecesOf(whole, 1).map((piece) => piece.job)
    expect(counts(pieces, endpoints).at(-1)).toBe(0)
    expect(pieces.flatMap(({ events }) => events)).toEqual(whole.events)
  })
})
