import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeFaults } from '../../worlds/contract/watch.ts'
import { newReceiver } from '../../worlds/faults/receiver.ts'
import { message, startWorld, until, type World } from '../../worlds/world.ts'

/** What the tests themselves hold every call and event against: here a gateway that breaks its own description. */
const receiver = newReceiver('receiver.example.org')
let world: World

/** Replaces a text that must be there once. */
const replaced =
  (from: string, to: string) =>
  (text: string): string => {
    if (text.split(from).length !== 2) throw new Error(`not once: ${from}`)
    return text.replace(from, to)
  }

beforeAll(async () => {
  world = await startWorld({
    outbound: receiver.outbound,
    edits: {
      'worker/routes/v1/messages.ts': replaced(
        "    direction: 'outbound',\n    channel,",
        "    direction: 'up',\n    more: 1,\n    channel,",
      ),
      'worker/flows/events/events.ts': replaced(
        'Object.assign(data, priced(price), ',
        'Object.assign(data, { more: 1 }, priced(price), ',
      ),
      'worker/flows/people/suppress.ts': replaced("throw new Problem('not-found')", "throw new Problem('gone')"),
    },
  })
})
afterAll(() => world.dispose())

test('an answer that says what the document does not know is a fault, by operation and pointer', async () => {
  expect((await world.call('/v1/messages', { body: message('+989121239901') })).status).toBe(202)
  expect(await takeFaults()).toEqual([
    expect.stringMatching(/^POST \/v1\/messages: 202: answer \/direction must be equal to constant/),
    expect.stringMatching(/^POST \/v1\/messages: 202: answer \(whole\) must NOT have unevaluated properties more/),
  ])
})

test('so is a status that the document does not name', async () => {
  const path = '/v1/suppressions?channel=sms&recipient=%2B989121239901'
  expect((await world.call(path, { method: 'DELETE' })).status).toBe(410)
  expect(await takeFaults()).toEqual([`DELETE ${path}: 410: the status is not in the document`])
})

test('so is an event', async () => {
  await world.call('/v1/webhooks', { body: { url: receiver.url, events: ['message.submitted'] } })
  expect(await takeFaults()).toEqual([])
  await world.call('/v1/messages', { body: message('+989121239901') })
  await until('an event', async () => receiver.heard.length > 0)
  expect(await takeFaults()).toContainEqual(
    expect.stringMatching(
      /^webhook to https:\/\/receiver\.example\.org\/in: \/data must NOT have unevaluated properties more/,
    ),
  )
})

test('so is a call that succeeded although the document does not admit it, or has none such', async () => {
  expect((await world.call('/v1/messages?channel=sms&limit=2')).status).toBe(200)
  expect(await takeFaults()).toEqual([])
  expect((await world.call('/v1/suppressions', { body: { channel: 'sms', recipient: '+989121239901' } })).status).toBe(
    201,
  )
  expect(await takeFaults()).toEqual([])
})
