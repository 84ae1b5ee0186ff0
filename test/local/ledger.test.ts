import { spawnSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MessageId, messageId, newRequestId } from '#worker/domain/ids.ts'
import type { Realm } from '#worker/domain/realm.ts'
import { claimStatement } from '#worker/store/messages/attempts.ts'
import { type Harness, startChapar, stateFolder } from '../worlds/harness.ts'
import { newMessage, rowsWhere, sealed } from '../worlds/tenant-rows.ts'

const NOW = Date.UTC(2026, 10, 20)
const REALM: Realm = 'live.ten_0123456789ab'
const ID: MessageId = messageId(`${newRequestId(NOW).slice(4)}000020000000000`, 3)
const HOME = stateFolder()

let chapar: Harness
beforeAll(async () => {
  chapar = await startChapar({ entry: 'test/worlds/entries/nothing.ts', persist: join(HOME, 'state') })
  writeFileSync(join(HOME, 'secrets.json'), JSON.stringify(chapar.secrets))
  const row = newMessage(REALM, ID, 1, { acceptedAt: NOW, content: '{"text":"سلام"}', clientRef: 'order-7' })
  await claimStatement(chapar.ledger(), await sealed(chapar.ledger(), [row]), NOW).run()
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

const OPEN = { party: '+989120000001', content: '{"text":"سلام"}', clientRef: 'order-7' }
const CLOSED = { party: '', content: null, clientRef: null }

test('a row of the local state is shown in words, and with the secrets of the folder what was sealed', () => {
  const shown = ledger(['show', ID])
  expect(shown.stderr).toBe('')
  expect(JSON.parse(shown.stdout)).toMatchObject({
    realm: REALM,
    id: ID,
    direction: 'outbound',
    channel: 'sms',
    ...OPEN,
    encoding: 'gsm-7',
    acceptedAt: NOW,
    timeline: [{ at: NOW, status: 'accepted', by: 'gateway' }],
  })
  renameSync(join(HOME, 'secrets.json'), join(HOME, 'kept'))
  expect(JSON.parse(ledger(['show', ID]).stdout)).toMatchObject({ id: ID, ...CLOSED })
  renameSync(join(HOME, 'kept'), join(HOME, 'secrets.json'))
})

test('the statement for a deployment finds the same row, and its answer is shown in words without what is sealed', async () => {
  const { stdout } = ledger(['sql', ID])
  const [binding, sql] = stdout.trim().split(/: (.*)/s)
  expect(binding).toBe('LEDGER_0')
  const { results } = await chapar
    .ledger()
    .prepare(sql ?? '')
    .all()
  const shown = ledger(['read'], JSON.stringify([{ results, success: true }]))
  const [row] = await rowsWhere(chapar.ledger(), 'true')
  expect(JSON.parse(shown.stdout)).toEqual({ ...JSON.parse(JSON.stringify(row)), ...CLOSED })
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
