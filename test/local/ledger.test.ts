import { spawnSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MessageId, messageId, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { claimStatement } from '#worker/store/messages/writes.ts'
import { type Harness, startChapar, stateFolder } from '../worlds/harness.ts'
import { newMessage, rowsWhere } from '../worlds/tenant-rows.ts'

const NOW = Date.UTC(2026, 10, 20)
const REALM: Realm = 'live.ten_0123456789ab'
const ID: MessageId = messageId(`${newRequestId(NOW).slice(4)}000020000000000`, 3)
const HOME = stateFolder()

let chapar: Harness
beforeAll(async () => {
  chapar = await startChapar({ entry: 'test/worlds/entries/nothing.ts', persist: join(HOME, 'state') })
  const row = newMessage(REALM, ID, 1, { acceptedAt: NOW, content: '{"text":"سلام"}', clientRef: 'order-7' })
  await claimStatement(chapar.ledger(), [row], NOW).run()
})
afterAll(() => chapar.dispose())

function ledger(words: readonly string[], input = '') {
  const env = { ...process.env, CHAPAR_HOME: HOME }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['local/ledger/show.ts', ...words], {
    env,
    input,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('a row of the local state is shown in words', () => {
  const shown = ledger(['show', ID])
  expect(shown.stderr).toBe('')
  expect(JSON.parse(shown.stdout)).toMatchObject({
    realm: REALM,
    id: ID,
    direction: 'outbound',
    channel: 'sms',
    party: '+989120000001',
    encoding: 'gsm-7',
    clientRef: 'order-7',
    acceptedAt: NOW,
    timeline: [{ at: NOW, status: 'accepted', by: 'gateway' }],
  })
})

test('the statement for a deployment finds the same row, and its answer is shown in words', async () => {
  const { stdout } = ledger(['sql', ID])
  const [binding, sql] = stdout.trim().split(/: (.*)/s)
  expect(binding).toBe('LEDGER_0')
  const { results } = await chapar
    .ledger()
    .prepare(sql ?? '')
    .all()
  const shown = ledger(['read'], JSON.stringify([{ results, success: true }]))
  expect(JSON.parse(shown.stdout)).toEqual(JSON.parse(JSON.stringify((await rowsWhere(chapar.ledger(), 'true'))[0])))
})

test('what is no message is told in a sentence', () => {
  expect(ledger(['show', 'msg_1'])).toMatchObject({ status: 1, stderr: expect.stringContaining('no message id') })
  const other = messageId(`${newRequestId(NOW).slice(4)}000020000000000`, 4)
  expect(ledger(['show', other])).toMatchObject({ status: 1, stderr: expect.stringContaining('No row has this id') })
  expect(ledger(['read'], '{')).toMatchObject({ status: 1, stderr: expect.stringContaining('is no answer') })
  renameSync(join(HOME, 'state'), join(HOME, 'gone'))
  expect(ledger(['show', ID])).toMatchObject({ status: 1, stderr: expect.stringContaining('no local state') })
  renameSync(join(HOME, 'gone'), join(HOME, 'state'))
})
