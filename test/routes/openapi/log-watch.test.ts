import { afterAll, beforeAll, expect, test } from 'vitest'
import { logFaults } from '../../worlds/contract/log-lines.ts'
import { takeFaults } from '../../worlds/contract/watch.ts'
import { message, startWorld, until, type World } from '../../worlds/world.ts'

/** What every world of the tests holds each of its log lines against: here a gateway that logs whom it wrote to. */
let world: World
const lines: string[] = []
beforeAll(async () => {
  const edit = (text: string): string => {
    const field = 'messages: units.length,'
    if (text.split(field).length !== 2) throw new Error('the line is another')
    return text.replace(field, `${field} to: JSON.stringify(units),`)
  }
  world = await startWorld({
    onLog: (line) => lines.push(line),
    edits: { 'worker/flows/dispatch/work-slice.ts': edit },
  })
})
afterAll(async () => {
  await world.dispose()
  // The same line is found again when all that the gateway kept is searched.
  expect(await takeFaults()).toEqual([
    'at rest: log: the text of /v1/messages, UTF-8',
    'at rest: log: a number of /v1/messages, UTF-8',
  ])
})

test('a line with a number in it is a fault of the test that runs, which does not quote it', async () => {
  expect((await world.call('/v1/messages', { body: message('+989121239901') })).status).toBe(202)
  await until('the line', async () => lines.some((line) => line.includes('9121239901')))
  expect(await takeFaults()).toEqual(['the log (message.dispatched) holds a phone number'])
})

test.each([
  ['{"fact":"a","to":"+447700900123"}', 'a phone number'],
  ['{"fact":"a","reason":"to 00989121234567 failed"}', 'a phone number'],
  ['{"fact":"a","party":"989121234567"}', 'a phone number'],
  ['{"fact":"a","party":"09121234567"}', 'a phone number'],
  ['{"fact":"a","text":"۰۹۱۲۱۲۳۴۵۶۷"}', 'a phone number in Persian or Arabic digits'],
  ['{"fact":"a","reason":"550 <ali@example.com>"}', 'an e-mail address'],
  ['{"fact":"a","url":"/x?recipient=ali%40example.com"}', 'an e-mail address'],
  ['{"fact":"a","token":"eyJhbGciOiJFZERTQSJ9.e30.x"}', 'a token'],
])('%s holds %s', (line, kind) => {
  expect(logFaults(line)).toEqual([`the log (a) holds ${kind}`])
})

test.each([
  '{"fact":"a","id":"msg_01m8hbpt34h3ke0809121234567","at":1795435200000}',
  '{"fact":"a","ms":12,"connection":"con_00000000100000000","ray":"8f9e0912123456"}',
  '{"fact":"a","reason":"D1_ERROR: no such table: x"}',
])('%s holds nothing', (line) => {
  expect(logFaults(line)).toEqual([])
})
