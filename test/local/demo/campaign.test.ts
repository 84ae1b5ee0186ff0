import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  CAMPAIGN,
  type CampaignRow,
  formatCampaign,
  parseCampaign,
  readCampaign,
} from '../../../local/demo/campaign.ts'
import {
  countsAgree,
  differences,
  eventsOfBatches,
  expectedCounts,
  percentile,
  type SentBatch,
  statusesByEvents,
} from '../../../local/demo/verdict.ts'

const row = (ref: string, expected: CampaignRow['expected']): CampaignRow => ({
  ref,
  to: '+989121234567',
  purpose: 'transactional',
  text: 'Dear "Ali", hello,\nbye',
  expected,
})

const event = (id: string, status: string, batchId = 'bat_1') => ({
  id: `evt_${id}${status}`,
  type: `message.${status}`,
  data: { id, batchId },
})

const batch: SentBatch = {
  id: 'bat_1',
  rows: [row('a', 'delivered'), row('b', 'refused'), row('c', 'rejected')],
  accepted: [
    { index: 0, id: 'msg_a' },
    { index: 2, id: 'msg_c' },
  ],
  rejected: [{ index: 1 }],
}

test('a campaign is read as it was written, quotes and line breaks included', () => {
  const rows = [row('a', 'delivered'), row('b', 'refused')]
  expect(parseCampaign(formatCampaign(rows))).toEqual(rows)
})

test('a row with an outcome that does not exist is named', () => {
  const text = formatCampaign([row('a', 'delivered')]).replace('delivered', 'arrived')
  expect(() => parseCampaign(text)).toThrow('row 1: "arrived"')
})

test('the committed campaign has 10,000 rows, every outcome, and no recipient twice', () => {
  const rows = readCampaign()
  expect(rows).toHaveLength(10_000)
  expect(new Set(rows.map(({ expected }) => expected))).toEqual(
    new Set(['delivered', 'undelivered', 'rejected', 'unknown', 'expired', 'failed', 'refused']),
  )
  const sent = rows.filter(({ expected }) => expected !== 'refused').map(({ to }) => to)
  expect(new Set(sent).size).toBe(sent.length)
  expect(new Set(rows.map(({ ref }) => ref)).size).toBe(10_000)
  expect(statSync(CAMPAIGN).size).toBeLessThan(1_500_000)
})

test('events that come in any order and twice show the highest status', () => {
  const events = [event('msg_a', 'delivered'), event('msg_a', 'submitted'), event('msg_a', 'delivered')]
  expect(statusesByEvents(events)).toEqual(new Map([['msg_a', 'delivered']]))
})

test('a campaign that went as expected shows no difference', () => {
  const reached = statusesByEvents([event('msg_a', 'delivered'), event('msg_c', 'rejected')])
  expect(differences([batch], reached)).toEqual([])
})

test('a message that ended otherwise, one without an event and one that was never sent are told by name', () => {
  const reached = statusesByEvents([event('msg_a', 'undelivered'), event('msg_x', 'delivered')])
  expect(differences([batch], reached)).toEqual([
    { ref: 'a', expected: 'delivered', found: 'undelivered' },
    { ref: 'c', expected: 'rejected', found: 'no event' },
    { ref: 'msg_x', expected: 'not of this campaign', found: 'delivered' },
  ])
})

test('messages that the tenant sent beside the campaign do not count', () => {
  const foreign = event('msg_x', 'delivered', 'bat_2')
  expect(eventsOfBatches([foreign, event('msg_a', 'delivered')], [batch])).toEqual([event('msg_a', 'delivered')])
})

test('a row that should be refused but was accepted is a difference', () => {
  const wrong = { ...batch, accepted: [...batch.accepted, { index: 1, id: 'msg_b' }], rejected: [] }
  const reached = statusesByEvents([
    event('msg_a', 'delivered'),
    event('msg_b', 'delivered'),
    event('msg_c', 'rejected'),
  ])
  expect(differences([wrong], reached)).toEqual([{ ref: 'b', expected: 'refused', found: 'delivered' }])
})

test('the counts of a batch leave out what was refused', () => {
  expect(expectedCounts(batch)).toEqual({ delivered: 1, rejected: 1 })
  expect(countsAgree({ delivered: 1, rejected: 1, failed: 0 }, expectedCounts(batch))).toBe(true)
  expect(countsAgree({ delivered: 2 }, expectedCounts(batch))).toBe(false)
})

test('percentiles are of the nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.5)]).toEqual([50, 99, 0])
})
