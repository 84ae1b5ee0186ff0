import { expect, test } from 'vitest'
import { utf8 } from '#worker/lib/bytes.ts'
import { type Transit, transitOf } from '#worker/lib/transit.ts'
import { openAnswer, sealAnswer } from '#worker/middleware/kept-answer.ts'

const rootOf = async (kid: string) => ({
  kid,
  root: await crypto.subtle.importKey('raw', crypto.getRandomValues(new Uint8Array(32)), 'HKDF', false, ['deriveKey']),
})
const answer = {
  status: 202,
  headers: { 'content-type': 'application/json', location: '/v1/messages/msg_1' },
  body: '{\n  "to": "+989121234567",\n  "text": "سلام"\n}\n',
}

test('an answer opens for its key byte for byte, also an empty one, and shows nothing of itself', async () => {
  const transit = transitOf([await rootOf('1')])
  for (const one of [answer, { status: 204, headers: {}, body: '' }])
    expect(await openAnswer(transit, 'key', await sealAnswer(transit, 'key', one))).toEqual(one)
  expect(new TextDecoder().decode(await sealAnswer(transit, 'key', answer))).not.toMatch(/912|msg_1|سلام/)
})

test('it opens after another secret became the first, and a day later', async () => {
  const [first, second] = [await rootOf('1'), await rootOf('2')]
  const sealed = await sealAnswer(
    transitOf([first], () => 0),
    'key',
    answer,
  )
  const later = transitOf([second, first], () => 86_400_000)
  expect(await openAnswer(later, 'key', sealed)).toEqual(answer)
})

test('under another key, changed, sealed as a job or by a secret that is not there it does not open', async () => {
  const [first, second] = [await rootOf('1'), await rootOf('2')]
  const transit = transitOf([first])
  const sealed = await sealAnswer(transit, 'key', answer)
  const opened = (by: Transit, id: string, bytes = sealed) => openAnswer(by, id, bytes)
  expect(await opened(transit, 'another')).toEqual({ kid: null })
  expect(await opened(transitOf([second]), 'key')).toEqual({ kid: '1' })
  expect(await opened(transit, 'key', new Uint8Array(0))).toEqual({ kid: null })
  for (const at of sealed.keys()) {
    const changed = sealed.map((byte, n) => (n === at ? byte ^ 1 : byte))
    expect(Object.keys(await opened(transit, 'key', changed)), `byte ${at}`).toEqual(['kid'])
  }
  const job = await transit.seal(utf8('["key",202,{}]\n'), 'report')
  expect(await opened(transit, 'key', job)).toEqual({ kid: null })
})
