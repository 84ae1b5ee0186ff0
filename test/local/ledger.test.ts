import { spawnSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { baseOf, type MessageId, messageId, newRequestId } from '#worker/domain/ids.ts'
import { type Realm, tenantOf } from '#worker/domain/realm.ts'
import { claimStatement } from '#worker/store/messages/attempts.ts'
import { contentStatement } from '#worker/store/messages/batch-writes.ts'
import { type Harness, startChapar, stateFolder } from '../worlds/harness.ts'
import { newMessage, sealed, shared } from '../worlds/tenant-rows.ts'

const NOW = Date.UTC(2026, 10, 20)
const REALM: Realm = 'live.ten_0123456789ab'
const ID: MessageId = messageId(`${newRequestId(NOW).slice(4)}000020000000000`, 3)
const OTHER: MessageId = messageId(baseOf(ID), 5)
/** Realm and message whose keys were forgotten. */
const FORGOTTEN: Realm = 'live.ten_0123456789ac'
const GONE: MessageId = messageId(baseOf(ID), 6)
const HOME = stateFolder()

let chapar: Harness
beforeAll(async () => {
  chapar = await startChapar({ entry: 'test/worlds/entries/nothing.ts', persist: join(HOME, 'state') })
  writeFileSync(join(HOME, 'secrets.json'), JSON.stringify(chapar.secrets))
  const row = newMessage(REALM, ID, 1, { acceptedAt: NOW, content: '{"text":"سلام"}', clientRef: 'order-7' })
  const other = newMessage(REALM, OTHER, 2, { acceptedAt: NOW, content: null })
  await claimStatement(chapar.ledger(), await sealed(chapar.ledger(), [row, other]), NOW).run()
  const gone = newMessage(FORGOTTEN, GONE, 3, { acceptedAt: NOW, content: null })
  await claimStatement(chapar.ledger(), await sealed(chapar.ledger(), [gone]), NOW).run()
  for (const realm of [REALM, FORGOTTEN]) {
    const content = await shared(chapar.ledger(), realm, baseOf(ID), '{"text":"درود"}')
    await contentStatement(chapar.ledger(), content).run()
  }
  await chapar.control.prepare('DELETE FROM keys WHERE owner = ?').bind(tenantOf(FORGOTTEN)).run()
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

const OPEN = { party: '+989120000001', content: { text: 'سلام' }, clientRef: 'order-7' }
const closed = (why: string) => ({ party: why, content: why, clientRef: why, metadata: why })
const AT = new Date(NOW).toISOString()

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
    status: 'accepted',
    acceptedAt: AT,
    updatedAt: AT,
    timeline: [{ at: AT, status: 'accepted', by: 'gateway' }],
  })
  renameSync(join(HOME, 'secrets.json'), join(HOME, 'kept'))
  expect(JSON.parse(ledger(['show', ID]).stdout)).toMatchObject({ id: ID, ...closed('sealed: no secrets here') })
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
  expect(JSON.parse(shown.stdout)).toEqual({
    ...JSON.parse(ledger(['show', ID]).stdout),
    ...closed('sealed: only the gateway has the keys'),
  })
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

test('content that a request shares is shown with each of its messages, and what has lost its keys says so', async () => {
  expect(JSON.parse(ledger(['show', OTHER]).stdout)).toMatchObject({
    id: OTHER,
    content: { text: 'درود' },
    clientRef: null,
  })
  expect(JSON.parse(ledger(['show', GONE]).stdout)).toMatchObject({ id: GONE, ...closed('sealed: its keys are gone') })
})
