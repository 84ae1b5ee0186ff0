import { expect, test } from 'vitest'
import { openSession, type SessionState } from '#worker/domain/sessions/session.ts'
import { openState, sealState } from '#worker/flows/sessions/kept-state.ts'
import { utf8 } from '#worker/lib/bytes.ts'
import { type Transit, transitOf } from '#worker/lib/transit.ts'

const rootOf = async (kid: string) => ({
  kid,
  root: await crypto.subtle.importKey('raw', crypto.getRandomValues(new Uint8Array(32)), 'HKDF', false, ['deriveKey']),
})
const state: SessionState = openSession({
  ...{ id: 'ses_1', channel: 'ussd', connectionId: 'con_1', sessionRef: 'ref-of-it', party: '+989121234567' },
  ...{ line: '*384*1#', startedAt: 1, realm: 'live.ten_1', shard: 0, sessionMs: 1, resumes: null },
})

test('a stored session opens for its object, and shows nothing of itself', async () => {
  const transit = transitOf([await rootOf('1')])
  const kept = await sealState(transit, 'one', state)
  expect(await openState(transit, 'one', kept)).toEqual(state)
  expect(new TextDecoder().decode(kept.sealed)).not.toMatch(/ref-of-it|912|384/)
})

test('moved to another object, changed, sealed as a job or under a key that is not there it is none', async () => {
  const [first, second] = [await rootOf('1'), await rootOf('2')]
  const transit = transitOf([first])
  const kept = await sealState(transit, 'one', state)
  const opens = (by: Transit, object: string, sealed = kept.sealed) => openState(by, object, { ...kept, sealed })
  expect(await opens(transit, 'another')).toBeNull()
  expect(await opens(transitOf([second]), 'one')).toBeNull()
  expect(await opens(transitOf([second, first]), 'one')).toEqual(state)
  for (const at of kept.sealed.keys()) {
    const changed = kept.sealed.map((byte, n) => (n === at ? byte ^ 1 : byte))
    expect(await opens(transit, 'one', changed), `byte ${at}`).toBeNull()
  }
  const job = await transit.seal(utf8(JSON.stringify({ object: 'one', state })), 'report')
  expect(await opens(transit, 'one', job)).toBeNull()
})
